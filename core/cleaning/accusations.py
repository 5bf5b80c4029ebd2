"""Sending photos back to be cleaned, with the reason, as hints that stay until answered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes, HintKind, ItemState, Verdict
from core.cleaning.find_hints import SENT, refresh_hints
from core.cleaning.journal import CURRENT_USER, OperationKind, recording

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
    answered. Reopening can be undone; the hints stay until the photo is decided on or moved, and
    looking for hints again leaves them alone. One that accuses a photo of the same again takes the
    place of the older one. Photos that are no longer there are left out.
    """
    wanted = {(each.photo_id, each.kind): each for each in accusations}
    with recording(catalogue, OperationKind.REOPEN, who) as record:
        ids = json.dumps(sorted({photo_id for photo_id, _ in wanted}))
        photos = record.connection.execute(
            "SELECT * FROM photo WHERE id IN (SELECT value FROM json_each(?))", [ids]
        ).fetchall()
        item_of = {photo["id"]: photo["item_id"] for photo in photos}
        sent = [each for each in wanted.values() if each.photo_id in item_of]
        for photo in photos:
            if photo["verdict"] == Verdict.KEPT:
                record.set_verdict(photo, Verdict.UNDECIDED)
        items = sorted(set(item_of.values()))
        for item_id in items:
            item = record.item(item_id)
            if item["state"] in _REOPENED:
                record.set_item(item, state=str(ItemState.OPEN), reason="")
        for each in sent:
            record.connection.execute(
                "DELETE FROM hint WHERE photo_id = ? AND kind = ? AND relation = ?",
                [each.photo_id, each.kind, SENT],
            )
            record.connection.execute(
                "INSERT INTO hint (item_id, kind, photo_id, other_photo_id, relation, score, why)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    item_of[each.photo_id],
                    each.kind,
                    each.photo_id,
                    each.other_photo_id,
                    SENT,
                    each.score,
                    each.why,
                ],
            )
        refresh_hints(record.connection, items)
        photo_count = len(item_of)
        record.summary = (
            f"Sent {photo_count} photo{'s' if photo_count != 1 else ''} back to be cleaned"
        )
        record.item_id = items[0] if items else None
    return Changes(
        record.summary,
        frozenset(items) | record.changes.item_ids,
        operation_id=record.changes.operation_id,
        item_id=record.item_id,
    )
