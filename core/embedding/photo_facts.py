"""What the catalogue says of each indexed photo, as columns beside the vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.catalogue.database import Catalogue
from core.catalogue.records import ItemState, PhotoStatus, Verdict
from core.catalogue.tags import read_tags
from core.embedding.index import Index

Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


class Facet(StrEnum):
    """A column with few values, that can be filtered and coloured by."""

    CATEGORY = "category"
    BRAND = "brand"
    SIZE = "size"
    COLOUR = "colour"
    CONDITION = "condition"
    AVAILABILITY = "availability"
    CLEANED = "cleaned"


CLEANED = "cleaned"
NOT_CLEANED = "not cleaned yet"
NEVER_ASKED = "never asked"


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of words, each word stored once.

    Attributes:
        values: The different words, sorted; "" is "the scrape does not say".
        codes: (n_items,) int32, positions in `values`.
    """

    values: tuple[str, ...]
    codes: Codes

    @staticmethod
    def of(words: Iterable[str]) -> Coded:
        listed = list(words)
        values = tuple(sorted(set(listed), key=lambda word: (word.casefold(), word)))
        code_of = {word: code for code, word in enumerate(values)}
        return Coded(values, np.fromiter((code_of[word] for word in listed), np.int32, len(listed)))


@dataclass(frozen=True, eq=False)
class PhotoFacts:
    """Facts on the photos of an index, in its order.

    Attributes:
        item_row: (n,) int32, row of the photo's item in the columns below; -1 where the catalogue
            no longer knows the photo.
        present: (n,) the photo's file can be shown and is still the one that was embedded.
        kept: (n,) present, and not rejected by the user, nor its item.
        item_ids: (n_items,) int64.
        titles: (n_items,)
        texts: (n_items,) case-folded title, brand, key, colour, size, category and description,
            for searching.
        facets: A column each, (n_items,).
        prices: (n_items,) float64, NaN where not known.
        currencies: (n_items,)
        tags: Of each tag, by name, which photos have it, (n,).
    """

    item_row: npt.NDArray[np.int32]
    present: Flags
    kept: Flags
    item_ids: npt.NDArray[np.int64]
    titles: tuple[str, ...]
    texts: tuple[str, ...]
    facets: dict[Facet, Coded]
    prices: npt.NDArray[np.float64]
    currencies: Coded
    tags: Mapping[str, Flags] = field(default_factory=dict)

    @property
    def photo_count(self) -> int:
        return len(self.item_row)

    @property
    def item_count(self) -> int:
        return len(self.item_ids)

    @cached_property
    def item_of(self) -> npt.NDArray[np.int64]:
        """(n,) the catalogue's id of each photo's item; photos without one get a number each."""
        alone = -1 - np.arange(self.photo_count, dtype=np.int64)
        if not self.item_count:
            return alone
        return np.where(self.item_row >= 0, self.item_ids[self.item_row], alone)

    def photo_codes(self, facet: Facet) -> Codes:
        """(n,) the facet's code of each photo; -1 where its item is not known."""
        column = self.facets[facet]
        if not self.item_count:
            return np.full(self.photo_count, -1, np.int32)
        codes: Codes = np.where(self.item_row >= 0, column.codes[self.item_row], np.int32(-1))
        return codes


_PHOTOS = "SELECT id, item_id, status, verdict, content_hash FROM photo ORDER BY id"
_ITEMS = """
    SELECT item.id, item.key, title, brand, size, colour, condition, category, description, price,
           currency, item.state, availability.state AS availability
    FROM item LEFT JOIN availability ON availability.item_id = item.id
    WHERE item.id IN (SELECT item_id FROM photo) ORDER BY item.id
"""


def read_photo_facts(catalogue: Catalogue, index: Index) -> PhotoFacts:
    """Reads the facts; a second or two for half a million photos, so not on the GUI's thread."""
    items = catalogue.connection.execute(_ITEMS).fetchall()
    item_ids = np.fromiter((row["id"] for row in items), np.int64, len(items))
    rejected = np.fromiter((row["state"] == ItemState.REJECTED for row in items), bool, len(items))
    row_of_item = {int(id_): row for row, id_ in enumerate(item_ids)}
    item_row = np.full(index.size, -1, np.int32)
    present = np.zeros(index.size, bool)
    kept = np.zeros(index.size, bool)
    for id_, item_id, status, verdict, content in catalogue.connection.execute(_PHOTOS):
        row = index.row_of.get(id_)
        if row is None:
            continue
        item_row[row] = row_of_item[item_id]
        present[row] = status == PhotoStatus.READY and content == index.content_hashes[row]
        kept[row] = present[row] and verdict != Verdict.REJECTED
    if len(items):
        kept &= ~rejected[item_row]
    cleaned = (CLEANED if row["state"] == ItemState.DONE else NOT_CLEANED for row in items)
    return PhotoFacts(
        item_row=item_row,
        present=present,
        kept=kept,
        item_ids=item_ids,
        titles=tuple(row["title"] or row["key"] for row in items),
        texts=tuple(_text(row) for row in items),
        facets={
            Facet.CATEGORY: Coded.of(row["category"] for row in items),
            Facet.BRAND: Coded.of(row["brand"] for row in items),
            Facet.SIZE: Coded.of(row["size"] for row in items),
            Facet.COLOUR: Coded.of(row["colour"] for row in items),
            Facet.CONDITION: Coded.of(row["condition"] for row in items),
            Facet.AVAILABILITY: Coded.of(row["availability"] or NEVER_ASKED for row in items),
            Facet.CLEANED: Coded.of(cleaned),
        },
        prices=np.array(
            [np.nan if row["price"] is None else row["price"] for row in items], np.float64
        ),
        currencies=Coded.of(row["currency"] for row in items),
        tags=_tags(catalogue, index),
    )


def _tags(catalogue: Catalogue, index: Index) -> Mapping[str, Flags]:
    tags: dict[str, Flags] = {}
    for tag, photo_id in read_tags(catalogue):
        row = index.row_of.get(photo_id)
        if row is not None:
            tags.setdefault(tag, np.zeros(index.size, bool))[row] = True
    return tags


def _text(row: object) -> str:
    columns = ("title", "brand", "key", "colour", "size", "category", "description")
    return "\n".join(row[column] for column in columns).casefold()  # type: ignore[index]
