"""Vectors parted into cells of near ones, so that what lies too far need not be compared.

Two cells are told apart by the plane midway between their centres: where all of one lie farther on
this side of it than a photo's nearest is away, none of the other can be nearer. In tens of
dimensions that says far more than the cells' radii, for a cell is narrow along any one line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embedding.index import Rows, Vectors
from core.jobs.context import JobContext

Numbers = npt.NDArray[np.float64]

_USUAL_SIZE = 1000
_MOST_CELLS = 1024
_SAMPLE_A_CELL = 24
_ROUNDS = 6
_BLOCK = 8192
_STAGE = "Parting the photos by place"


@dataclass(frozen=True, eq=False)
class Cells:
    """A parting of n vectors into c cells.

    Attributes:
        order: (n,) int64, the rows, cell by cell.
        bounds: (c + 1,) where each cell begins and the last one ends, in that order.
        centres: (c, d) float64.
        apart: (c, c) between the centres.
        radii: (c,) how far the farthest of each cell lies from its centre.
        gaps: (c, c) how far all of a cell lie at least from the plane midway between its centre
            and another's; negative where some lie beyond it.
    """

    order: Rows
    bounds: Rows
    centres: Numbers
    apart: Numbers
    radii: Numbers
    gaps: Numbers

    @property
    def count(self) -> int:
        return len(self.centres)

    def floors(self, points: Numbers, own: int) -> Numbers:
        """(p, c): none of a cell's vectors lies nearer to a point than this.

        Args:
            points: (p, d), of the cell `own`.
            own: Which cell they are of.
        """
        squares = _squared(points, self.centres)
        midway = _from_midway(squares, own, self.apart[own]) + self.gaps[:, own]
        midway[:, own] = 0
        return np.maximum(midway, np.sqrt(squares) - self.radii)


def part_into_cells(points: Vectors, context: JobContext, *, seed: int = 0) -> Cells:
    """Parts by k-means (Lloyd 1982) of a sample; (n, d) with n > 0.

    Raises:
        Cancelled: The context was cancelled.
    """
    count = len(points)
    rng = np.random.default_rng(seed)
    wanted = min(_MOST_CELLS, max(1, count // _USUAL_SIZE))
    sample = points[rng.permutation(count)[: wanted * _SAMPLE_A_CELL]]
    centres = sample[:wanted].astype(np.float64)
    for _ in range(_ROUNDS):
        labels = _nearest(sample, centres, JobContext(is_cancelled=context.is_cancelled))
        sums = np.stack([np.bincount(labels, each, len(centres)) for each in sample.T], axis=1)
        sizes = np.bincount(labels, minlength=len(centres))
        centres = sums[sizes > 0] / sizes[sizes > 0, None]
    labels = _nearest(points, centres, context)
    used, labels = np.unique(labels, return_inverse=True)
    centres = centres[used]
    order = np.argsort(labels, kind="stable")
    bounds = np.searchsorted(labels[order], np.arange(len(centres) + 1))
    apart = np.sqrt(_squared(centres, centres))
    radii, gaps = np.empty(len(centres)), np.zeros((len(centres), len(centres)))
    for cell in range(len(centres)):
        context.check_cancelled()
        members = order[bounds[cell] : bounds[cell + 1]]
        farthest, least = 0.0, np.full(len(centres), np.inf)
        for begin in range(0, len(members), _BLOCK):
            squares = _squared(points[members[begin : begin + _BLOCK]].astype(np.float64), centres)
            farthest = max(farthest, float(squares[:, cell].max()))
            least = np.minimum(least, _from_midway(squares, cell, apart[cell]).min(axis=0))
        radii[cell], gaps[cell] = np.sqrt(farthest), least
    return Cells(order, bounds, centres, apart, radii, gaps)


def _nearest(points: Vectors, centres: Numbers, context: JobContext) -> Rows:
    """(n,) the nearest centre of each."""
    found = np.empty(len(points), np.int64)
    columns = np.asarray(centres.T, np.float32)
    halves = np.einsum("cd,cd->c", centres, centres).astype(np.float32) / 2
    for begin in range(0, len(points), _BLOCK):
        context.check_cancelled()
        context.report(_STAGE, begin, len(points))
        part = slice(begin, begin + _BLOCK)
        found[part] = (points[part] @ columns - halves).argmax(axis=1)
    context.report(_STAGE, len(points), len(points))
    return found


def _squared(points: Numbers, centres: Numbers) -> Numbers:
    """(p, c) squared distances."""
    squares = points @ (-2 * centres.T)
    squares += np.einsum("pd,pd->p", points, points)[:, None]
    squares += np.einsum("cd,cd->c", centres, centres)
    return np.maximum(squares, 0)


def _from_midway(squares: Numbers, own: int, apart: Numbers) -> Numbers:
    """(p, c): how far points lie on the side of their own centre of the plane to each other one."""
    # Of two centres at one place nothing can be said.
    doubled = np.where(apart > 0, 2 * apart, np.inf)
    return np.asarray((squares - squares[:, own, None]) / doubled)
