"""Which file a photo lies in, and which photos lie in a file.

Mostly that is one to one, but a file can hold several photos as crops, and two imported folders can
overlap. A file is rejected only where all photos in it are.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Row

from core.catalogue.database import Catalogue
from core.catalogue.paths import from_stored, to_stored
from core.catalogue.records import RejectReason

_SELECT = """
    SELECT photo.id, photo.item_id, photo.source_id, photo.path, photo.crop, photo.url,
           photo.status, photo.byte_count, photo.mtime_ns, photo.content_hash, photo.quarantine,
           photo.verdict = 'rejected' OR item.state = 'rejected' AS rejected,
           CASE WHEN photo.verdict = 'rejected' THEN photo.reason
                WHEN item.state = 'rejected' THEN item.reason ELSE '' END AS reason
    FROM photo JOIN item ON item.id = photo.item_id
"""


@dataclass(frozen=True)
class FiledPhoto:
    """A photo as far as its file is concerned.

    Attributes:
        original: Absolute path of where its file was scraped or downloaded to.
        quarantine: Where Apply has put the file, relative to the quarantine; None if it has not.
        rejected: Whether the user rejected it or its whole item.
        reason: Why, or None if it is not rejected.
        content_hash: SHA-256 of the file; None where it is not known, as for crops.
    """

    id: int
    item_id: int
    source_id: int
    original: Path
    path: Path
    quarantine: Path | None
    rejected: bool
    reason: RejectReason | None
    byte_count: int | None
    mtime_ns: int | None
    content_hash: bytes | None


class PhotoFiles:
    """Finds the files of photos and the photos of files; reads the sources once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._connection = catalogue.connection
        self._downloads = os.path.realpath(catalogue.project.downloads)
        self._roots = {
            row["id"]: os.path.realpath(from_stored(row["root"]))
            for row in self._connection.execute("SELECT id, root FROM source")
        }

    def by_id(self, photo_ids: Iterable[int]) -> list[FiledPhoto]:
        """The photos with these ids, in order of id."""
        rows = self._connection.execute(
            _SELECT + "WHERE photo.id IN (SELECT value FROM json_each(?)) ORDER BY photo.id",
            [json.dumps(sorted({int(id_) for id_ in photo_ids}))],
        )
        return [self._to_photo(row) for row in rows]

    def of_items(self, item_ids: Iterable[int]) -> list[FiledPhoto]:
        """All photos of these items, in order of id."""
        rows = self._connection.execute(
            _SELECT + "WHERE photo.item_id IN (SELECT value FROM json_each(?)) ORDER BY photo.id",
            [json.dumps(sorted({int(id_) for id_ in item_ids}))],
        )
        return [self._to_photo(row) for row in rows]

    def to_quarantine(self) -> list[FiledPhoto]:
        """Rejected photos whose files are still at their places, in order of id."""
        has_file = (
            " AND photo.quarantine IS NULL"
            " AND photo.status NOT IN ('to download', 'not downloaded')"
        )
        # Two queries: with OR, SQLite would read every photo instead of using its indexes.
        rows = self._connection.execute(
            f"{_SELECT} WHERE photo.verdict = 'rejected' {has_file}"
            f" UNION {_SELECT} WHERE item.state = 'rejected' {has_file} ORDER BY 1"
        )
        return [self._to_photo(row) for row in rows]

    def quarantined(self) -> list[FiledPhoto]:
        """Photos whose files are in the quarantine, in order of id."""
        rows = self._connection.execute(
            _SELECT + "WHERE photo.quarantine IS NOT NULL ORDER BY photo.id"
        )
        return [self._to_photo(row) for row in rows]

    def sharing(self, photo: FiledPhoto) -> list[FiledPhoto]:
        """All photos that lie in the photo's file, itself the first, whatever imported them."""
        found = {photo.id: photo}
        file = os.fspath(photo.original)
        downloaded = file.startswith(self._downloads + os.sep)
        for source_id, root in self._roots.items():
            base = self._downloads if downloaded else root
            if not file.startswith(base.rstrip(os.sep) + os.sep):
                continue
            rows = self._connection.execute(
                _SELECT + "WHERE photo.source_id = ? AND photo.path = ? AND (photo.url <> '') = ?",
                [source_id, to_stored(os.path.relpath(file, base)), downloaded],
            )
            for row in rows:
                found.setdefault(row["id"], self._to_photo(row))
        return list(found.values())

    def _to_photo(self, row: Row) -> FiledPhoto:
        path = from_stored(row["path"])
        base = self._downloads if row["url"] else self._roots[row["source_id"]]
        return FiledPhoto(
            id=row["id"],
            item_id=row["item_id"],
            source_id=row["source_id"],
            original=Path(base, path),
            path=path,
            quarantine=None if row["quarantine"] is None else from_stored(row["quarantine"]),
            rejected=bool(row["rejected"]),
            reason=RejectReason(row["reason"] or RejectReason.UNSPECIFIED)
            if row["rejected"]
            else None,
            byte_count=row["byte_count"],
            mtime_ns=row["mtime_ns"],
            content_hash=None if row["crop"] else row["content_hash"],
        )
