"""What is drawn on the map beside its points: the query, its way, and its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QPainter, QPen, QPolygonF

from core.qt.theme import Colours
from explorer.map_camera import Camera


@dataclass(frozen=True)
class Overlay:
    """What is drawn on the map beside its points; all in the map's own units.

    Attributes:
        query: Where the query lies.
        path: The way of the moved query, from its beginning; empty where it was not moved.
        neighbours: Rows of the index, nearest first.
    """

    query: tuple[float, float] | None = None
    path: tuple[tuple[float, float], ...] = ()
    neighbours: tuple[int, ...] = ()


def paint_overlay(
    painter: QPainter,
    overlay: Overlay,
    camera: Camera,
    position_of: Callable[[int], QPointF | None],
    shades: Colours,
) -> None:
    """Paints it.

    Args:
        painter: On the map's widget.
        overlay: What.
        camera: From the map's units to the widget's pixels.
        position_of: Where a row lies in the widget; None where it has no place.
        shades: Of the theme.
    """
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for row in overlay.neighbours:
        at = position_of(row)
        if at is not None:
            paint_ring(painter, at, 6, QColor(shades.text), QColor(shades.window))
    if len(overlay.path) > 1:
        line = QPolygonF([QPointF(*camera.to_view(*point)) for point in overlay.path])
        for width, colour in ((5, shades.window), (2.5, shades.warning)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawPolyline(line)
        end = line[line.size() - 1]
        painter.setBrush(QColor(shades.warning))
        painter.setPen(QPen(QColor(shades.window), 1.5))
        painter.drawEllipse(end, 6, 6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    if overlay.query is not None:
        at = QPointF(*camera.to_view(*overlay.query))
        paint_ring(painter, at, 9, QColor(shades.danger), QColor(shades.window))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            away = QPointF(dx, dy)
            painter.setPen(QPen(QColor(shades.danger), 2))
            painter.drawLine(at + away * 9, at + away * 15)


def paint_ring(
    painter: QPainter, at: QPointF, radius: float, colour: QColor, around: QColor
) -> None:
    """A ring that can be told from any ground."""
    for width, ink in ((4.0, around), (2.0, colour)):
        painter.setPen(QPen(ink, width))
        painter.drawEllipse(QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius))
