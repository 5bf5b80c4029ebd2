"""The axes of a plot: as many round values as have room, however small the plot is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QFont, QFontMetricsF

_LINES_A_LABEL = 2.0
"""Heights of a line from one label to the next."""

_LINES_IN_LOW = 1.25
"""The same in a low plot, as that of the learning rate in a small window."""

_LOW_PX = 90
_LEAST_ROOM = 0.6
"""Of the pixels asked for; nearer, letters would touch."""

MARGIN_PX = 20
"""Beside the plot: a label at its end may stick out so far."""

ABOVE_PX = 7
"""Over the plot: half a label's height."""

_MOST_LABELS = 12
"""However large the screen is."""

_STEP_PX = 110
"""From one step's label to the next."""

_ROUND = (1.0, 2.0, 5.0)
_LESS_ROUND = (1.0, 2.0, 2.5, 3.0, 4.0, 5.0)


class ValueAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Writes shares in percent, small values as 2e-4; no two labels meet."""

    def __init__(self, *, is_share: bool = False) -> None:
        super().__init__("left")
        self._is_share = is_share
        self._label_px = 16.0
        self.enableAutoSIPrefix(False)

    def setTickFont(self, font: QFont) -> None:
        self._label_px = QFontMetricsF(font).height()
        super().setTickFont(font)

    def boundingRect(self) -> QRectF:
        # What sticks out is not drawn, and with a grid pyqtgraph's own margin is left out.
        rect: QRectF = super().boundingRect().adjusted(0, -ABOVE_PX, 0, ABOVE_PX)
        return rect

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """One level of ticks (value of a step, value to begin at), all of them labelled."""
        lines = _LINES_IN_LOW if size < _LOW_PX else _LINES_A_LABEL
        least_px = max(lines * self._label_px, size / _MOST_LABELS)
        return [(round_step(high - low, size, least_px), 0.0)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if self._is_share:
            digits = max(0, -math.floor(math.log10(100 * spacing) + 1e-9))
            return [f"{100 * value:.{digits}f} %" for value in values]
        return [_written(value, spacing) for value in values]


class StepAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Writes training steps, and at the first one that they are steps."""

    def __init__(self, counts: str = "") -> None:
        """Of steps, or of `counts`, whose values are small (a learning rate's)."""
        super().__init__("bottom")
        self._counts = counts
        self.enableAutoSIPrefix(False)

    def boundingRect(self) -> QRectF:
        rect: QRectF = super().boundingRect().adjusted(-MARGIN_PX, 0, MARGIN_PX, 0)
        return rect

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        step = round_step(high - low, size, max(_STEP_PX, size / _MOST_LABELS))
        return [(step if self._counts else max(1.0, step), 0.0)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if self.logMode:
            # Beside the powers of ten the values between them come, in a call of their own.
            are_powers = all(float(value).is_integer() for value in values)
            values = [10.0 ** min(value, 15) for value in values]
        else:
            are_powers = False
        if self._counts:
            return [f"{value:.0e}" for value in values]
        words = [f"{value:,.0f}" if value >= 0 else "" for value in values]
        first = next((at for at, word in enumerate(words) if word), None)
        if first is not None and (are_powers or not self.logMode):
            words[first] = f"step {words[first]}"
        return words


def round_step(extent: float, size_px: float, least_px: float) -> float:
    """How far apart the ticks are: 1, 2 or 5 times a power of ten, and at least so many pixels.

    Where that leaves fewer than two ticks they come nearer if there is room at all, and need not
    be quite as round.

    Args:
        extent: Of the values on the axis.
        size_px: Of the axis.
        least_px: From one tick to the next.
    """
    if extent <= 0 or size_px <= 0:
        return 1.0
    least, most = extent * least_px / size_px, extent / 2
    wide = min(each for each in _steps_near(least, _ROUND) if each >= least * (1 - 1e-9))
    near = max(each for each in _steps_near(most, _LESS_ROUND) if each <= most)
    # Rather one label than two that touch.
    return wide if wide <= most or near < _LEAST_ROOM * least else near


def _steps_near(value: float, factors: Sequence[float]) -> list[float]:
    power = 10.0 ** math.floor(math.log10(value))
    return [power * factor * scale for scale in (0.1, 1.0, 10.0) for factor in factors]


def _written(value: float, spacing: float) -> str:
    if abs(value) < spacing * 1e-6:
        return "0"
    last = math.floor(math.log10(spacing) + 1e-9)
    if abs(spacing / 10.0**last - 2.5) < 1e-6:
        last -= 1
    if spacing < 1e-3 or abs(value) >= 1e5:
        digits = max(0, math.floor(math.log10(abs(value)) + 1e-9) - last)
        mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
        return f"{mantissa}e{int(exponent)}"
    return f"{value:.{max(0, -last)}f}"
