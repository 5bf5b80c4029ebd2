"""Which item is on the board, how one gets to another, and how it follows what changes."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import QObject, pyqtSignal

from cleaner.deciding import Deciding
from cleaner.queue import Queue
from cleaner.shown_item import ShownItem, read_elsewhere, read_shown_item, tiles_of
from core.catalogue.items import read_items
from core.catalogue.photos import read_photos, read_photos_by_id
from core.catalogue.records import Changes, Item, ItemState
from core.qt.open_project import OpenProject
from core.qt.photo_board import PhotoBoard

_PREFETCH_REACH = 4
"""Items fetched ahead on either side of the current one."""


class Showing(QObject):
    """Puts items on the board, one at a time."""

    item_shown = pyqtSignal()
    """Another item is on the board."""
    item_changed = pyqtSignal()
    """The item on the board is no longer what it was."""
    ended = pyqtSignal()
    """There is nothing to show: no item, or none that is still to be decided on."""

    def __init__(
        self,
        open_project: OpenProject,
        queue: Queue,
        board: PhotoBoard,
        deciding: Deciding,
        first_wanted: int | None,
        parent: QObject,
    ) -> None:
        """Shows nothing until the queue is found.

        Args:
            open_project: Whose items.
            queue: Their order.
            board: Where they are shown.
            deciding: Is told which item is shown and once it is painted.
            first_wanted: The item to begin with, if it is still there.
            parent: The owner in Qt's sense.
        """
        super().__init__(parent)
        self._open_project = open_project
        self._queue = queue
        self._board = board
        self._deciding = deciding
        self._first_wanted = first_wanted
        self._wants_match = False
        self._shown: ShownItem | None = None
        self._elsewhere: Mapping[int, Item] = {}
        self._is_at_end = False
        queue.refreshed.connect(self._on_queue_refreshed)
        board.item_painted.connect(deciding.sight.paint)
        board.fetch_ahead_wanted.connect(self._on_fetch_ahead_wanted)
        deciding.expected.connect(self._on_expected)
        deciding.item_finished.connect(self._on_item_finished)
        deciding.item_wanted.connect(self.show_item)
        deciding.settled.connect(self._on_settled)
        open_project.changed.connect(self._on_changed)

    @property
    def shown(self) -> ShownItem | None:
        """The item on the board."""
        return self._shown

    @property
    def elsewhere(self) -> Mapping[int, Item]:
        """The items that hold photos which hints on this item name, by photo id."""
        return self._elsewhere

    @property
    def is_at_end(self) -> bool:
        """Whether all items of the queue are decided on and the user has come to its end."""
        return self._is_at_end

    def show_item(self, item_id: int) -> None:
        """Puts an item on the board; one that is no longer there is left out."""
        shown = read_shown_item(self._open_project.catalogue, item_id)
        if shown is None or shown.item.state is ItemState.MERGED:
            return
        self._is_at_end = False
        self._queue.set_current(item_id)
        self._take(shown)
        self._deciding.sight.unpaint()
        self._board.show_item(item_id, tiles_of(shown))
        self.item_shown.emit()

    def find(self, item_id: int, photo_id: int | None = None) -> bool:
        """Shows an item wherever its photos are now, with a photo selected; False if it is gone."""
        catalogue = self._open_project.catalogue
        photo = None if photo_id is None else read_photos_by_id(catalogue, [photo_id]).get(photo_id)
        wanted: int | None = item_id if photo is None else photo.item_id
        while wanted is not None:
            if not (items := read_items(catalogue, [wanted])):
                return False
            wanted = items[0].merged_into
        self.show_item(items[0].id)
        if photo is not None:
            self._board.select([photo.id])
            self._board.reveal(photo.id)
        return True

    def step(self, by: int) -> None:
        """Goes so many items on (back, if negative); from the end, back to the last item."""
        current = self._queue.current
        if self._is_at_end and current is not None:
            if by < 0:
                self.show_item(current)
            return
        item_id = self._queue.neighbour(by)
        if item_id is not None:
            self.show_item(item_id)

    def show_row(self, row: int) -> None:
        """Shows the item in a row of the queue; -1 is the last."""
        ids = self._queue.model.ids
        if len(ids):
            self.show_item(int(ids[row]))

    def go_on(self) -> None:
        """Shows the next item that is still to be decided on, or says that there is none."""
        item_id = self._queue.next_open()
        if item_id is not None:
            self.show_item(item_id)
        else:
            self._show_nothing(is_at_end=True)

    def take_match(self) -> None:
        """Goes to an item that passes the filter, if the current one does not."""
        if self._queue.is_finding:
            self._wants_match = True
        elif not self._queue.current_matches or self._shown is None:
            item_id = self._beside()
            if item_id is not None:
                self.show_item(item_id)

    def _on_item_finished(self, item_id: int) -> None:
        self._queue.mark_decided(item_id)
        self.go_on()

    def _on_expected(self, shown: ShownItem) -> None:
        self._shown = shown
        self._board.update_tiles(tiles_of(shown))
        self.item_changed.emit()

    def _on_queue_refreshed(self) -> None:
        if self._shown is None and not self._is_at_end:
            self._show_first()
        elif self._wants_match:
            self._wants_match = False
            self.take_match()

    def _show_first(self) -> None:
        wanted, self._first_wanted = self._first_wanted, None
        if wanted is not None:
            self.show_item(wanted)
        if self._shown is None:
            item_id = self._queue.next_open()
            if item_id is not None:
                self.show_item(item_id)
            else:
                self.show_row(0)
        if self._shown is None:
            self._show_nothing(is_at_end=False)

    def _on_changed(self, changes: Changes) -> None:
        beside = self._beside()
        self._queue.follow(changes)
        shown = self._shown
        if shown is None or not (changes.everything or shown.item.id in changes.item_ids):
            return
        if not self._deciding.is_busy:  # else the catalogue is still behind the board
            self._read_again(beside)

    def _on_settled(self) -> None:
        self._read_again(self._beside())

    def _beside(self) -> int | None:
        return self._queue.neighbour(1) or self._queue.neighbour(-1)

    def _read_again(self, beside: int | None) -> None:
        """Brings the board up to date with the catalogue.

        Args:
            beside: The item to show where the current one is gone.
        """
        before = self._shown
        if before is None:
            return
        shown = read_shown_item(self._open_project.catalogue, before.item.id)
        if shown == before:
            return
        if shown is None or shown.item.state is ItemState.MERGED:
            self._leave_gone(None if shown is None else shown.item.merged_into, beside)
            return
        self._take(shown)
        if shown.numbers != before.numbers:
            self._deciding.sight.unpaint()
        self._board.update_tiles(tiles_of(shown))
        self.item_changed.emit()

    def _leave_gone(self, merged_into: int | None, beside: int | None) -> None:
        """Goes on from an item that is no longer there: to where its photos are, else beside it."""
        self._show_nothing(is_at_end=False)
        for item_id in (merged_into, beside):
            if item_id is not None:
                self.show_item(item_id)
            if self._shown is not None:
                return
        self._queue.set_current(None)
        self._show_first()

    def _take(self, shown: ShownItem | None) -> None:
        self._shown = shown
        self._elsewhere = (
            {} if shown is None else read_elsewhere(self._open_project.catalogue, shown)
        )
        self._deciding.show(shown)

    def _show_nothing(self, *, is_at_end: bool) -> None:
        self._is_at_end = is_at_end
        self._take(None)
        self._board.clear()
        self.ended.emit()

    def _on_fetch_ahead_wanted(self) -> None:
        ids = self._queue.around(_PREFETCH_REACH)
        photos = read_photos(self._open_project.catalogue, ids)
        self._board.prefetch([photos[item_id] for item_id in ids])
