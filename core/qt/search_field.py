"""A field to search with: says what is looked for once the typing pauses."""

from __future__ import annotations

from PyQt5.QtCore import QSignalBlocker, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QLineEdit, QWidget

from core.qt.key_claims import FIELD_KEYS, KeyClaim

_PAUSE_MS = 150


class SearchField(QLineEdit):
    """Return takes what was found, Escape empties the field or leaves it."""

    searched = pyqtSignal(str)
    """The words, single spaces between them; not the same ones twice running."""
    taken = pyqtSignal()
    """Return: the first that was found is wanted (`searched` comes before)."""
    left = pyqtSignal()
    """Escape in the empty field."""
    stepped = pyqtSignal(int)
    """Down (1) or Up (-1) was pressed."""

    def __init__(self, placeholder: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setClearButtonEnabled(True)
        KeyClaim(self, FIELD_KEYS)
        self._searched = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self.textChanged.connect(lambda: self._pause.start())

    def show_text(self, text: str) -> None:
        """Shows what is looked for already."""
        self._pause.stop()
        self._searched = text
        with QSignalBlocker(self):
            self.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._search()
                self.taken.emit()
        elif key == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
                self._search()
            elif not event.isAutoRepeat():
                self.left.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def _search(self) -> None:
        self._pause.stop()
        words = " ".join(self.text().split())
        if words != self._searched:
            self._searched = words
            self.searched.emit(words)
