"""For every photo, how far the others of its own item lie, and those of other items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embedding.index import Metric, Rows, Vectors
from core.jobs.context import JobContext

Distances = npt.NDArray[np.float64]

_BLOCK_BYTES = 128_000_000


@dataclass(frozen=True, eq=False)
class Mates:
    """How each photo lies to the others of its item; (n,) each.

    Distances are float64 and Euclidean whatever the metric (on the unit sphere the chord); NaN
    where there is none.

    Attributes:
        rows: int64, its nearest mate, -1 where there is none.
        distances: To that one.
        means: To all of them, on average.
        others: Between those others, on average; NaN for items of one or two photos.
    """

    rows: Rows
    distances: Distances
    means: Distances
    others: Distances


@dataclass(frozen=True, eq=False)
class Foreigners:
    """How each photo lies to those of other items; (n,) each, distances as in `Mates`.

    Attributes:
        rows: int64, the nearest of them, -1 where there is none.
        distances: To that one.
        next_distances: To the nearest one of a further item. Where photos lie dense, this is short
            as well: their ratio says whether two items lie together, rather than many.
    """

    rows: Rows
    distances: Distances
    next_distances: Distances


def nearest_mates(vectors: Vectors, item_of: npt.NDArray[np.int64]) -> Mates:
    """Compares the photos of each item."""
    count = len(vectors)
    rows = np.full(count, -1, np.int64)
    distances, means, others = (np.full(count, np.nan) for _ in range(3))
    for members in groups(item_of):
        mates = len(members) - 1
        if not mates:
            continue
        apart = distances_between(vectors, members, members)
        sums = apart.sum(axis=1)
        means[members] = sums / mates
        if mates > 1:
            others[members] = (sums.sum() - 2 * sums) / (mates * (mates - 1))
        np.fill_diagonal(apart, np.inf)
        rows[members] = members[apart.argmin(axis=1)]
        distances[members] = apart.min(axis=1)
    return Mates(rows, distances, means, others)


def nearest_foreign(
    vectors: Vectors, item_of: npt.NDArray[np.int64], metric: Metric, context: JobContext
) -> Foreigners:
    """The nearest photo of any other item, and that of any further one.

    Compares all with all, block by block: the time grows with the square of their number, from some
    two seconds for ten thousand photos.

    Raises:
        Cancelled: The context was cancelled.
    """
    count = len(vectors)
    rows, further = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    items = len(np.unique(item_of))
    if items < 2:
        return Foreigners(rows, np.full(count, np.nan), np.full(count, np.nan))
    halves = np.einsum("nd,nd->n", vectors, vectors) / 2
    # Photos of an item side by side, so that its own are a slice of each block's columns.
    order = np.argsort(item_of, kind="stable")
    ordered, item = vectors[order], item_of[order]
    begins = np.searchsorted(item, item, side="left")
    ends = np.searchsorted(item, item, side="right")
    halves = halves[order]
    block = max(1, _BLOCK_BYTES // (4 * count))
    for begin in range(0, count, block):
        context.check_cancelled()
        context.report("Comparing photos of different items", begin, count)
        scores = ordered[begin : begin + block] @ ordered.T
        if metric == "l2":
            scores -= halves
        part = order[begin : begin + block]
        for at in range(len(scores)):
            scores[at, begins[begin + at] : ends[begin + at]] = -np.inf
        found = scores.argmax(axis=1)
        rows[part] = order[found]
        if items > 2:
            for at, near in enumerate(found.tolist()):
                scores[at, begins[near] : ends[near]] = -np.inf
            further[part] = order[scores.argmax(axis=1)]
    context.report("Comparing photos of different items", count, count)

    # Measured again in float64: what is a copy should lie at 0.
    def apart(to: Rows) -> Distances:
        return np.asarray(np.linalg.norm(vectors.astype(np.float64) - vectors[to], axis=1))

    none = np.full(count, np.nan)
    return Foreigners(rows, apart(rows), apart(further) if items > 2 else none)


def distances_between(vectors: Vectors, some: Rows, others: Rows) -> Distances:
    """(s, o) of all of some rows to all of others."""
    points = vectors[some].astype(np.float64)
    return np.asarray(np.linalg.norm(points[:, None] - vectors[others], axis=2))


def groups(item_of: npt.NDArray[np.int64]) -> list[Rows]:
    """The rows of each item, ascending."""
    order = np.argsort(item_of, kind="stable")
    bounds = np.flatnonzero(np.diff(item_of[order])) + 1
    return [part for part in np.split(order, bounds) if len(part)]
