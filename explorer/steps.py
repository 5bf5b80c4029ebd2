"""What is changed in the project from here: stored, told, and taken back again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PyQt5.QtCore import QObject, pyqtSignal

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes, Operation
from core.cleaning import undo
from core.cleaning.journal import OperationKind
from core.qt.open_project import Decision, OpenProject
from explorer.actions import Do

_MADE_HERE = frozenset({OperationKind.TAG, OperationKind.UNTAG, OperationKind.SEND})


class Steps(QObject):
    """Tags and photos sent to the cleaner, each a step of the project's journal."""

    said = pyqtSignal(str)
    """What was done, once it is stored."""
    refused = pyqtSignal(str)
    """Why nothing was undone."""
    facts_changed = pyqtSignal()
    """What the catalogue says of tags, or of what was sent, is something else now."""

    def __init__(self, open_project: OpenProject, parent: QObject) -> None:
        super().__init__(parent)
        self._open_project = open_project
        open_project.changed.connect(self._on_changed)

    def handlers(self) -> Mapping[Do, Callable[[], None]]:
        """What to call for each action."""
        return {
            Do.UNDO: partial(self._step, undo.next_undo, undo.undo, "undo"),
            Do.REDO: partial(self._step, undo.next_redo, undo.redo, "redo"),
        }

    def take(self, decision: Decision) -> None:
        """Stores something that the user decided here."""
        self._open_project.decide(decision, self._on_stored)

    # Below this line: how

    def _step(
        self, next_step: Callable[[Catalogue], Operation | None], take: Decision, verb: str
    ) -> None:
        """Undoes or redoes the journal's last step where it is one that is made here.

        Decisions on items that nobody sees here are not for this key to change.
        """

        def decision(catalogue: Catalogue) -> Changes | None:
            step = next_step(catalogue)
            if step is None:
                self.refused.emit(f"There is nothing to {verb}")
            elif step.kind not in _MADE_HERE:
                self.refused.emit(
                    f"The last step was made elsewhere: “{step.summary}”. {verb.capitalize()} it "
                    "in the cleaner, with the same key"
                )
            else:
                return take(catalogue)
            return None

        self.take(decision)

    def _on_stored(self, changes: Changes | None) -> None:
        if changes is not None:
            self.said.emit(changes.summary)

    def _on_changed(self, changes: Changes) -> None:
        if changes.tags or changes.sent:
            self.facts_changed.emit()
