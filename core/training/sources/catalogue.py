"""A project's catalogue as a source: all photos that were not rejected."""

from __future__ import annotations

from core.catalogue.database import Catalogue, open_catalogue
from core.catalogue.items import ItemFilter, find_items, read_items
from core.catalogue.photos import read_photos
from core.catalogue.records import HintKind, ItemState, Verdict
from core.jobs.context import JobContext
from core.number_words import plural
from core.project import Project
from core.training.photos import TrainingItem, TrainingPhoto
from core.training.sources.found import Found, FoundItem

_CHUNK_ITEMS = 500
_KEPT_STATES = frozenset({ItemState.OPEN, ItemState.DONE, ItemState.SKIPPED})
_COPIES = (HintKind.EXACT_COPY, HintKind.NEAR_COPY, HintKind.ALTERED_COPY)


def read_catalogue(project: Project, source: str, context: JobContext) -> Found:
    """The kept photos of a project, as they are now.

    Args:
        project: Whose catalogue to read.
        source: What the instruction calls it.
        context: Progress and cancellation.
    """
    with open_catalogue(project) as catalogue:
        catalogue.connection.execute("BEGIN")  # so that all is as of one moment
        try:
            return _read(catalogue, source, context)
        finally:
            catalogue.connection.rollback()


def _read(catalogue: Catalogue, source: str, context: JobContext) -> Found:
    ids = find_items(catalogue, ItemFilter(states=_KEPT_STATES)).tolist()
    items: list[FoundItem] = []
    place: dict[int, int] = {}
    for begin in range(0, len(ids), _CHUNK_ITEMS):
        context.check_cancelled()
        context.report("Reading the catalogue", begin, len(ids))
        part = ids[begin : begin + _CHUNK_ITEMS]
        photos = read_photos(catalogue, part)
        for item in read_items(catalogue, part):
            kept = tuple(
                TrainingPhoto(photo.id, photo.content_hash, photo.file, photo.crop)
                for photo in photos[item.id]
                if photo.is_kept and photo.content_hash is not None
            )
            if kept:
                place[item.id] = len(items)
                items.append(
                    FoundItem(TrainingItem(item.key, item.metadata.category, source), kept)
                )
    context.report("Reading the catalogue", len(ids), len(ids))
    return Found(items, _same_photo(catalogue, place), _warnings(catalogue))


def _same_photo(catalogue: Catalogue, place: dict[int, int]) -> list[tuple[int, int]]:
    """From the hints that the user has not denied."""
    rows = catalogue.connection.execute(
        "SELECT DISTINCT photo.item_id, other.item_id FROM standing_hint"
        " JOIN photo ON photo.id = standing_hint.photo_id"
        " JOIN photo AS other ON other.id = standing_hint.other_photo_id"
        f" WHERE standing_hint.kind IN ({', '.join('?' * (len(_COPIES) + 1))})"
        " AND photo.verdict <> ? AND other.verdict <> ?",
        [*_COPIES, HintKind.IN_OTHER_ITEM, Verdict.REJECTED, Verdict.REJECTED],
    )
    return [
        (place[first], place[second])
        for first, second in rows
        if first in place and second in place
    ]


def _warnings(catalogue: Catalogue) -> list[str]:
    (copies,) = catalogue.connection.execute(
        "SELECT count(DISTINCT photo.id) FROM standing_hint"
        " JOIN photo ON photo.id = standing_hint.photo_id"
        " JOIN photo AS other ON other.id = standing_hint.other_photo_id"
        " JOIN item ON item.id = photo.item_id"
        f" WHERE standing_hint.kind IN ({', '.join('?' * len(_COPIES))})"
        " AND photo.verdict = ? AND other.verdict <> ? AND item.state NOT IN (?, ?)",
        [*_COPIES, Verdict.UNDECIDED, Verdict.REJECTED, ItemState.REJECTED, ItemState.MERGED],
    ).fetchone()
    (unread,) = catalogue.connection.execute(
        "SELECT count(*) FROM photo JOIN item ON item.id = photo.item_id"
        " WHERE photo.status IN ('new', 'to download') AND photo.verdict <> ?"
        " AND item.state NOT IN (?, ?)",
        [Verdict.REJECTED, ItemState.REJECTED, ItemState.MERGED],
    ).fetchone()
    said = []
    if copies:
        said.append(
            f"Duplicates are unresolved: {plural(copies, 'photo')} suspected to show the same as"
            " another of the item. Go through these hints under Clean first."
        )
    if unread:
        said.append(
            f"Left out: {plural(unread, 'photo')} not downloaded or read yet."
            " Finish that under Clean first."
        )
    return said
