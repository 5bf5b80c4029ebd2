"""Held-out pairs drawn at random, as a second opinion on a data set with few fixed ones.

By the evaluation protocol the items with exactly two photos are held out: always the same, and
perhaps such as are not like the others. Drawn anew for each seed they are of all kinds, and the
figures' scatter over seeds is also that of the pairs: Monte Carlo cross-validation (Picard and
Cook, "Cross-Validation of Regression Models", Journal of the American Statistical Association,
1984).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.cleaning.splits import Split
from core.errors import UserError
from core.training.photos import SPLITS, Dataset


def draw_pairs(dataset: Dataset, count: int, *, seed: int) -> Dataset:
    """Two photos each of so many items held out, and all that the other items have to train on.

    No photo that another item has too is held out; what else a drawn item has is left out. The
    first half of the drawn are for validation.

    Args:
        dataset: Of items with two photos or more; how it is divided does not matter.
        count: How many items to draw.
        seed: Another one draws others.

    Raises:
        UserError: There are not enough items.
    """
    candidates = _photos_of_their_own(dataset)
    able = [item for item, rows in enumerate(candidates) if len(rows) >= 2]
    if count > len(able) or count > len(dataset.items) - 2:
        raise UserError(
            f"{count:,} items cannot be drawn of {len(dataset.items):,}: {len(able):,} have two"
            " photos that no other item has",
            remedy="Draw fewer: two items at least have to be left to train on.",
        )
    chance = np.random.default_rng(seed)
    drawn = chance.permutation(able)[:count]
    split_of = np.full(len(dataset.items), SPLITS.index(Split.TRAIN), np.int8)
    split_of[drawn[: (count + 1) // 2]] = SPLITS.index(Split.VALIDATION)
    split_of[drawn[(count + 1) // 2 :]] = SPLITS.index(Split.TEST)
    kept = split_of[dataset.item_of] == SPLITS.index(Split.TRAIN)
    for item in drawn:
        kept[chance.permutation(candidates[item])[:2]] = True
    rows = np.flatnonzero(kept)
    return Dataset(
        items=dataset.items,
        photos=tuple(dataset.photos[row] for row in rows),
        item_of=dataset.item_of[rows],
        split_of=split_of,
        warnings=dataset.warnings,
    )


def _photos_of_their_own(dataset: Dataset) -> list[npt.NDArray[np.int64]]:
    """For each item its photos' rows: none twice, and none where another item has one of them."""
    owner: dict[bytes, int] = {}
    rows: list[list[int]] = [[] for _ in dataset.items]
    shared: set[int] = set()
    for row, (photo, item) in enumerate(zip(dataset.photos, dataset.item_of.tolist(), strict=True)):
        first = owner.get(photo.content_hash)
        if first is None:
            owner[photo.content_hash] = item
            rows[item].append(row)
        elif first != item:
            shared |= {first, item}
    return [np.array([] if item in shared else own, np.int64) for item, own in enumerate(rows)]
