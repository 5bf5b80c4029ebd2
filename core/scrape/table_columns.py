"""Which column of a table holds what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.errors import UserError

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "item_id": ("item_id", "item", "itemid", "listing_id", "listing", "product_id", "sku", "id"),
    "path": (
        "path",
        "photo_path",
        "image_path",
        "img_path",
        "file_path",
        "filepath",
        "file",
        "filename",
        "file_name",
        "image_file",
        "photo",
        "photos",
        "image",
        "images",
        "img",
        "picture",
        "pictures",
    ),
    "url": (
        "photo_url",
        "photo_urls",
        "image_url",
        "image_urls",
        "img_url",
        "picture_url",
        "image_link",
        "full_size_url",
        "url",
    ),
    "item_url": ("item_url", "listing_url", "product_url", "page_url", "link", "href", "url"),
    "title": ("title", "name", "item_title", "product_name", "titel", "titre"),
    "brand": ("brand", "brand_title", "brand_name", "designer", "marke", "marque"),
    "size": ("size", "size_title", "taille"),
    "colour": ("colour", "color", "colour_name", "color1", "farbe", "couleur"),
    "price": ("price", "price_amount", "amount", "preis", "prix"),
    "currency": ("currency", "currency_code", "price_currency"),
    "category": (
        "category",
        "category_name",
        "catalog",
        "product_type",
        "article_type",
        "label",
        "class",
    ),
    "condition": ("condition", "item_condition", "status"),
    "description": ("description", "item_description", "text", "details"),
}
"""For each field the column names it is looked for under, likeliest first.

Names are compared in lower case with all but letters and digits as "_". A column `url` is the
photo's address where nothing else says where the photo is, and the item's page otherwise.
"""


def assign_columns(
    header: Sequence[str], chosen: Mapping[str, str] | None = None
) -> dict[str, tuple[str, ...]]:
    """For each field that the table has, its column or columns.

    Args:
        header: The table's column names.
        chosen: What the user said: field to column. `item_id` may name several columns joined by
            commas: their values together tell one item from another. "-" stands for none.

    Raises:
        UserError: A field or column that the user named does not exist.
    """
    plain = {_plain(name): name for name in reversed(header)}
    assigned: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    dropped: set[str] = set()
    for field, column in (chosen or {}).items():
        if field not in SYNONYMS:
            raise UserError(
                f'There is no field called "{field}"',
                remedy=f"The fields are {', '.join(SYNONYMS)}.",
            )
        if column == "-":
            dropped.add(field)
            continue
        assigned[field] = _chosen_columns(header, field, column)
        taken.update(assigned[field])
    for field, synonyms in SYNONYMS.items():
        if field in assigned or field in dropped:
            continue
        if field == "url" and "path" in assigned:
            synonyms = tuple(name for name in synonyms if name != "url")
        column = next((plain[s] for s in synonyms if s in plain and plain[s] not in taken), "")
        if column:
            assigned[field] = (column,)
            taken.add(column)
    return assigned


def _chosen_columns(header: Sequence[str], field: str, column: str) -> tuple[str, ...]:
    columns = (column,) if column in header or field != "item_id" else tuple(column.split(","))
    for name in columns:
        if name not in header:
            raise UserError(
                f'The table has no column called "{name}"',
                remedy=f"Its columns are {', '.join(header)}.",
            )
    return columns


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")
