"""What a data set is: items, their photos, and which of them train and which are held out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.cleaning.photo_content import Crop
from core.cleaning.splits import Split

SPLITS = (Split.TRAIN, Split.VALIDATION, Split.TEST)
"""By the numbers that `Dataset.split_of` has for them."""

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TrainingPhoto:
    """One photo.

    Attributes:
        key: Its id in the catalogue; where it comes from elsewhere, a negative number of its own.
        content_hash: SHA-256 of its file, 32 bytes; where it is a part of the file, followed by the
            crop in letters. Photos with the same one are the same.
        file: Absolute path, as it lies now.
        crop: (x1, y1, x2, y2) in upright pixels where the photo is a part of the file.
    """

    key: int
    content_hash: bytes
    file: Path
    crop: Crop | None


@dataclass(frozen=True)
class TrainingItem:
    """One item.

    Attributes:
        key: What its source calls it.
        category: "" where the source does not say.
        source: As the instruction names it: "catalogue", or a path.
    """

    key: str
    category: str
    source: str


@dataclass(frozen=True)
class DatasetSummary:
    """A data set in numbers.

    Attributes:
        photos_per_item: How many items have so many photos, by that number, ascending.
        warnings: What the user should know before training on it, each a sentence.
    """

    items: int
    photos: int
    items_by_split: Mapping[Split, int]
    photos_by_split: Mapping[Split, int]
    photos_per_item: Mapping[int, int]
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Items and their photos, divided.

    Attributes:
        items: In the order of their sources.
        photos: Grouped by item, in the items' order.
        item_of: int32 (n_photos,): each photo's place in `items`.
        split_of: int8 (n_items,): each item's place in `SPLITS`.
        warnings: What was found wanting while it was read, each a sentence.
    """

    items: tuple[TrainingItem, ...]
    photos: tuple[TrainingPhoto, ...]
    item_of: npt.NDArray[np.int32]
    split_of: npt.NDArray[np.int8]
    warnings: tuple[str, ...] = field(default=())

    @cached_property
    def fingerprint(self) -> str:
        """The same for data sets with the same items, contents and splits, wherever they lie."""
        digest = hashlib.sha256()
        photos = iter(self.photos)
        counts = np.bincount(self.item_of, minlength=len(self.items)).tolist()
        for item, split, count in zip(self.items, self.split_of.tolist(), counts, strict=True):
            name = f"{SPLITS[split]}\n{count}\n{item.category}\n{item.key}\n"
            digest.update(name.encode("utf-8", "replace"))
            for _ in range(count):
                content = next(photos).content_hash
                digest.update(len(content).to_bytes(2, "big") + content)
        return digest.hexdigest()

    def rows(self, split: Split, pack_rows: Rows | None = None) -> Rows:
        """The places in `photos` of one split's photos, items in order.

        Args:
            split: Which.
            pack_rows: `Pack.rows_of(photos)`: photos that are not in the pack are left out, of
                held-out items both, for a photo without its partner cannot be judged by.
        """
        chosen = self.split_of[self.item_of] == SPLITS.index(split)
        if pack_rows is not None:
            unreadable = np.asarray(pack_rows) < 0
            if split is not Split.TRAIN:
                broken = np.zeros(len(self.items), bool)
                broken[self.item_of[unreadable]] = True
                unreadable = broken[self.item_of]
            chosen &= ~unreadable
        return np.flatnonzero(chosen)

    def summary(self) -> DatasetSummary:
        """The data set in numbers."""
        counts = np.bincount(self.item_of, minlength=len(self.items))
        items = np.bincount(self.split_of, minlength=len(SPLITS)).tolist()
        photos = np.bincount(self.split_of[self.item_of], minlength=len(SPLITS)).tolist()
        return DatasetSummary(
            items=len(self.items),
            photos=len(self.photos),
            items_by_split=dict(zip(SPLITS, items, strict=True)),
            photos_by_split=dict(zip(SPLITS, photos, strict=True)),
            photos_per_item=dict(sorted(Counter(counts.tolist()).items())),
            warnings=self.warnings,
        )
