"""For every photo, how far the others of its own item lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embedding.index import Rows, Vectors
from core.jobs.context import JobContext

Distances = npt.NDArray[np.float64]

_BLOCK = 400_000
"""Differences (of all dimensions) that are held at once; some 60 MB at twenty dimensions."""
_STAGE = "Comparing photos of each item"


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


def nearest_mates(
    vectors: Vectors, item_of: npt.NDArray[np.int64], context: JobContext | None = None
) -> Mates:
    """Compares the photos of each item, items of one size together.

    Raises:
        Cancelled: The context was cancelled.
    """
    context = context or JobContext()
    count = len(vectors)
    rows = np.full(count, -1, np.int64)
    distances, means, others = (np.full(count, np.nan) for _ in range(3))
    order = np.argsort(item_of, kind="stable")
    begins, sizes = _runs(item_of[order])
    done = 0
    for size in np.unique(sizes).tolist():
        if size < 2:
            continue
        members = order[begins[sizes == size][:, None] + np.arange(size)]
        at_once = max(1, _BLOCK // size**2)
        for begin in range(0, len(members), at_once):
            context.check_cancelled()
            context.report(_STAGE, done, count)
            part = members[begin : begin + at_once]
            nearest, near, sums = _compare(vectors, part, context)
            rows[part] = np.take_along_axis(part, nearest, axis=1)
            distances[part] = near
            means[part] = sums / (size - 1)
            if size > 2:
                totals = sums.sum(axis=1, keepdims=True)
                others[part] = (totals - 2 * sums) / ((size - 1) * (size - 2))
            done += part.size
    context.report(_STAGE, count, count)
    return Mates(rows, distances, means, others)


def distances_between(vectors: Vectors, some: Rows, others: Rows) -> Distances:
    """(s, o) of all of some rows to all of others."""
    points = vectors[some].astype(np.float64)
    apart = np.empty((len(some), len(others)))
    step = max(1, _BLOCK // max(1, len(others)))
    for begin in range(0, len(some), step):
        part = slice(begin, begin + step)
        apart[part] = np.linalg.norm(points[part, None] - vectors[others], axis=2)
    return apart


def groups(item_of: npt.NDArray[np.int64]) -> list[Rows]:
    """The rows of each item, ascending."""
    order = np.argsort(item_of, kind="stable")
    bounds = np.flatnonzero(np.diff(item_of[order])) + 1
    return [part for part in np.split(order, bounds) if len(part)]


def _compare(
    vectors: Vectors, members: Rows, context: JobContext
) -> tuple[Rows, Distances, Distances]:
    """(k, m) each, of k items of m photos: which is the nearest mate, how far, the sum to all."""
    points = vectors[members].astype(np.float64)
    items, size = members.shape
    nearest = np.empty((items, size), np.int64)
    near, sums = np.empty((items, size)), np.empty((items, size))
    step = max(1, min(size, _BLOCK // (items * size)))
    for begin in range(0, size, step):
        context.check_cancelled()
        part = slice(begin, min(begin + step, size))
        differences = points[:, part, None] - points[:, None]
        apart = np.sqrt(np.einsum("kabd,kabd->kab", differences, differences))
        sums[:, part] = apart.sum(axis=2)
        own = np.arange(apart.shape[1])
        apart[:, own, begin + own] = np.inf
        nearest[:, part] = apart.argmin(axis=2)
        near[:, part] = apart.min(axis=2)
    return nearest, near, sums


def _runs(values: npt.NDArray[np.int64]) -> tuple[Rows, Rows]:
    """Where each stretch of equal values begins, and how long it is."""
    begins = np.flatnonzero(np.diff(values, prepend=values[:1] - 1)) if len(values) else values
    return begins, np.diff(begins, append=len(values))
