"""A picture that fits its place."""

from __future__ import annotations

from PyQt5.QtCore import QRect, QSize, Qt
from PyQt5.QtGui import QImage, QPainter, QPaintEvent
from PyQt5.QtWidgets import QWidget


class PictureView(QWidget):
    """A picture as large as there is room, never larger than it is on the disk twice over."""

    def __init__(self, name: str, parent: QWidget, *, at_top: bool = False) -> None:
        """Empty; `name` is for `objectName`, and the picture is centred or at the top."""
        super().__init__(parent)
        self._at_top = at_top
        self.setObjectName(name)
        self._image = QImage()

    def show_picture(self, image: QImage) -> None:
        """Shows a picture in place of the one before."""
        self._image = image
        self.update()

    @property
    def picture(self) -> QImage:
        """What is shown; null for nothing."""
        return self._image

    @property
    def is_empty(self) -> bool:
        return self._image.isNull()

    def sizeHint(self) -> QSize:
        return QSize(400, 300)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        ratio = self.devicePixelRatioF()
        room = self.size() * ratio
        size = self._image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        size = size.boundedTo(self._image.size() * 2)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        width, height = int(size.width() / ratio), int(size.height() / ratio)
        left = (self.width() - width) // 2
        top = 0 if self._at_top else (self.height() - height) // 2
        painter.drawImage(QRect(left, top, width, height), self._image)
