"""Keys that a focused field or button needs for itself, before they are anybody's shortcut."""

from __future__ import annotations

from collections.abc import Collection

from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QComboBox, QWidget

BUTTON_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
"""Press a focused button, rather than deciding on the item."""

FIELD_KEYS = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
)
"""Beside what Qt's text fields claim by themselves: letters, digits, Space, Home, End."""


class KeyClaim(QObject):
    """Has a widget receive keys as presses while it has the focus, whatever shortcuts there are.

    A combo box claims them for its list too. Left to itself, that takes Return for its own when Qt
    asks whose it is, but does not say so, and the window's shortcut has it as well.
    """

    def __init__(self, widget: QWidget, keys: Collection[Qt.Key]) -> None:
        super().__init__(widget)
        self._keys = frozenset(int(key) for key in keys)
        widget.installEventFilter(self)
        if isinstance(widget, QComboBox):
            widget.view().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            pressed_with = int(event.modifiers()) & ~int(Qt.KeyboardModifier.KeypadModifier)
            if event.key() in self._keys and not pressed_with:
                event.accept()
                return watched is self.parent()
        return super().eventFilter(watched, event)
