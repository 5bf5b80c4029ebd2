"""Names that the user gives to photos: what was found on the map once need not be found again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes
from core.cleaning.journal import CURRENT_USER, OperationKind, recording
from core.errors import UserError
from core.number_words import plural

LONGEST = 60


def tag_photos(
    catalogue: Catalogue, name: str, photo_ids: Iterable[int], *, who: str = CURRENT_USER
) -> Changes:
    """Gives photos a name, beside those that they have.

    Raises:
        UserError: The name is empty or too long.
    """
    name = tag_name(name)
    with recording(catalogue, OperationKind.TAG, who) as record:
        count = record.tag(name, photo_ids)
        record.summary = f"Tagged {plural(count, 'photo')} “{name}”"
        record.item_id = _only(record.touched)
    return (
        record.changes if count else replace(record.changes, summary=f"“{name}” was given before")
    )


def untag_photos(
    catalogue: Catalogue, name: str, photo_ids: Iterable[int], *, who: str = CURRENT_USER
) -> Changes:
    """Takes a name from photos; a name that no photo has is gone."""
    with recording(catalogue, OperationKind.UNTAG, who) as record:
        count = record.untag(name, photo_ids)
        record.summary = f"Took “{name}” from {plural(count, 'photo')}"
        record.item_id = _only(record.touched)
    return record.changes


def tag_name(text: str) -> str:
    """A tag as it is stored: without blanks around it, and single ones within.

    Raises:
        UserError: Nothing is left of it, or too much.
    """
    name = " ".join(text.split())
    if not name or len(name) > LONGEST:
        raise UserError(
            "A tag needs a name" if not name else f"“{name[:20]}…” is too long for a tag",
            remedy=f"Give it one of up to {LONGEST} letters.",
        )
    return name


def _only(items: set[int]) -> int | None:
    """The item that an undo should show: of several, none in particular."""
    return next(iter(items)) if len(items) == 1 else None
