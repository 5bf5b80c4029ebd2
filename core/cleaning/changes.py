"""What an operation changes: values and rows, how they are put, and what follows from them.

Doing, undoing and redoing are alike in this, which is why it belongs to none of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from core.catalogue.counts import mark_stale, recount, refresh_hints
from core.catalogue.records import ItemState


@dataclass(frozen=True)
class Change:
    """One value that an operation changed, as a row of `change`.

    Attributes:
        entity: "item", "photo", "tag", "hint" or "not_duplicate".
        entity_id: The row's id; the photo's of a tag or a hint; the smaller content hash of a pair.
        field: The column, or "row" where the row came into being or, of a tag or a hint, went.
        before: Its value; None for a row that came into being; the name of a tag that went, the
            columns of a hint that did as JSON.
        after: Likewise; the columns as JSON for a new item, too, and the larger content hash of a
            pair.
    """

    entity: str
    entity_id: int | bytes
    field: str
    before: int | str | None
    after: int | str | bytes | None


def insert_item(connection: Connection, columns: Mapping[str, object]) -> int:
    """Inserts a row of `item`; its id."""
    id_ = connection.execute(
        f"INSERT INTO item ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        list(columns.values()),
    ).lastrowid
    assert id_ is not None
    return id_


def swap_tag(connection: Connection, photo_id: int | bytes, gone: object, given: object) -> None:
    """Takes one tag from a photo and gives it another, where they are not None."""
    if gone is not None:
        connection.execute("DELETE FROM photo_tag WHERE tag = ? AND photo_id = ?", (gone, photo_id))
    if given is not None:
        connection.execute(
            "INSERT OR IGNORE INTO photo_tag (tag, photo_id) VALUES (?, ?)", (given, photo_id)
        )


def swap_hint(connection: Connection, photo_id: int | bytes, gone: object, given: object) -> None:
    """Takes one hint from a photo and gives it another, where they are not None.

    Args:
        connection: Of the catalogue; `refresh_hints` is to follow.
        photo_id: The photo that is accused.
        gone: A hint's columns as JSON; looking for hints may have taken it away already.
        given: Likewise; left out where its photo is not there any more.
    """
    if gone is not None:
        connection.execute(
            "DELETE FROM hint WHERE photo_id = ?1 AND kind = ?2 ->> 'kind'"
            " AND relation = ?2 ->> 'relation'",
            (photo_id, gone),
        )
    if given is not None:
        connection.execute(
            "INSERT INTO hint (item_id, kind, photo_id, other_photo_id, relation, score, why)"
            " SELECT item_id, ?2 ->> 'kind', id,"
            " (SELECT id FROM photo WHERE id = ?2 ->> 'other_photo_id'), ?2 ->> 'relation',"
            " ?2 ->> 'score', ?2 ->> 'why' FROM photo WHERE id = ?1",
            (photo_id, given),
        )


def refresh_derived(
    connection: Connection, changes: Sequence[Change], touched: Iterable[int]
) -> None:
    """Brings up to date what follows from decisions: counts, and which hints to find again."""
    if all(change.entity == "tag" for change in changes):
        return  # nothing follows from tags
    if sent_differ(changes):
        refresh_hints(connection, touched)
    else:
        recount(connection, touched)
    moved = {
        int(id_)
        for change in changes
        if change.entity == "photo" and change.field == "item_id"
        for id_ in (change.before, change.after)
        if id_ is not None
    }
    there = connection.execute(
        "SELECT id FROM item WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(sorted(moved))],
    )
    mark_stale(connection, [row[0] for row in there])


def tags_differ(changes: Iterable[Change]) -> bool:
    """Whether photos were given tags, or lost some."""
    return any(change.entity == "tag" for change in changes)


def sent_differ(changes: Iterable[Change]) -> bool:
    """Whether photos were sent back to be cleaned, or that was taken back."""
    return any(change.entity == "hint" for change in changes)


def queue_differs(changes: Iterable[Change]) -> bool:
    """Whether items came into being or went, so that the queue is another one."""
    return any(
        change.entity == "item"
        and (
            change.field == "row"
            or (change.field == "state" and ItemState.MERGED in (change.before, change.after))
        )
        for change in changes
    )
