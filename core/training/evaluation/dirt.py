"""What is wrong with photos: as the hints suspect, or as a demo scrape's ground truth knows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from core.catalogue.database import open_catalogue
from core.project import Project
from core.scrape.demo.truth import CLEAN_KINDS, read_ground_truth
from core.training.evaluation.held_out import NO_DIRT
from core.training.photos import Dataset

_SOURCE = "catalogue"


def suspected_dirt(dataset: Dataset, project: Project) -> tuple[frozenset[str], ...]:
    """For each photo of a data set, the kinds of the hints that accuse it and still hold.

    Photos that come from elsewhere than the project's catalogue have none.
    """
    found: dict[int, set[str]] = {}
    with open_catalogue(project) as catalogue:
        for photo_id, kind in catalogue.connection.execute(
            "SELECT photo_id, kind FROM standing_hint"
        ):
            found.setdefault(photo_id, set()).add(kind)
    sources = [item.source for item in dataset.items]
    return tuple(
        frozenset(found[photo.key]) if sources[item] == _SOURCE and photo.key in found else NO_DIRT
        for photo, item in zip(dataset.photos, dataset.item_of.tolist(), strict=True)
    )


def true_dirt(dataset: Dataset, demo: Path) -> tuple[frozenset[str], ...]:
    """For each photo of a data set, what the ground truth of a demo scrape says it is.

    Args:
        dataset: Read from a project that the scrape was imported into.
        demo: The folder with `scrape/` and `ground_truth.csv`.

    Raises:
        UserError: There is no ground truth there.
    """
    scrape = os.path.realpath(demo / "scrape")
    kinds = {row.path: row.kind for row in read_ground_truth(demo / "ground_truth.csv")}

    def dirt() -> Iterator[frozenset[str]]:
        for photo in dataset.photos:
            path = Path(os.path.relpath(os.path.realpath(photo.file), scrape)).as_posix()
            kind = kinds.get(path)
            if kind is None or kind in CLEAN_KINDS:
                yield NO_DIRT
            else:
                yield frozenset({kind.replace("_", " ")})

    return tuple(dirt())
