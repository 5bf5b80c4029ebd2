"""The photos that stand on the map in place of points, once few enough are in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtCore import QObject, QPointF, QRectF, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QPainter, QPixmap

from core.catalogue.records import Photo
from core.qt.photo_loader import Answer, PhotoLoader, Wish
from core.qt.photo_words import known_problem
from core.qt.pixel_cache import PhotoKey, photo_key

MOST = 400
"""Points in view up to which their photos are shown."""
_SIZES = ((24, 112), (80, 88), (180, 64), (MOST, 48))
"""Up to so many, sides in logical pixels."""
_COLUMNS = 20

PhotosOf = Callable[[Sequence[int]], Sequence[Photo | None]]
"""The photos of rows, in order."""


class MapThumbnails(QObject):
    """One large pixmap holds them all, so that a frame takes one call of Qt's."""

    arrived = pyqtSignal()

    def __init__(self, loader: PhotoLoader, photos_of: PhotosOf, parent: QObject) -> None:
        super().__init__(parent)
        self._loader = loader
        self._photos_of = photos_of
        self._rows: tuple[int, ...] = ()
        self._slots: dict[int, int] = {}
        self._keys: dict[PhotoKey, list[int]] = {}
        self._wishes: dict[int, Wish] = {}
        self._filled: set[int] = set()
        self._shapes: dict[int, QRectF] = {}
        self._sheet = QPixmap()
        self._side_px = 0
        loader.answered.connect(self._on_answered)

    def show_rows(self, rows: Sequence[int], ratio: float) -> float:
        """Wishes for the photos of these rows; returns their side in logical pixels.

        Args:
            rows: At most `MOST`.
            ratio: Device pixels to a logical pixel.
        """
        side = next(side for most, side in _SIZES if len(rows) <= most)
        side_px = round(side * ratio)
        wanted = tuple(rows)
        if wanted == self._rows and side_px == self._side_px:
            return side
        self._rows = wanted
        if side_px != self._side_px or len(set(wanted) - self._slots.keys()) > self._free_count():
            self._begin_sheet(side_px)
        self._drop_all_but(set(wanted))
        new = [row for row in wanted if row not in self._slots]
        free = iter(sorted(set(range(MOST)) - set(self._slots.values())))
        for row, photo in zip(new, self._photos_of(new), strict=True):
            self._slots[row] = next(free)
            if photo is not None and not known_problem(photo):
                self._wishes[row] = Wish(photo, side_px, side_px)
                self._keys.setdefault(photo_key(photo), []).append(row)
        self._loader.wish(self, [self._wishes[row] for row in wanted if row in self._wishes])
        for row in new:
            self._fill(row)
        return side

    def clear(self) -> None:
        """Wishes for nothing."""
        if self._rows:
            self._rows = ()
            self._loader.wish(self, [])

    def forget(self) -> None:
        """Lets all go: other photos have these rows now."""
        self.clear()
        self._side_px = 0
        self._begin_sheet(0)

    def paint(
        self,
        painter: QPainter,
        at: Sequence[tuple[int, QPointF]],
        ratio: float,
        plate: QColor,
    ) -> list[QRectF]:
        """Paints rows' photos with their middles at points; returns where each lies.

        Args:
            painter: In logical pixels.
            at: Rows that `show_rows` was given, with their places.
            ratio: Device pixels to a logical pixel.
            plate: Stands where a photo is not there yet.
        """
        fragments, places = [], []
        empty = self._side_px / ratio * 0.3
        for row, middle in at:
            slot = self._slots.get(row)
            if slot is None or row not in self._filled:
                place = QRectF(middle.x() - empty / 2, middle.y() - empty / 2, empty, empty)
                painter.fillRect(place, plate)
            else:
                source = self._shapes[slot]
                width, height = source.width() / ratio, source.height() / ratio
                place = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
                fragments.append(
                    QPainter.PixmapFragment.create(middle, source, 1 / ratio, 1 / ratio)
                )
            places.append(place)
        if fragments:
            painter.drawPixmapFragments(fragments, self._sheet)
        return places

    def _free_count(self) -> int:
        return MOST - len(self._slots.keys() & set(self._rows))

    def _begin_sheet(self, side_px: int) -> None:
        self._side_px = side_px
        self._slots, self._keys, self._wishes = {}, {}, {}
        self._filled, self._shapes = set(), {}
        self._sheet = QPixmap(_COLUMNS * side_px, MOST // _COLUMNS * side_px)
        if side_px:
            self._sheet.fill(Qt.GlobalColor.black)

    def _drop_all_but(self, rows: set[int]) -> None:
        for row in [row for row in self._slots if row not in rows]:
            del self._slots[row]
            self._filled.discard(row)
            wish = self._wishes.pop(row, None)
            if wish is not None:
                self._keys[photo_key(wish.photo)].remove(row)

    def _on_answered(self, answer: Answer) -> None:
        rows = [row for row in self._keys.get(photo_key(answer.photo), ()) if self._rows]
        if sum(self._fill(row) for row in rows):
            self.arrived.emit()

    def _fill(self, row: int) -> bool:
        wish = self._wishes.get(row)
        answer = None if wish is None else self._loader.look_up(wish)
        if answer is None or answer.rendition is None:
            return False
        slot, side = self._slots[row], self._side_px
        image = answer.rendition.image
        scale = min(side / image.width(), side / image.height(), 1.0)
        width, height = max(1, int(image.width() * scale)), max(1, int(image.height() * scale))
        place = QRectF(slot % _COLUMNS * side, slot // _COLUMNS * side, width, height)
        painter = QPainter(self._sheet)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, image)
        painter.end()
        self._shapes[slot] = place
        self._filled.add(row)
        return True
