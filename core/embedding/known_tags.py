"""Where the photos lie that the user rejected as tags, whether they are in the index or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.catalogue.database import Catalogue
from core.catalogue.photos import read_photos_by_id
from core.catalogue.records import Photo, PhotoStatus, RejectReason, Verdict
from core.embedding.index import Index, Rows, Vectors
from core.errors import UserError
from core.jobs.context import JobContext

Crop = tuple[int, int, int, int]

MOST = 200
"""More tags would not say more."""


@dataclass(frozen=True, eq=False)
class KnownTags:
    """The rejected tags, the latest first.

    Attributes:
        rows: (n,) int64, those in the index, as the photos still are.
        outside: Those that are not: rejected photos are left out when a catalogue is embedded.
    """

    rows: Rows
    outside: tuple[Photo, ...]


def find_known_tags(catalogue: Catalogue, index: Index, *, most: int = MOST) -> KnownTags:
    """The photos that the user rejected as tags and that can be shown, at most so many."""
    ids = [
        row[0]
        for row in catalogue.connection.execute(
            "SELECT id FROM photo WHERE verdict = ? AND reason = ? AND status = ?"
            " ORDER BY id DESC LIMIT ?",
            [Verdict.REJECTED, RejectReason.TAG, PhotoStatus.READY, most],
        )
    ]
    photos = read_photos_by_id(catalogue, ids)
    rows, outside = [], []
    for id_ in ids:
        row = index.row_of.get(id_)
        if row is not None and index.content_hashes[row] == photos[id_].content_hash:
            rows.append(row)
        else:
            outside.append(photos[id_])
    return KnownTags(np.array(rows, np.int64), tuple(outside))


def tag_vectors(
    index: Index,
    known: KnownTags,
    embed: Callable[[Path, Crop | None], Vectors],
    context: JobContext,
) -> Vectors:
    """Where they lie, (t, d) float32; photos that cannot be read any more are left out.

    Args:
        index: The space.
        known: The tags.
        embed: The run's network, for those that are not in the index.
        context: Reports photos; cancelled between two.
    """
    found = list(index.vectors[known.rows])
    for done, photo in enumerate(known.outside):
        context.check_cancelled()
        context.report("Looking at rejected tags", done, len(known.outside))
        try:
            found.append(embed(photo.file, photo.crop))
        except UserError:
            continue
    return np.array(found, np.float32).reshape(-1, index.dimensions)
