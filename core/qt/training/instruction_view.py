"""What a run was told to do: what differs from the defaults, and the whole of it."""

from __future__ import annotations

import json

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QFontDatabase
from PyQt5.QtWidgets import QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from core.qt.rows_model import RowsModel, rows_table
from core.qt.training.draft import dumped
from core.qt.training.json_lines import as_text
from core.training.instruction import Instruction
from core.training.instruction_files import changed_values
from core.training.instruction_values import flat_values


class InstructionView(QWidget):
    """A table of the differences beside the text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: Instruction | None = None
        self._changes = RowsModel(("Differs from the defaults", "Value", "Default"), self)
        table = rows_table(self._changes, self, stretched=1)
        table.setObjectName("run_changes")
        table.setColumnWidth(0, 220)
        table.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._text = QPlainTextEdit(self)
        self._text.setObjectName("run_instruction")
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(3)
        splitter.addWidget(table)
        splitter.addWidget(self._text)
        splitter.setSizes([500, 500])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    def show_instruction(self, instruction: Instruction | None) -> None:
        """Shows it; None where the run's file cannot be understood."""
        if instruction == self._shown:
            return
        self._shown = instruction
        if instruction is None:
            self._changes.show_rows([])
            self._text.setPlainText("The run's instruction cannot be read.")
            return
        usual = flat_values(Instruction())
        self._changes.show_rows(
            [
                (name, in_words(value), in_words(usual[name]) if name in usual else "–")
                for name, value in changed_values(instruction).items()
            ]
        )
        self._text.setPlainText(as_text(dumped(instruction)))


def in_words(value: object) -> str:
    """A value of an instruction as a table shows it."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return json.dumps(value, default=str)
