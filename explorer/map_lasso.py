"""Which points lie within a drawn line."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QImage, QPainter, QPainterPath, QPolygonF

from explorer.map_camera import Camera
from explorer.map_grid import PointGrid
from explorer.map_raster import Shown, points_in_view
from explorer.selection import Mask, Rows


def rows_inside(outline: QPainterPath, grid: PointGrid, shown: Shown, camera: Camera) -> Rows:
    """The rows of the visible points within an outline, in ascending order.

    By a mask of pixels: 4 ms for 500,000 points, where asking the polygon takes 53.

    Args:
        outline: In the widget's pixels.
        grid: The points.
        shown: Which of them are visible.
        camera: Where they are.
    """
    points = points_in_view(grid, shown, camera)
    inside = _mask(outline, camera.width, camera.height)
    found = points.places[points.visible & inside[points.y, points.x]]
    return np.sort(grid.rows[found])


def lasso(line: list[QPointF]) -> QPainterPath:
    """A line that was drawn, closed."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addPolygon(QPolygonF(line))
    path.closeSubpath()
    return path


def rectangle(one: QPointF, other: QPointF) -> QPainterPath:
    """The rectangle between two corners."""
    path = QPainterPath()
    path.addRect(QRectF(one, other).normalized())
    return path


def _mask(outline: QPainterPath, width: int, height: int) -> Mask:
    image = QImage(width, height, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    painter.fillPath(outline, Qt.GlobalColor.white)
    painter.end()
    memory = image.constBits()
    memory.setsize(image.sizeInBytes())
    lines = np.frombuffer(memory, np.uint8).reshape(height, image.bytesPerLine())  # type: ignore[call-overload]
    return np.asarray(lines[:, :width] > 127)
