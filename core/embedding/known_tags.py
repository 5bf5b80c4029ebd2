"""Where the photos lie that the user rejected as tags, whether they are in the index or not.

Rejected photos are left out of the index, so that map and neighbours do not show them. What a
rejected tag looks like is what others are found by, though: embedding the catalogue embeds them as
well, into a file of their own beside the index.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.catalogue.database import Catalogue
from core.catalogue.photos import read_photos_by_id
from core.catalogue.records import Photo, PhotoStatus, RejectReason, Verdict
from core.embedding.index import Ids, Index, Vectors, read_index
from core.embedding.looks import read_looks
from core.errors import UserError
from core.jobs.context import JobContext


@dataclass(frozen=True, eq=False)
class KnownTags:
    """The rejected tags as a run sees them.

    Attributes:
        vectors: (t, d) float32, the latest photo first.
        item_ids: (t,) int64, the items that they are of.
        looks: (t, l) float32, what they look like (`core.embedding.looks`).
        missing: How many more there are that were not embedded with this run yet.
    """

    vectors: Vectors
    item_ids: Ids
    looks: Vectors
    missing: int


def tags_file_of(index_file: Path) -> Path:
    """Where the embeddings of rejected tags lie that belong to an index."""
    return index_file.with_name(f"{index_file.stem}.tags.npz")


def rejected_tags(catalogue: Catalogue) -> list[Photo]:
    """The photos that the user rejected as tags and that can be shown, the latest first."""
    ids = [
        row[0]
        for row in catalogue.connection.execute(
            "SELECT id FROM photo WHERE verdict = ? AND reason = ? AND status = ?"
            " AND content_hash IS NOT NULL ORDER BY id DESC",
            [Verdict.REJECTED, RejectReason.TAG, PhotoStatus.READY],
        )
    ]
    photos = read_photos_by_id(catalogue, ids)
    return [photos[id_] for id_ in ids]


def read_known_tags(
    catalogue: Catalogue, index: Index, index_file: Path, context: JobContext
) -> KnownTags:
    """Finds them in the index, as far as they were rejected since, and in the file beside it."""
    vectors, found, missing = [], [], 0
    apart = _read_apart(index, index_file)
    for photo in rejected_tags(catalogue):
        row = index.row_of.get(photo.id)
        if row is not None and index.content_hashes[row] == photo.content_hash:
            vectors.append(index.vectors[row])
        elif photo.content_hash in apart:
            vectors.append(apart[photo.content_hash])
        else:
            missing += 1
            continue
        found.append(photo)
    return KnownTags(
        np.array(vectors, np.float32).reshape(-1, index.dimensions),
        np.array([photo.item_id for photo in found], np.int64),
        read_looks(catalogue, [photo.id for photo in found], context),
        missing,
    )


def _read_apart(index: Index, index_file: Path) -> dict[bytes, Vectors]:
    try:
        apart = read_index(tags_file_of(index_file), index.model_hash)
    except UserError:  # there is none, or it is of other weights: embedding again makes it
        return {}
    return dict(zip(apart.content_hashes, apart.vectors, strict=True))
