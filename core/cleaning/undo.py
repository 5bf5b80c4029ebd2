"""Undoing and redoing decisions, without limit and across restarts, and the history of an item.

Undo takes back the last operation that still stands; redo does the last undone one again. Both are
rows of the journal themselves. As in any editor, doing something new ends redoing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from sqlite3 import Connection, Row

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes, Operation
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
from core.cleaning.journal import CURRENT_USER, OperationKind, add_operation

_NEXT_UNDO = (
    "SELECT * FROM operation WHERE undone_by IS NULL AND undoes IS NULL ORDER BY id DESC LIMIT 1"
)
_NEXT_REDO = (
    "SELECT * FROM operation WHERE undone_by IS NOT NULL AND redoable = 1 ORDER BY id LIMIT 1"
)


def undo(catalogue: Catalogue, *, who: str = CURRENT_USER) -> Changes | None:
    """Takes back the last operation; None if there is none left.

    All rows are as they were before it; hints of items whose photos moved are found again.
    """
    with catalogue.transaction() as connection:
        operation = connection.execute(_NEXT_UNDO).fetchone()
        if operation is None:
            return None
        changes = _changes_of(connection, operation["id"])
        for change in reversed(changes):
            _take_back(connection, change)
        return _journal(connection, OperationKind.UNDO, who, operation, changes)


def redo(catalogue: Catalogue, *, who: str = CURRENT_USER) -> Changes | None:
    """Does the operation that was undone last again; None if there is none."""
    with catalogue.transaction() as connection:
        operation = connection.execute(_NEXT_REDO).fetchone()
        if operation is None:
            return None
        changes = _changes_of(connection, operation["id"])
        for change in changes:
            _do_again(connection, change)
        return _journal(connection, OperationKind.REDO, who, operation, changes)


def next_undo(catalogue: Catalogue) -> Operation | None:
    """What `undo` would take back."""
    row = catalogue.connection.execute(_NEXT_UNDO).fetchone()
    return None if row is None else _to_operation(row)


def next_redo(catalogue: Catalogue) -> Operation | None:
    """What `redo` would do again."""
    row = catalogue.connection.execute(_NEXT_REDO).fetchone()
    return None if row is None else _to_operation(row)


def history(catalogue: Catalogue, item_id: int) -> list[Operation]:
    """All that was ever done to an item or its photos, undoings included, newest first."""
    rows = catalogue.connection.execute(
        "SELECT operation.* FROM touched JOIN operation ON operation.id = touched.operation_id"
        " WHERE touched.item_id = ? ORDER BY operation.id DESC",
        [item_id],
    )
    return [_to_operation(row) for row in rows]


def _changes_of(connection: Connection, operation_id: int) -> list[Change]:
    rows = connection.execute(
        "SELECT entity, entity_id, field, before, after FROM change"
        " WHERE operation_id = ? ORDER BY id",
        [operation_id],
    )
    return [Change(*row) for row in rows]


def _take_back(connection: Connection, change: Change) -> None:
    if change.field != "row":
        _put(connection, change, change.before)
    elif change.entity == "tag":
        swap_tag(connection, change.entity_id, change.after, change.before)
    elif change.entity == "hint":
        swap_hint(connection, change.entity_id, change.after, change.before)
    elif change.entity == "not_duplicate":
        connection.execute(
            "DELETE FROM not_duplicate WHERE hash_a = ? AND hash_b = ?",
            [change.entity_id, change.after],
        )
    else:
        # What was found about the item since goes with it.
        for table in ("hint", "stale_item"):
            connection.execute(f"DELETE FROM {table} WHERE item_id = ?", [change.entity_id])
        connection.execute("DELETE FROM item WHERE id = ?", [change.entity_id])


def _do_again(connection: Connection, change: Change) -> None:
    if change.field != "row":
        _put(connection, change, change.after)
    elif change.entity == "tag":
        swap_tag(connection, change.entity_id, change.before, change.after)
    elif change.entity == "hint":
        swap_hint(connection, change.entity_id, change.before, change.after)
    elif change.entity == "not_duplicate":
        connection.execute(
            "INSERT OR IGNORE INTO not_duplicate VALUES (?, ?)", [change.entity_id, change.after]
        )
    else:
        assert isinstance(change.after, str)
        insert_item(connection, json.loads(change.after))


def _put(connection: Connection, change: Change, value: object) -> None:
    # Entity and field come from the journal, which only `Recording` writes.
    connection.execute(
        f"UPDATE {change.entity} SET {change.field} = ? WHERE id = ?", (value, change.entity_id)
    )


def _journal(
    connection: Connection,
    kind: OperationKind,
    who: str,
    operation: Row,
    changes: Sequence[Change],
) -> Changes:
    """Notes an undo or a redo of the operation, and what views must read again."""
    touched = frozenset(
        row[0]
        for row in connection.execute(
            "SELECT item_id FROM touched WHERE operation_id = ?", [operation["id"]]
        )
    )
    undoing = kind is OperationKind.UNDO
    summary = f"{'Undid' if undoing else 'Redid'}: {operation['summary']}"
    journal_id = add_operation(
        connection,
        kind,
        who,
        summary,
        operation["item_id"],
        touched,
        undoes=operation["id"] if undoing else operation["undone_by"],
    )
    if undoing:
        connection.execute(
            "UPDATE operation SET undone_by = ? WHERE id = ?", [journal_id, operation["id"]]
        )
    else:
        connection.execute(
            "UPDATE operation SET undone_by = ? WHERE id = ?",
            [journal_id, operation["undone_by"]],
        )
        connection.execute("UPDATE operation SET undone_by = NULL WHERE id = ?", [operation["id"]])
    refresh_derived(connection, changes, touched)
    return Changes(
        summary,
        touched,
        items_added=queue_differs(changes),
        operation_id=journal_id,
        item_id=operation["item_id"],
        tags=tags_differ(changes),
        sent=sent_differ(changes),
    )


def _to_operation(row: Row) -> Operation:
    return Operation(
        id=row["id"],
        at=row["at"],
        who=row["who"],
        kind=row["kind"],
        summary=row["summary"],
        item_id=row["item_id"],
        undoes=row["undoes"],
        undone_by=row["undone_by"],
    )
