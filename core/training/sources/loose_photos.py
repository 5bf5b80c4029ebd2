"""Photos of no item: all that lie in some folders."""

from __future__ import annotations

import os
from collections.abc import Set
from pathlib import Path

from core.errors import UserError
from core.jobs.context import JobContext
from core.scrape.photo_files import container_of
from core.training.named_paths import is_folder
from core.training.photos import TrainingPhoto
from core.training.sources.file_hashes import hash_files


def loose_photos(
    folders: list[Path], known: Set[bytes], context: JobContext, *, what_for: str, remedy: str
) -> list[TrainingPhoto]:
    """One photo for each content in the folders, at any depth.

    Args:
        folders: Absolute ones.
        known: Content hashes that are left out.
        context: Progress and cancellation.
        what_for: What the photos are wanted for, to complete “photos for …”.
        remedy: What to do where a folder is missing or has none.

    Raises:
        UserError: A folder is none, or has no photo.
        Cancelled: The context was cancelled.
    """
    found: dict[bytes, TrainingPhoto] = {}
    for folder in folders:
        for file, digest in hash_files(
            _pictures(folder, context, what_for, remedy), context
        ).items():
            if digest not in known and digest not in found:
                found[digest] = TrainingPhoto(-1 - len(found), digest, file, None)
    return list(found.values())


def _pictures(folder: Path, context: JobContext, what_for: str, remedy: str) -> list[Path]:
    if not is_folder(folder):
        raise UserError(
            f"There is no such folder of photos for {what_for}", path=folder, remedy=remedy
        )
    found = []
    for parent, folders, names in os.walk(folder):
        context.check_cancelled()
        folders.sort()
        files = [Path(parent, name) for name in sorted(names)]
        found += [file for file in files if container_of(file) is not None]
    if not found:
        raise UserError(f"The folder for {what_for} has no photos", path=folder, remedy=remedy)
    return found
