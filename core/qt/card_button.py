"""A large button with a glyph, a title and a sentence: one of a page's few main choices."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QPointF, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt5.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from core.qt.theme import colours, scaled_font

Glyph = Callable[[], QPainterPath]
"""Draws within the unit square; stroked, not filled."""

_PADDING_PX = 18
_GLYPH_PX = 34


class CardButton(QAbstractButton):
    """Reached with Tab, pressed with Space, Enter or the mouse."""

    def __init__(
        self, title: str, sentence: str, glyph: Glyph, parent: QWidget, *, is_main: bool = False
    ) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.setToolTip(sentence)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMinimumWidth(200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._sentence = sentence
        self._glyph = glyph()
        self._is_main = is_main

    def sizeHint(self) -> QSize:
        line = QFontMetrics(self.font()).height()
        return QSize(250, 2 * _PADDING_PX + _GLYPH_PX + 6 * line)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = QColor(shades.text)
        muted = QColor(shades.text_muted)
        accent = QColor(shades.accent)
        fill, edge = QColor(shades.panel), QColor(shades.border)
        if self.isDown():
            fill = QColor(shades.plate)
        elif self.underMouse():
            fill, edge = QColor(shades.raised), QColor(shades.text_muted)
        width = 1.0
        if self.hasFocus():
            edge, width = accent, 2.0
        outline = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.setPen(QPen(edge, width))
        painter.setBrush(fill)
        painter.drawRoundedRect(outline, 10, 10)

        inner = self.rect().adjusted(_PADDING_PX, _PADDING_PX, -_PADDING_PX, -_PADDING_PX)
        painter.save()
        painter.translate(QPointF(inner.topLeft()))
        painter.scale(_GLYPH_PX, _GLYPH_PX)
        pen = QPen(accent if self._is_main else muted, 2.2 / _GLYPH_PX)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._glyph)
        painter.restore()

        painter.setFont(scaled_font(self, 1.15, bold=True))
        painter.setPen(ink)
        title = inner.adjusted(0, _GLYPH_PX + 12, 0, 0)
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        flags |= int(Qt.TextFlag.TextWordWrap)
        box = painter.boundingRect(title, flags, self.text())
        painter.drawText(title, flags, self.text())
        painter.setFont(self.font())
        painter.setPen(muted)
        painter.drawText(title.adjusted(0, box.height() + 6, 0, 0), flags, self._sentence)


def folder_glyph() -> QPainterPath:
    """A folder, in the unit square."""
    path = QPainterPath(QPointF(0.05, 0.25))
    for x, y in ((0.05, 0.15), (0.4, 0.15), (0.5, 0.28), (0.95, 0.28), (0.95, 0.85), (0.05, 0.85)):
        path.lineTo(x, y)
    path.closeSubpath()
    return path


def photos_glyph() -> QPainterPath:
    """Two photos, one on the other, in the unit square."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(0.22, 0.08, 0.7, 0.62), 0.06, 0.06)
    path.moveTo(0.08, 0.3)
    path.lineTo(0.08, 0.92)
    path.lineTo(0.76, 0.92)
    path.moveTo(0.3, 0.6)
    path.lineTo(0.5, 0.36)
    path.lineTo(0.64, 0.52)
    path.lineTo(0.72, 0.44)
    path.lineTo(0.84, 0.6)
    return path


def shirt_glyph() -> QPainterPath:
    """A T-shirt, in the unit square."""
    path = QPainterPath(QPointF(0.32, 0.1))
    path.quadTo(QPointF(0.5, 0.28), QPointF(0.68, 0.1))
    for x, y in ((0.97, 0.3), (0.84, 0.5), (0.74, 0.43), (0.74, 0.92), (0.26, 0.92)):
        path.lineTo(x, y)
    for x, y in ((0.26, 0.43), (0.16, 0.5), (0.03, 0.3)):
        path.lineTo(x, y)
    path.closeSubpath()
    return path
