"""What accepting an item's hints comes to: which photos go, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.catalogue.records import Hint, Photo, RejectReason, Verdict


def rejections_by_hints(photos: Sequence[Photo], hints: Iterable[Hint]) -> dict[int, RejectReason]:
    """The photos that accepting the hints rejects, by id, with their reasons.

    Only photos that the user has not decided on. A copy goes only if the better one stays, so a
    photo that stands for its copies stays even where another hint accuses it. One readable photo
    always stays: of an item whose every photo is accused, the least surely accused.

    Args:
        photos: All of one item's.
        hints: Those of that item that hold.
    """
    here = {photo.id: photo for photo in photos}
    surest_first = sorted(hints, key=lambda hint: (-hint.score, hint.id))
    accused = [
        hint
        for hint in surest_first
        if hint.kind.reason is not None
        and hint.photo_id in here
        and here[hint.photo_id].verdict is Verdict.UNDECIDED
    ]
    stands_for = _better_copies(here, accused)
    rejected = dict.fromkeys(stands_for, RejectReason.DUPLICATE)
    needed = set(stands_for.values())
    spared: list[int] = []
    for hint in accused:
        reason = hint.kind.reason
        if reason is None or reason is RejectReason.DUPLICATE:
            continue
        if hint.photo_id not in rejected and hint.photo_id not in needed:
            rejected[hint.photo_id] = reason
            spared.append(hint.photo_id)
    if spared and not any(photo.is_kept and photo.id not in rejected for photo in photos):
        readable = [id_ for id_ in spared if here[id_].is_kept]
        if readable:
            del rejected[readable[-1]]
    return rejected


def accused_photos(photos: Iterable[Photo], hints: Iterable[Hint]) -> list[int]:
    """The undecided photos that some hint would have rejected, in the photos' order."""
    accused = {hint.photo_id for hint in hints if hint.kind.reason is not None}
    return [
        photo.id for photo in photos if photo.id in accused and photo.verdict is Verdict.UNDECIDED
    ]


def reasons_by_hints(hints: Iterable[Hint]) -> dict[int, RejectReason]:
    """What each accused photo would be rejected for: the reason of its surest hint."""
    reasons: dict[int, RejectReason] = {}
    for hint in sorted(hints, key=lambda hint: (-hint.score, hint.id)):
        if hint.kind.reason is not None:
            reasons.setdefault(hint.photo_id, hint.kind.reason)
    return reasons


def _better_copies(here: dict[int, Photo], accused: Iterable[Hint]) -> dict[int, int]:
    """For each copy that may go, the photo that stays for it."""
    better: dict[int, int] = {}
    for hint in accused:
        other = hint.other_photo_id
        if (
            hint.kind.reason is RejectReason.DUPLICATE
            and hint.photo_id not in better
            and other is not None
            and other in here
            and here[other].is_kept
            and _end(better, other) != hint.photo_id
        ):
            better[hint.photo_id] = other
    return {copy: _end(better, copy) for copy in better}


def _end(better: dict[int, int], photo_id: int) -> int:
    """Follows "a copy of" to the photo that is no copy of any."""
    while photo_id in better:
        photo_id = better[photo_id]
    return photo_id
