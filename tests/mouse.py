"""A mouse whose moves arrive on every platform: those of QTest move the pointer and hope."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent, QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier


def hover(widget, at, buttons=Qt.MouseButton.NoButton, modifiers=NO_KEY):
    """Moves the mouse to a point of the widget."""
    place = QPointF(QPoint(at))
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        QPointF(widget.mapToGlobal(QPoint(at))),
        Qt.MouseButton.NoButton,
        buttons,
        modifiers,
    )
    QApplication.sendEvent(widget, event)


def drag(widget, *points, modifiers=NO_KEY):
    """Presses the left button at the first point, goes through the others, and lets go."""
    first, *others = (QPoint(point) for point in points)
    QTest.mousePress(widget, LEFT, modifiers, first)
    for point in others:
        hover(widget, point, LEFT, modifiers)
    QTest.mouseRelease(widget, LEFT, modifiers, others[-1])


def turn_wheel(widget, notches):
    """Turns the wheel over the middle of a widget, up where positive."""
    middle = widget.rect().center()
    event = QWheelEvent(
        QPointF(middle),
        QPointF(widget.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        NO_KEY,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
