"""One curve of a plot: what is drawn, with which pen, and what is read off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPen

_FAINT_ALPHA = 48


@dataclass(frozen=True, eq=False)
class Line:
    """One curve.

    Attributes:
        name: What the readout calls it; "" leaves it out of readout and legend.
        colour: "#rrggbb".
        x: Ascending, (n,).
        y: (n,); gaps where it is not finite.
    """

    name: str
    colour: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    is_bold: bool = False
    is_faint: bool = False
    is_dashed: bool = False


def value_at(line: Line, step: float) -> float | None:
    """The curve's last value up to the step."""
    at = int(np.searchsorted(line.x, step, side="right")) - 1
    if at < 0 or not np.isfinite(line.y[at]):
        return None
    return float(line.y[at])


def pen_of(line: Line, scale: float) -> QPen:
    """A curve's pen; `scale` is the screen's pixels a logical one."""
    colour = QColor(line.colour)
    if line.is_faint:
        colour.setAlpha(_FAINT_ALPHA)
    # Qt's rasteriser is ten times as slow with lines wider than a pixel: only curves of few bends
    # are bold.
    style = Qt.PenStyle.DashLine if line.is_dashed else Qt.PenStyle.SolidLine
    width = 2 * scale if line.is_bold else scale if line.is_dashed else 1.0
    pen = QPen(colour, width, style)
    pen.setCosmetic(True)  # in pixels, not in steps
    return pen
