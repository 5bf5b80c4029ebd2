"""What a run's worker says, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PyQt5.QtCore import QEvent, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QColor, QFontDatabase, QTextCharFormat, QTextCursor
from PyQt5.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.theme import colours
from core.training.run_events import Level
from core.training.run_history import LogLine

_MOST_LINES = 100_000

_LINES_A_TURN = 4000
"""Some ten milliseconds' worth: a long log is written bit by bit, the window lives meanwhile."""


class LogView(QWidget):
    """Lines, warnings and errors in their colours; stays at the end while it is there."""

    output_wanted = pyqtSignal()
    """All that the process printed is wanted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = ""
        self._lines: Sequence[LogLine] = ()
        self._written = 0
        self._writing = QTimer(self)
        self._writing.setInterval(0)
        self._writing.timeout.connect(self._write_next)
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
        known = len(self._lines)
        is_same = name == self._name and len(lines) >= known
        # The same line, not only one of the same words: what comes is only ever added to.
        if known and not (is_same and lines[known - 1] is self._lines[-1]):
            self._begin_anew()
        self._name, self._lines = name, lines
        if self._written < len(lines):
            self._write_next()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_text"):
            self._begin_anew()
            self._write_next()

    def _begin_anew(self) -> None:
        self._text.clear()
        self._written = 0

    def _write_next(self) -> None:
        """Writes some of the lines that are not there yet; the rest in the next turns."""
        first = max(self._written, len(self._lines) - _MOST_LINES)
        lines = self._lines[first : first + _LINES_A_TURN]
        bar = self._text.verticalScrollBar()
        was_at_end = bar.value() == bar.maximum()
        cursor = QTextCursor(self._text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        for level, group in groupby(lines, lambda line: line.level):
            if not self._text.document().isEmpty():
                cursor.insertBlock()
            cursor.insertText("\n".join(line.text for line in group), self._format_of(level))
        cursor.endEditBlock()
        self._written = first + len(lines)
        if was_at_end:
            bar.setValue(bar.maximum())
        if self._written < len(self._lines):
            self._writing.start()
        else:
            self._writing.stop()

    def _format_of(self, level: Level) -> QTextCharFormat:
        shades = colours(self)
        shade = {"warning": shades.warning, "error": shades.danger}.get(level, shades.text)
        written = QTextCharFormat()
        written.setForeground(QColor(shade))
        return written
