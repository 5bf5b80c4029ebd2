"""Photos with their features, out of the catalogue, and their pictures once more when needed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from core.catalogue.database import Catalogue, open_catalogue
from core.catalogue.photos import read_photos_by_id
from core.catalogue.records import Photo, PhotoStatus
from core.catalogue.thumbnails import ThumbnailStore
from core.cleaning.copies import Subject
from core.cleaning.features import FEATURES_VERSION, PhotoFeatures, from_blob
from core.cleaning.photo_content import content_hash_of, decode_photo
from core.cleaning.warp import Pixels
from core.images import UnreadableImage, decode, read_file
from core.project import Project


class FeatureReader:
    """What a process that looks for hints reads with; belongs to one thread."""

    def __init__(self, project: Project) -> None:
        self.catalogue = open_catalogue(project)
        self._thumbnails = ThumbnailStore(project)

    def close(self) -> None:
        self._thumbnails.close()
        self.catalogue.close()

    def subjects(self, photos: Iterable[Photo]) -> list[tuple[Photo, Subject]]:
        """The photos that can be compared, with their features, in the order given."""
        wanted = [photo for photo in photos if photo.status is PhotoStatus.READY]
        known: dict[bytes, Subject] = {}
        for content in {photo.content_hash for photo in wanted if photo.content_hash}:
            row = self.catalogue.connection.execute(
                "SELECT * FROM content WHERE hash = ? AND features_version = ?",
                [content, FEATURES_VERSION],
            ).fetchone()
            if row is not None:
                known[content] = Subject(content, _features(row))
        return [
            (photo, known[photo.content_hash])
            for photo in wanted
            if photo.content_hash is not None and photo.content_hash in known
        ]

    def photos(self, ids: Iterable[int]) -> dict[int, Photo]:
        """The photos with these ids, by id."""
        return read_photos_by_id(self.catalogue, ids)

    def picture(self, photo: Photo, side_px: int | None) -> Pixels | None:
        """The photo, both sides at least so large, or whole; None if it is no longer there."""
        if side_px is not None and photo.content_hash is not None:
            small = self._thumbnails.get(photo.content_hash)
            if small is not None:
                pixels = decode(small).pixels
                if min(pixels.shape[:2]) >= side_px:
                    return pixels
        try:
            data = read_file(photo.file)
            if content_hash_of(data, photo.crop) != photo.content_hash:
                return None  # rewritten since it was hashed
            return decode_photo(data, photo.crop, side_px).pixels
        except UnreadableImage:
            return None


def denied_pairs(catalogue: Catalogue, contents: Iterable[bytes]) -> set[tuple[bytes, bytes]]:
    """The pairs, smaller first, that the user has said are no duplicates."""
    denied: set[tuple[bytes, bytes]] = set()
    for content in set(contents):
        rows = catalogue.connection.execute(
            "SELECT hash_b FROM not_duplicate WHERE hash_a = ?", [content]
        )
        denied.update((content, row[0]) for row in rows)
    return denied


def _features(row: sqlite3.Row) -> PhotoFeatures:
    return from_blob(
        row["features"],
        width=row["width"],
        height=row["height"],
        container=row["container"],
        orientation=row["orientation"],
        jpeg_quality=row["jpeg_quality"],
    )
