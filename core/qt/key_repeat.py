"""Tells a held key from one that is pressed again and again, where Qt does not.

X11 reports a held key as releases and presses by turns. Qt 5 takes a release and a press for one
only if it finds both at once, and often it has read but the release by then: of 33 repetitions on
an idle Xvfb it knew none. Each of the others looked like a key that somebody struck, and decided.
"""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication, QEvent, QObject
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QAction

_SAME_MOMENT_MS = 2
"""The server makes both with one time stamp; fingers take thirty milliseconds at least."""


class KeyRepeat(QObject):
    """Watches all keys of the application.

    A press that repeats reaches widgets as one that says so (`isAutoRepeat`), and no action that
    is not to be repeated.
    """

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        self._released_key = 0
        self._released_at_ms = 0
        self._is_repeat = False
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is None:
            return False
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            self._is_repeat = self._repeats(event)
        elif kind == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent) and watched is not None
            self._is_repeat = self._repeats(event)
            if self._is_repeat and not event.isAutoRepeat():
                return _send_as_repeat(watched, event)
        elif kind == QEvent.Type.KeyRelease:
            assert isinstance(event, QKeyEvent)
            self._released_key, self._released_at_ms = event.key(), event.timestamp()
        elif kind == QEvent.Type.Shortcut:
            return self._is_repeat and isinstance(watched, QAction) and not watched.autoRepeat()
        return False

    def _repeats(self, press: QKeyEvent) -> bool:
        if press.isAutoRepeat():
            return True
        at_ms = press.timestamp()  # 0 for a press that no keyboard made
        return (
            at_ms > 0
            and press.key() == self._released_key
            and 0 <= at_ms - self._released_at_ms <= _SAME_MOMENT_MS
        )


def _send_as_repeat(watched: QObject, press: QKeyEvent) -> bool:
    repeat = QKeyEvent(
        press.type(),
        press.key(),
        press.modifiers(),
        press.nativeScanCode(),
        press.nativeVirtualKey(),
        press.nativeModifiers(),
        press.text(),
        True,
        press.count(),
    )
    repeat.setTimestamp(press.timestamp())
    QCoreApplication.sendEvent(watched, repeat)
    press.setAccepted(repeat.isAccepted())
    return True
