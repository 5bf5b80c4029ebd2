"""Writing the journal: one operation for each thing the user does, with all that it changed.

Columns that hold the user's decisions are written through a `Recording` and by `core.cleaning.undo`
and nowhere else, so that every change has its before and after and can be undone.
"""

from __future__ import annotations

import getpass
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from sqlite3 import Connection, Row

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes, RejectReason, Verdict
from core.cleaning.changes import (
    Change,
    insert_item,
    queue_differs,
    refresh_derived,
    sent_differ,
    swap_hint,
    swap_tag,
    tags_differ,
)
from core.errors import UserError


class OperationKind(StrEnum):
    """What was done; stored in `operation.kind`."""

    REJECT = "reject"
    KEEP = "keep"
    CLEAR = "clear"
    MARK_DONE = "mark done"
    ACCEPT_HINTS = "accept hints"
    SKIP = "skip"
    REOPEN = "reopen"
    REJECT_ITEM = "reject item"
    MOVE_PHOTOS = "move photos"
    SPLIT = "split"
    MERGE = "merge"
    NOTE = "note"
    NOT_DUPLICATE = "not duplicate"
    TAG = "tag"
    UNTAG = "untag"
    SEND = "send"
    RESTORE = "restore"
    MERGE_DECISIONS = "merge decisions"
    UNDO = "undo"
    REDO = "redo"


def _current_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container that runs under a bare number
        return "unknown"


CURRENT_USER = _current_user()
"""The name that decisions are journalled under unless the caller gives another."""


HintColumns = Mapping[str, str | float | None]
"""`kind`, `other_photo_id`, `relation`, `score` and `why` of a hint."""


class Recording:
    """One operation in the making: makes changes and remembers them.

    Attributes:
        summary: To be set by whoever records; what the history and the undo menu show.
        item_id: The item to show when the operation is undone.
        changes: What it comes to; to be read once the `with` block has ended.
    """

    def __init__(self, connection: Connection, item_id: int | None) -> None:
        self.connection = connection
        self.summary = "Nothing to change"
        self.item_id = item_id
        self.made: list[Change] = []
        self.touched: set[int] = set()
        self.changes = Changes(self.summary, frozenset())

    def item(self, item_id: int) -> Row:
        """The item's row.

        Raises:
            UserError: There is none.
        """
        row: Row | None = self.connection.execute(
            "SELECT * FROM item WHERE id = ?", [int(item_id)]
        ).fetchone()
        if row is None:
            raise _gone("item")
        return row

    def photos(self, photo_ids: Iterable[int]) -> list[Row]:
        """The photos' rows, in order of item and position, each once.

        Raises:
            UserError: One of them is not there, or there are none.
        """
        wanted = sorted({int(id_) for id_ in photo_ids})
        rows = self.connection.execute(
            "SELECT * FROM photo WHERE id IN (SELECT value FROM json_each(?))"
            " ORDER BY item_id, position, id",
            [json.dumps(wanted)],
        ).fetchall()
        if not wanted or len(rows) < len(wanted):
            raise _gone("photo")
        return rows

    def photos_of(self, item_id: int) -> list[Row]:
        """The rows of an item's photos, in order."""
        return self.connection.execute(
            "SELECT * FROM photo WHERE item_id = ? ORDER BY position, id", [item_id]
        ).fetchall()

    def set_item(self, row: Row, **fields: int | str | None) -> bool:
        """Changes decision columns of an item; whether anything was different."""
        changed = self._set("item", row, fields)
        if changed:
            self.touched.add(row["id"])
        return changed

    def set_photo(self, row: Row, **fields: int | str | None) -> bool:
        """Changes decision columns of a photo; whether anything was different."""
        changed = self._set("photo", row, fields)
        if changed:
            self.touched.add(row["item_id"])
        return changed

    def set_verdict(self, row: Row, verdict: Verdict, reason: RejectReason | None = None) -> bool:
        """Changes the user's word on a photo; whether it was another one."""
        return self.set_photo(row, verdict=str(verdict), reason=str(reason or ""))

    def move_photo(self, row: Row, to_item_id: int, position: int) -> None:
        """Puts a photo into another item. One that was rejected as belonging there is no longer."""
        self.set_photo(row, item_id=to_item_id, position=position)
        self.touched.add(to_item_id)
        if row["reason"] == RejectReason.OTHER_ITEM:
            self.set_verdict(row, Verdict.UNDECIDED)

    def add_item(self, columns: Mapping[str, object]) -> int:
        """Makes an item; its id, which no other item ever had."""
        id_ = insert_item(self.connection, columns)
        self.made.append(Change("item", id_, "row", None, json.dumps({**columns, "id": id_})))
        self.touched.add(id_)
        return id_

    def add_not_duplicate(self, hash_a: bytes, hash_b: bytes) -> bool:
        """Notes that two contents are no duplicates of each other; whether that was news."""
        low, high = sorted((hash_a, hash_b))
        inserted = self.connection.execute(
            "INSERT OR IGNORE INTO not_duplicate VALUES (?, ?)", [low, high]
        )
        if inserted.rowcount:
            self.made.append(Change("not_duplicate", low, "row", None, high))
            # Other items may hold the same bytes, and lose hints as well.
            self.touched.update(
                row[0]
                for row in self.connection.execute(
                    "SELECT item_id FROM photo WHERE content_hash IN (?, ?)", [low, high]
                )
            )
        return bool(inserted.rowcount)

    def tag(self, name: str, photo_ids: Iterable[int]) -> int:
        """Gives photos a tag; how many did not have it. Photos that are gone are left out."""
        return self._change_tag(name, photo_ids, is_given=True)

    def untag(self, name: str, photo_ids: Iterable[int]) -> int:
        """Takes a tag from photos; how many had it."""
        return self._change_tag(name, photo_ids, is_given=False)

    def swap_hint(self, photo: Row, gone: HintColumns | None, given: HintColumns | None) -> None:
        """Takes one hint of the user's own from a photo and gives it another."""
        before, after = (
            None if columns is None else json.dumps(columns) for columns in (gone, given)
        )
        swap_hint(self.connection, photo["id"], before, after)
        self.made.append(Change("hint", photo["id"], "row", before, after))
        self.touched.add(photo["item_id"])

    def _change_tag(self, name: str, photo_ids: Iterable[int], *, is_given: bool) -> int:
        # A lasso may hold half a million photos: no row of theirs is read one by one.
        changed = self.connection.execute(
            "SELECT id, item_id FROM photo WHERE id IN (SELECT value FROM json_each(?1)) AND"
            f" {'NOT ' if is_given else ''}EXISTS"
            " (SELECT 1 FROM photo_tag WHERE tag = ?2 AND photo_id = photo.id) ORDER BY id",
            [json.dumps([int(id_) for id_ in photo_ids]), name],
        ).fetchall()
        before, after = (None, name) if is_given else (name, None)
        for id_, item_id in changed:
            swap_tag(self.connection, id_, before, after)
            self.made.append(Change("tag", id_, "row", before, after))
            self.touched.add(item_id)
        return len(changed)

    def _set(self, table: str, row: Row, fields: Mapping[str, int | str | None]) -> bool:
        different = {name: value for name, value in fields.items() if row[name] != value}
        for name, value in different.items():
            self.connection.execute(
                f"UPDATE {table} SET {name} = ? WHERE id = ?", (value, row["id"])
            )
            self.made.append(Change(table, row["id"], name, row[name], value))
        return bool(different)


