"""Reading the names that the user gave to photos."""

from __future__ import annotations

from collections.abc import Sequence

from core.catalogue.database import Catalogue


def read_tags(catalogue: Catalogue) -> Sequence[tuple[str, int]]:
    """Every tag with every photo that has it, by name."""
    rows = catalogue.connection.execute(
        "SELECT tag, photo_id FROM photo_tag ORDER BY tag, photo_id"
    )
    return [(tag, photo_id) for tag, photo_id in rows]


def count_tags(catalogue: Catalogue) -> list[tuple[str, int]]:
    """Every tag with its number of items, by name."""
    rows = catalogue.connection.execute(
        "SELECT tag, count(DISTINCT item_id) FROM photo_tag"
        " JOIN photo ON photo.id = photo_tag.photo_id GROUP BY tag"
    )
    return sorted(((tag, count) for tag, count in rows), key=lambda row: row[0].casefold())
