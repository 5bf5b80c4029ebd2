"""The photos that pretraining learns from: the training photos, and all in further folders."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from core.errors import UserError
from core.jobs.context import JobContext
from core.scrape.photo_files import container_of
from core.training.fitting.epochs import TrainingPhotos
from core.training.fitting.pretraining import JoinedPhotos
from core.training.instruction import Data
from core.training.pack import Pack, build_pack, open_pack
from core.training.photos import Dataset, TrainingPhoto
from core.training.sources.file_hashes import hash_files


def single_photos(
    sources: Sequence[str],
    data: Data,
    dataset: Dataset,
    photos: TrainingPhotos,
    pack: Pack,
    folder: Path,
    context: JobContext,
    opened: ExitStack,
) -> JoinedPhotos:
    """The training photos and those in the sources, without any that the run will be judged by.

    Args:
        sources: Folders, searched at any depth; relative ones start from the project's folder.
        data: Size and fit.
        dataset: The run's; none of its held-out photos is taken, by content.
        photos: Its training photos.
        pack: Their pixels.
        folder: The run's, in its project's; a pack of the further photos is made in it.
        context: Progress and cancellation.
        opened: Closes what was opened for the photos.

    Raises:
        UserError: A source is no folder, or has no photo.
    """
    parts = [(pack, photos.pack_rows[photos.rows])]
    known = {photo.content_hash for photo in dataset.photos}
    further: dict[bytes, TrainingPhoto] = {}
    for source in sources:
        files = _pictures(folder.parent.parent / Path(source).expanduser(), context)
        for file, digest in hash_files(files, context).items():
            if digest not in known:
                further[digest] = TrainingPhoto(-1 - len(further), digest, file, None)
    if further:
        chosen = list(further.values())
        built = build_pack(folder / "pretraining", chosen, data.side_px, data.fit, context)
        more = opened.enter_context(open_pack(built.file))
        rows = more.rows_of(chosen)
        parts.append((more, rows[rows >= 0]))
    return JoinedPhotos([(part, np.unique(rows)) for part, rows in parts])


def _pictures(folder: Path, context: JobContext) -> list[Path]:
    if not folder.is_dir():
        raise UserError(
            "There is no such folder of photos for pretraining",
            path=folder,
            remedy='Correct the path under "pretraining", "sources".',
        )
    found = []
    for parent, folders, names in os.walk(folder):
        context.check_cancelled()
        folders.sort()
        files = [Path(parent, name) for name in sorted(names)]
        found += [file for file in files if container_of(file) is not None]
    if not found:
        raise UserError(
            "The folder for pretraining has no photos",
            path=folder,
            remedy='Correct the path under "pretraining", "sources".',
        )
    return found
