"""A part of a side panel under a heading that folds it away."""

from __future__ import annotations

from PyQt5.QtCore import QSettings, Qt
from PyQt5.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.theme import scaled_font


class Section(QWidget):
    """A heading over a body; whether it is folded is remembered under its name."""

    def __init__(self, tab: str, name: str, title: str, body: QWidget, parent: QWidget) -> None:
        """Folded as it was left; `tab` sets its name apart from those of other tabs."""
        super().__init__(parent)
        self.setObjectName(f"section_{name}")
        self._setting = f"{tab}/section_{name}_open"
        self._title = title
        self.body = body
        self._heading = QToolButton(self)
        self._heading.setObjectName(f"fold_{name}")
        self._heading.setCheckable(True)
        self._heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._heading.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(self._heading, BUTTON_KEYS)
        self._heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._heading.setFont(scaled_font(self, 1.0, bold=True))
        # A heading, not a button: the style sheet would fill it while it is "checked" (open).
        self._heading.setStyleSheet(
            "QToolButton:checked:!hover:!focus { background: transparent; border: none }"
            "QToolButton { padding-left: 0 }"
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._heading)
        layout.addWidget(body)
        is_open = QSettings().value(self._setting, True, type=bool)
        self._heading.setChecked(is_open)
        # Not before: what was read would be written to the disk again.
        self._heading.toggled.connect(self._on_toggled)
        self._fold(is_open)
        self.set_count(None)

    def set_count(self, count: int | None) -> None:
        """Writes a number behind the title."""
        self._heading.setText(self._title if count is None else f"{self._title}  {count}")

    def say(self, words: str) -> None:
        """Writes words behind the title."""
        self._heading.setText(f"{self._title}  ·  {words}" if words else self._title)

    def unfold(self) -> None:
        self._heading.setChecked(True)

    def _on_toggled(self, is_open: bool) -> None:
        QSettings().setValue(self._setting, is_open)
        self._fold(is_open)

    def _fold(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        self._heading.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
