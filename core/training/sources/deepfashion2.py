"""A DeepFashion2 folder as a source."""

from __future__ import annotations

from pathlib import Path

from core.errors import UserError
from core.jobs.context import JobContext
from core.number_words import plural
from core.scrape.deepfashion2 import pairs_of_folders, read_deepfashion2
from core.scrape.found import Notes
from core.training.photos import TrainingItem, TrainingPhoto
from core.training.sources.file_hashes import hash_files
from core.training.sources.found import Found, FoundItem


def is_deepfashion2(folder: Path, context: JobContext) -> bool:
    """Whether there are annotations and images beside each other."""
    return next(pairs_of_folders(folder, context), None) is not None


def read_deepfashion2_folder(folder: Path, source: str, context: JobContext) -> Found:
    """The garments of a folder, every photo a crop.

    Args:
        folder: As `core.scrape.deepfashion2` reads it.
        source: What the instruction calls it.
        context: Progress and cancellation.

    Raises:
        UserError: There is no garment with a partner in it.
    """
    notes = Notes()
    found = list(read_deepfashion2(folder, notes, context).items)
    if not found:
        raise UserError(
            "There is no garment with a style in these annotations, so nothing to tell apart",
            path=folder,
            remedy="Choose the part of DeepFashion2 that has pairs: train or validation.",
        )
    files = {photo.path: folder / photo.path for item in found for photo in item.photos}
    hashes = hash_files(list(files.values()), context)
    items: list[FoundItem] = []
    lost = 0
    for item in found:
        photos = []
        for photo in item.photos:
            content = hashes.get(files[photo.path])
            if content is None or photo.crop is None:
                lost += 1
                continue
            key = content + ",".join(map(str, photo.crop)).encode()
            photos.append(TrainingPhoto(0, key, files[photo.path].absolute(), photo.crop))
        if photos:
            items.append(
                FoundItem(TrainingItem(item.key, item.metadata.category, source), tuple(photos))
            )
    said = [f"{w.message} ({w.count:,})." for w in notes.warnings()]
    if lost:
        said.append(f"Left out: {plural(lost, 'garment')} on photos that cannot be read.")
    return Found(items, (), said)
