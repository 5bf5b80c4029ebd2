"""Curves with no more points than a screen can show, losing no peak."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def decimated(x: Values, y: Values, edges: Values) -> tuple[Values, Values]:
    """The lowest and the highest value of each bin, in time that is linear in the points.

    Args:
        x: Ascending, (n,).
        y: (n,); what is not finite is passed over.
        edges: Of the bins, ascending, (b + 1,): a pixel each, say.

    Returns:
        x and y of the points to draw: as they are where there are no more than two a bin, else
        the two of each bin at its beginning (where in a pixel they lie is not to be seen). The
        next point on either side is among them, so that lines reach the rim.
    """
    first = max(0, int(np.searchsorted(x, edges[0])) - 1)
    last = min(len(x), int(np.searchsorted(x, edges[-1], side="right")) + 1)
    x, y = x[first:last], y[first:last]
    good = np.isfinite(y)
    if not good.all():
        x, y = x[good], y[good]
    if len(x) <= 2 * len(edges):
        return x, y
    starts = np.searchsorted(x, edges[:-1])
    starts[0] = 0
    starts = starts[starts < len(x)]
    # Ascending already; numpy.unique would import numpy.ma, an eighth of a second on first use.
    starts = starts[np.diff(starts, prepend=-1) > 0]
    low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    return np.repeat(x[starts], 2), np.stack([low, high], axis=1).ravel()
