"""Keys as they repeat while they are held down, which QTest cannot send."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest
from PyQt5 import sip
from PyQt5.QtCore import QCoreApplication, QEvent, QObject, Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QWidget

_OFFER_TO_SHORTCUTS = (
    "_Z28qt_sendShortcutOverrideEventP7QObjectmi6QFlagsIN2Qt16KeyboardModifierEERK7QStringbt"
)


def repeat_key(widget: QWidget, key: int, text: str) -> None:
    """Does with one repeated press what Qt does: offers it to the shortcuts, then to the widget."""
    _press(widget, key, text, at_ms=0, is_repeat=True)


def strike_key(widget: QWidget, key: int, text: str, pressed_ms: int, released_ms: int) -> None:
    """A press and its release at these times, neither of them told to be a repetition.

    They go the way of a keyboard's: to the window, which hands them to what has the focus.
    """
    window = widget.window().windowHandle()
    _press(window, key, text, at_ms=pressed_ms, is_repeat=False)
    release = QKeyEvent(QEvent.Type.KeyRelease, int(key), Qt.KeyboardModifier.NoModifier, text)
    release.setTimestamp(released_ms)
    QCoreApplication.sendEvent(window, release)


def _press(receiver: QObject, key: int, text: str, *, at_ms: int, is_repeat: bool) -> None:
    gui, core = _library("libQt5Gui"), _library("libQt5Core")
    offer = getattr(gui, _OFFER_TO_SHORTCUTS)
    offer.restype = ctypes.c_bool
    no_text = ctypes.c_void_p(
        ctypes.addressof(ctypes.c_char.in_dll(core, "_ZN10QArrayData11shared_nullE"))
    )
    is_taken = offer(
        ctypes.c_void_p(sip.unwrapinstance(receiver)),
        ctypes.c_ulong(at_ms),
        int(key),
        ctypes.c_int(0),
        ctypes.byref(no_text),
        ctypes.c_bool(is_repeat),
        ctypes.c_ushort(1),
    )
    if not is_taken:
        no_modifier = Qt.KeyboardModifier.NoModifier
        press = QKeyEvent(QEvent.Type.KeyPress, int(key), no_modifier, text, is_repeat)
        press.setTimestamp(at_ms)
        QCoreApplication.sendEvent(receiver, press)


def _library(name: str) -> ctypes.CDLL:
    maps = Path("/proc/self/maps")
    if not maps.exists():
        pytest.skip("only Linux says which Qt is loaded")
    path = next(line.split()[-1] for line in maps.read_text().splitlines() if name in line)
    return ctypes.CDLL(path)
