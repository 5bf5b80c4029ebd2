"""The neighbour sheets of a run: how what the network takes to be alike changes with the epochs.

Beside an autoencoder's sheet stands what its decoder makes of the same photos' embeddings.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QImage, QPainter
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QSlider, QStackedWidget, QVBoxLayout, QWidget

from core.qt.background import BackgroundTask
from core.qt.empty_page import EmptyPage
from core.qt.key_claims import KeyClaim
from core.qt.training.picture_view import PictureView
from core.qt.training.wrapped_label import WrappedLabel
from core.training.run_events import SheetDrawn


class SheetView(QWidget):
    """A picture with a slider over the epochs; follows the newest while it is at the end."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._folder = Path()
        self._sheets: Sequence[SheetDrawn] = ()
        self._shown: Sequence[Path] = ()
        self._task: BackgroundTask | None = None
        self._picture = PictureView("sheet_picture", self)
        self._drawn_again = QLabel("right: each photo, and what the decoder makes of it", self)
        self._drawn_again.setObjectName("sheet_drawn_again")
        self._drawn_again.setToolTip("What is lost there is not in the photo's embedding")
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setObjectName("sheet_slider")
        self._slider.setAccessibleName("Epoch of the neighbour sheet")
        self._slider.setToolTip("Which epoch's neighbours to show")
        KeyClaim(self._slider, _SLIDER_KEYS)
        self._slider.valueChanged.connect(lambda _: self._show_chosen())
        self._epoch = QLabel(self)
        self._epoch.setObjectName("sheet_epoch")
        widest = self.fontMetrics().horizontalAdvance("after epoch 0,000 of 0,000")
        self._epoch.setMinimumWidth(widest)
        told = WrappedLabel(
            "Each row: a photo, then those that the network takes to be most alike; framed where "
            "they are of the same item.",
            self,
            role="muted",
            scale=0.85,
        )
        told.setContentsMargins(14, 4, 14, 0)
        below = QHBoxLayout()
        below.setContentsMargins(14, 4, 14, 6)
        below.setSpacing(12)
        below.addWidget(self._epoch)
        below.addWidget(self._slider, 1)
        below.addWidget(self._drawn_again)
        full = QWidget(self)
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._picture, 1)
        column.addWidget(told)
        column.addLayout(below)
        empty = EmptyPage([], self, is_large=False)
        empty.show_reason(
            "No neighbours yet",
            "After each evaluation some fixed photos are shown here, each with those that the "
            "network takes to be most alike.",
        )
        self._pages = QStackedWidget(self)
        self._pages.addWidget(empty)
        self._pages.addWidget(full)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def show_sheets(self, folder: Path, sheets: Sequence[SheetDrawn]) -> None:
        """Shows a run's sheets.

        Args:
            folder: The run's, which their paths are relative to.
            sheets: In the order of the epochs.
        """
        is_other = folder != self._folder
        was_at_end = is_other or self._slider.value() >= self._slider.maximum()
        if not is_other and list(sheets) == list(self._sheets):
            return
        self._folder, self._sheets = folder, sheets
        if is_other:
            self._shown = ()
        self._pages.setCurrentIndex(1 if sheets else 0)
        self._slider.blockSignals(True)
        self._slider.setRange(0, max(0, len(sheets) - 1))
        if was_at_end:
            self._slider.setValue(self._slider.maximum())
        self._slider.blockSignals(False)
        self._slider.setEnabled(len(sheets) > 1)
        self._show_chosen()

    def _show_chosen(self) -> None:
        if not self._sheets:
            return
        sheet = self._sheets[min(self._slider.value(), len(self._sheets) - 1)]
        self._epoch.setText(f"after epoch {sheet.epoch:,} of {self._sheets[-1].epoch:,}")
        self._drawn_again.setVisible(bool(sheet.drawn_again))
        files = [self._folder / path for path in (sheet.path, sheet.drawn_again) if path]
        if files == self._shown:
            return
        self._shown = files
        if self._task is not None:
            self._task.cancel()
        self._task = BackgroundTask(lambda _: _side_by_side([QImage(str(file)) for file in files]))
        self._task.finished.connect(self._picture.show_picture)
        self._task.start()


def _side_by_side(images: Sequence[QImage]) -> QImage:
    """One picture of several; those that could not be read are left out."""
    images = [image for image in images if not image.isNull()]
    if len(images) < 2:
        return images[0] if images else QImage()
    width = sum(image.width() for image in images) + _BETWEEN_PX * (len(images) - 1)
    joined = QImage(width, max(image.height() for image in images), QImage.Format.Format_ARGB32)
    joined.fill(Qt.GlobalColor.transparent)
    painter = QPainter(joined)
    left = 0
    for image in images:
        painter.drawImage(left, 0, image)
        left += image.width() + _BETWEEN_PX
    painter.end()
    return joined


_BETWEEN_PX = 24

_SLIDER_KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)
