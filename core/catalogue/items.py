"""Reading items: which ones a filter leaves, in which order, and their rows."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from core.catalogue.database import Catalogue
from core.catalogue.records import HintKind, Item, ItemState, Metadata, PhotoStatus, RejectReason

ItemIds = npt.NDArray[np.int64]


class ItemOrder(StrEnum):
    """How the queue is sorted."""

    SCRAPE = "scrape order"
    SUSPICION = "most suspicious first"


_SEARCHED = ("title", "brand", "key", "colour", "size", "category", "note")
_SHOP_ID_DIGITS = 6
"""A number from so many digits on is a shop's id rather than a size or a price."""
_MOST_WORDS = 50
"""Of a search; SQLite takes no expression of thousands, as somebody may paste."""
_SCRAPE_ORDER = "coalesce(split_from, id), id"
_ORDERS = {ItemOrder.SCRAPE: _SCRAPE_ORDER, ItemOrder.SUSPICION: "suspicion DESC, id"}
_ASCENDING = {ItemOrder.SCRAPE: _SCRAPE_ORDER, ItemOrder.SUSPICION: "-suspicion, id"}
"""The same orders, as columns that all ascend."""


@dataclass(frozen=True)
class ItemFilter:
    """Which items the queue shows; an empty set stands for all.

    Attributes:
        text: Words that must each occur in title, brand, key, colour, size, category or note; the
            first fifty count.
        states: Of `MERGED` items there are none left to show, unless asked for by name.
        hint_kinds: At least one of these is suspected.
        categories: As the scrape names them.
        only_unreadable: At least one photo cannot be shown.
        tags: At least one photo has one of these.
    """

    text: str = ""
    states: frozenset[ItemState] = frozenset()
    hint_kinds: frozenset[HintKind] = frozenset()
    categories: frozenset[str] = frozenset()
    only_unreadable: bool = False
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Tally:
    """The catalogue in numbers."""

    items: int
    items_by_state: Mapping[ItemState, int]
    photos: int
    photos_by_status: Mapping[str, int]
    rejected_by_reason: Mapping[str, int]
    quarantined: int


def find_items(
    catalogue: Catalogue, wanted: ItemFilter, order: ItemOrder = ItemOrder.SCRAPE
) -> ItemIds:
    """The ids of the items that pass the filter, in order, shape (n,)."""
    where, values = _conditions(wanted)
    # As one text: a row of its own for each of 200,000 ids takes twice as long, and keeps Python's
    # lock from the GUI thread all the while. SQLite leaves the order of a subquery to group_concat.
    (ids,) = catalogue.connection.execute(
        "SELECT group_concat(id) FROM"
        f" (SELECT id FROM item WHERE {where} ORDER BY {_ORDERS[order]})",
        values,
    ).fetchone()
    return np.array(json.loads(f"[{ids or ''}]"), np.int64)


def read_items(catalogue: Catalogue, ids: Iterable[int]) -> list[Item]:
    """The items with these ids, in the order asked for; ids that are not there are left out."""
    wanted = [int(id_) for id_ in ids]
    found = {
        row["id"]: _to_item(row)
        for row in catalogue.connection.execute(
            "SELECT * FROM item WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(wanted)]
        )
    }
    return [found[id_] for id_ in wanted if id_ in found]


def read_item(catalogue: Catalogue, id_: int) -> Item:
    """One item; raises KeyError if there is none with that id."""
    items = read_items(catalogue, [id_])
    if not items:
        raise KeyError(id_)
    return items[0]


def matching_items(catalogue: Catalogue, wanted: ItemFilter, ids: Iterable[int]) -> frozenset[int]:
    """Those of the given items that pass the filter."""
    where, values = _conditions(wanted)
    rows = catalogue.connection.execute(
        f"SELECT id FROM item WHERE id IN (SELECT value FROM json_each(?)) AND {where}",
        [json.dumps([int(id_) for id_ in ids]), *values],
    )
    return frozenset(row[0] for row in rows)


def row_for(catalogue: Catalogue, ids: ItemIds, order: ItemOrder, id_: int) -> int:
    """The row at which an item belongs in ids that are in this order, 0 to n.

    Reads about log2(n) items.
    """

    def key(of: int) -> tuple[float, ...]:
        row = catalogue.connection.execute(
            f"SELECT {_ASCENDING[order]} FROM item WHERE id = ?", [of]
        ).fetchone()
        return () if row is None else tuple(row)

    return bisect_left(ids, key(id_), key=lambda of: key(int(of)))


