"""What each batch of an epoch is made of: a pure function of the data, the seed and the epoch.

Nothing is kept from batch to batch, so a run that was stopped in mid-epoch goes on by skipping the
batches that it had.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.training.instruction import Sampler

Rows = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int32]


def epoch_batches(
    item_of: npt.NDArray[np.int32],
    rows: Rows,
    sampler: Sampler,
    *,
    seed: int,
    epoch: int,
    steps: int | None = None,
    skip: int = 0,
) -> Iterator[tuple[Rows, Labels]]:
    """The batches of an epoch: photo rows (B,) and their items' numbers (B,).

    By "items_by_photos", a batch is P different items with K photos each, an item's photos side by
    side, so every photo has a positive. Items with fewer photos repeat some, which augmentation
    makes differ. No item comes twice before the items are used up; those that do not fill a last
    batch are left out of that pass, and every pass leaves out others. With fewer than P items, a
    batch is all of them.

    By "one_item", a batch is B/2 photos of one item (repeated where it has fewer) and B/2 random
    photos of other items; each item has its turn once in a pass.

    Args:
        item_of: The item's number of each photo of the data set.
        rows: The photos to train on.
        sampler: Method, P and K.
        seed: The run's.
        epoch: From 0.
        steps: How many batches; `steps_per_epoch` where None. More than that start another pass.
        skip: Leave out so many batches at the beginning.

    Raises:
        ValueError: The photos are of fewer than two items.
    """
    members = _Members.of(item_of, rows)
    count = _steps_a_pass(len(members.items), sampler) if steps is None else steps
    a_pass = _steps_a_pass(len(members.items), sampler)
    order = np.empty(0, np.int64)
    drawn_for = -1
    for step in range(skip, count):
        pass_, at = divmod(step, a_pass)
        if pass_ != drawn_for:
            order = np.random.default_rng((seed, epoch, pass_)).permutation(len(members.items))
            drawn_for = pass_
        chance = np.random.default_rng((seed, epoch, pass_, at))
        if sampler.method == "one_item":
            yield _one_item_batch(members, int(order[at]), sampler.batch_size, chance)
        else:
            items = order[at * sampler.items : (at + 1) * sampler.items]
            yield _items_batch(members, items, sampler.photos, chance)


def steps_per_epoch(item_of: npt.NDArray[np.int32], rows: Rows, sampler: Sampler) -> int:
    """How many batches take every item once; by "items_by_photos", as far as they fill batches."""
    return _steps_a_pass(len(np.unique(item_of[rows])), sampler)


def _steps_a_pass(item_count: int, sampler: Sampler) -> int:
    if item_count < 2:
        raise ValueError("batches need photos of two items at least")
    return item_count if sampler.method == "one_item" else max(1, item_count // sampler.items)


@dataclass(frozen=True)
class _Members:
    """The photos of each item.

    Attributes:
        items: The items' numbers in the data set.
        rows: Photo rows, grouped by item.
        begin: Where each item's photos begin in `rows`, and likewise
        count: how many they are.
    """

    items: Labels
    rows: Rows
    begin: Rows
    count: Rows

    @classmethod
    def of(cls, item_of: npt.NDArray[np.int32], rows: Rows) -> _Members:
        grouped = rows[np.argsort(item_of[rows], kind="stable")]
        items, begin, count = np.unique(item_of[grouped], return_index=True, return_counts=True)
        return cls(items, grouped, begin, count)


def _items_batch(
    members: _Members, items: Rows, photos: int, chance: np.random.Generator
) -> tuple[Rows, Labels]:
    count = members.count[items]
    # A random order of each item's photos; places beyond its last photo sort behind them all.
    keys = chance.random((len(items), int(count.max())))
    keys[np.arange(keys.shape[1]) >= count[:, None]] = 2.0
    order = np.argsort(keys, axis=1)
    places = np.arange(photos) % count[:, None]
    chosen = members.begin[items][:, None] + np.take_along_axis(order, places, axis=1)
    return members.rows[chosen].ravel(), np.repeat(members.items[items], photos)


def _one_item_batch(
    members: _Members, item: int, size: int, chance: np.random.Generator
) -> tuple[Rows, Labels]:
    begin, count = int(members.begin[item]), int(members.count[item])
    half = size // 2
    positives = begin + chance.permutation(count)[np.arange(half) % count]
    others = len(members.rows) - count
    drawn = chance.choice(others, size - half, replace=others < size - half)
    negatives = np.where(drawn < begin, drawn, drawn + count)
    places = np.concatenate([positives, negatives])
    labels = members.items[np.searchsorted(members.begin, places, side="right") - 1]
    return members.rows[places], labels
