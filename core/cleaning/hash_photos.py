"""Reads every photo that has not been read yet: content hash, features, thumbnail.

Photos are read in several processes and written by one. A photo whose bytes are known, under
whatever name, is not decoded again. What was written stays when the work is stopped, and the next
run goes on there. A file that cannot be shown becomes a row with its reason.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.counts import mark_stale, recount
from core.catalogue.database import Catalogue
from core.catalogue.photos import read_photos_by_id
from core.catalogue.records import Photo, PhotoStatus
from core.catalogue.thumbnails import MIN_PIXELS, QUALITY, SIDE_PX, ThumbnailStore
from core.cleaning.features import (
    DECODE_PX,
    FEATURES_VERSION,
    FeatureExtractor,
    PhotoFeatures,
    to_blob,
)
from core.cleaning.photo_content import content_hash_of, decode_photo
from core.images import Unreadable, UnreadableImage, encode_jpeg, fit_within, read_file
from core.jobs.context import JobContext
from core.jobs.processes import spread
from core.jpeg_header import frame_size
from core.number_words import plural
from core.project import Project

_STAGE = "Reading photos"
# A chunk is what a process does between two looks at whether to stop: 0.3 s of 12-megapixel photos.
_CHUNK = 8
_COMMIT_EVERY_S = 1.0
# Starting a process costs about as much as reading so many photos.
_TOO_FEW = 400
_SIGN = 1 << 64


@dataclass(frozen=True)
class HashResult:
    """What reading the photos came to.

    Attributes:
        photos: How many were read.
        decoded: How many of them had to be decoded: their content was not known yet.
        unreadable: How many cannot be shown.
        seconds: How long it took.
    """

    photos: int
    decoded: int
    unreadable: int
    seconds: float

    def __str__(self) -> str:
        rate = f", {self.photos / self.seconds:,.0f} a second" if self.seconds > 0 else ""
        return (
            f"Read {plural(self.photos, 'photo')} in {self.seconds:.1f} s{rate}:"
            f" {self.decoded:,} with new content, {self.unreadable:,} that cannot be shown"
        )


@dataclass(frozen=True)
class _Read:
    """What a process found out about a photo."""

    photo_id: int
    problem: str
    byte_count: int | None
    mtime_ns: int | None
    content: bytes | None
    features: PhotoFeatures | None
    thumbnail: bytes | None


def hash_pending(
    catalogue: Catalogue, context: JobContext | None = None, *, workers: int | None = None
) -> HashResult:
    """Reads all photos that are new, or whose features an older program computed.

    Args:
        catalogue: Is written in transactions of about a second's work.
        context: Progress and cancellation.
        workers: How many processes read; one a processor where None, this one where 1.

    Raises:
        Cancelled: The context was cancelled; what was read stays read.
    """
    context = context or JobContext()
    began = time.monotonic()
    pending = _pending(catalogue)
    if workers is None:
        workers = 1 if len(pending) < _TOO_FEW else os.cpu_count() or 1
    reading = spread(
        _read_chunk,
        _chunks(catalogue, pending),
        _Reader,
        (catalogue.project,),
        workers=workers,
        context=context,
    )
    done = decoded = unreadable = 0
    waiting: list[_Read] = []
    committed = time.monotonic()
    context.report(_STAGE, 0, len(pending))
    with ThumbnailStore(catalogue.project) as thumbnails:
        try:
            for results in reading:
                waiting += results
                done += len(results)
                decoded += sum(read.features is not None for read in results)
                unreadable += sum(bool(read.problem) for read in results)
                context.report(_STAGE, done, len(pending))
                if time.monotonic() - committed > _COMMIT_EVERY_S:
                    _store(catalogue, thumbnails, waiting)
                    waiting, committed = [], time.monotonic()
        finally:
            # Also when stopped: what was read need not be read again.
            _store(catalogue, thumbnails, waiting)
    return HashResult(done, decoded, unreadable, time.monotonic() - began)


def _pending(catalogue: Catalogue) -> list[int]:
    """Ids of photos to read, in the order of the queue."""
    rows = catalogue.connection.execute(
        "SELECT photo.id FROM photo LEFT JOIN content ON content.hash = photo.content_hash"
        " WHERE photo.status = ? OR (photo.status = ? AND"
        " (content.hash IS NULL OR content.features_version <> ?))"
        " ORDER BY photo.item_id, photo.position, photo.id",
        [PhotoStatus.NEW, PhotoStatus.READY, FEATURES_VERSION],
    )
    return [row[0] for row in rows]


def _chunks(catalogue: Catalogue, ids: Sequence[int]) -> Iterator[list[Photo]]:
    for begin in range(0, len(ids), _CHUNK):
        photos = read_photos_by_id(catalogue, ids[begin : begin + _CHUNK])
        yield [photos[id_] for id_ in ids[begin : begin + _CHUNK] if id_ in photos]


class _Reader:
    """What a process reads photos with."""

    def __init__(self, project: Project) -> None:
        # Of its own and read-only: whether a content is known is asked for every photo.
        uri = f"{project.catalogue_file.absolute().as_uri()}?mode=ro"
        self._known = sqlite3.connect(uri, uri=True, timeout=30.0)
        self._extract = FeatureExtractor()

    def read(self, photo: Photo) -> _Read:
        byte_count, mtime_ns = _stat(photo.file)
        content: bytes | None = None
        features: PhotoFeatures | None = None
        thumbnail: bytes | None = None
        problem = ""
        try:
            data = read_file(photo.file)
            byte_count = len(data)
            content = content_hash_of(data, photo.crop)
            if not self._is_known(content):
                features, thumbnail = self._look(data, photo)
        except UnreadableImage as error:
            problem = str(error)
        except MemoryError:
            problem = str(UnreadableImage(Unreadable.TOO_LARGE, "not enough memory"))
        return _Read(photo.id, problem, byte_count, mtime_ns, content, features, thumbnail)

    def _is_known(self, content: bytes) -> bool:
        row = self._known.execute(
            "SELECT 1 FROM content WHERE hash = ? AND features_version = ?",
            [content, FEATURES_VERSION],
        ).fetchone()
        return row is not None

    def _look(self, data: bytes, photo: Photo) -> tuple[PhotoFeatures, bytes | None]:
        size = frame_size(data)
        side_px = DECODE_PX
        if size is not None and size[0] * size[1] >= MIN_PIXELS:
            # The thumbnail comes from the same decode, which must be large enough for it.
            side_px = max(DECODE_PX, -(-SIDE_PX * min(size) // max(size)))
        picture = decode_photo(data, photo.crop, side_px)
        features = self._extract(data, picture)
        if photo.crop is not None or picture.width * picture.height < MIN_PIXELS:
            return features, None
        small = fit_within(picture.pixels, SIDE_PX, SIDE_PX)
        return features, encode_jpeg(small, QUALITY)


def _read_chunk(reader: _Reader, photos: list[Photo]) -> list[_Read]:
    return [reader.read(photo) for photo in photos]


def _stat(file: Path) -> tuple[int | None, int | None]:
    try:
        stat = file.stat()
    except (OSError, ValueError):
        return None, None
    return stat.st_size, stat.st_mtime_ns


def _store(catalogue: Catalogue, thumbnails: ThumbnailStore, results: Iterable[_Read]) -> None:
    results = list(results)
    if not results:
        return
    thumbnails.put(
        (read.content, read.thumbnail)
        for read in results
        if read.content is not None and read.thumbnail is not None
    )
    with catalogue.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO content VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                _content_row(read.content, read.features)
                for read in results
                if read.content is not None and read.features is not None
            ],
        )
        connection.executemany(
            "UPDATE photo SET status = ?, problem = ?, content_hash = ?,"
            " byte_count = coalesce(?, byte_count), mtime_ns = coalesce(?, mtime_ns) WHERE id = ?",
            [
                (
                    PhotoStatus.UNREADABLE if read.problem else PhotoStatus.READY,
                    read.problem,
                    read.content,
                    read.byte_count,
                    read.mtime_ns,
                    read.photo_id,
                )
                for read in results
            ],
        )
        items = _items_of(connection, results)
        recount(connection, items)
        mark_stale(connection, items)


def _items_of(connection: sqlite3.Connection, results: Iterable[_Read]) -> list[int]:
    """The items that the photos are in now: the user may have moved some meanwhile."""
    rows = connection.execute(
        "SELECT DISTINCT item_id FROM photo WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps([read.photo_id for read in results])],
    )
    return [row[0] for row in rows]


def _content_row(content: bytes, features: PhotoFeatures) -> tuple[object, ...]:
    phash = features.hashes.phash
    return (
        content,
        FEATURES_VERSION,
        features.width,
        features.height,
        str(features.container),
        features.orientation,
        features.jpeg_quality,
        phash - _SIGN if phash >> 63 else phash,  # SQLite's integers have a sign
        to_blob(features),
    )
