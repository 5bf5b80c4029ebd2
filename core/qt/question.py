"""A question before what is easily regretted, answered with a key or a click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QKeySequence
from PyQt5.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.qt.theme import scaled_font


@dataclass(frozen=True)
class Choice:
    """One answer: what it is called, the key that gives it, and what to hand back."""

    text: str
    key: str
    value: object
    role: str = ""


class Question(QDialog):
    """Asks over the window without stopping it; a held key never answers.

    Enter and Escape both mean "leave it": only the key of an answer gives that answer.
    """

    answered = pyqtSignal(object)
    """The value of the choice; nothing is emitted where the user leaves it."""

    def __init__(
        self,
        title: str,
        text: str,
        choices: Sequence[Choice],
        parent: QWidget,
        *,
        leave: str = "Leave it",
    ) -> None:
        """A question; `leave` is what doing nothing is called."""
        super().__init__(parent)
        self.setObjectName("question")
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._keys = {QKeySequence(choice.key)[0]: choice.value for choice in choices}
        heading = QLabel(title, self)
        heading.setFont(scaled_font(self, 1.2, bold=True))
        body = QLabel(text, self)
        body.setTextFormat(Qt.TextFormat.PlainText)
        for label in (heading, body):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        for choice in choices:
            button = QPushButton(f"{choice.text}   {choice.key}", self)
            button.setObjectName(f"answer_{choice.key.lower()}")
            button.setProperty("role", choice.role)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, value=choice.value: self._answer(value))
            row.addWidget(button)
        row.addStretch()
        left = QPushButton(f"{leave}   Esc", self)
        left.setObjectName("answer_leave")
        left.setDefault(True)
        left.clicked.connect(self.reject)
        row.addWidget(left)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        layout.addWidget(heading)
        layout.addWidget(body)
        layout.addLayout(row)
        left.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return
        key = int(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier) | event.key()
        if key in self._keys:
            self._answer(self._keys[key])
        else:
            super().keyPressEvent(event)

    def _answer(self, value: object) -> None:
        self.accept()
        self.answered.emit(value)