@contextmanager
def recording(
    catalogue: Catalogue, kind: OperationKind, who: str, item_id: int | None = None
) -> Iterator[Recording]:
    """One transaction and, if anything is changed in it, one row of the journal.

    What was undone before can no longer be redone afterwards.
    """
    with catalogue.transaction() as connection:
        record = Recording(connection, item_id)
        yield record
        if not record.made:
            return
        connection.execute(
            "UPDATE operation SET redoable = 0 WHERE undone_by IS NOT NULL AND redoable = 1"
        )
        operation_id = add_operation(
            connection, kind, who, record.summary, record.item_id, record.touched
        )
        connection.executemany(
            "INSERT INTO change (operation_id, entity, entity_id, field, before, after)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    operation_id,
                    change.entity,
                    change.entity_id,
                    change.field,
                    change.before,
                    change.after,
                )
                for change in record.made
            ],
        )
        refresh_derived(connection, record.made, record.touched)
        record.changes = Changes(
            record.summary,
            frozenset(record.touched),
            items_added=queue_differs(record.made),
            operation_id=operation_id,
            item_id=record.item_id,
            tags=tags_differ(record.made),
            sent=sent_differ(record.made),
        )


def add_operation(
    connection: Connection,
    kind: OperationKind,
    who: str,
    summary: str,
    item_id: int | None,
    touched: Iterable[int],
    *,
    undoes: int | None = None,
) -> int:
    """Writes a row of the journal; its id."""
    operation_id = connection.execute(
        "INSERT INTO operation (at, who, kind, summary, item_id, undoes, redoable)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [time.time(), who, kind, summary, item_id, undoes, undoes is None],
    ).lastrowid
    assert operation_id is not None
    connection.executemany(
        "INSERT INTO touched (item_id, operation_id) VALUES (?, ?)",
        [(id_, operation_id) for id_ in sorted(touched)],
    )
    return operation_id


def _gone(what: str) -> UserError:
    return UserError(
        f"The {what} is no longer where it was",
        remedy=f"Choose the {what} again; something else has changed the project meanwhile.",
    )
