"""The data set of a run: sources merged, filtered, divided and checked; stored with the run."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.cleaning.splits import Split
from core.errors import UserError
from core.jobs.context import JobContext
from core.number_words import plural
from core.project import Project, is_project, open_project
from core.training.instruction import Data
from core.training.named_paths import is_file, is_folder, named_path
from core.training.photos import SPLITS, Dataset
from core.training.sources.catalogue import read_catalogue
from core.training.sources.deepfashion2 import is_deepfashion2, read_deepfashion2_folder
from core.training.sources.found import Found, FoundItem
from core.training.sources.manifest import manifest_in, read_manifest
from core.training.splitting import Divided, share_of_training, split_found

CATALOGUE = "catalogue"

_FEW_PAIRS = 100
_MOST_MISSING = 0.1
"""Share of photos whose files may be missing: beyond that it is a disk, not a few files."""
_CHECK_EVERY = 256
_CATEGORIES_NAMED = 12


def read_dataset(
    data: Data, *, seed: int, project: Project | None, context: JobContext | None = None
) -> Dataset:
    """The photos that an instruction asks for, divided by the seed.

    Args:
        data: Sources, categories, least photos, share.
        seed: Of the division and the share.
        project: Whose catalogue "catalogue" stands for, and which other sources' paths start from.
        context: Progress and cancellation.

    Raises:
        UserError: A source cannot be read, or there is too little to train or evaluate on.
        Cancelled: The context was cancelled.
    """
    context = context or JobContext()
    found = _merge([_read(name, project, context) for name in data.sources])
    # Before anything is left out, so that no other filter moves an item to another side.
    splits = split_found(found.items, found.same_photo, seed=seed)
    divided, few = _filter(list(zip(found.items, splits, strict=True)), data)
    _check_enough(divided, data, most=max((len(item.photos) for item in found.items), default=0))
    divided, lost = _without_missing(divided, context)
    if data.share < 1:
        divided = share_of_training(divided, data.share, seed=seed)
    _check_splits(divided, data)
    return _dataset(divided, (*found.warnings, *few, *lost, *_few_pairs(divided)))


def _read(source: str, project: Project | None, context: JobContext) -> Found:
    if source == CATALOGUE:
        if project is None:
            raise UserError(
                "The instruction asks for a project's catalogue, and there is no project",
                remedy="Name the project, or an exported manifest as the source.",
            )
        return read_catalogue(project, source, context)
    path = named_path(source)
    if project is not None:
        path = project.root / path
    if is_file(path):
        return read_manifest(path, source, context)
    if is_folder(path):
        if is_project(path):
            return read_catalogue(open_project(path), source, context)
        manifest = manifest_in(path)
        if manifest is not None:
            return read_manifest(manifest, source, context)
        if is_deepfashion2(path, context):
            return read_deepfashion2_folder(path, source, context)
    raise UserError(
        "This source of photos is neither a manifest nor an export, a project or a DeepFashion2"
        " folder",
        path=path,
        remedy='Check the path under "sources"; import other scrapes into a project.',
    )


def _merge(sources: Sequence[Found]) -> Found:
    """One after the other; what an earlier source has is left out of the later ones."""
    items: list[FoundItem] = []
    same_photo: list[tuple[int, int]] = []
    owner: dict[bytes, int] = {}
    again = outside = 0
    for found in sources:
        place: dict[int, int] = {}
        of_this: dict[bytes, int] = {}
        for number, item in enumerate(found.items):
            photos = []
            earlier = set()
            for photo in item.photos:
                if photo.content_hash in owner:
                    again += 1
                    earlier.add(owner[photo.content_hash])
                    continue
                if photo.key == 0:
                    outside -= 1
                    photo = replace(photo, key=outside)
                photos.append(photo)
                of_this.setdefault(photo.content_hash, len(items))
            if photos:
                same_photo += [(other, len(items)) for other in sorted(earlier)]
                place[number] = len(items)
                items.append(FoundItem(item.item, tuple(photos)))
        same_photo += [
            (place[a], place[b]) for a, b in found.same_photo if a in place and b in place
        ]
        owner |= of_this
    warnings = [warning for found in sources for warning in found.warnings]
    if again:
        warnings.append(
            f"{plural(again, 'photo is', 'photos are')} in several sources; the first counts."
        )
    return Found(items, same_photo, warnings)


def _filter(divided: Sequence[Divided], data: Data) -> tuple[list[Divided], list[str]]:
    """What the instruction wants, and what there is to say about the rest."""
    in_category = [
        (found, split)
        for found, split in divided
        if not data.categories or found.item.category in data.categories
    ]
    if divided and not in_category:
        known = Counter(found.item.category for found, _ in divided if found.item.category)
        names = ", ".join(name for name, _ in known.most_common(_CATEGORIES_NAMED))
        raise UserError(
            "There is no item of these categories: " + ", ".join(data.categories),
            remedy=f"Choose among these: {names}." if names else "The items have no categories.",
        )
    kept = [(found, split) for found, split in in_category if len(found.photos) >= data.min_photos]
    left_out = len(in_category) - len(kept)
    if not left_out:
        return kept, []
    return kept, [f"Items with fewer than {data.min_photos} photos are left out: {left_out:,}."]


def _check_enough(divided: Sequence[Divided], data: Data, most: int) -> None:
    if not divided:
        raise UserError(
            f"There are no items with {data.min_photos} photos or more to train on",
            remedy=f'Set "Least photos" to {most} or less: no item has more.'
            if most > 1
            else "Import a scrape and let its photos be read, or choose other sources.",
        )
    if len(divided) == 1:
        raise UserError(
            f"There is only one item to train on: {divided[0][0].item.key}",
            remedy="A model learns to tell items apart: import more of them.",
        )


def _check_splits(divided: Sequence[Divided], data: Data) -> None:
    count = Counter(split for _, split in divided)
    if not count[Split.VALIDATION] or not count[Split.TEST]:
        raise UserError(
            f"There are too few pairs to judge a model by: {count[Split.VALIDATION]} for validation"
            f" and {count[Split.TEST]} for the test (items with exactly two photos)",
            remedy='Set "Least photos" to 2: items with two photos are what models are judged by.'
            if data.min_photos > 2
            else "Import more items with two photos, or resolve duplicates: pairs that may be"
            " copies are not counted.",
        )
    if count[Split.TRAIN] < 2:
        raise UserError(
            f"There are too few items to train on: {count[Split.TRAIN]} that do not have exactly"
            " two photos; those that have are held out to judge by",
            remedy="Import more items with three photos or more.",
        )


def _without_missing(
    divided: Sequence[Divided], context: JobContext
) -> tuple[list[Divided], list[str]]:
    """Leaves out photos whose files are gone, of held-out items both."""
    kept: list[Divided] = []
    missing: list[Path] = []
    total = 0
    for number, (found, split) in enumerate(divided):
        if number % _CHECK_EVERY == 0:
            context.check_cancelled()
            context.report("Looking for the photos' files", number, len(divided))
        there = []
        for photo in found.photos:
            total += 1
            if os.path.exists(photo.file):  # noqa: PTH110 - Path.exists takes twice as long
                there.append(photo)
            else:
                missing.append(photo.file)
        if len(there) == len(found.photos) or (there and split is Split.TRAIN):
            kept.append((FoundItem(found.item, tuple(there)), split))
    if len(missing) > _MOST_MISSING * total:
        raise UserError(
            f"No longer there: {len(missing):,} of {plural(total, 'photo')}, this one among them",
            path=missing[0],
            remedy="Connect the disk that they are on, or import the scrape from where it is now.",
        )
    if not missing:
        return kept, []
    gone = plural(len(missing), "photo that is", "photos that are")
    return kept, [f"Left out: {gone} not where they were."]


def _few_pairs(divided: Iterable[Divided]) -> list[str]:
    count = Counter(split for _, split in divided)
    fewest = min(count[Split.VALIDATION], count[Split.TEST])
    if fewest >= _FEW_PAIRS:
        return []
    # The width of a 95 % interval about one half, the pairs' two queries succeeding together.
    points = round(100 * 1.96 * math.sqrt(0.25 / fewest))
    return [
        f"Too few pairs: {count[Split.VALIDATION]:,} for validation and {count[Split.TEST]:,} for"
        f" the test, so Top-k figures are uncertain by up to {points} points either way."
    ]


def _dataset(divided: Sequence[Divided], warnings: tuple[str, ...]) -> Dataset:
    counts = [len(found.photos) for found, _ in divided]
    return Dataset(
        items=tuple(found.item for found, _ in divided),
        photos=tuple(photo for found, _ in divided for photo in found.photos),
        item_of=np.repeat(np.arange(len(divided), dtype=np.int32), counts),
        split_of=np.array([SPLITS.index(split) for _, split in divided], np.int8),
        warnings=warnings,
    )
