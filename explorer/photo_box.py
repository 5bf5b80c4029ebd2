"""One photo by itself, at the size of its box."""

from __future__ import annotations

from PyQt5.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PyQt5.QtWidgets import QSizePolicy, QWidget

from core.catalogue.records import Photo
from core.qt.photo_loader import Answer, PhotoLoader, Wish
from core.qt.photo_marks import paint_plate
from core.qt.photo_words import known_problem
from core.qt.pixel_cache import photo_key
from core.qt.theme import colours


class PhotoBox(QWidget):
    """Shows a photo, or why it cannot be shown; a click says so."""

    clicked = pyqtSignal()

    def __init__(self, loader: PhotoLoader, height: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._loader = loader
        self._height = height
        self._photo: Photo | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        loader.answered.connect(self._on_answered)

    def show_photo(self, photo: Photo | None) -> None:
        if photo != self._photo:
            self._photo = photo
            self._ask()
            self.update()

    @property
    def photo(self) -> Photo | None:
        return self._photo

    def sizeHint(self) -> QSize:
        return QSize(120, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._photo is None:
            return
        shades, ratio = colours(self), self.devicePixelRatioF()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        answer = self._loader.look_up(self._wish(self._photo))
        area = QRectF(self.rect())
        if answer is None or answer.rendition is None:
            problem = known_problem(self._photo) or ("" if answer is None else answer.failure)
            paint_plate(painter, self._photo, area, problem, shades)
            return
        image = answer.rendition.image
        width, height = image.width() / ratio, image.height() / ratio
        scale = min(area.width() / width, area.height() / height, 2.0)
        place = QRectF(0, 0, width * scale, height * scale)
        place.moveCenter(area.center())
        painter.fillRect(place, QColor(shades.plate))
        painter.drawImage(place, image)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self.clicked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._loader.wish(self, [])

    def _wish(self, photo: Photo) -> Wish:
        ratio = self.devicePixelRatioF()
        return Wish(photo, round(self.width() * ratio), round(self.height() * ratio))

    def _ask(self) -> None:
        if self.isVisible():
            wanted = self._photo is not None and not known_problem(self._photo)
            self._loader.wish(self, [self._wish(self._photo)] if wanted and self._photo else [])

    def _on_answered(self, answer: Answer) -> None:
        if self._photo is not None and photo_key(answer.photo) == photo_key(self._photo):
            self.update()
