"""What stands where there is nothing to show: why, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.theme import scaled_font


class EmptyPage(QWidget):
    """A heading, a sentence, and the buttons that help."""

    def __init__(
        self, buttons: Sequence[QPushButton], parent: QWidget, *, is_large: bool = True
    ) -> None:
        super().__init__(parent)
        self._title = QLabel(self)
        self._title.setFont(scaled_font(self, 1.5 if is_large else 1.1, bold=True))
        self._text = QLabel(self)
        self._text.setProperty("role", "muted")
        row = QHBoxLayout()
        row.addStretch()
        for button in buttons:
            button.setParent(self)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            KeyClaim(button, BUTTON_KEYS)
            row.addWidget(button)
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addStretch(2)
        for label in (self._title, self._text):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addLayout(row)
        layout.addStretch(3)

    def show_reason(self, title: str, text: str) -> None:
        """Says why there is nothing, and what to do."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
