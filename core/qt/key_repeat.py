"""Tells a held key from one that is pressed again and again, where Qt does not.

X11 reports a held key as releases and presses by turns. Qt 5 takes a release and a press for one
only if it finds both at once, and often it has read but the release by then: of 33 repetitions on
an idle Xvfb it knew none. Each of the others looked like a key that somebody struck, and decided.
"""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QObject
from PyQt5.QtGui import QGuiApplication, QKeyEvent, QWindow
from PyQt5.QtWidgets import QAction

_SAME_MOMENT_MS = 2
"""The server makes both with one time stamp; fingers take thirty milliseconds at least."""


class KeyRepeat(QObject):
    """Watches the keys of all windows.

    A press that repeats reaches widgets as one that says so (`isAutoRepeat`), and no action that
    is not to be repeated.
    """

    def __init__(self, application: QGuiApplication) -> None:
        super().__init__(application)
        self._released_key = 0
        self._released_at_ms = 0
        self._gate = _Gate(application, self)
        # Not all events of the application: to be asked of each took 1.6 ms of every flip.
        application.focusWindowChanged.connect(self._watch)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if not isinstance(event, QKeyEvent) or watched is None:
            return False
        kind = event.type()
        mistaken = not event.isAutoRepeat() and self._repeats(event)
        # Asked whose shortcut it is; whatever action has it is called before the next key event.
        self._gate.close_or_open(is_closed=mistaken and kind == QEvent.Type.ShortcutOverride)
        if kind == QEvent.Type.KeyRelease:
            self._released_key, self._released_at_ms = event.key(), event.timestamp()
        elif kind == QEvent.Type.KeyPress and mistaken:
            return _send_as_repeat(watched, event)
        return False

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def _repeats(self, press: QKeyEvent) -> bool:
        at_ms = press.timestamp()  # 0 for a press that no keyboard made
        return (
            at_ms > 0
            and press.key() == self._released_key
            and 0 <= at_ms - self._released_at_ms <= _SAME_MOMENT_MS
        )


class _Gate(QObject):
    """While closed, keeps keys from actions that are not to be repeated."""

    def __init__(self, application: QGuiApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._application = application
        self._is_closed = False

    def close_or_open(self, *, is_closed: bool) -> None:
        if is_closed and not self._is_closed:
            self._application.installEventFilter(self)
        elif self._is_closed and not is_closed:
            self._application.removeEventFilter(self)
        self._is_closed = is_closed

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        return (
            event is not None
            and event.type() == QEvent.Type.Shortcut
            and isinstance(watched, QAction)
            and not watched.autoRepeat()
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
    QGuiApplication.sendEvent(watched, repeat)
    press.setAccepted(repeat.isAccepted())
    return True
