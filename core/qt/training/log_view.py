"""What a run's worker says, line by line."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QFontDatabase
from PyQt5.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.theme import colours
from core.training.run_history import LogLine

_MOST_LINES = 5000


class LogView(QWidget):
    """Lines, warnings and errors in their colours; stays at the end while it is there."""

    output_wanted = pyqtSignal()
    """All that the process printed is wanted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = ""
        self._lines: Sequence[LogLine] = ()
        self._text = QPlainTextEdit(self)
        self._text.setObjectName("run_log")
        self._text.setReadOnly(True)
        # For the tables of figures that a worker tells.
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setMaximumBlockCount(_MOST_LINES)
        self._text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        output = QPushButton("All that the process printed…", self)
        output.setObjectName("worker_output")
        output.setToolTip("Show the worker's standard output and error")
        output.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(output, BUTTON_KEYS)
        output.clicked.connect(self.output_wanted)
        below = QHBoxLayout()
        below.setContentsMargins(14, 2, 14, 6)
        below.addStretch(1)
        below.addWidget(output)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._text, 1)
        layout.addLayout(below)

    def show_lines(self, name: str, lines: Sequence[LogLine]) -> None:
        """Shows a run's lines; what is there already stays as it is."""
        is_same = name == self._name and lines[: len(self._lines)] == self._lines
        if not is_same:
            self._text.clear()
        for line in lines[len(self._lines) :] if is_same else lines[-_MOST_LINES:]:
            self._text.appendHtml(self._as_html(line))
        self._name, self._lines = name, lines

    def _as_html(self, line: LogLine) -> str:
        shades = colours(self)
        colour = {"warning": shades.warning, "error": shades.danger}.get(line.level, shades.text)
        text = html.escape(line.text)
        return f'<pre style="color:{colour}; white-space:pre-wrap; margin:0">{text}</pre>'
