"""A curve as pyqtgraph draws it, laid out anew only when it is another than before."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from core.qt.training.plot_line import Line, pen_of

Values = NDArray[np.float64]


class PlotCurve(pg.PlotDataItem):  # type: ignore[misc]  # pyqtgraph has no types
    """One line of a plot."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: object = None

    def show_points(
        self, x: Values, y: Values, line: Line, *, has_dots: bool, scale: float
    ) -> None:
        """Draws these points, unless they are drawn already.

        Dots cost pyqtgraph most of a frame, and a plot that is panned has the same ones in each.

        Args:
            x: In the axis' own terms, finite, (n,).
            y: Finite, (n,).
            line: Whose points they are: its pen and colour.
            has_dots: Whether each point is marked.
            scale: The screen's pixels a logical one.
        """
        looks = line.colour, line.is_bold, line.is_faint, line.is_dashed, has_dots, scale
        wanted = x.tobytes(), y.tobytes(), looks
        if wanted == self._shown:
            return
        self._shown = wanted
        self.setData(
            x,
            y,
            pen=pen_of(line, scale),
            connect="all",
            symbol="o" if has_dots else None,
            symbolSize=5,
            symbolPen=None,
            symbolBrush=line.colour,
            skipFiniteCheck=True,
        )
