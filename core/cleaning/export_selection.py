"""Which items an export has, what their folders are called and which split they are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.catalogue.database import Catalogue
from core.catalogue.records import ItemState
from core.cleaning.export_names import folder_names
from core.cleaning.splits import Split, split_items


@dataclass(frozen=True)
class Selection:
    """What is to be exported.

    Attributes:
        item_ids: In the scrape's order.
        photos: How many there are to export.
        byte_count: Of their files.
        not_ready: Photos that were not rejected, but cannot be shown or have not been looked at.
        folders: "category/item" of every item of the project, by id.
        splits: By the id of each item with photos to export.
    """

    item_ids: Sequence[int]
    photos: int
    byte_count: int
    not_ready: int
    folders: Mapping[int, str]
    splits: Mapping[int, Split]


def select(catalogue: Catalogue, *, only_done: bool, seed: int) -> Selection:
    """Everything that was not rejected; where `only_done`, only of items marked as done."""
    connection = catalogue.connection
    states = [ItemState.DONE]
    if not only_done:
        states += [ItemState.OPEN, ItemState.SKIPPED]
    among = f"item.state IN ({', '.join('?' * len(states))})"
    item_ids = [
        row[0]
        for row in connection.execute(
            f"SELECT id FROM item WHERE {among} ORDER BY coalesce(split_from, id), id", states
        )
    ]
    contents: dict[int, list[bytes]] = {}
    bytes_in_all = 0
    for item_id, content_hash, crop, byte_count in connection.execute(
        "SELECT photo.item_id, photo.content_hash, photo.crop, photo.byte_count"
        " FROM photo JOIN item ON item.id = photo.item_id"
        f" WHERE {among} AND photo.status = 'ready' AND photo.verdict <> 'rejected'"
        " AND photo.content_hash IS NOT NULL",
        states,
    ):
        contents.setdefault(item_id, []).append(content_hash + crop.encode())
        bytes_in_all += byte_count or 0
    (not_ready,) = connection.execute(
        "SELECT count(*) FROM photo JOIN item ON item.id = photo.item_id"
        f" WHERE {among} AND photo.status <> 'ready' AND photo.verdict <> 'rejected'",
        states,
    ).fetchone()
    every = connection.execute("SELECT id, category, key FROM item ORDER BY id").fetchall()
    keys = {row["id"]: row["key"] for row in every}
    return Selection(
        item_ids=item_ids,
        photos=sum(map(len, contents.values())),
        byte_count=bytes_in_all,
        not_ready=not_ready,
        folders=folder_names((row["id"], row["category"], row["key"]) for row in every),
        splits=split_items(contents, keys, _pairs_in_two_items(catalogue), seed=seed),
    )


def _pairs_in_two_items(catalogue: Catalogue) -> list[tuple[int, int]]:
    """Items that a standing hint says share a photo, though not byte for byte."""
    return [
        (row[0], row[1])
        for row in catalogue.connection.execute(
            "SELECT standing_hint.item_id, other.item_id FROM standing_hint"
            " JOIN photo ON photo.id = standing_hint.photo_id"
            " JOIN photo AS other ON other.id = standing_hint.other_photo_id"
            " WHERE standing_hint.kind = 'in another item'"
            " AND photo.verdict <> 'rejected' AND other.verdict <> 'rejected'"
        )
    ]
