"""Small buttons for actions."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAction, QToolButton, QWidget

from core.qt.key_claims import BUTTON_KEYS, KeyClaim


def tool_button(action: QAction, text: str, parent: QWidget) -> QToolButton:
    """A small button; its text stays what it is when the action's ("Undo: …") changes."""
    button = QToolButton(parent)
    button.setObjectName(action.objectName().replace("action_", "tool_", 1))
    button.setText(text)
    button.setToolTip(action.toolTip())
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    KeyClaim(button, BUTTON_KEYS)
    button.clicked.connect(action.trigger)

    def follow() -> None:
        button.setEnabled(action.isEnabled())

    action.changed.connect(follow)
    follow()
    return button
