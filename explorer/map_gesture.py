"""Dragging on the map: what it does, what was drawn so far, and what that does to the selection."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPen

from explorer.map_camera import Camera
from explorer.map_lasso import lasso, rectangle
from explorer.selection import How

_DRAG_PX = 4


class Tool(Enum):
    """What dragging does."""

    MOVE = "move"
    LASSO = "lasso"
    RECTANGLE = "rectangle"


@dataclass
class Gesture:
    """A press and what was drawn since."""

    tool: Tool
    line: list[QPointF]
    began_at: Camera
    _has_moved: bool = False

    @property
    def has_moved(self) -> bool:
        """Whether it is more than a click."""
        if not self._has_moved:
            by = self.line[-1] - self.line[0]
            self._has_moved = by.manhattanLength() >= _DRAG_PX
        return self._has_moved

    def outline(self) -> QPainterPath:
        if self.tool is Tool.RECTANGLE:
            return rectangle(self.line[0], self.line[-1])
        return lasso(self.line)

    def paint(self, painter: QPainter, colour: QColor) -> None:
        """Draws the outline of what will be selected."""
        if self.tool is Tool.MOVE or not self.has_moved:
            return
        fill = QColor(colour)
        fill.setAlphaF(0.15)
        painter.fillPath(self.outline(), fill)
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))
        painter.drawPath(self.outline())


def how_of(event: QMouseEvent) -> How:
    """What the keys that are held make of a selection."""
    if event.modifiers() & Qt.KeyboardModifier.AltModifier:
        return How.SUBTRACT
    adds = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
    return How.ADD if event.modifiers() & adds else How.REPLACE
