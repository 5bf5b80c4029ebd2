"""The demo scrape as it was scraped, as its hints would clean it, and as it truly is.

The three data sets are held out the same pairs: garments of which the truth knows exactly two clean
photos. Nothing of these garments' items is in any of the three's training items.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.catalogue.database import Catalogue, open_catalogue
from core.catalogue.items import ItemFilter, find_items, read_items
from core.catalogue.photos import read_hints, read_photos
from core.catalogue.records import Hint, Photo
from core.cleaning.accept import rejections_by_hints
from core.cleaning.find_hints import find_hints
from core.cleaning.hash_photos import hash_pending
from core.cleaning.splits import Split
from core.errors import UserError
from core.jobs.context import JobContext
from core.project import Project
from core.scrape.demo.truth import Kind, TruthRow, read_ground_truth
from core.scrape.importing import import_scrape
from core.training.photos import SPLITS, Dataset, TrainingItem, TrainingPhoto

LEVELS = ("dirty", "hints", "clean")
"""As it was scraped, without what its hints accuse, without what the truth accuses."""


@dataclass(frozen=True)
class _Seen:
    """A photo of the catalogue with what the truth says of it."""

    photo: TrainingPhoto
    truth: TruthRow
    accused: bool


def read_demo(project: Project, folder: Path, context: JobContext) -> Mapping[str, Dataset]:
    """The demo's three data sets, by `LEVELS`; imports it into the project first.

    Args:
        project: A project of its own, which nothing else is imported into.
        folder: Holds `scrape` and `ground_truth.csv`.
        context: Progress and cancellation.

    Raises:
        UserError: It is no demo scrape, or has no garment with exactly two clean photos.
    """
    truth = {row.path: row for row in read_ground_truth(folder / "ground_truth.csv")}
    with open_catalogue(project) as catalogue:
        import_scrape(catalogue, folder / "scrape", context=context)
        hash_pending(catalogue, context)
        find_hints(catalogue, context)
        items = _read(catalogue, (folder / "scrape").absolute(), truth)
    return _datasets(items, folder)


def _read(
    catalogue: Catalogue, scrape: Path, truth: Mapping[str, TruthRow]
) -> dict[str, list[_Seen]]:
    """The readable photos of each item, by the item's key."""
    ids = find_items(catalogue, ItemFilter()).tolist()
    photos, hints = read_photos(catalogue, ids), read_hints(catalogue, ids)
    return {
        item.key: list(_seen(photos[item.id], hints[item.id], scrape, truth))
        for item in read_items(catalogue, ids)
    }


def _seen(
    photos: Sequence[Photo], hints: Iterable[Hint], scrape: Path, truth: Mapping[str, TruthRow]
) -> Iterator[_Seen]:
    accused = rejections_by_hints(photos, hints)
    for photo in photos:
        if photo.content_hash is None or not photo.is_kept:
            continue
        row = truth.get(photo.file.relative_to(scrape).as_posix())
        if row is None:
            raise UserError(
                "The ground truth does not know this photo",
                path=photo.file,
                remedy="Make the demo scrape again, in a new folder.",
            )
        of_training = TrainingPhoto(photo.id, photo.content_hash, photo.file, photo.crop)
        yield _Seen(of_training, row, photo.id in accused)


def _datasets(items: Mapping[str, Sequence[_Seen]], folder: Path) -> dict[str, Dataset]:
    clean = _clean_garments(items)
    pairs = {garment: seen for garment, seen in clean.items() if len(seen) == 2}
    if len(pairs) < 2:
        raise UserError(
            f"The demo has {len(pairs)} garments with exactly two clean photos to judge by",
            path=folder,
            remedy="Make a demo with more items: one in six has two photos.",
        )
    scraped = {key: seen for key, seen in items.items() if _garment_of(seen) not in pairs}
    training: dict[str, Mapping[str, Sequence[_Seen]]] = {
        "dirty": scraped,
        "hints": {k: [s for s in seen if not s.accused] for k, seen in scraped.items()},
        "clean": {garment: seen for garment, seen in clean.items() if garment not in pairs},
    }
    return {level: _dataset(training[level], pairs) for level in LEVELS}


def _clean_garments(items: Mapping[str, Sequence[_Seen]]) -> dict[str, list[_Seen]]:
    """The clean photos of each garment, each content once, whichever items list it."""
    garments: dict[str, dict[bytes, _Seen]] = defaultdict(dict)
    for seen in items.values():
        for each in seen:
            if each.truth.is_clean:
                garments[each.truth.garment].setdefault(each.photo.content_hash, each)
    return {garment: list(photos.values()) for garment, photos in garments.items()}


def _garment_of(seen: Sequence[_Seen]) -> str:
    """What an item is of."""
    own = [each.truth.garment for each in seen if each.truth.kind is not Kind.OTHER_ITEM]
    return next((garment for garment in own if garment), "")


def _dataset(
    training: Mapping[str, Sequence[_Seen]], pairs: Mapping[str, Sequence[_Seen]]
) -> Dataset:
    held_out = sorted(pairs, key=lambda garment: hashlib.sha256(garment.encode()).digest())
    groups = [(key, seen, Split.TRAIN) for key, seen in training.items() if len(seen) > 1]
    groups += [
        (garment, pairs[garment], (Split.VALIDATION, Split.TEST)[place % 2])
        for place, garment in enumerate(held_out)
    ]
    counts = [len(seen) for _, seen, _ in groups]
    return Dataset(
        items=tuple(TrainingItem(key, seen[0].truth.category, "demo") for key, seen, _ in groups),
        photos=tuple(each.photo for _, seen, _ in groups for each in seen),
        item_of=np.repeat(np.arange(len(groups), dtype=np.int32), counts),
        split_of=np.array([SPLITS.index(split) for _, _, split in groups], np.int8),
    )
