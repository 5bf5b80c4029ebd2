"""The axes of a plot: as many round values as have room, however small the plot is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PyQt5.QtGui import QFont, QFontMetricsF

_LINES_A_LABEL = 1.8
"""Heights of a letter from one label to the next."""

_STEP_PX = 110
"""From one step's label to the next."""

_ROUND = (1.0, 2.0, 5.0, 10.0)


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

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """One level of ticks (value of a step, value to begin at), all of them labelled."""
        return [(round_step(high - low, size, _LINES_A_LABEL * self._label_px), 0.0)]

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

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        return [(round_step(high - low, size, _STEP_PX), 0.0)]

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
    """The least of 1, 2, 5 times a power of ten that lies so far apart, or as near as gives two.

    Args:
        extent: Of the values on the axis.
        size_px: Of the axis.
        least_px: From one tick to the next.
    """
    if extent <= 0 or size_px <= 0:
        return 1.0
    least = min(extent * least_px / size_px, extent / 2)
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in _ROUND if power * factor >= least * (1 - 1e-9))


def _written(value: float, spacing: float) -> str:
    if abs(value) < spacing * 1e-6:
        return "0"
    if spacing < 1e-3 or abs(value) >= 1e5:
        digits = max(0, math.floor(math.log10(abs(value)) + 1e-9) - _power(spacing))
        mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
        return f"{mantissa}e{int(exponent)}"
    return f"{value:.{max(0, -_power(spacing))}f}"


def _power(spacing: float) -> int:
    return math.floor(math.log10(spacing) + 1e-9)
