"""One photo beside a list, decoded off the GUI thread."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap
from PyQt5.QtWidgets import QSizePolicy, QWidget

from core.images import Pixels, UnreadableImage, load
from core.jobs.context import JobContext
from core.qt.background import BackgroundTask
from core.qt.theme import colours

_AT_LEAST_PX = 480
_NONE_CHOSEN = "Select a photo to see it"

Crop = tuple[int, int, int, int]


class PhotoPane(QWidget):
    """Shows the file it was last told to, never another."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMinimumSize(220, 220)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._file: Path | None = None
        self._crop: Crop | None = None
        self._pixmap: QPixmap | None = None
        self._text = _NONE_CHOSEN
        self._task: BackgroundTask | None = None

    def show_file(self, file: Path | None, crop: Crop | None = None) -> None:
        """Shows a picture, or a part of it; for None that one can be chosen."""
        if (file, crop) == (self._file, self._crop):
            return
        self.stop()
        self._file, self._crop = file, crop
        self._pixmap, self._text = None, "" if file is not None else _NONE_CHOSEN
        self.update()
        if file is None:
            return

        def work(_context: JobContext) -> Pixels | str:
            try:
                return _load(file, crop)
            except UnreadableImage as error:
                return str(error.reason)

        self._task = BackgroundTask(work)
        self._task.finished.connect(self._on_loaded)
        self._task.start()

    def stop(self) -> None:
        """Waits for no picture any more; to be called before the pane goes."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def sizeHint(self) -> QSize:
        return QSize(300, 300)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(shades.plate))
        if self._pixmap is None:
            painter.setPen(QColor(shades.text_muted))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._text)
            return
        scale = min(self.width() / self._pixmap.width(), self.height() / self._pixmap.height(), 2.0)
        target = QRectF(0, 0, self._pixmap.width() * scale, self._pixmap.height() * scale)
        target.moveCenter(QRectF(self.rect()).center())
        painter.drawPixmap(target, self._pixmap, QRectF(self._pixmap.rect()))

    def _on_loaded(self, loaded: Pixels | str) -> None:
        self._task = None
        if isinstance(loaded, str):
            self._text = loaded
        else:
            height, width = loaded.shape[:2]
            image = QImage(loaded.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
            self._pixmap = QPixmap.fromImage(image)
        self.update()


def _load(file: Path, crop: Crop | None) -> Pixels:
    if crop is None:
        return load(file, at_least=(_AT_LEAST_PX, _AT_LEAST_PX)).pixels
    left, top, right, bottom = crop
    return load(file).pixels[top:bottom, left:right]
