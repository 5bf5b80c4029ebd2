"""What a slider's position means: how far the query moves, and what that is expected to bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.embedding.directions.records import Curve, Direction
from core.embedding.index import Metric

_AXIS_DEGREES = 60.0
_AXIS_SPREADS = 2.0


@dataclass(frozen=True)
class Calibration:
    """Positions from -1 to 1, 0 at rest.

    To the right, positions are even in the share of results that is expected to bear the pattern,
    and end where that is highest or the results collapse onto few photos. To the left, and where
    nothing was measured, they are even in how far the query moves.

    Attributes:
        curve: That was measured; None for principal axes.
        reach: The extent at -1 (and at 1, without a curve).
        unit: What extents are counted in.
    """

    curve: Curve | None
    reach: float
    unit: str

    def extent(self, position: float) -> float:
        """How far the query moves: degrees, a distance, or strict re-ranking's strength."""
        if position <= 0 or self.curve is None:
            return position * self.reach
        resting = self.curve.points[0].share
        return self.curve.extent_for(resting + position * (self.curve.best_share - resting))

    def position(self, extent: float) -> float:
        """The position that moves so far."""
        if not self.reach:
            return 0.0
        if extent <= 0 or self.curve is None:
            return max(-1.0, min(1.0, extent / self.reach))
        steps = np.linspace(0, 1, 201)
        extents = [self.extent(step) for step in steps]
        return float(np.interp(extent, extents, steps))

    def words(self, position: float) -> str:
        """What is expected there: "43 %" of the results bear it; "" at rest."""
        if not position:
            return ""
        if position > 0 and self.curve is not None:
            resting = self.curve.points[0].share
            return f"{resting + position * (self.curve.best_share - resting):.0%}"
        return f"{self.extent(position):+.3g}{self.unit}".replace("-", "−")


def calibrate(direction: Direction, metric: Metric, spread: float, *, strict: bool) -> Calibration:
    """The calibration of a direction's slider.

    Args:
        direction: Of the index that is explored.
        metric: Of its space.
        spread: Of its vectors (`learning.spread_of`): the scale of moves where it is L2.
        strict: Whether results are re-ranked by the direction's probe, in place of moving.
    """
    unit = "°" if metric == "angular" else ""
    report = direction.report
    if report is None:
        return Calibration(None, _AXIS_DEGREES if unit else _AXIS_SPREADS * spread, unit)
    curve = report.strict if strict and report.strict is not None else report.curve
    return Calibration(curve, curve.limit or curve.points[-1].extent, "" if strict else unit)
