"""One plot over training steps: quick with a hundred thousand points, read off with the mouse."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt5.QtCore import QEvent, QObject, QPointF, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QColor, QMouseEvent, QResizeEvent
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.qt.elided_label import ElidedLabel
from core.qt.theme import colours, scaled_font
from core.qt.training.decimation import decimated
from core.qt.training.plot_axes import ABOVE_PX, MARGIN_PX, StepAxis, ValueAxis
from core.qt.training.plot_curve import PlotCurve
from core.qt.training.plot_line import Line, value_at
from core.qt.training.state_words import share_in_words

_AXIS_PX = 56
_MOST_DOTS = 60
_LEAST_PX = 58
"""High enough for two labels beside the plot."""

_LEGEND_LETTERS = 28
_READOUT_LETTERS = 15


class PlotPanel(QWidget):
    """A heading with legend and readout over a plot that pans and zooms along the steps."""

    pointed_at = pyqtSignal(object)
    """The step under the mouse (float), or None when it leaves."""
    all_wanted = pyqtSignal()
    """A double click: take the zoom back."""
    zoomed = pyqtSignal()
    """The user looks at a part of the steps."""
    range_changed = pyqtSignal(float, float)
    """The part of the axis that is shown now, in the axis' own terms."""

    def __init__(
        self,
        name: str,
        title: str,
        parent: QWidget,
        *,
        is_share: bool = False,
        has_legend: bool = True,
        counts: str = "",
        tells_step: bool = True,
        margin_px: int = 14,
    ) -> None:
        """An empty plot.

        Args:
            name: For `objectName`.
            title: The heading.
            parent: The owner.
            is_share: Whether values are shares, shown in percent.
            has_legend: Whether the curves are named beside the heading.
            counts: What x is; steps by default.
            tells_step: Whether the readout begins with x.
            margin_px: Beside what is written above; none where what the plot lies in has its own.
        """
        super().__init__(parent)
        self.setObjectName(f"plot_{name}")
        self._is_share = is_share
        self._has_legend = has_legend
        self._counts = counts
        self._tells_step = tells_step
        self._is_log_x = False
        self._note = ""
        self._lines: Sequence[Line] = ()
        self._curves: list[PlotCurve] = []
        # Once, however often other lines are shown in one turn of the event loop.
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(0)
        self._redraw.timeout.connect(self._draw)
        heading = QLabel(title, self)
        heading.setObjectName(f"heading_{name}")
        heading.setFont(scaled_font(self, 1.0, bold=True))
        self._legend = QLabel(self)
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._readout = ElidedLabel(self)
        self._readout.setObjectName(f"readout_{name}")
        self._readout.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._readout.setProperty("role", "muted")
        top = QHBoxLayout()
        top.setContentsMargins(margin_px, 2, margin_px, 0)
        top.setSpacing(12)
        top.addWidget(heading)
        top.addWidget(self._legend)
        top.addWidget(self._readout, 1)
        self._view = pg.PlotWidget(
            self,
            enableMenu=False,  # menus cost 20 ms each
            axisItems={"left": ValueAxis(is_share=is_share), "bottom": StepAxis(counts)},
        )
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.viewport().installEventFilter(self)
        self._view.viewport().setMouseTracking(True)
        self._plot: pg.PlotItem = self._view.getPlotItem()
        self._plot.hideButtons()
        self._plot.setContentsMargins(0, ABOVE_PX, MARGIN_PX, 0)
        self._plot.setMouseEnabled(x=True, y=False)
        self._box: pg.ViewBox = self._plot.getViewBox()
        self._box.disableAutoRange()
        self._box.sigXRangeChanged.connect(self._on_range_changed)
        self._box.sigRangeChangedManually.connect(lambda *_: self.zoomed.emit())
        self._plot.getAxis("left").setWidth(_AXIS_PX)
        self._plot.showGrid(x=True, y=True, alpha=0.12)
        self._pointer = pg.InfiniteLine(angle=90, movable=False)
        self._pointer.hide()
        self._plot.addItem(self._pointer, ignoreBounds=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._view, 1)
        self.show_axis_below(True)
        self.take_colours()

    def show_range(self, start: float, end: float) -> None:
        """Shows a part of the axis, as another plot does (pyqtgraph's own links shift it)."""
        if [start, end] != self._box.viewRange()[0]:
            self._box.setXRange(start, end, padding=0)

    def show_steps(self, first: float, last: float) -> None:
        """Shows these steps and a little more."""
        start, end = self._on_axis(np.array([first, last]))
        self._box.setXRange(start, max(end, start + 1e-6), padding=0.01)

    def show_axis_below(self, is_shown: bool) -> None:
        """Whether the steps are written below."""
        axis = self._plot.getAxis("bottom")
        axis.setStyle(showValues=is_shown)
        axis.setHeight(None if is_shown else 6)
        self._view.setMinimumHeight(_LEAST_PX + (20 if is_shown else 0))

    def set_log_x(self, is_log: bool) -> None:
        """Draws the steps on a logarithmic scale, or not."""
        self._is_log_x = is_log
        self._plot.getAxis("bottom").setLogMode(x=is_log, y=False)
        self._redraw.start()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Draws these in place of those before."""
        self._lines = lines
        while len(self._curves) > len(lines):
            self._plot.removeItem(self._curves.pop())
        while len(self._curves) < len(lines):
            curve = PlotCurve()
            self._plot.addItem(curve, ignoreBounds=True)
            self._curves.append(curve)
        self._write_legend()
        self._redraw.start()

    def say(self, note: str) -> None:
        """Adds a word to the legend."""
        self._note = note
        self._write_legend()

    def point_at(self, step: float | None) -> None:
        """Marks a step and reads the curves off there; None for no step."""
        if step is None:
            self._pointer.hide()
            self._readout.setText("")
            return
        self._pointer.setPos(self._on_axis(np.array([step]))[0])
        self._pointer.show()
        words = []
        if self._tells_step:
            words = [f"{self._counts} {step:.2g}" if self._counts else f"step {step:,.0f}"]
        named = sum(bool(line.name) and not line.is_dashed for line in self._lines)
        most = _LEGEND_LETTERS if named < 2 else _READOUT_LETTERS
        for line in self._lines:
            value = value_at(line, step)
            if line.name and value is not None and not line.is_dashed:
                words.append(f"{_shortened(line.name, most)} {self._in_words(value)}")
        self._readout.setText("  ·  ".join(words))

    def readout(self) -> str:
        """What is read off now."""
        return self._readout.text()

    def take_colours(self) -> None:
        """Takes the colours of the theme, which may have changed."""
        shades = colours(self)
        self._view.setBackground(QColor(shades.panel))
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(QColor(shades.border))
            axis.setTextPen(QColor(shades.text_muted))
            axis.setTickFont(scaled_font(self, 0.85))
        self._pointer.setPen(pg.mkPen(shades.text_muted, width=1))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self.pointed_at.emit(self._step_at(event.localPos()))
        elif event.type() == QEvent.Type.Leave:
            self.pointed_at.emit(None)
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self.all_wanted.emit()
        return super().eventFilter(watched, event)

    def _draw(self) -> None:
        """Draws what is in view, and fits the height to it."""
        self._redraw.stop()
        start, end = self._box.viewRange()[0]
        edges = np.linspace(start, end, max(2, int(self._box.width())))
        if self._is_log_x:
            edges = 10.0 ** np.clip(edges, -12, 15)
        lowest, highest = np.inf, -np.inf
        for curve, line in zip(self._curves, self._lines, strict=True):
            x, y = decimated(line.x, line.y, edges)
            has_dots = len(line.x) <= _MOST_DOTS and bool(line.name) and not line.is_dashed
            good = np.isfinite(line.y) if has_dots else None
            drawn = (x, y) if good is None else (line.x[good], line.y[good])
            curve.show_points(
                self._on_axis(drawn[0]),
                drawn[1],
                line,
                has_dots=has_dots,
                scale=self.devicePixelRatioF(),
            )
            if len(y):
                lowest, highest = min(lowest, y.min()), max(highest, y.max())
        if lowest <= highest:
            slack = 0.06 * (highest - lowest) or 0.05 * abs(highest) or 1e-9
            self._box.setYRange(lowest - slack, highest + slack, padding=0)
        else:
            self._box.setYRange(0.0, 1.0, padding=0)
        # Which pyqtgraph puts off until it paints, and then paints once more.
        self._box.prepareForPaint()

    def _on_axis(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        # From half a step on: there is no logarithm of none.
        return np.log10(np.maximum(x, 1e-12 if self._counts else 0.5)) if self._is_log_x else x

    def _on_range_changed(self, _: object, shown: tuple[float, float]) -> None:
        self._draw()  # at once: later, everything would be painted twice
        self.range_changed.emit(*shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw.start()

    def _step_at(self, at: QPointF) -> float | None:
        in_scene = self._view.mapToScene(at.toPoint())
        if not self._box.sceneBoundingRect().contains(in_scene):
            return None
        x = float(self._box.mapSceneToView(in_scene).x())
        step = 10.0**x if self._is_log_x else x
        return step if step >= 0 else None

    def _in_words(self, value: float) -> str:
        return share_in_words(value) if self._is_share else f"{value:.4g}"

    def _write_legend(self) -> None:
        named = [line for line in self._lines if line.name and not line.is_dashed]
        parts = []
        if len(named) > 1 and self._has_legend:
            parts = [
                f'<span style="color:{line.colour}">━</span>&nbsp;'
                f"{html.escape(_shortened(line.name, _LEGEND_LETTERS)).replace(' ', '&nbsp;')}"
                for line in named
            ]
        if self._note:
            muted = colours(self).text_muted
            parts.append(f'<span style="color:{muted}">{html.escape(self._note)}</span>')
        self._legend.setText("&nbsp;&nbsp; ".join(parts))


def _shortened(name: str, most: int) -> str:
    """Without its middle: runs' names often differ at their ends."""
    if len(name) <= most:
        return name
    half = (most - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
