"""Curves over how far the query is moved: what is gained, and what of the query is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt5.QtWidgets import QSizePolicy, QWidget

from core.qt.theme import Colours, colours, scaled_font

_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 26, 44
_LEGEND_LINE_PX = 16
_SAMPLE_PX, _TO_NAME_PX, _BETWEEN_PX = 18, 23, 13
"""Of the legend: a piece of the line, from its beginning to its name, from name to next line."""


@dataclass(frozen=True)
class PlottedCurve:
    """One line.

    Attributes:
        name: For the legend.
        points: (extent, share 0 to 1), by extent.
        colour: Of the theme: a field's name in `Colours`.
        is_dashed: Whether it is a thing to compare with.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    colour: str
    is_dashed: bool = False


class CurvePlot(QWidget):
    """Shares from 0 to 1 over the extent; what lies beyond the gate is shaded."""

    def __init__(self, title: str, unit: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._title, self._unit = title, unit
        self._curves: Sequence[PlottedCurve] = ()
        self._limit: float | None = None
        self.setMinimumSize(280, 190)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_curves(self, curves: Sequence[PlottedCurve], limit: float | None) -> None:
        """Draws lines, and where the slider ends."""
        self._curves, self._limit = curves, limit
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(380, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = scaled_font(self, 0.8)
        metrics = QFontMetrics(small)
        names = [metrics.horizontalAdvance(curve.name) for curve in self._curves]
        places = legend_places(names, self.width() - _LEFT)
        lines = 1 + max((line for _, line in places), default=0)
        bottom = _BOTTOM + (lines - 1) * _LEGEND_LINE_PX
        area = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -bottom)
        longest = max((curve.points[-1][0] for curve in self._curves if curve.points), default=1.0)
        painter.setFont(scaled_font(self, 0.9, bold=True))
        painter.setPen(QColor(shades.text))
        painter.drawText(QPointF(area.left(), 16), self._title)
        painter.setFont(small)
        self._paint_axes(painter, area, longest, shades)

        def at(extent: float, share: float) -> QPointF:
            return QPointF(
                area.left() + extent / longest * area.width(), area.bottom() - share * area.height()
            )

        if self._limit is not None and self._limit < longest:
            beyond = QRectF(at(self._limit, 1), area.bottomRight())
            veil = QColor(shades.danger)
            veil.setAlphaF(0.13)
            painter.fillRect(beyond, veil)
            painter.setPen(QColor(shades.danger))
            before = QRectF(at(0, 1), at(self._limit, 0)).adjusted(0, 2, -4, 0)
            painter.drawText(
                before, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight), "slider ends"
            )
        for curve in self._curves:
            style = Qt.PenStyle.DashLine if curve.is_dashed else Qt.PenStyle.SolidLine
            width = 1.4 if curve.is_dashed else 2.2
            painter.setPen(QPen(QColor(getattr(shades, curve.colour)), width, style))
            painter.drawPolyline(QPolygonF([at(*point) for point in curve.points]))
        first_line = self.height() - 10.0 - (lines - 1) * _LEGEND_LINE_PX
        for curve, (left, line) in zip(self._curves, places, strict=True):
            entry = QPointF(_LEFT + left, first_line + line * _LEGEND_LINE_PX)
            _paint_legend_entry(painter, entry, curve, shades)

    def _paint_axes(self, painter: QPainter, area: QRectF, longest: float, shades: Colours) -> None:
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            y = area.bottom() - share * area.height()
            painter.setPen(QPen(QColor(shades.border), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(shades.text_muted))
            box = QRectF(0, y - 8, _LEFT - 6, 16)
            painter.drawText(
                box,
                int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
                f"{share:.0%}",
            )
        for part in range(5):
            extent = longest * part / 4
            x = area.left() + area.width() * part / 4
            box = QRectF(x - 24, area.bottom() + 2, 48, 16)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), f"{extent:.3g}{self._unit}")


def legend_places(name_widths: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Where each entry of the legend begins: from the left, and in which line.

    Args:
        name_widths: Of the names, in pixels.
        room: Width of a line; a name that is wider has one for itself.
    """
    places: list[tuple[int, int]] = []
    left = line = 0
    for width in name_widths:
        if left and left + _TO_NAME_PX + width > room:
            left, line = 0, line + 1
        places.append((left, line))
        left += _TO_NAME_PX + width + _BETWEEN_PX
    return places


def _paint_legend_entry(
    painter: QPainter, at: QPointF, curve: PlottedCurve, shades: Colours
) -> None:
    style = Qt.PenStyle.DashLine if curve.is_dashed else Qt.PenStyle.SolidLine
    painter.setPen(QPen(QColor(getattr(shades, curve.colour)), 2, style))
    painter.drawLine(at + QPointF(0, -4), at + QPointF(_SAMPLE_PX, -4))
    painter.setPen(QColor(shades.text))
    painter.drawText(at + QPointF(_TO_NAME_PX, 0), curve.name)
