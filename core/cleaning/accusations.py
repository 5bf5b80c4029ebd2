"""Sending photos back to be cleaned, with the reason, as hints that stay until answered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from sqlite3 import Row

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes, HintKind, ItemState, Verdict
from core.cleaning.find_hints import SENT
from core.cleaning.journal import CURRENT_USER, HintColumns, OperationKind, recording
from core.number_words import plural

_REOPENED = (ItemState.DONE, ItemState.SKIPPED)


@dataclass(frozen=True)
class Accusation:
    """What is suspected of a photo, by whoever looked at it outside the cleaner.

    Attributes:
        photo_id: The photo.
        kind: Of what.
        score: How sure, 0 to 1.
        why: Shown in the cleaner.
        other_photo_id: For `HintKind.IN_OTHER_ITEM`, the photo there.
    """

    photo_id: int
    kind: HintKind
    score: float
    why: str
    other_photo_id: int | None = None


def send_to_cleaning(
    catalogue: Catalogue, accusations: Iterable[Accusation], *, who: str = CURRENT_USER
) -> Changes:
    """Makes hints of accusations, and their items ones that are still to do.

    Photos that the user had looked at and kept are undecided again, or the hint would count as
    answered. All of it can be undone; until then the hints stay, until the photo is decided on or
    moved, and looking for hints again leaves them alone. One that accuses a photo of the same again
    takes the place of the older one. Photos that are no longer there are left out.
    """
    wanted = {(each.photo_id, each.kind): each for each in accusations}
    with recording(catalogue, OperationKind.SEND, who) as record:
        ids = json.dumps(sorted({photo_id for photo_id, _ in wanted}))
        photos = {
            row["id"]: row
            for row in record.connection.execute(
                "SELECT * FROM photo WHERE id IN (SELECT value FROM json_each(?))", [ids]
            )
        }
        before = {
            (row["photo_id"], row["kind"]): _columns(row)
            for row in record.connection.execute(
                "SELECT * FROM hint WHERE relation = ?1"
                " AND photo_id IN (SELECT value FROM json_each(?2))",
                [SENT, ids],
            )
        }
        for photo in photos.values():
            if photo["verdict"] == Verdict.KEPT:
                record.set_verdict(photo, Verdict.UNDECIDED)
        items = sorted({photo["item_id"] for photo in photos.values()})
        for item_id in items:
            item = record.item(item_id)
            if item["state"] in _REOPENED:
                record.set_item(item, state=str(ItemState.OPEN), reason="")
        for each in wanted.values():
            gone, given = before.get((each.photo_id, each.kind)), _columns_of(each)
            if each.photo_id in photos and gone != given:
                record.swap_hint(photos[each.photo_id], gone, given)
        count = plural(len(photos), "photo")
        record.summary = f"Sent {count} back to be cleaned"
        record.item_id = items[0] if items else None
    if record.changes.operation_id is None:
        return replace(record.changes, summary=f"{count} had been sent to be cleaned before")
    return record.changes


def sent_to_cleaning(catalogue: Catalogue) -> list[int]:
    """The photos that were sent and that this was not taken back of."""
    rows = catalogue.connection.execute(
        # Not a parameter: SQLite would not know that the index `hint_sent` holds just these.
        f"SELECT DISTINCT photo_id FROM hint WHERE relation = '{SENT}'"
    )
    return [row[0] for row in rows]


def _columns(row: Row) -> HintColumns:
    return {name: row[name] for name in ("kind", "other_photo_id", "relation", "score", "why")}


def _columns_of(accusation: Accusation) -> HintColumns:
    return {
        "kind": str(accusation.kind),
        "other_photo_id": accusation.other_photo_id,
        "relation": SENT,
        "score": accusation.score,
        "why": accusation.why,
    }
