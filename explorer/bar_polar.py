"""An embedding as bars around a circle, one a dimension: a fingerprint one learns to read."""

from __future__ import annotations

import math

import numpy as np
from PyQt5.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QHelpEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt5.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.embedding.index import Vectors
from core.qt.theme import colours, scaled_font

_MOST_NUMBERED = 40
_HOLE = 0.22
"""Of the radius: bars begin outside of it, where they can still be told apart."""


class BarPolar(QWidget):
    """Bars outward, by absolute value; colour tells the sign, an outline the moved query."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("bar_polar")
        self.setAccessibleName("Embedding of the query")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._values: Vectors = np.empty(0, np.float32)
        self._moved: Vectors | None = None

    def show_vector(self, values: Vectors | None, moved: Vectors | None = None) -> None:
        """Shows an embedding (d,), and where it is moved to."""
        self._values = np.empty(0, np.float32) if values is None else values
        self._moved = moved
        self.update()

    @property
    def values(self) -> Vectors:
        return self._values

    def sizeHint(self) -> QSize:
        return QSize(200, 196)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self._values):
            return
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        largest = self._largest()
        radius, middle = self._radius(), QPointF(self.rect().center())
        painter.setPen(QPen(QColor(shades.border), 1))
        for share in (0.0, 0.5, 1.0):
            reach = radius * (_HOLE + (1 - _HOLE) * share)
            painter.drawEllipse(middle, reach, reach)
        count = len(self._values)
        painter.setPen(Qt.PenStyle.NoPen)
        for number, value in enumerate(self._values):
            painter.setBrush(QColor(shades.accent if value >= 0 else shades.warning))
            painter.drawPath(self._bar(number, abs(float(value)) / largest))
        if self._moved is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(shades.text), 1.4))
            for number, value in enumerate(self._moved):
                painter.drawPath(self._bar(number, min(1.0, abs(float(value)) / largest)))
        if count <= _MOST_NUMBERED:
            painter.setFont(scaled_font(self, 0.72))
            painter.setPen(QColor(shades.text_muted))
            for number in range(count):
                at = self._angle(number + 0.5)
                place = middle + QPointF(math.cos(at), math.sin(at)) * (radius + 9)
                box = QRectF(place.x() - 14, place.y() - 8, 28, 16)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(number + 1))
        painter.setFont(scaled_font(self, 0.72))
        painter.setPen(QColor(shades.text_muted))
        hole = QRectF(middle.x() - radius * _HOLE, middle.y() - 8, 2 * radius * _HOLE, 16)
        painter.drawText(hole, int(Qt.AlignmentFlag.AlignCenter), f"±{largest:.2g}")

    def event(self, event: QEvent) -> bool:
        """Also tells the value of the bar under the mouse, as a tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.value_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def value_at(self, point: QPointF) -> str:
        """What the bar at a point says: "dimension 7: −0.213"; "" where there is none."""
        away = point - QPointF(self.rect().center())
        if not len(self._values) or math.hypot(away.x(), away.y()) > self._radius() + 16:
            return ""
        turn = (math.atan2(away.y(), away.x()) + math.pi / 2) % (2 * math.pi) / (2 * math.pi)
        number = min(len(self._values) - 1, int(turn * len(self._values)))
        text = f"dimension {number + 1}: {_signed(self._values[number])}"
        if self._moved is not None:
            text += f", moved {_signed(self._moved[number])}"
        return text

    def _largest(self) -> float:
        vectors = [self._values] if self._moved is None else [self._values, self._moved]
        return max(float(np.abs(vector).max()) for vector in vectors) or 1.0

    def _radius(self) -> float:
        return min(self.width(), self.height()) / 2 - 18

    def _angle(self, number: float) -> float:
        return 2 * math.pi * number / len(self._values) - math.pi / 2

    def _bar(self, number: int, share: float) -> QPainterPath:
        radius, middle = self._radius(), QPointF(self.rect().center())
        inner, outer = radius * _HOLE, radius * (_HOLE + (1 - _HOLE) * share)
        span = 360 / len(self._values)
        start = 90 - span * (number + 0.94)
        path = QPainterPath()
        path.arcMoveTo(_square(middle, inner), start)
        path.arcTo(_square(middle, inner), start, span * 0.88)
        path.arcTo(_square(middle, outer), start + span * 0.88, -span * 0.88)
        path.closeSubpath()
        return path


def _square(middle: QPointF, radius: float) -> QRectF:
    return QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")
