"""What the user decides: one function for each thing that can be done to items and photos.

Each is one transaction and, where it changes anything, one operation in the journal that
`core.cleaning.undo` can take back. None touches a file; that is left to Apply. All raise
`UserError` where the item or photo is no longer there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from sqlite3 import Row

from core.catalogue.database import Catalogue
from core.catalogue.photos import read_hints, read_photos
from core.catalogue.records import METADATA_COLUMNS, Changes, ItemState, RejectReason, Verdict
from core.cleaning.accept import accused_photos, reasons_by_hints, rejections_by_hints
from core.cleaning.journal import CURRENT_USER, OperationKind, Recording, recording
from core.errors import UserError
from core.number_words import plural


def reject(
    catalogue: Catalogue,
    photo_ids: Iterable[int],
    reason: RejectReason | None = None,
    *,
    who: str = CURRENT_USER,
) -> Changes:
    """Says that photos do not belong; without a reason, for that of each one's surest hint."""
    with recording(catalogue, OperationKind.REJECT, who) as record:
        photos = _photos(record, photo_ids)
        suspected: dict[int, RejectReason] = {}
        if reason is None:
            for hints in read_hints(catalogue, {photo["item_id"] for photo in photos}).values():
                suspected |= reasons_by_hints(hints)
        reasons = {
            photo["id"]: reason or suspected.get(photo["id"], RejectReason.UNSPECIFIED)
            for photo in photos
        }
        _reject(record, photos, reasons)
        record.summary = f"Rejected {_reasons_in_words(reasons.values())}"
    return record.changes


def keep(catalogue: Catalogue, photo_ids: Iterable[int], *, who: str = CURRENT_USER) -> Changes:
    """Says that photos belong: takes rejections back, and stands against hints."""
    with recording(catalogue, OperationKind.KEEP, who) as record:
        photos = _photos(record, photo_ids)
        for photo in photos:
            record.set_verdict(photo, Verdict.KEPT)
        record.summary = f"Kept {_count(photos, 'photo')}"
    return record.changes


def clear(catalogue: Catalogue, photo_ids: Iterable[int], *, who: str = CURRENT_USER) -> Changes:
    """Leaves photos undecided again."""
    with recording(catalogue, OperationKind.CLEAR, who) as record:
        photos = _photos(record, photo_ids)
        for photo in photos:
            record.set_verdict(photo, Verdict.UNDECIDED)
        record.summary = f"Left {_count(photos, 'photo')} undecided"
    return record.changes


def mark_done(catalogue: Catalogue, item_id: int, *, who: str = CURRENT_USER) -> Changes:
    """Says that an item is clean; photos that hints accuse and the user left are kept."""
    with recording(catalogue, OperationKind.MARK_DONE, who, item_id) as record:
        item = _live_item(record, item_id)
        photos = read_photos(catalogue, [item_id])[item_id]
        accused = accused_photos(photos, read_hints(catalogue, [item_id])[item_id])
        for photo in record.photos(accused) if accused else []:
            record.set_verdict(photo, Verdict.KEPT)
        _set_state(record, item, ItemState.DONE)
        record.summary = "Marked clean"
    return record.changes


def accept_hints(catalogue: Catalogue, item_id: int, *, who: str = CURRENT_USER) -> Changes:
    """Rejects what an item's hints accuse, as `rejections_by_hints` says, and marks it done."""
    with recording(catalogue, OperationKind.ACCEPT_HINTS, who, item_id) as record:
        item = _live_item(record, item_id)
        photos = read_photos(catalogue, [item_id])[item_id]
        reasons = rejections_by_hints(photos, read_hints(catalogue, [item_id])[item_id])
        if reasons:
            _reject(record, record.photos(reasons), reasons)
        _set_state(record, item, ItemState.DONE)
        record.summary = (
            f"Accepted the hints: rejected {_reasons_in_words(reasons.values())}"
            if reasons
            else "Accepted the hints: nothing to reject"
        )
    return record.changes


def skip(catalogue: Catalogue, item_id: int, *, who: str = CURRENT_USER) -> Changes:
    """Leaves an item for later."""
    with recording(catalogue, OperationKind.SKIP, who, item_id) as record:
        _set_state(record, _live_item(record, item_id), ItemState.SKIPPED)
        record.summary = "Skipped"
    return record.changes


