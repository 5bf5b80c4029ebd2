"""Windows that show one item after another, and how a benchmark presses, waits and looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PyQt5.QtCore import QEventLoop, QObject, QRect, Qt, QTimer, pyqtBoundSignal, pyqtSignal
from PyQt5.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from core.catalogue.database import Catalogue
from core.catalogue.photos import read_photos
from core.catalogue.records import Photo
from core.qt.photo_board import PhotoBoard
from core.qt.photo_loader import PhotoLoader
from core.qt.tile import Tile
from core.qt.tile_layout import arrange, aspect_of

_FETCHED_AHEAD = (1, -1, 2, -2, 3)


class Flipper(QWidget):
    """The least of a window: a key shows the next item, as the cleaning tab does it."""

    def __init__(self, catalogue: Catalogue, item_ids: Sequence[int], loader: PhotoLoader) -> None:
        super().__init__()
        self.catalogue = catalogue
        self.item_ids = item_ids
        self.at = 0
        self.fetches_ahead = True
        self.board = PhotoBoard(loader, self)
        self.board.fetch_ahead_wanted.connect(self._fetch_ahead)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.board)
        self.board.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Right:
            self.show_item(self.at + 1)

    def show_item(self, at: int) -> None:
        self.at = at % len(self.item_ids)
        photos = self.photos(0)
        self.board.show_item(
            self.item_ids[self.at], [Tile(photo, n) for n, photo in enumerate(photos, start=1)]
        )

    def _fetch_ahead(self) -> None:
        if self.fetches_ahead:
            self.board.prefetch([self.photos(step) for step in _FETCHED_AHEAD])

    def photos(self, step: int) -> list[Photo]:
        item_id = self.item_ids[(self.at + step) % len(self.item_ids)]
        return read_photos(self.catalogue, [item_id])[item_id]


class PlainBoard(QWidget):
    """What the board is compared with."""

    painted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[tuple[QRect, QPixmap]] = []

    def show_photos(self, photos: Sequence[Photo]) -> None:
        aspects = tuple(aspect_of(photo) for photo in photos)
        places = arrange(aspects, self.width(), self.height(), 12).places
        self._shown = []
        for photo, place in zip(photos, places, strict=True):
            pixmap = QPixmap(str(photo.file)).scaled(
                place.width,
                place.height,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            rect = QRect(place.x, place.y, place.width, place.height)
            self._shown.append((rect, pixmap))
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        for rect, pixmap in self._shown:
            painter.drawPixmap(rect.topLeft(), pixmap)
        painter.end()
        QTimer.singleShot(0, self.painted.emit)


def press(window: QWidget) -> None:
    QTest.keyClick(window, Qt.Key.Key_Right)


def until(signal: pyqtBoundSignal, act: Callable[[], None]) -> None:
    loop = QEventLoop()
    done: list[bool] = []

    def finish() -> None:
        done.append(True)
        loop.quit()

    told = signal.connect(finish)
    act()
    if not done:
        loop.exec_()
    QObject.disconnect(told)


def let_rest(loader: PhotoLoader) -> None:
    """Until everything asked for is decoded and in the cache."""
    QTest.qWait(50)  # fetching ahead begins only after the item is painted
    while not loader.is_idle:
        QTest.qWait(5)


def screen_pixels(window: QWidget) -> np.ndarray:
    """What was last painted, as it is on the screen: nothing is painted for this."""
    screen = window.screen().grabWindow(int(window.winId())).toImage()
    screen = screen.convertToFormat(QImage.Format.Format_RGB32)
    memory = screen.constBits()
    memory.setsize(screen.sizeInBytes())
    return np.frombuffer(memory, np.uint8).reshape(screen.height(), screen.width(), 4).copy()
