"""What the user sees of an item: all its photos on the board, or a few of them compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PyQt5.QtCore import QObject, pyqtSignal

from cleaner.shown_item import ShownItem
from core.catalogue.photos import read_photos_by_id
from core.catalogue.records import Hint, Photo
from core.qt.compare_view import CompareView
from core.qt.comparison import MOST_PHOTOS
from core.qt.open_project import OpenProject
from core.qt.photo_board import PhotoBoard


class Stage(QObject):
    """Knows which photos keys act on, whichever of the two shows them.

    In a comparison that is the chosen photo alone, and the board's selection waits.
    """

    opened = pyqtSignal()
    """A few photos are compared, or one is shown alone."""
    closed = pyqtSignal()
    """The board is back."""
    selection_changed = pyqtSignal()

    def __init__(
        self, open_project: OpenProject, board: PhotoBoard, compare: CompareView, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._open_project = open_project
        self._board = board
        self._compare = compare
        self._is_open = False
        self._own: frozenset[int] = frozenset()
        board.selection_changed.connect(self.selection_changed)
        compare.chosen_changed.connect(self.selection_changed)
        compare.closed.connect(self.close)

    @property
    def compared(self) -> int:
        """How many photos are compared; 1 for one that is shown alone, 0 on the board."""
        return len(self._compare.photo_ids) if self._is_open else 0

    # What keys act on

    def selected_ids(self) -> list[int]:
        if not self._is_open:
            return self._board.selected_ids()
        chosen = self._compare.chosen_id
        return [] if chosen is None else [chosen]

    def paired_ids(self) -> list[int]:
        """The photos that are looked at together."""
        return self._compare.photo_ids if self._is_open else self._board.selected_ids()

    def select(self, photo_ids: Iterable[int]) -> None:
        if not self._is_open:
            self._board.select(photo_ids)

    def toggle(self, photo_id: int) -> None:
        """Selects a photo on the board, or takes it out of the selection."""
        self._board.toggle(photo_id)

    def painted_ids(self) -> frozenset[int]:
        return self._compare.painted_ids() if self._is_open else self._board.painted_ids()

    def reveal(self, photo_id: int) -> None:
        if not self._is_open:
            self._board.reveal(photo_id)

    # Comparing

    def compare(self, shown: ShownItem, photo_ids: Sequence[int]) -> None:
        """Sets photos of an item (and of others) against each other, or shows one alone."""
        by_id = read_photos_by_id(self._open_project.catalogue, photo_ids)
        photos = [by_id[id_] for id_ in photo_ids if id_ in by_id]
        if photos:
            self._show(shown, photos)

    def follow(self, shown: ShownItem | None) -> None:
        """Takes over how the item is now; goes back to the board where photos of it have left."""
        if not self._is_open:
            return
        if shown is None or not self._own.issubset(shown.numbers):
            self.close()
        else:
            self._compare.update_photos(shown.photos)

    def close(self) -> None:
        """Shows the board again."""
        if self._is_open:
            self._is_open = False
            self.closed.emit()
            self._compare.clear()
            self.selection_changed.emit()

    def _show(self, shown: ShownItem, photos: Sequence[Photo]) -> None:
        self._is_open = True
        self._own = frozenset(photo.id for photo in photos if photo.id in shown.numbers)
        names = {
            photo.id: f"photo {shown.numbers[photo.id]}"
            if photo.id in shown.numbers
            else "in another item"
            for photo in photos
        }
        # Not the first: that is the better copy, which keys must not meet by default.
        suspects = [n for n, photo in enumerate(photos) if photo.id in shown.accused]
        own = [n for n, photo in enumerate(photos) if photo.id in self._own]
        self._compare.show_photos(
            photos,
            names,
            chosen=(suspects or own or [0])[0],
            only_to_look_at=[photo.id for photo in photos if photo.id not in self._own],
        )
        self.opened.emit()
        self.selection_changed.emit()


def photos_to_compare(shown: ShownItem, selected: Sequence[int]) -> list[int]:
    """The photos that a comparison would show, the best copy first; fewer than two for none.

    Those that are selected; a single one with what it is said to be a copy of, or the other way
    round; with none selected, the first photo that hints accuse of being a copy, or else all.
    """
    if len(selected) > 1:
        return list(selected) if len(selected) <= MOST_PHOTOS else []
    copies = [hint for hint in shown.hints if hint.other_photo_id is not None]
    if selected:
        copies = [hint for hint in copies if selected[0] in (hint.photo_id, hint.other_photo_id)]
    if copies:
        return _family(copies, copies[0].other_photo_id)
    every = [photo.id for photo in shown.photos]
    return every if not selected and len(every) <= MOST_PHOTOS else []


def _family(copies: Sequence[Hint], best: int | None) -> list[int]:
    """The best copy and what hints say to be copies of it."""
    ids = [best, *(hint.photo_id for hint in copies if hint.other_photo_id == best)]
    return [id_ for id_ in dict.fromkeys(ids) if id_ is not None][:MOST_PHOTOS]
