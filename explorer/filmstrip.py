"""The way along one direction: the nearest item at each of ten steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.qt.elided_label import as_tooltip
from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.photo_loader import PhotoLoader
from core.qt.theme import scaled_font
from explorer.gallery_tile import item_words
from explorer.library import Facts
from explorer.photo_box import PhotoBox

STEPS = 10
_PHOTO_PX = 78


@dataclass(frozen=True)
class Frame:
    """A step of the way: the row nearest there, and what is expected there."""

    row: int
    facts: Facts
    words: str


class Filmstrip(QWidget):
    """Ten small photos in a line; a double click makes one the query."""

    activated = pyqtSignal(int)
    """Row."""
    closed = pyqtSignal()

    def __init__(self, loader: PhotoLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filmstrip")
        self._title = QLabel(self)
        self._title.setProperty("role", "muted")
        away = QToolButton(self)
        away.setText("×")
        away.setToolTip("Hide the path")
        away.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(away, BUTTON_KEYS)
        away.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(away)
        line = QHBoxLayout()
        line.setSpacing(3)
        self._cells = [_Cell(loader, self) for _ in range(STEPS)]
        for cell in self._cells:
            cell.activated.connect(self.activated)
            line.addWidget(cell, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 2)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addLayout(line)
        self.hide()

    def show_frames(self, title: str, frames: Sequence[Frame]) -> None:
        """Shows a way; photos that are nearest at several steps are there several times."""
        self._title.setText(title)
        for number, cell in enumerate(self._cells):
            cell.show_frame(frames[number] if number < len(frames) else None)
        self.show()

    def rows(self) -> list[int]:
        """The rows that are shown, in order."""
        return [cell.frame.row for cell in self._cells if cell.frame is not None]


class _Cell(QWidget):
    activated = pyqtSignal(int)

    def __init__(self, loader: PhotoLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self.frame: Frame | None = None
        self._photo = PhotoBox(loader, _PHOTO_PX, self)
        self._photo.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = QLabel(self)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setProperty("role", "muted")
        self._words.setFont(scaled_font(self, 0.8))
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._photo)
        layout.addWidget(self._words)

    def show_frame(self, frame: Frame | None) -> None:
        self.frame = frame
        self._photo.show_photo(None if frame is None else frame.facts.photo)
        self._photo.update()
        self._words.setText("" if frame is None else frame.words)
        self.setToolTip(
            ""
            if frame is None
            else as_tooltip(f"{frame.facts.title}\n{item_words(frame.facts.item)}")
        )

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.frame is not None and event.button() == Qt.MouseButton.LeftButton:
            self.activated.emit(self.frame.row)
