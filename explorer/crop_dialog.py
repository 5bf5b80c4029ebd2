"""Choosing the part of a photo that counts, before it is embedded."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QRegion
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from core import images
from core.images import UnreadableImage
from core.jobs.context import JobContext
from core.qt.background import BackgroundTask
from core.qt.qt_pixels import to_image
from core.qt.theme import colours

_SHOWN_PX = 900
_LEAST_PX = 16
"""Of the photo: a smaller part says nothing."""

Crop = tuple[int, int, int, int]


class CropDialog(QDialog):
    """Shows the whole photo; dragging marks a part."""

    chosen = pyqtSignal(object)
    """(x1, y1, x2, y2) in upright pixels, or None for all of the photo."""

    def __init__(self, file: Path, crop: Crop | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("crop_dialog")
        self.setWindowTitle("Crop the query")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._area = CropArea(crop, self)
        self._area.setObjectName("crop_area")
        self._words = QLabel("Drag across the part to look for.", self)
        self._words.setProperty("role", "muted")
        self._area.changed.connect(self._on_changed)
        buttons = QDialogButtonBox(self)
        self._use = QPushButton("Look for this part", self)
        self._use.setObjectName("crop_use")
        self._use.setProperty("role", "main")
        self._use.setDefault(True)
        whole = QPushButton("Whole photo", self)
        whole.setObjectName("crop_whole")
        # Else it takes Return, where no part is marked yet and where one is.
        whole.setAutoDefault(False)
        buttons.addButton(self._use, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(whole, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        whole.clicked.connect(lambda: self._choose(None))
        buttons.accepted.connect(lambda: self._choose(self._area.crop))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._area, 1)
        layout.addWidget(self._words)
        layout.addWidget(buttons)
        room = parent.window().size()
        self.resize(int(room.width() * 0.7), int(room.height() * 0.85))
        self._on_changed()
        self._task = BackgroundTask(lambda _: _load(file, _))
        self._task.finished.connect(self._on_loaded)
        self._task.start()

    def done(self, result: int) -> None:
        self._task.cancel()
        super().done(result)

    def _on_loaded(self, loaded: tuple[QImage, int, int] | str) -> None:
        if isinstance(loaded, str):
            self._words.setText(loaded)
        else:
            self._area.show_image(*loaded)

    def _on_changed(self) -> None:
        crop = self._area.crop
        self._use.setEnabled(crop is not None)
        if crop is not None:
            self._words.setText(f"{crop[2] - crop[0]} × {crop[3] - crop[1]} pixels of the photo")

    def _choose(self, crop: Crop | None) -> None:
        self.chosen.emit(crop)
        self.accept()


class CropArea(QWidget):
    """The photo, darkened outside of the part that is marked."""

    changed = pyqtSignal()

    def __init__(self, crop: Crop | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMinimumSize(240, 240)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._image = QImage()
        self._whole = QSize(1, 1)
        self._part = QRectF() if crop is None else QRectF(QRect(*crop[:2], 0, 0))
        if crop is not None:
            self._part = QRectF(crop[0], crop[1], crop[2] - crop[0], crop[3] - crop[1])
        self._from: QPointF | None = None

    def show_image(self, image: QImage, width: int, height: int) -> None:
        """Shows a photo that has so many upright pixels."""
        self._image, self._whole = image, QSize(width, height)
        self.update()

    @property
    def crop(self) -> Crop | None:
        """The part in upright pixels; None while it is too small to be one."""
        part = self._part.intersected(QRectF(0, 0, self._whole.width(), self._whole.height()))
        if self._image.isNull() or part.width() < _LEAST_PX or part.height() < _LEAST_PX:
            return None
        return round(part.left()), round(part.top()), round(part.right()), round(part.bottom())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = self._place()
        painter.drawImage(place, self._image)
        if self.crop is not None:
            marked = self._to_view(self._part)
            painter.setClipRegion(_region(place).subtracted(_region(marked)))
            painter.fillRect(place, QColor(0, 0, 0, 150))
            painter.setClipping(False)
            painter.setPen(QPen(QColor(colours(self).accent), 2))
            painter.drawRect(marked)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._image.isNull():
            self._from = self._to_photo(QPointF(event.pos()))
            self._mark(self._from)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._mark(self._to_photo(QPointF(event.pos())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

    def _mark(self, to: QPointF) -> None:
        assert self._from is not None
        self._part = QRectF(self._from, to).normalized()
        self.update()
        self.changed.emit()

    def _place(self) -> QRectF:
        scale = min(self.width() / self._whole.width(), self.height() / self._whole.height())
        place = QRectF(0, 0, self._whole.width() * scale, self._whole.height() * scale)
        place.moveCenter(QRectF(self.rect()).center())
        return place

    def _to_view(self, part: QRectF) -> QRectF:
        place = self._place()
        scale = place.width() / self._whole.width()
        return QRectF(
            place.x() + part.x() * scale,
            place.y() + part.y() * scale,
            part.width() * scale,
            part.height() * scale,
        )

    def _to_photo(self, at: QPointF) -> QPointF:
        place = self._place()
        scale = self._whole.width() / place.width()
        return QPointF(
            min(max(0.0, (at.x() - place.x()) * scale), self._whole.width()),
            min(max(0.0, (at.y() - place.y()) * scale), self._whole.height()),
        )


def _region(rect: QRectF) -> QRegion:
    return QRegion(rect.toAlignedRect())


def _load(file: Path, _: JobContext) -> tuple[QImage, int, int] | str:
    try:
        picture = images.load(file, at_least=(_SHOWN_PX, _SHOWN_PX))
    except UnreadableImage as error:
        return f"This photo cannot be shown: {error}"
    shown = images.fit_within(picture.pixels, 2 * _SHOWN_PX, 2 * _SHOWN_PX)
    return to_image(shown), picture.width, picture.height
