"""Decisions on their way to the catalogue: handed to the writer's thread, told when stored."""

from __future__ import annotations

from functools import partial

from PyQt5.QtCore import QObject, pyqtSignal

from core.catalogue.records import Changes
from core.qt.open_project import Decision, OpenProject


class Storing(QObject):
    """Hands decisions over and knows whether any is under way."""

    told = pyqtSignal(str)
    """What happened, for the status line."""
    item_wanted = pyqtSignal(int)
    """An item is to be shown, since what was undone or redone concerns it."""
    settled = pyqtSignal()
    """No decision is under way any more."""

    def __init__(self, open_project: OpenProject, parent: QObject) -> None:
        super().__init__(parent)
        self._open_project = open_project
        self._under_way = 0

    @property
    def is_busy(self) -> bool:
        """Whether decisions are still being stored: the catalogue is behind what is shown."""
        return self._under_way > 0

    def hand_over(self, decision: Decision, about: str, *, jumps: bool) -> None:
        """Has a decision stored.

        Args:
            decision: What to store.
            about: The title of an item that will be out of sight when it is told; else "".
            jumps: Whether the item concerned is to be shown then.
        """
        self._under_way += 1
        self._open_project.decide(decision, partial(self._on_stored, about, jumps))

    def _on_stored(self, about: str, jumps: bool, changes: Changes | None) -> None:
        self._under_way -= 1
        if changes is not None:
            if jumps and changes.item_id is not None:
                self.item_wanted.emit(changes.item_id)
            # Last, since what is said of one item is not left standing below another.
            self.told.emit(f"{about}: {changes.summary}" if about else changes.summary)
        if not self._under_way:
            self.settled.emit()
