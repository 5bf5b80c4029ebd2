"""Below the pages: what was just done, and a button for what is done most."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from core.qt.action_button import ActionButton
from core.qt.elided_label import ElidedLabel
from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.tab_actions import key_text
from core.qt.training.actions import Actions, Do

_LEFT = (Do.EVALUATE, Do.EMBED, Do.EXPLORE, Do.COMPARE, Do.NOTE)
_RIGHT = (Do.STOP, Do.RESUME, Do.QUEUE, Do.START)
_SHORT = {
    Do.EMBED: "Embed",
    Do.EXPLORE: "Explore",
    Do.QUEUE: "Queue",
    Do.NOTE: "Note",
    Do.START: "Start",
}
_TOOLS = (Do.NEW, Do.OPEN, Do.SAVE, Do.SHORTCUTS)
_TOOL_TEXTS = {Do.OPEN: "Open…", Do.SAVE: "Save…", Do.SHORTCUTS: "Keys"}
_KEY_NAMES = {"Ctrl+Return": "Ctrl+Enter", "Ctrl+Shift+Return": "Ctrl+Shift+Enter"}


class ActionBar(QWidget):
    """A line that says what happened, small tools beside it, and the buttons below."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._message = ElidedLabel(self)
        self._message.setObjectName("training_message")
        tools = QHBoxLayout()
        tools.setContentsMargins(14, 0, 8, 0)
        tools.setSpacing(2)
        tools.addWidget(self._message, 1)
        for do in _TOOLS:
            tools.addWidget(_tool(actions, do, self))
        buttons = QHBoxLayout()
        buttons.setContentsMargins(8, 2, 8, 4)
        buttons.setSpacing(2)
        for do in _LEFT:
            buttons.addWidget(self._button(actions, do))
        buttons.addStretch(1)
        for do in _RIGHT:
            buttons.addWidget(self._button(actions, do))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(tools)
        layout.addLayout(buttons)

    def show_message(self, text: str, *, is_refusal: bool = False) -> None:
        """Says what happened, or why nothing did."""
        self._message.setProperty("role", "error" if is_refusal else "")
        self._message.style().unpolish(self._message)
        self._message.style().polish(self._message)
        self._message.setText(text)

    def _button(self, actions: Actions, do: Do) -> ActionButton:
        key = do.value.keys[0]
        action = actions[do]
        button = ActionButton(
            action,
            _SHORT.get(do, do.value.text),
            _KEY_NAMES.get(key, key_text(key)),
            self,
            is_main=do is Do.START,
        )
        action.changed.connect(lambda: button.setVisible(action.isVisible()))
        return button


def _tool(actions: Actions, do: Do, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    action = actions[do]
    button.setObjectName(f"tool_{do.name.lower()}")
    button.setText(_TOOL_TEXTS.get(do, do.value.text))
    button.setToolTip(action.toolTip())
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    KeyClaim(button, BUTTON_KEYS)
    button.clicked.connect(action.trigger)

    def follow() -> None:
        button.setEnabled(action.isEnabled())

    action.changed.connect(follow)
    follow()
    return button