def categories(catalogue: Catalogue) -> list[tuple[str, int]]:
    """Every category with its number of items, by name."""
    return [
        (row[0], row[1])
        for row in catalogue.connection.execute(
            "SELECT category, count(*) FROM item WHERE state <> 'merged'"
            " GROUP BY category ORDER BY category"
        )
    ]


def tally(catalogue: Catalogue) -> Tally:
    """Counts over the whole catalogue."""

    def counts(sql: str) -> dict[str, int]:
        return {row[0]: row[1] for row in catalogue.connection.execute(sql)}

    by_state = counts("SELECT state, count(*) FROM item GROUP BY state")
    # A look at each of a million photos takes most of a second; few are not ready.
    by_status = counts("SELECT status, count(*) FROM photo WHERE status <> 'ready' GROUP BY status")
    (photos,) = catalogue.connection.execute("SELECT count(*) FROM photo").fetchone()
    if ready := photos - sum(by_status.values()):
        by_status[PhotoStatus.READY] = ready
    reasons = counts(
        "SELECT reason, count(*) FROM photo WHERE verdict = 'rejected' GROUP BY reason"
    )
    (quarantined,) = catalogue.connection.execute(
        "SELECT count(*) FROM photo WHERE quarantine IS NOT NULL"
    ).fetchone()
    return Tally(
        items=sum(count for state, count in by_state.items() if state != ItemState.MERGED),
        items_by_state={state: by_state.get(state, 0) for state in ItemState},
        photos=photos,
        photos_by_status=by_status,
        rejected_by_reason=reasons,
        quarantined=quarantined,
    )


def _conditions(wanted: ItemFilter) -> tuple[str, Sequence[object]]:
    clauses: list[str] = []
    values: list[object] = []
    if wanted.states:
        clauses.append(f"state IN ({_marks(wanted.states)})")
        values += sorted(wanted.states)
    else:
        clauses.append("state <> 'merged'")
    for word in wanted.text.split()[:_MOST_WORDS]:
        # Column by column takes half as long as all of them put together.
        columns = _searched(word)
        in_columns = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns)
        clauses.append(f"({in_columns})")
        escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values += [f"%{escaped}%"] * len(columns)
    if wanted.hint_kinds:
        clauses.append("hint_mask & ? <> 0")
        values.append(sum(1 << kind.bit for kind in wanted.hint_kinds))
    if wanted.categories:
        clauses.append(f"category IN ({_marks(wanted.categories)})")
        values += sorted(wanted.categories)
    if wanted.only_unreadable:
        clauses.append("unreadable_count > 0")
    if wanted.tags:
        clauses.append(
            "id IN (SELECT item_id FROM photo_tag JOIN photo ON photo.id = photo_tag.photo_id"
            f" WHERE tag IN ({_marks(wanted.tags)}))"
        )
        values += sorted(wanted.tags)
    return " AND ".join(clauses), values


def _searched(word: str) -> Sequence[str]:
    """The columns that a word is looked for in.

    Web addresses only for what is one, or a shop's id: they are made of words that all items of a
    shop have in common.
    """
    is_id = word.isdecimal() and len(word) >= _SHOP_ID_DIGITS
    return (*_SEARCHED, "url") if is_id or "://" in word else _SEARCHED


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)


def _to_item(row: sqlite3.Row) -> Item:
    return Item(
        id=row["id"],
        source_id=row["source_id"],
        key=row["key"],
        metadata=Metadata(
            category=row["category"],
            title=row["title"],
            brand=row["brand"],
            size=row["size"],
            colour=row["colour"],
            condition=row["condition"],
            price=row["price"],
            currency=row["currency"],
            url=row["url"],
            description=row["description"],
            extra=json.loads(row["extra"]),
        ),
        state=ItemState(row["state"]),
        note=row["note"],
        merged_into=row["merged_into"],
        photo_count=row["photo_count"],
        kept_count=row["kept_count"],
        unreadable_count=row["unreadable_count"],
        hint_kinds=frozenset(kind for kind in HintKind if row["hint_mask"] >> kind.bit & 1),
        suspicion=row["suspicion"],
        reason=RejectReason(row["reason"]) if row["reason"] else None,
    )
