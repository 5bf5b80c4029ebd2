"""The photos that models are judged by, with what is known of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.cleaning.splits import Split
from core.training.photos import Dataset, Rows, TrainingPhoto

NO_DIRT: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Pairs of photos, each pair side by side.

    Attributes:
        split: Which of the two held-out splits.
        rows: int64 (n,): their places in the data set's photos.
        item_of: int32 (n,): whose they are.
        photos: The photos themselves.
        items: What the items are called, a photo each.
        categories: Of the items, a photo each; "" where the source does not say.
        dirt: What is wrong with each photo, in words; empty for clean ones.
    """

    split: Split
    rows: Rows
    item_of: npt.NDArray[np.int32]
    photos: tuple[TrainingPhoto, ...]
    items: tuple[str, ...]
    categories: tuple[str, ...]
    dirt: tuple[frozenset[str], ...]

    def __len__(self) -> int:
        return len(self.rows)


def held_out(
    dataset: Dataset,
    split: Split,
    pack_rows: Rows | None = None,
    dirt: Sequence[frozenset[str]] | None = None,
) -> HeldOut:
    """The held-out photos of a data set.

    Args:
        dataset: Divided.
        split: Validation or test.
        pack_rows: `Pack.rows_of(dataset.photos)`; pairs that are not in the pack are left out.
        dirt: What is wrong with each photo of the data set (`core.training.evaluation.dirt`).
    """
    rows = dataset.rows(split, pack_rows)
    items = [dataset.items[item] for item in dataset.item_of[rows].tolist()]
    return HeldOut(
        split=split,
        rows=rows,
        item_of=dataset.item_of[rows],
        photos=tuple(dataset.photos[row] for row in rows.tolist()),
        items=tuple(item.key for item in items),
        categories=tuple(item.category for item in items),
        dirt=tuple(NO_DIRT if dirt is None else dirt[row] for row in rows.tolist()),
    )
