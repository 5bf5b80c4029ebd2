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
        self._label = QLabel(label, self)
        self._label.setProperty("role", "muted")
        column.addWidget(self._label)

    def show_number(self, number: str) -> None:
        """Replaces the number."""
        self._number.setText(number)

    def show_count(self, count: int, noun: str) -> None:
        """Replaces the number, and what it counts: one of it, or several."""
        self._number.setText(f"{count:,}")
        self._label.setText(noun if count == 1 else f"{noun}s")
