from __future__ import annotations

import dataclasses
from pathlib import Path

from core.catalogue.records import (
    Hint,
    HintKind,
    Photo,
    PhotoStatus,
    RejectReason,
    Verdict,
)
from core.cleaning.accept import accused_photos, reasons_by_hints, rejections_by_hints

DUPLICATE, TAG, LOW = RejectReason.DUPLICATE, RejectReason.TAG, RejectReason.LOW_QUALITY


def photo(id_, **values):
    plain = Photo(
        id=id_,
        item_id=1,
        position=id_,
        source_id=1,
        file=Path("x"),
        name="x",
        crop=None,
        url="",
        status=PhotoStatus.READY,
        problem="",
        byte_count=1,
        content_hash=None,
        verdict=Verdict.UNDECIDED,
        reason=None,
        quarantined=False,
        width=1,
        height=1,
        container="jpeg",
        jpeg_quality=None,
    )
    return dataclasses.replace(plain, **values)


def hints(*rows):
    """From (kind, accused, better) or (kind, accused, better, score)."""
    return [
        Hint(number, 1, kind, accused, better, "", *(score or [1.0]), "", "")
        for number, (kind, accused, better, *score) in enumerate(rows)
    ]


THREE = [photo(1), photo(2), photo(3)]
COPY = HintKind.NEAR_COPY


def test_a_copy_goes_and_the_better_one_stays():
    assert rejections_by_hints(THREE, hints((COPY, 2, 1))) == {2: DUPLICATE}


def test_a_copy_of_a_copy_goes_with_it_if_the_first_stays():
    assert rejections_by_hints(THREE, hints((COPY, 2, 1), (COPY, 3, 2))) == {
        2: DUPLICATE,
        3: DUPLICATE,
    }


def test_of_photos_that_each_pass_for_the_other_one_stays():
    assert rejections_by_hints(THREE, hints((COPY, 1, 2), (COPY, 2, 1))) == {1: DUPLICATE}
    circle = hints((COPY, 1, 2), (COPY, 2, 3), (COPY, 3, 1))
    assert rejections_by_hints(THREE, circle) == {1: DUPLICATE, 2: DUPLICATE}


def test_the_better_copy_stays_even_where_another_hint_accuses_it():
    found = hints((HintKind.LOW_QUALITY, 1, None), (COPY, 2, 1))
    assert rejections_by_hints(THREE, found) == {2: DUPLICATE}


def test_a_copy_stays_if_the_better_one_is_rejected_or_cannot_be_read():
    gone = photo(1, verdict=Verdict.REJECTED)
    assert rejections_by_hints([gone, photo(2)], hints((COPY, 2, 1))) == {}
    broken = photo(1, status=PhotoStatus.UNREADABLE)
    assert rejections_by_hints([broken, photo(2)], hints((COPY, 2, 1))) == {}


def test_a_photo_that_the_user_kept_stays():
    kept = [photo(1), photo(2, verdict=Verdict.KEPT)]
    assert rejections_by_hints(kept, hints((COPY, 2, 1), (HintKind.TAG, 2, None))) == {}


def test_a_photo_accused_twice_goes_for_the_surer_reason():
    found = hints((HintKind.TAG, 2, None, 0.6), (HintKind.LOW_QUALITY, 2, None, 0.9))
    assert rejections_by_hints(THREE, found) == {2: LOW}
    assert reasons_by_hints(found) == {2: LOW}


def test_of_an_item_whose_every_photo_is_accused_the_least_surely_accused_stays():
    found = hints(
        (HintKind.TAG, 1, None, 0.9), (HintKind.TAG, 2, None, 0.4), (HintKind.TAG, 3, None, 0.8)
    )
    assert rejections_by_hints(THREE, found) == {1: TAG, 3: TAG}


def test_a_photo_that_cannot_be_read_is_not_the_one_that_stays():
    photos = [photo(1), photo(2, status=PhotoStatus.UNREADABLE)]
    found = hints((HintKind.TAG, 1, None, 0.9), (HintKind.TAG, 2, None, 0.4))
    assert rejections_by_hints(photos, found) == {2: TAG}


def test_a_photo_found_in_another_item_is_not_rejected():
    assert rejections_by_hints(THREE, hints((HintKind.IN_OTHER_ITEM, 2, 99))) == {}
    assert accused_photos(THREE, hints((HintKind.IN_OTHER_ITEM, 2, 99))) == []


def test_accused_are_the_undecided_photos_that_a_hint_would_reject():
    photos = [photo(1), photo(2), photo(3, verdict=Verdict.REJECTED)]
    found = hints((HintKind.TAG, 2, None), (HintKind.TAG, 1, None), (HintKind.TAG, 3, None))
    assert accused_photos(photos, found) == [1, 2]
