"""The thumbnail store: small JPEGs of large photos, by content hash, in one file.

It exists so that an item of twenty 12-megapixel photos is on the screen at once: its 20 thumbnails
decode in some 20 ms where the photos take over a second. It is a cache, in a file of its own, and
may be deleted at any time. Small photos have no thumbnail; they decode as fast themselves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.errors import UserError
from core.project import Project

SIDE_PX = 384
"""Longest side of a thumbnail."""

QUALITY = 82

MIN_PIXELS = 800_000
"""Photos with fewer pixels get no thumbnail."""


class ThumbnailStore:
    """Belongs to the thread that opened it.

    Raises:
        UserError: Here and in each method: the file is damaged or cannot be written.
    """

    def __init__(self, project: Project) -> None:
        self._file = project.thumbnails_file
        with _failures_explained(self._file):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self._file, timeout=30.0, isolation_level=None)
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")  # a cache: no loss matters
                self._connection.execute(
                    "CREATE TABLE IF NOT EXISTS thumbnail (hash BLOB PRIMARY KEY, jpeg BLOB NOT"
                    " NULL)"
                )
            except BaseException:
                self._connection.close()
                raise

    def get(self, content_hash: bytes) -> bytes | None:
        """The thumbnail as JPEG, or None."""
        with _failures_explained(self._file):
            row = self._connection.execute(
                "SELECT jpeg FROM thumbnail WHERE hash = ?", [content_hash]
            ).fetchone()
        return None if row is None else row[0]

    def put(self, thumbnails: Iterable[tuple[bytes, bytes]]) -> None:
        """Stores (content hash, JPEG) pairs in one transaction."""
        rows: Sequence[tuple[bytes, bytes]] = list(thumbnails)
        if not rows:
            return
        with _failures_explained(self._file):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany("INSERT OR REPLACE INTO thumbnail VALUES (?, ?)", rows)
                self._connection.commit()
            except BaseException:
                self._connection.rollback()
                raise

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> ThumbnailStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _failures_explained(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise UserError(
            f"Thumbnails cannot be stored or read ({error})",
            path=file,
            remedy=(
                "Make room on the disk, and see that you may write to the folder. If the file is"
                " damaged, delete it: it holds nothing but small copies of photos."
            ),
        ) from error
