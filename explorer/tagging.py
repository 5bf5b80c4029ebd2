"""Giving the selected photos a name, taking it from them again, and undoing either."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QInputDialog, QWidget

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes, Operation
from core.cleaning import undo
from core.cleaning.tagging import KINDS, tag_photos, untag_photos
from core.qt.open_project import OpenProject
from explorer.actions import Do
from explorer.exploring import Exploring
from explorer.selection import Rows

_Change = Callable[[Catalogue, str, Sequence[int]], Changes]


class Tagging(QObject):
    """Asks for the name and has it stored."""

    said = pyqtSignal(str)
    refused = pyqtSignal(str)
    """Why nothing was undone."""
    tagged = pyqtSignal()
    """What the catalogue says of tags has changed."""

    def __init__(self, open_project: OpenProject, exploring: Exploring, owner: QWidget) -> None:
        super().__init__(owner)
        self._open_project = open_project
        self._exploring = exploring
        self._owner = owner
        self._stored: list[Changes] = []
        open_project.changed.connect(self._on_changed)

    def handlers(self) -> Mapping[Do, Callable[[], None]]:
        """What to call for each action."""
        return {
            Do.TAG: self._ask_for_name,
            Do.UNTAG: self._ask_which,
            Do.UNDO: partial(self._step, undo.next_undo, undo.undo, "undo"),
            Do.REDO: partial(self._step, undo.next_redo, undo.redo, "redo"),
        }

    # Below this line: how

    def _ask_for_name(self) -> None:
        opened = self._exploring.opened
        rows = self._exploring.selection.selected_rows()
        if opened is None or not len(rows):
            return
        names = ["", *sorted(opened.facts.tags, key=str.casefold)]
        dialog = self._dialog("Tag", f"A name for the {_photos(len(rows))}:", names)
        dialog.setComboBoxEditable(True)
        dialog.textValueSelected.connect(partial(self._store, tag_photos, rows))
        dialog.open()

    def _ask_which(self) -> None:
        opened = self._exploring.opened
        rows = self._exploring.selection.selected_rows()
        if opened is None or not len(rows):
            return
        names = sorted(
            (name for name, flags in opened.facts.tags.items() if flags[rows].any()),
            key=str.casefold,
        )
        if not names:
            self.said.emit(f"The {_photos(len(rows))} have no tags")
        elif len(names) == 1:
            self._store(untag_photos, rows, names[0])
        else:
            dialog = self._dialog("Take a tag away", f"From the {_photos(len(rows))}:", names)
            dialog.textValueSelected.connect(partial(self._store, untag_photos, rows))
            dialog.open()

    def _dialog(self, title: str, text: str, names: Sequence[str]) -> QInputDialog:
        dialog = QInputDialog(self._owner)
        dialog.setObjectName("tag_dialog")
        dialog.setWindowTitle(title)
        dialog.setLabelText(text)
        dialog.setComboBoxItems(list(names))
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _store(self, change: _Change, rows: Rows, name: str) -> None:
        opened = self._exploring.opened
        if opened is None:
            return
        photo_ids = opened.index.photo_ids[rows].tolist()
        self._decide(lambda catalogue: change(catalogue, name, photo_ids))

    def _step(
        self,
        next_step: Callable[[Catalogue], Operation | None],
        take: Callable[[Catalogue], Changes | None],
        verb: str,
    ) -> None:
        """Undoes or redoes the journal's last step where it is one of tagging.

        Decisions on items that nobody sees here are not for this key to change.
        """

        def decision(catalogue: Catalogue) -> Changes | None:
            step = next_step(catalogue)
            if step is None:
                self.refused.emit(f"There is nothing to {verb}")
            elif step.kind not in KINDS:
                self.refused.emit(
                    f"The last step was made elsewhere: “{step.summary}”. {verb.capitalize()} it "
                    "in the cleaner, with the same key"
                )
            else:
                return take(catalogue)
            return None

        self._decide(decision)

    def _decide(self, decision: Callable[[Catalogue], Changes | None]) -> None:
        def decide(catalogue: Catalogue) -> Changes | None:
            changes = decision(catalogue)
            if changes is not None:
                self._stored.append(changes)
            return changes

        self._open_project.decide(decide)

    def _on_changed(self, changes: Changes) -> None:
        # By identity: others decide as well, and in words that may be the same.
        if any(changes is stored for stored in self._stored):
            self._stored = [stored for stored in self._stored if stored is not changes]
            self.said.emit(changes.summary)
        if changes.tags:
            self.tagged.emit()


def _photos(count: int) -> str:
    return "selected photo" if count == 1 else f"{count:,} selected photos"
