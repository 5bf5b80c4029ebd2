"""The user's note on an item: written when the field is left, on the item it was begun on."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QFocusEvent, QKeyEvent
from PyQt5.QtWidgets import QPlainTextEdit, QWidget

from core.qt.key_claims import FIELD_KEYS, KeyClaim

_LINES = 3


class NoteEditor(QPlainTextEdit):
    """Escape and Ctrl+Return leave it; Tab moves on."""

    written = pyqtSignal(int, str)
    """Item id, text."""
    left = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("note_editor")
        self.setPlaceholderText("Write a note  ( E )")
        self.setTabChangesFocus(True)
        KeyClaim(self, FIELD_KEYS)
        self._item_id: int | None = None
        self._stored = ""

    def show_note(self, item_id: int | None, text: str) -> None:
        """Shows an item's note; what was being written on another is stored first."""
        if item_id == self._item_id and text == self._stored:
            return
        if item_id != self._item_id or not self.hasFocus():
            self.store()
            if text != self.toPlainText():
                self.setPlainText(text)
        self._item_id, self._stored = item_id, text
        self.setEnabled(item_id is not None)

    def store(self) -> None:
        """Has what was written stored, if it is news."""
        text = self.toPlainText().strip()
        if self._item_id is not None and text != self._stored:
            self._stored = text
            self.written.emit(self._item_id, text)

    def sizeHint(self) -> QSize:
        return QSize(200, _LINES * self.fontMetrics().lineSpacing() + 18)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape or (
            is_return and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.store()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.store()
