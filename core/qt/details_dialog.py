"""Technical details to read and copy: a job's last words, a bug's traceback."""

from __future__ import annotations

from PyQt5.QtGui import QFontDatabase
from PyQt5.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError


class DetailsDialog(QDialog):
    """A sentence on what happened, and a text below that can be copied whole."""

    def __init__(self, title: str, explanation: str, details: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("details_dialog")
        self.setWindowTitle(title)
        self.resize(760, 460)
        column = QVBoxLayout(self)
        label = QLabel(explanation, self)
        label.setWordWrap(True)
        column.addWidget(label)
        self._text = QPlainTextEdit(details, self)
        self._text.setReadOnly(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        column.addWidget(self._text, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = QPushButton("Copy", self)
        copy.setObjectName("copy_details")
        copy.clicked.connect(self._copy)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(self._text.toPlainText())


def show_details(parent: QWidget, error: UserError, details: str) -> None:
    """Opens the details of an error without stopping what goes on."""
    dialog = DetailsDialog("Details", str(error), details, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
