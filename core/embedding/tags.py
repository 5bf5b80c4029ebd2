"""Names that the user gives to photos: what was found on the map once need not be found again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes
from core.errors import UserError

LONGEST = 60


def tag_photos(catalogue: Catalogue, name: str, photo_ids: Iterable[int]) -> Changes:
    """Gives photos a name, beside those that they have.

    Raises:
        UserError: The name is empty or too long.
    """
    name = _checked(name)
    rows = [(name, photo_id) for photo_id in photo_ids]
    with catalogue.transaction() as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO photo_tag (tag, photo_id) VALUES (?, ?)", rows
        )
    return Changes(f"Tagged {_photos(len(rows))} “{name}”", frozenset())


def untag_photos(catalogue: Catalogue, name: str, photo_ids: Iterable[int]) -> Changes:
    """Takes a name from photos; a name that no photo has is gone."""
    rows = [(name, photo_id) for photo_id in photo_ids]
    with catalogue.transaction() as connection:
        connection.executemany("DELETE FROM photo_tag WHERE tag = ? AND photo_id = ?", rows)
    return Changes(f"Took “{name}” from {_photos(len(rows))}", frozenset())


def read_tags(catalogue: Catalogue) -> Sequence[tuple[str, int]]:
    """Every tag with every photo that has it, by name."""
    rows = catalogue.connection.execute(
        "SELECT tag, photo_id FROM photo_tag ORDER BY tag, photo_id"
    )
    return [(tag, photo_id) for tag, photo_id in rows]


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise UserError(
            "A tag needs a name" if not name else f"“{name[:20]}…” is too long for a tag",
            remedy=f"Give it one of up to {LONGEST} letters.",
        )
    return name


def _photos(count: int) -> str:
    return "1 photo" if count == 1 else f"{count:,} photos"
