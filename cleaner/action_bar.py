"""Below the board: what was just done, and a button for each of the keys used most."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from cleaner.actions import Actions, Do
from core.qt.action_button import ActionButton
from core.qt.elided_label import ElidedLabel
from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.tab_actions import key_text

_PHOTO_BUTTONS = (
    Do.REJECT_DUPLICATE,
    Do.REJECT_TAG,
    Do.REJECT_OTHER_ITEM,
    Do.REJECT_AMBIGUOUS,
    Do.REJECT_LOW_QUALITY,
    Do.DELETE,
    Do.KEEP,
)
_ITEM_BUTTONS = (Do.SKIP, Do.MARK_CLEAN, Do.ACCEPT)
_TOOLS = (
    Do.PREVIOUS,
    Do.NEXT,
    Do.UNDO,
    Do.REDO,
    Do.SHORTCUTS,
)
_SHORT = {Do.PREVIOUS: "Back", Do.NEXT: "Next", Do.SHORTCUTS: "Keys"}
_KEY_NAMES = {"Space": "Space", "Return": "Enter"}


class ActionBar(QWidget):
    """A line that says what happened, small tools beside it, and the buttons below."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_refusal = False
        self._message = ElidedLabel(self)
        self._message.setObjectName("status_message")
        tools = QHBoxLayout()
        tools.setContentsMargins(14, 0, 8, 0)
        tools.setSpacing(2)
        tools.addWidget(self._message, 1)
        for do in _TOOLS:
            tools.addWidget(_tool(actions, do, self))
        buttons = QHBoxLayout()
        buttons.setContentsMargins(8, 2, 8, 4)
        buttons.setSpacing(2)
        for do in _PHOTO_BUTTONS:
            buttons.addWidget(self._button(actions, do))
        buttons.addStretch(1)
        for do in _ITEM_BUTTONS:
            buttons.addWidget(self._button(actions, do))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(tools)
        layout.addLayout(buttons)

    def show_message(self, text: str, *, is_refusal: bool = False) -> None:
        """Says what happened, or why nothing did."""
        self._is_refusal = is_refusal
        self._message.setProperty("role", "error" if is_refusal else "")
        self._message.style().unpolish(self._message)
        self._message.style().polish(self._message)
        self._message.setText(text)

    def clear_refusal(self) -> None:
        """Takes back why nothing happened: it was of another item or selection."""
        if self._is_refusal:
            self.show_message("")

    def _button(self, actions: Actions, do: Do) -> ActionButton:
        key = do.value.keys[0]
        return ActionButton(
            actions[do],
            do.value.text,
            _KEY_NAMES.get(key, key_text(key)),
            self,
            is_main=do is Do.ACCEPT,
        )


def _tool(actions: Actions, do: Do, parent: QWidget) -> QToolButton:
    """A small button; its text stays what it is when the action's ("Undo: …") changes."""
    button = QToolButton(parent)
    action = actions[do]
    button.setObjectName(f"tool_{do.name.lower()}")
    button.setText(_SHORT.get(do, do.value.text))
    button.setToolTip(action.toolTip())
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    KeyClaim(button, BUTTON_KEYS)
    button.clicked.connect(action.trigger)

    def follow() -> None:
        button.setEnabled(action.isEnabled())

    action.changed.connect(follow)
    follow()
    return button
