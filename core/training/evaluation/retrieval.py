"""Figures for items of many photos: is the nearest one right, and are the R nearest?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.training.evaluation.closeness import (
    Metric,
    Numbers,
    Space,
    Vectors,
    count_as_close,
    space_of,
)

_PAIRS_AT_ONCE = 100_000


@dataclass(frozen=True)
class Retrieval:
    """How well photos find the others of their items.

    Attributes:
        queries: Photos that have others of their item.
        r_at_1: Share of them whose nearest photo is of their item.
        map_at_r: Mean average precision at R (Musgrave et al. 2020, arXiv 2003.08505): for a query
            with R others, the mean over i = 1…R of the precision among the i nearest, where the
            i-th is right, and of 0, where it is not.
    """

    queries: int
    r_at_1: float
    map_at_r: float


def retrieval(embeddings: Vectors, item_of: Numbers, metric: Metric) -> Retrieval:
    """R@1 and MAP@R; every photo with others of its item queries all photos.

    The query itself never counts, and of photos equally close those of other items come first.

    Args:
        embeddings: (n, d); what is not finite, or zero where the metric is angular, counts against
            us.
        item_of: (n,); items with a single photo are only looked among.
        metric: How to compare.

    Raises:
        ValueError: No item has two photos.
    """
    space = space_of(embeddings, metric)
    order = np.argsort(item_of, kind="stable")
    _, begins, sizes = np.unique(np.asarray(item_of)[order], return_index=True, return_counts=True)
    firsts: list[npt.NDArray[np.bool_]] = []
    precisions: list[npt.NDArray[np.float64]] = []
    for size in sorted({int(size) for size in sizes if size > 1}):
        members = order[begins[sizes == size][:, None] + np.arange(size)]
        at_once = max(1, _PAIRS_AT_ONCE // (size * (size - 1)))
        for begin in range(0, len(members), at_once):
            places = _places(space, members[begin : begin + at_once])
            # The j-th nearest of the item is at place j plus the others that come before it.
            firsts.append(places[:, 0] == 1)
            hits = np.arange(1, size) / places
            precisions.append(np.where(places < size, hits, 0.0).sum(axis=1) / (size - 1))
    if not firsts:
        raise ValueError("no item has two photos")
    right = np.concatenate(firsts)
    return Retrieval(len(right), float(right.mean()), float(np.concatenate(precisions).mean()))


def _places(space: Space, members: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each photo of these items (items, size), where its item's others rank: ascending.

    Shape (items × size, size − 1).
    """
    size = members.shape[1]
    query, other = np.nonzero(~np.eye(size, dtype=bool))
    queries, others = members[:, query], members[:, other]
    close = count_as_close(space, queries.ravel(), others.ravel())
    shape = (-1, size - 1)
    to_others = space.distances(queries, others).reshape(shape)
    known = space.comparable[others].reshape(shape)
    # Of those as close as each other photo, the ones of the item itself, and the query, are none
    # that come before it.
    own = ((to_others[:, None, :] <= to_others[:, :, None]) | ~known[:, None, :]).sum(axis=2)
    before = close.reshape(shape) - 1 - own
    unknown = ~(known & space.comparable[queries].reshape(shape))
    before[unknown] = len(space.vectors) - size
    before.sort(axis=1)
    return np.asarray(before + np.arange(1, size))
