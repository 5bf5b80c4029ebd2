"""What the user sees of the item on the board, and so may decide on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from PyQt5.QtCore import QObject, pyqtSignal

from cleaner.shown_item import ShownItem


class Board(Protocol):
    """What deciding needs to know of the photos on the screen (`Stage`)."""

    def selected_ids(self) -> list[int]: ...
    def select(self, photo_ids: Iterable[int]) -> None: ...
    def paired_ids(self) -> list[int]: ...
    def painted_ids(self) -> frozenset[int]: ...
    def reveal(self, photo_id: int) -> None: ...


class Sight(QObject):
    """Hands out the item only for what has been on the screen; says why where it does not."""

    refused = pyqtSignal(str)
    """Why nothing can be done."""

    def __init__(self, board: Board, parent: QObject) -> None:
        super().__init__(parent)
        self._board = board
        self._shown: ShownItem | None = None
        self._is_painted = False

    @property
    def shown(self) -> ShownItem | None:
        """The item that is to be on the board, whether it has been painted or not."""
        return self._shown

    @property
    def is_painted(self) -> bool:
        """Whether the item has been on the screen."""
        return self._is_painted

    def show(self, shown: ShownItem | None) -> None:
        """Says which item is on the board, and how it is now."""
        if shown is None or self._shown is None or shown.item.id != self._shown.item.id:
            self._is_painted = False
        self._shown = shown

    def unpaint(self) -> None:
        """Says that the board shows the item afresh: until `paint`, it has not been seen."""
        self._is_painted = False

    def paint(self, item_id: int) -> None:
        """Says that the item's photos are on the screen."""
        if self._shown is not None and item_id == self._shown.item.id:
            self._is_painted = True

    def item(self) -> ShownItem | None:
        """The item, if it has been on the screen as a whole."""
        if self._shown is not None and not self._is_painted:
            self.refused.emit("Nothing was done: the item was not on the screen yet")
            return None
        return self._shown

    def item_of(self, ids: Collection[int]) -> ShownItem | None:
        """The item, if all these photos of it are on the screen."""
        shown = self._shown
        if shown is None:
            return None
        painted = self._board.painted_ids()
        if any(id_ not in shown.numbers for id_ in ids):
            self.refused.emit("Nothing was done: that photo is not in this item")
            return None
        hidden = [id_ for id_ in ids if id_ not in painted]
        if hidden:
            which = ", ".join(map(str, sorted(shown.numbers[id_] for id_ in hidden)))
            self.refused.emit(f"Nothing was done: photo {which} was not on the screen")
            self._board.reveal(hidden[0])
            return None
        return shown

    def selected(self) -> list[int]:
        """What is selected; if nothing is, says so."""
        ids = self._board.selected_ids()
        if not ids:
            self.refuse_without_selection()
        return ids

    def refuse_without_selection(self) -> None:
        """Says that photos have to be selected."""
        self.refused.emit("Select photos first: press their numbers, or click them")
