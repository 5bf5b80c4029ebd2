"""Writing what a reader found into the catalogue, beside what is there and what was decided."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.catalogue import counts
from core.catalogue.database import Catalogue
from core.catalogue.paths import StoredPath, to_stored
from core.catalogue.records import METADATA_COLUMNS, Metadata, PhotoStatus
from core.scrape.found import Crop, FoundItem, FoundPhoto

_PASSING = ("missing", "denied")
"""Reasons of unreadable photos that a later look may find mended, with the file unchanged."""


@dataclass
class Tally:
    """What storing has done so far."""

    items_added: int = 0
    items_updated: int = 0
    items_unchanged: int = 0
    photos_added: int = 0
    photos_changed: int = 0
    photos_unchanged: int = 0
    photos_gone: int = 0
    added_to_done: list[str] = field(default_factory=list)
    """Items that the user had done with and that got further photos."""


@dataclass
class Store:
    """One import's writing into one source.

    Attributes:
        seen: The ids of all photos that the scrape still names.
    """

    catalogue: Catalogue
    source_id: int
    tally: Tally = field(default_factory=Tally)
    seen: set[int] = field(default_factory=set)

    def add(self, found: Sequence[FoundItem]) -> None:
        """Adds what is new of these items and brings up to date what is not; one transaction.

        What the user decided stays: photos stay in the item that they were moved to and keep
        their verdict; items keep their state and their place in the order.
        """
        with self.catalogue.transaction() as connection:
            touched: set[int] = set()
            for item in found:
                self._add_item(connection, item, touched)
            counts.recount(connection, touched)
            counts.mark_stale(connection, touched)

    def mark_gone(self, photos: Sequence[tuple[int, int]]) -> None:
        """Has these (photo id, item id) looked at again by the next hashing; one transaction."""
        with self.catalogue.transaction() as connection:
            connection.executemany(
                "UPDATE photo SET status = ? WHERE id = ?",
                [(PhotoStatus.NEW, photo_id) for photo_id, _ in photos],
            )
            items = {item_id for _, item_id in photos}
            counts.recount(connection, items)
            counts.mark_stale(connection, items)
        self.tally.photos_gone += len(photos)

    def _add_item(self, connection: sqlite3.Connection, item: FoundItem, touched: set[int]) -> None:
        new_photos: list[FoundPhoto] = []
        known: set[tuple[StoredPath, Crop | None]] = set()
        for photo in item.photos:
            identity = (self._path(item.key, photo), photo.crop)
            if identity in known:
                continue
            known.add(identity)
            if not self._refresh(connection, item.key, photo, touched):
                new_photos.append(photo)
        row = connection.execute(
            f"SELECT id, state, merged_into, {', '.join(METADATA_COLUMNS)} FROM item"
            " WHERE source_id = ? AND key = ?",
            [self.source_id, item.key],
        ).fetchone()
        values = _values(item.metadata)
        if row is None:
            if not new_photos:
                return  # its photos are all known, as another item's
            id_ = connection.execute(
                f"INSERT INTO item (source_id, key, {', '.join(METADATA_COLUMNS)})"
                f" VALUES (?, ?{', ?' * len(METADATA_COLUMNS)})",
                [self.source_id, item.key, *values],
            ).lastrowid
            assert id_ is not None
            self.tally.items_added += 1
            state = "open"
        else:
            id_, state = row["id"], row["state"]
            self._update_item(connection, row, values)
            if row["merged_into"] is not None:
                id_, state = _merged_into(connection, id_)
        if not new_photos:
            return
        if state in ("done", "rejected"):
            self.tally.added_to_done.append(item.key)
        (position,) = connection.execute(
            "SELECT coalesce(max(position) + 1, 0) FROM photo WHERE item_id = ?", [id_]
        ).fetchone()
        for photo in new_photos:
            self._insert(connection, item.key, photo, id_, position)
            position += 1
        touched.add(id_)

    def _update_item(
        self, connection: sqlite3.Connection, row: sqlite3.Row, values: Sequence[object]
    ) -> None:
        changed = {
            name: value
            for name, value in zip(METADATA_COLUMNS, values, strict=True)
            if row[name] != value
        }
        if not changed:
            self.tally.items_unchanged += 1
            return
        connection.execute(
            f"UPDATE item SET {', '.join(f'{name} = ?' for name in changed)} WHERE id = ?",
            [*changed.values(), row["id"]],
        )
        self.tally.items_updated += 1

    def _refresh(
        self, connection: sqlite3.Connection, key: str, photo: FoundPhoto, touched: set[int]
    ) -> bool:
        """Whether the photo is there already; if its file has changed it is to be hashed again."""
        row = connection.execute(
            "SELECT id, item_id, status, problem, byte_count, mtime_ns, url, quarantine FROM photo"
            " WHERE source_id = ? AND path = ? AND crop = ?",
            [self.source_id, self._path(key, photo), crop_text(photo.crop)],
        ).fetchone()
        if row is None:
            return False
        self.seen.add(row["id"])
        if photo.url:
            waiting = row["status"] in (PhotoStatus.TO_DOWNLOAD, PhotoStatus.NOT_DOWNLOADED)
            if waiting and row["url"] != photo.url:
                connection.execute("UPDATE photo SET url = ? WHERE id = ?", [photo.url, row["id"]])
            self.tally.photos_unchanged += 1
            return True
        rewritten = (row["byte_count"], row["mtime_ns"]) != (photo.byte_count, photo.mtime_ns)
        mended = row["status"] == PhotoStatus.UNREADABLE and row["problem"].startswith(_PASSING)
        if photo.byte_count is None or row["quarantine"] is not None or not (rewritten or mended):
            self.tally.photos_unchanged += 1
            return True
        # The hash goes too: it would show the thumbnail of what the file held before.
        connection.execute(
            "UPDATE photo SET status = ?, problem = '', byte_count = ?, mtime_ns = ?,"
            " content_hash = NULL WHERE id = ?",
            [PhotoStatus.NEW, photo.byte_count, photo.mtime_ns, row["id"]],
        )
        touched.add(row["item_id"])
        self.tally.photos_changed += 1
        return True

    def _insert(
        self,
        connection: sqlite3.Connection,
        key: str,
        photo: FoundPhoto,
        item_id: int,
        position: int,
    ) -> None:
        id_ = connection.execute(
            "INSERT INTO photo"
            " (item_id, position, source_id, path, crop, url, status, byte_count, mtime_ns)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                item_id,
                position,
                self.source_id,
                self._path(key, photo),
                crop_text(photo.crop),
                photo.url,
                PhotoStatus.TO_DOWNLOAD if photo.url else PhotoStatus.NEW,
                photo.byte_count,
                photo.mtime_ns,
            ],
        ).lastrowid
        assert id_ is not None
        self.seen.add(id_)
        self.tally.photos_added += 1

    def _path(self, key: str, photo: FoundPhoto) -> StoredPath:
        if photo.url:
            return download_path(self.source_id, key, photo.url_key or photo.url)
        return to_stored(photo.path)


def download_path(source_id: int, key: str, url_key: str) -> str:
    """Where a photo to be downloaded will lie, relative to the project's downloads.

    The same for the same item and photo at each import; made of harmless characters whatever the
    scrape calls them.
    """
    name = re.sub(r"[^A-Za-z0-9]+", "-", url_key.rpartition("/")[2].partition(".")[0]).strip("-")
    folder = re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")
    return f"{source_id}/{folder[:40]}-{_digest(key)}/{name[:24]}-{_digest(url_key)}"


def crop_text(crop: Crop | None) -> str:
    """The crop as `photo.crop` holds it."""
    return "" if crop is None else ",".join(str(edge) for edge in crop)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _values(metadata: Metadata) -> tuple[object, ...]:
    extra = json.dumps(dict(metadata.extra), ensure_ascii=False, sort_keys=True)
    return (*(getattr(metadata, name) for name in METADATA_COLUMNS[:-1]), extra)


def _merged_into(connection: sqlite3.Connection, item_id: int) -> tuple[int, str]:
    """The item that an item's photos went to in the end, and its state."""
    seen: set[int] = set()
    while item_id not in seen:
        seen.add(item_id)
        row = connection.execute(
            "SELECT id, state, merged_into FROM item WHERE id = ?", [item_id]
        ).fetchone()
        if row["merged_into"] is None:
            break
        item_id = row["merged_into"]
    return row["id"], row["state"]
