"""All hints that follow from one item's own photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.catalogue.photos import read_photos
from core.catalogue.records import HintKind, Photo
from core.cleaning.copies import Subject, find_copies
from core.cleaning.duplicates import duplicate_hints
from core.cleaning.odd_one_out import odd_photos
from core.cleaning.photo_features import FeatureReader, denied_pairs
from core.cleaning.quality import judge_quality
from core.cleaning.warp import Pixels


@dataclass(frozen=True)
class HintRow:
    """A hint as it is stored; see `core.catalogue.records.Hint`."""

    kind: HintKind
    photo_id: int
    other_photo_id: int | None
    relation: str
    score: float
    why: str
    better_why: str


@dataclass(frozen=True)
class ItemHints:
    """What was found in an item.

    Attributes:
        item_id: The item.
        photos: (id, content) of the photos that were looked at; if the item has others by now, the
            hints no longer hold.
        rows: In the order of the photos.
    """

    item_id: int
    photos: tuple[tuple[int, bytes], ...]
    rows: tuple[HintRow, ...]


def look_at_items(reader: FeatureReader, item_ids: Sequence[int]) -> list[ItemHints]:
    """The hints of several items."""
    photos = read_photos(reader.catalogue, item_ids)
    return [_look(reader, item_id, photos[item_id]) for item_id in item_ids]


def _look(reader: FeatureReader, item_id: int, photos: Sequence[Photo]) -> ItemHints:
    known = reader.subjects(photos)
    subjects = [subject for _, subject in known]
    denied = denied_pairs(reader.catalogue, [subject.content for subject in subjects])

    def load(at: int, side_px: int | None) -> Pixels | None:
        return reader.picture(known[at][0], side_px)

    def is_denied(first: int, second: int) -> bool:
        one, other = sorted((subjects[first].content, subjects[second].content))
        return (one, other) in denied

    ids = [photo.id for photo, _ in known]
    rows = [
        HintRow(
            hint.kind,
            ids[hint.photo],
            ids[hint.better],
            hint.relation,
            hint.score,
            hint.why,
            hint.better_why,
        )
        for hint in duplicate_hints(subjects, find_copies(subjects, load), is_denied)
    ]
    bad = _quality_rows(known)
    rows += bad + _odd_rows(known, {row.photo_id for row in bad})
    order = {id_: place for place, id_ in enumerate(ids)}
    rows.sort(key=lambda row: (order[row.photo_id], row.kind.bit))
    looked_at = tuple((photo.id, subject.content) for photo, subject in known)
    return ItemHints(item_id, looked_at, tuple(rows))


def _quality_rows(known: Sequence[tuple[Photo, Subject]]) -> list[HintRow]:
    rows = []
    for photo, subject in known:
        hint = judge_quality(subject.features)
        if hint is not None:
            rows.append(
                HintRow(HintKind.LOW_QUALITY, photo.id, None, hint.flaw, hint.score, hint.why, "")
            )
    return rows


def _odd_rows(known: Sequence[tuple[Photo, Subject]], bad: set[int]) -> list[HintRow]:
    good = [(photo, subject) for photo, subject in known if photo.id not in bad]
    thumbnails = [subject.features.thumbnail_pixels() for _, subject in good]
    return [
        HintRow(HintKind.ODD_ONE_OUT, good[odd.photo][0].id, None, "", odd.score, odd.why, "")
        for odd in odd_photos(thumbnails)
    ]
