"""A few bars: how many items have so many photos."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import QEvent, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PyQt5.QtWidgets import QToolTip, QWidget

from core.qt.theme import colours, scaled_font

_MOST_BARS = 14
_BELOW_PX = 18
_ABOVE_PX = 18


class BarChart(QWidget):
    """Bars with a number above and a label below each; the last one gathers all beyond it."""

    def __init__(self, unit: str, parent: QWidget) -> None:
        """An empty chart; `unit` is what is counted, for the tooltips: "items"."""
        super().__init__(parent)
        self._unit = unit
        self._bars: list[tuple[str, int]] = []
        self.setMinimumHeight(110)

    def show_counts(self, counts: Mapping[int, int]) -> None:
        """Shows how many there are of each number."""
        self._bars = gathered(counts)
        self.setAccessibleName(", ".join(f"{label}: {count}" for label, count in self._bars))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, 140)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._bars:
            at = int(event.pos().x() * len(self._bars) / max(1, self.width()))
            label, count = self._bars[min(at, len(self._bars) - 1)]
            QToolTip.showText(event.globalPos(), f"{label} photos: {count:,} {self._unit}", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(scaled_font(self, 0.82))
        width = min(52.0, self.width() / len(self._bars))
        room = self.height() - _BELOW_PX - _ABOVE_PX
        most = max(count for _, count in self._bars)
        centred = Qt.AlignmentFlag.AlignCenter
        for at, (label, count) in enumerate(self._bars):
            height = max(1.0, room * count / most)
            left = at * width
            bar = QRectF(left + 0.14 * width, _ABOVE_PX + room - height, 0.72 * width, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(shades.accent))
            painter.drawRoundedRect(bar, 2, 2)
            painter.setPen(QColor(shades.text))
            above = QRectF(left, bar.top() - _ABOVE_PX, width, _ABOVE_PX)
            painter.drawText(above, centred, _short(count))
            painter.setPen(QColor(shades.text_muted))
            below = QRectF(left, self.height() - _BELOW_PX, width, _BELOW_PX)
            painter.drawText(below, centred, label)


def gathered(counts: Mapping[int, int]) -> list[tuple[str, int]]:
    """Label and height of each bar: the numbers without a gap, all beyond some together."""
    if not counts:
        return []
    first, last = min(counts), max(counts)
    end = min(last, first + _MOST_BARS - 1)
    bars = [(str(number), counts.get(number, 0)) for number in range(first, end + 1)]
    beyond = sum(count for number, count in counts.items() if number > end)
    if beyond:
        bars[-1] = (f"{end}+", bars[-1][1] + beyond)
    return bars


def _short(count: int) -> str:
    return f"{count:,}" if count < 10_000 else f"{count / 1000:,.0f}k"
