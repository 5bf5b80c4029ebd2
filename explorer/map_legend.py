"""What the map's colours mean, in its corner."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QColor, QPainter, QPaintEvent
from PyQt5.QtWidgets import QWidget

from core.qt.theme import DARK, colours, scaled_font
from explorer.map_colours import Colouring

_SWATCH_PX = 10
_WIDEST_PX = 150


class MapLegend(QWidget):
    """A swatch and a word for each colour; nothing where there is one colour alone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(scaled_font(self, 0.82))
        self._colouring: Colouring | None = None
        self.hide()

    def show_colouring(self, colouring: Colouring) -> None:
        """Explains these colours."""
        self._colouring = colouring
        self.setVisible(bool(colouring.legend))
        self.resize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        entries = () if self._colouring is None else self._colouring.legend
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(entry.text) for entry in entries), default=0)
        title = 0 if self._colouring is None else metrics.horizontalAdvance(self._colouring.title)
        width = max(title, min(_WIDEST_PX, widest) + _SWATCH_PX + 8)
        return QSize(width + 18, (len(entries) + 1) * metrics.height() + 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._colouring is None:
            return
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(shades.panel)
        ground.setAlphaF(0.86)
        painter.setPen(QColor(shades.border))
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 5, 5)
        metrics = self.fontMetrics()
        palette = self._colouring.palette(dark=shades is DARK)
        painter.setPen(QColor(shades.text_muted))
        painter.drawText(9, 6 + metrics.ascent(), self._colouring.title)
        top = 6 + metrics.height()
        for entry in self._colouring.legend:
            middle = top + metrics.height() // 2
            if entry.code is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(*map(int, palette[entry.code])))
                painter.drawRoundedRect(9, middle - _SWATCH_PX // 2, _SWATCH_PX, _SWATCH_PX, 2, 2)
            painter.setPen(QColor(shades.text))
            text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, _WIDEST_PX)
            painter.drawText(9 + _SWATCH_PX + 6, top + metrics.ascent(), text)
            top += metrics.height()
