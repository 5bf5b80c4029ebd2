"""A picture that a model drew, said to be one."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QPixmap
from PyQt5.QtWidgets import QLabel, QVBoxLayout, QWidget

_SIDE_PX = 132


class DecodedPicture(QWidget):
    """Hidden while there is none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("decoded")
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        told = QLabel("What the model takes this point for", self)
        told.setProperty("role", "muted")
        told.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._picture)
        layout.addWidget(told)
        self.hide()

    def show_png(self, png: bytes | None) -> None:
        """Shows a PNG file's picture; hides where there is none."""
        pixmap = QPixmap()
        if png is not None and pixmap.loadFromData(png, "PNG"):
            ratio = self.devicePixelRatioF()
            side = round(_SIDE_PX * ratio)
            shown = pixmap.scaled(
                side,
                side,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            shown.setDevicePixelRatio(ratio)
            self._picture.setPixmap(shown)
            self.show()
        else:
            self.hide()
