"""For every photo, the nearest of its own item and the nearest of any other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embedding.index import Metric, Rows, Vectors
from core.jobs.context import JobContext

Distances = npt.NDArray[np.float64]

_BLOCK_BYTES = 128_000_000


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest photo of each photo, within some group.

    Attributes:
        rows: (n,) int64, -1 where there is none.
        distances: (n,) float64, Euclidean whatever the metric (on the unit sphere the chord); NaN
            where there is none.
    """

    rows: Rows
    distances: Distances


def nearest_mates(vectors: Vectors, item_of: npt.NDArray[np.int64]) -> Nearest:
    """The nearest other photo of the same item."""
    rows = np.full(len(vectors), -1, np.int64)
    distances = np.full(len(vectors), np.nan)
    for members in groups(item_of):
        if len(members) < 2:
            continue
        points = vectors[members].astype(np.float64)
        apart = np.linalg.norm(points[:, None] - points, axis=2)
        np.fill_diagonal(apart, np.inf)
        rows[members] = members[apart.argmin(axis=1)]
        distances[members] = apart.min(axis=1)
    return Nearest(rows, distances)


def nearest_foreign(
    vectors: Vectors, item_of: npt.NDArray[np.int64], metric: Metric, context: JobContext
) -> Nearest:
    """The nearest photo of any other item.

    Compares all with all, block by block: a second for ten thousand photos, some minutes for half
    a million.

    Raises:
        Cancelled: The context was cancelled.
    """
    count = len(vectors)
    rows = np.full(count, -1, np.int64)
    if len(np.unique(item_of)) < 2:
        return Nearest(rows, np.full(count, np.nan))
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
        for at in range(len(scores)):
            scores[at, begins[begin + at] : ends[begin + at]] = -np.inf
        rows[order[begin : begin + block]] = order[scores.argmax(axis=1)]
    context.report("Comparing photos of different items", count, count)
    # Measured again in float64: what is a copy should lie at 0.
    apart = vectors.astype(np.float64) - vectors[rows]
    return Nearest(rows, np.linalg.norm(apart, axis=1))


def groups(item_of: npt.NDArray[np.int64]) -> list[Rows]:
    """The rows of each item, ascending."""
    order = np.argsort(item_of, kind="stable")
    bounds = np.flatnonzero(np.diff(item_of[order])) + 1
    return [part for part in np.split(order, bounds) if len(part)]