def reopen(catalogue: Catalogue, item_id: int, *, who: str = CURRENT_USER) -> Changes:
    """Makes an item that was done, skipped or rejected one that is still to do."""
    with recording(catalogue, OperationKind.REOPEN, who, item_id) as record:
        _set_state(record, _live_item(record, item_id), ItemState.OPEN)
        record.summary = "Reopened"
    return record.changes


def reject_item(
    catalogue: Catalogue, item_id: int, reason: RejectReason, *, who: str = CURRENT_USER
) -> Changes:
    """Says that a whole item does not belong, whatever was said of its photos."""
    with recording(catalogue, OperationKind.REJECT_ITEM, who, item_id) as record:
        _set_state(record, _live_item(record, item_id), ItemState.REJECTED, reason)
        why = "" if reason is RejectReason.UNSPECIFIED else f": {reason}"
        record.summary = f"Rejected the whole item{why}"
    return record.changes


def move_photos(
    catalogue: Catalogue, photo_ids: Iterable[int], to_item_id: int, *, who: str = CURRENT_USER
) -> Changes:
    """Puts photos at the end of another item; an item that is left empty is merged into it."""
    with recording(catalogue, OperationKind.MOVE_PHOTOS, who) as record:
        target = _live_item(record, to_item_id)
        photos = [photo for photo in _photos(record, photo_ids) if photo["item_id"] != target["id"]]
        _append(record, photos, target)
        for item_id in {photo["item_id"] for photo in photos}:
            if not record.photos_of(item_id):
                _merge_empty(record, record.item(item_id), target)
        record.summary = f"Moved {_count(photos, 'photo')} to {_title(target)}"
    return record.changes


def split(catalogue: Catalogue, photo_ids: Iterable[int], *, who: str = CURRENT_USER) -> Changes:
    """Makes a new item of some photos of one, right after it, with the same metadata.

    Raises:
        UserError: The photos are of several items, or all that the item has.
    """
    with recording(catalogue, OperationKind.SPLIT, who) as record:
        photos = _photos(record, photo_ids)
        item_ids = {photo["item_id"] for photo in photos}
        if len(item_ids) > 1:
            raise UserError(
                "These photos are of several items",
                remedy="Select photos of one item to split it.",
            )
        source = record.item(item_ids.pop())
        if len(photos) == len(record.photos_of(source["id"])):
            raise UserError(
                "All photos of the item are selected, so nothing would be left of it",
                remedy="Select only the photos that should become an item of their own.",
            )
        columns = {name: source[name] for name in ("source_id", *METADATA_COLUMNS)}
        columns["key"] = _free_key(record, source)
        columns["split_from"] = source["split_from"] or source["id"]
        new = record.item(record.add_item(columns))
        _append(record, photos, new)
        record.summary = f"Split {_count(photos, 'photo')} off {_title(source)}"
    return record.changes


def merge(
    catalogue: Catalogue,
    into_item_id: int,
    from_item_ids: Iterable[int],
    *,
    who: str = CURRENT_USER,
) -> Changes:
    """Puts all photos of some items at the end of another; those items are shown no more.

    Raises:
        UserError: An item is to be merged into itself, or has been merged before.
    """
    with recording(catalogue, OperationKind.MERGE, who, into_item_id) as record:
        target = _live_item(record, into_item_id)
        sources = [_live_item(record, id_) for id_ in sorted(set(from_item_ids))]
        if target["id"] in {source["id"] for source in sources}:
            raise UserError(
                "An item cannot be merged into itself", remedy="Choose two different items."
            )
        for source in sources:
            _append(record, record.photos_of(source["id"]), target)
            _merge_empty(record, source, target)
        record.summary = f"Joined {_count(sources, 'item')} with {_title(target)}"
    return record.changes


def set_note(catalogue: Catalogue, item_id: int, text: str, *, who: str = CURRENT_USER) -> Changes:
    """Writes the user's note on an item; "" takes it away."""
    with recording(catalogue, OperationKind.NOTE, who, item_id) as record:
        record.set_item(record.item(item_id), note=text)
        record.summary = f"Noted “{_shortened(text)}”" if text else "Took the note away"
    return record.changes


