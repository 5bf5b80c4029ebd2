"""A number that is worth seeing from afar."""

from __future__ import annotations

from PyQt5.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.qt.theme import scaled_font


class Figure(QWidget):
    """A large number over what it counts."""

    def __init__(self, label: str, parent: QWidget, number: str = "") -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._number = QLabel(number, self)
        self._number.setFont(scaled_font(parent, 1.9, bold=True))
        column.addWidget(self._number)
        below = QLabel(label, self)
        below.setProperty("role", "muted")
        column.addWidget(below)

    def show_number(self, number: str) -> None:
        """Replaces the number."""
        self._number.setText(number)
