"""The photos that pretraining learns from: the training photos, and all in further folders."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from core.jobs.context import JobContext
from core.training.fitting.epochs import TrainingPhotos
from core.training.fitting.pretraining import JoinedPhotos
from core.training.instruction import Data
from core.training.named_paths import named_path
from core.training.pack import Pack, build_pack, open_pack
from core.training.photos import Dataset
from core.training.sources.loose_photos import loose_photos


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
    further = loose_photos(
        [folder.parent.parent / named_path(source) for source in sources],
        known,
        context,
        what_for="pretraining",
        remedy='Correct the path under "pretraining", "sources".',
    )
    if further:
        built = build_pack(folder / "pretraining", further, data.side_px, data.fit, context)
        more = opened.enter_context(open_pack(built.file))
        rows = more.rows_of(further)
        parts.append((more, rows[rows >= 0]))
    return JoinedPhotos([(part, np.unique(rows)) for part, rows in parts])
