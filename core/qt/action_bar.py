"""Below a tab: what was just done, and a button for each of the keys used most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from PyQt5.QtWidgets import QAction, QHBoxLayout, QVBoxLayout, QWidget

from core.qt.action_button import ActionButton
from core.qt.elided_label import ElidedLabel
from core.qt.tab_actions import key_text
from core.qt.theme import set_role
from core.qt.tool_button import tool_button

D = TypeVar("D", bound=Enum)

_KEY_NAMES = {
    "Space": "Space",
    "Return": "Enter",
    "Ctrl+Return": "Ctrl+Enter",
    "Ctrl+Shift+Return": "Ctrl+Shift+Enter",
}


@dataclass(frozen=True)
class BarButtons(Generic[D]):
    """What a bar offers, from left to right; each with its label where the action's is too long.

    Attributes:
        tools: Small ones beside the message.
        left: Large ones, with their keys.
        right: More of them at the other end.
        main: The one that stands out.
    """

    tools: Mapping[D, str | None]
    left: Mapping[D, str | None]
    right: Mapping[D, str | None]
    main: D


class ActionBar(QWidget):
    """A line that says what happened, small tools beside it, and the buttons below."""

    def __init__(
        self, actions: Mapping[D, QAction], shown: BarButtons[D], message_name: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._is_refusal = False
        self._message = ElidedLabel(self)
        self._message.setObjectName(message_name)
        tools = QHBoxLayout()
        tools.setContentsMargins(14, 0, 8, 0)
        tools.setSpacing(2)
        tools.addWidget(self._message, 1)
        for do, label in shown.tools.items():
            tools.addWidget(tool_button(actions[do], label or do.value.text, self))
        buttons = QHBoxLayout()
        buttons.setContentsMargins(8, 2, 8, 4)
        buttons.setSpacing(2)
        for do, label in shown.left.items():
            buttons.addWidget(self._button(actions[do], do, label, shown.main))
        buttons.addStretch(1)
        for do, label in shown.right.items():
            buttons.addWidget(self._button(actions[do], do, label, shown.main))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(tools)
        layout.addLayout(buttons)

    def show_message(self, text: str, *, is_refusal: bool = False) -> None:
        """Says what happened, or why nothing did."""
        self._is_refusal = is_refusal
        set_role(self._message, "error" if is_refusal else "")
        self._message.setText(text)

    def clear_refusal(self) -> None:
        """Takes back why nothing happened: it was of another item or selection."""
        if self._is_refusal:
            self.show_message("")

    def _button(self, action: QAction, do: D, label: str | None, main: D) -> ActionButton:
        key = do.value.keys[0]
        button = ActionButton(
            action,
            label or do.value.text,
            _KEY_NAMES.get(key, key_text(key)),
            self,
            is_main=do is main,
        )
        action.changed.connect(lambda: button.setVisible(action.isVisible()))
        return button