def mark_not_duplicate(
    catalogue: Catalogue, photo_id: int, other_photo_id: int, *, who: str = CURRENT_USER
) -> Changes:
    """Says that two photos are no copies of each other; see `mark_not_duplicates`."""
    return mark_not_duplicates(catalogue, [(photo_id, other_photo_id)], who=who)


def mark_not_duplicates(
    catalogue: Catalogue, pairs: Sequence[tuple[int, int]], *, who: str = CURRENT_USER
) -> Changes:
    """Says of pairs of photos that they are no copies of each other; no hint will say so again.

    It is the contents that are remembered, so it holds for the same files under other names too.

    Args:
        catalogue: See there.
        pairs: The photos' ids, at least one pair; the first photo's item is the one to show.
        who: See `recording`.

    Raises:
        UserError: One of them has not been hashed yet, or they are one and the same.
    """
    with recording(catalogue, OperationKind.NOT_DUPLICATE, who) as record:
        for photo_id, other_photo_id in reversed(pairs):
            (other,) = record.photos([other_photo_id])
            (photo,) = _photos(record, [photo_id])
            if photo["id"] == other["id"]:
                raise UserError(
                    "A photo cannot be compared with itself", remedy="Select two photos."
                )
            if photo["content_hash"] is None or other["content_hash"] is None:
                raise UserError(
                    "These photos have not been looked at yet",
                    remedy="Wait until hashing has come to them, then try again.",
                )
            record.add_not_duplicate(photo["content_hash"], other["content_hash"])
        record.summary = (
            "Marked two photos as no duplicates"
            if len(pairs) == 1
            else f"Marked {len(pairs)} pairs of photos as no duplicates"
        )
    return record.changes


def _photos(record: Recording, photo_ids: Iterable[int]) -> list[Row]:
    """The photos; the item that they (or the first of them) are in is the one to show."""
    photos = record.photos(photo_ids)
    record.item_id = photos[0]["item_id"]
    return photos


def _live_item(record: Recording, item_id: int) -> Row:
    item = record.item(item_id)
    if item["state"] == ItemState.MERGED:
        raise UserError(
            f"{_title(item)} has been merged into another item",
            remedy="Undo that first, or choose the item that has its photos now.",
        )
    return item


def _reject(record: Recording, photos: Iterable[Row], reasons: dict[int, RejectReason]) -> None:
    for photo in photos:
        record.set_verdict(photo, Verdict.REJECTED, reasons[photo["id"]])


def _set_state(
    record: Recording, item: Row, state: ItemState, reason: RejectReason | None = None
) -> None:
    record.set_item(item, state=str(state), reason=str(reason or ""))


def _append(record: Recording, photos: Sequence[Row], target: Row) -> None:
    there = record.photos_of(target["id"])
    first = there[-1]["position"] + 1 if there else 0
    for position, photo in enumerate(photos, start=first):
        record.move_photo(photo, target["id"], position)


def _merge_empty(record: Recording, item: Row, target: Row) -> None:
    record.set_item(item, state=str(ItemState.MERGED), reason="", merged_into=target["id"])
    record.touched.add(target["id"])


def _free_key(record: Recording, item: Row) -> str:
    """A name for an item split off this one that no item of the scrape has."""
    number = 1
    while True:
        suffix = " (split)" if number == 1 else f" (split {number})"
        key: str = item["key"] + suffix
        taken = record.connection.execute(
            "SELECT 1 FROM item WHERE source_id = ? AND key = ?", [item["source_id"], key]
        ).fetchone()
        if taken is None:
            return key
        number += 1


def _reasons_in_words(reasons: Collection[RejectReason]) -> str:
    """For one reason "2 photos: duplicate", for several "3 photos: 2 duplicate, 1 tag"."""
    counts = Counter(reasons)
    if set(counts) == {RejectReason.UNSPECIFIED}:
        return _count(reasons, "photo")
    if len(counts) == 1:
        (words,) = (str(reason) for reason in counts)
    else:
        words = ", ".join(f"{count} {reason}" for reason, count in counts.most_common())
    return f"{_count(reasons, 'photo')}: {words}"


def _count(things: Collection[object], noun: str) -> str:
    return plural(len(things), noun)


def _title(item: Row) -> str:
    return f"“{_shortened(item['title'] or item['key'])}”"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
