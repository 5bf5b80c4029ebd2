"""Small buttons for actions."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QToolButton, QWidget

from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from explorer.actions import Actions, Do


def tool_button(actions: Actions, do: Do, text: str, parent: QWidget) -> QToolButton:
    """A small button for an action; its text stays what it is when the action's changes."""
    action = actions[do]
    button = QToolButton(parent)
    button.setObjectName(f"tool_{do.name.lower()}")
    button.setText(text)
    button.setToolTip(action.toolTip())
    button.setStyleSheet("QToolButton { padding: 4px 6px }")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    KeyClaim(button, BUTTON_KEYS)
    button.clicked.connect(action.trigger)

    def follow() -> None:
        button.setEnabled(action.isEnabled())

    action.changed.connect(follow)
    follow()
    return button
