"""Pairs of items whose photos lie together: listed twice, or mixed up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.embedding.foreign import Foreigners
from core.embedding.index import Rows, Vectors
from core.embedding.mates import Distances, distances_between, groups
from core.jobs.context import JobContext

_STAGE = "Comparing items that lie together"
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Cloud:
    """Two items that lie together.

    Attributes:
        row: Of the one item, the photo that lies nearest to the other's, for how far others are.
        other_row: The other's photo that it lies nearest to.
        share: How far the nearer half of the photos of either lie from the other item, of how far
            they lie from the next but that.
    """

    row: int
    other_row: int
    share: float


def find_clouds(
    vectors: Vectors,
    item_of: Rows,
    foreign: Foreigners,
    grain: float,
    most: float,
    context: JobContext,
) -> list[Cloud]:
    """The pairs of items, each of two photos or more, whose share is at most this.

    Args:
        vectors: (n, d).
        item_of: (n,).
        foreign: Of these.
        grain: A distance that does not matter; added to both of each ratio.
        most: The greatest share that is found.
        context: Progress and cancellation.

    Raises:
        Cancelled: The context was cancelled.
    """
    of_item = {int(item_of[members[0]]): members for members in groups(item_of)}
    pairs = _pairs_worth_comparing(item_of, foreign, grain, most)
    found = []
    for done, (one, other) in enumerate(pairs.tolist()):
        context.check_cancelled()
        context.report(_STAGE, done, len(pairs))
        mine, theirs = of_item[one], of_item[other]
        if len(mine) < 2 or len(theirs) < 2:
            continue
        apart = distances_between(vectors, mine, theirs)
        nearest = (apart.min(axis=1), apart.min(axis=0))
        ratios = [
            (near + grain) / (foreign.next_distances[members] + grain)
            for near, members in zip(nearest, (mine, theirs), strict=True)
        ]
        share = float(np.exp(np.mean([_of_nearer_half(each) for each in ratios])))
        if share <= most:  # not for NaN, where there are but two items
            at = int(ratios[0].argmin())
            found.append(Cloud(int(mine[at]), int(theirs[apart[at].argmin()]), share))
    context.report(_STAGE, len(pairs), len(pairs))
    return found


def _of_nearer_half(ratios: Distances) -> float:
    """The mean logarithm of the smaller half of ratios, the middle one included."""
    return float(np.log(np.sort(ratios)[: -(-len(ratios) // 2)]).mean())


def _pairs_worth_comparing(item_of: Rows, foreign: Foreigners, grain: float, most: float) -> Rows:
    """(p, 2) items of which some photo lies nearest to the other's, the lower first, ascending.

    Left out are those that cannot lie together. Of a photo whose nearest is of the other item the
    ratio is known; of any other it is at least one, since a nearer item than that lies between.
    """
    items, dense = np.unique(item_of, return_inverse=True)
    sizes = np.bincount(dense, minlength=len(items))
    there = np.flatnonzero(foreign.rows >= 0)
    if not len(there):
        return np.empty((0, 2), np.int64)
    mine, theirs = dense[there], dense[foreign.rows[there]]
    logs = np.log(
        np.maximum(foreign.distances[there] + grain, np.finfo(float).tiny)
        / (foreign.next_distances[there] + grain)
    )
    # The smallest first of each way round between two items: half of an item counts, of those
    # that are known as many as there are of it, the rest as one.
    ways = np.lexsort((logs, theirs, mine))
    mine, theirs, logs = mine[ways], theirs[ways], logs[ways]
    begins = np.flatnonzero(np.diff(mine * len(items) + theirs, prepend=-1))
    lengths = np.diff(begins, append=len(mine))
    rank = np.arange(len(mine)) - np.repeat(begins, lengths)
    half = (sizes[mine] + 1) // 2
    counted = np.where(rank < half, logs, 0)
    bounds = np.add.reduceat(counted, begins) / half[begins]
    low, high = np.minimum(mine, theirs)[begins], np.maximum(mine, theirs)[begins]
    pairs, which = np.unique(low * len(items) + high, return_inverse=True)
    total = np.bincount(which, bounds, len(pairs))
    worth = ~(total / 2 > np.log(most) + _ROUNDING)  # NaN is worth a look
    return np.stack([items[pairs[worth] // len(items)], items[pairs[worth] % len(items)]], axis=1)
