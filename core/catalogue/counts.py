"""Keeping what an item's row says about its photos and hints true."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from core.catalogue.records import HintKind

_MASK = "CASE kind " + " ".join(f"WHEN '{k}' THEN {1 << k.bit}" for k in HintKind) + " END"

_RECOUNT = f"""
UPDATE item SET
    photo_count = (SELECT count(*) FROM photo WHERE item_id = item.id),
    kept_count = (
        SELECT count(*) FROM photo
        WHERE item_id = item.id AND verdict <> 'rejected' AND status = 'ready'),
    unreadable_count = (
        SELECT count(*) FROM photo
        WHERE item_id = item.id AND status IN ('unreadable', 'not downloaded')),
    hint_mask = (
        SELECT coalesce(sum(bit), 0) FROM (
            SELECT DISTINCT {_MASK} AS bit FROM standing_hint WHERE item_id = item.id))
WHERE id IN (SELECT value FROM json_each(?))
"""

# A photo in another item says that two listings may be one, not that the photo is bad.
_ACROSS_WEIGHT = 0.5


def recount(connection: sqlite3.Connection, item_ids: Iterable[int]) -> None:
    """Counts photos and hints of these items again.

    Whoever writes `photo` rows calls this in the same transaction; 10,000 items take about a tenth
    of a second.
    """
    connection.execute(_RECOUNT, [json.dumps(sorted({int(id_) for id_ in item_ids}))])


def refresh_hints(connection: sqlite3.Connection, item_ids: Iterable[int]) -> None:
    """Brings up to date what items' rows say about their hints, as `recount` and how bad they are.

    Whoever writes `hint` rows calls this in the same transaction.
    """
    ids = sorted(set(item_ids))
    recount(connection, ids)
    connection.execute(
        "UPDATE item SET suspicion = (SELECT coalesce(sum(worst), 0) FROM ("
        " SELECT max(score * CASE kind WHEN ? THEN ? ELSE 1 END) AS worst"
        " FROM hint WHERE item_id = item.id GROUP BY photo_id))"
        " WHERE id IN (SELECT value FROM json_each(?))",
        [HintKind.IN_OTHER_ITEM, _ACROSS_WEIGHT, json.dumps(ids)],
    )


def mark_stale(connection: sqlite3.Connection, item_ids: Iterable[int]) -> None:
    """Has the hints of these items found again: their photos came, went or moved."""
    connection.executemany(
        "INSERT OR IGNORE INTO stale_item VALUES (?)", [(int(id_),) for id_ in set(item_ids)]
    )
