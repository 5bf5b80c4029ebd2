"""Where the user was in the cleaning view, kept in the project for the next time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from core.catalogue.database import Catalogue
from core.catalogue.items import ItemFilter, ItemOrder
from core.catalogue.records import HintKind, ItemState
from core.catalogue.settings import read_setting, write_setting

_KEY = "cleaning place"
_Kind = TypeVar("_Kind", bound=StrEnum)


@dataclass(frozen=True)
class Place:
    """The item that was shown, and the queue it was in."""

    item_id: int | None = None
    wanted: ItemFilter = field(default_factory=ItemFilter)
    order: ItemOrder = ItemOrder.SCRAPE


def read_place(catalogue: Catalogue) -> Place:
    """Where the user left off; the beginning of the whole queue where that is not known.

    What this program does not know (a hint kind of a newer one) is left out.
    """
    stored: Any = read_setting(catalogue, _KEY)
    if not isinstance(stored, dict):
        return Place()
    item_id = stored.get("item_id")
    orders = _known(ItemOrder, [stored.get("order")])
    return Place(
        item_id=item_id if isinstance(item_id, int) else None,
        wanted=ItemFilter(
            text=str(stored.get("text", "")),
            states=_known(ItemState, stored.get("states")),
            hint_kinds=_known(HintKind, stored.get("hint_kinds")),
            categories=frozenset(map(str, stored.get("categories") or ())),
            only_unreadable=bool(stored.get("only_unreadable", False)),
            tags=frozenset(map(str, stored.get("tags") or ())),
        ),
        order=next(iter(orders), ItemOrder.SCRAPE),
    )


def write_place(catalogue: Catalogue, place: Place) -> None:
    """Stores where the user is; no operation of the journal, as nothing is decided by it."""
    wanted = place.wanted
    write_setting(
        catalogue,
        _KEY,
        {
            "item_id": place.item_id,
            "text": wanted.text,
            "states": sorted(wanted.states),
            "hint_kinds": sorted(wanted.hint_kinds),
            "categories": sorted(wanted.categories),
            "only_unreadable": wanted.only_unreadable,
            "tags": sorted(wanted.tags),
            "order": place.order,
        },
    )


def _known(kind: type[_Kind], stored: Iterable[object] | None) -> frozenset[_Kind]:
    values = {str(member) for member in kind}
    return frozenset(kind(value) for value in map(str, stored or ()) if value in values)
