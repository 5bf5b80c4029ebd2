"""Duplicate hints: groups of copies, the best of each, and why.

Groups are never chained: all of a group's photos are copies of each other (complete linkage), so
one false pair cannot pull half an item together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.catalogue.records import HintKind
from core.cleaning.copies import Copy, Subject
from core.cleaning.features import PhotoFeatures
from core.cleaning.relations import Change, Comparison

# A copy counts as smaller, more compressed or softer only beyond these: less is noise.
_SMALLER = 0.95
_QUALITY_STEP = 4
_SOFTER = 0.9


@dataclass(frozen=True)
class DuplicateHint:
    """One photo that may go, and the copy to keep.

    Attributes:
        photo: Position of the photo that may go.
        better: Position of the copy to keep.
        kind: `EXACT_COPY`, `NEAR_COPY` or `ALTERED_COPY`.
        relation: What was done to one of them: "same bytes", "re-encoded", "cropped, mirrored", …
        score: How sure that they show one shot, 0 to 1.
        why: In words: "same photo, re-encoded, half the size".
        better_why: Why the other is to be kept: "larger (800 × 600 against 400 × 300)".
    """

    photo: int
    better: int
    kind: HintKind
    relation: str
    score: float
    why: str
    better_why: str


def duplicate_hints(
    subjects: Sequence[Subject],
    copies: Sequence[Copy],
    is_denied: Callable[[int, int], bool] = lambda first, second: False,
) -> list[DuplicateHint]:
    """The hints for an item's photos, by position.

    Args:
        subjects: The photos, in the item's order.
        copies: What `find_copies` found among them.
        is_denied: Whether the user has said that two photos, by position, are no duplicates.
    """
    pairs = {
        (copy.first, copy.second): copy for copy in copies if not is_denied(copy.first, copy.second)
    }
    hints = []
    for group in _groups(len(subjects), pairs):
        best = _best(group, pairs, subjects)
        for photo in group:
            if photo != best:
                hints.append(_hint(photo, best, pairs, subjects))
    return sorted(hints, key=lambda hint: hint.photo)


def _groups(count: int, pairs: dict[tuple[int, int], Copy]) -> list[list[int]]:
    """Complete linkage, surest pairs first."""
    group_of = {photo: [photo] for photo in range(count)}
    surest_first = sorted(pairs, key=lambda p: (-_sureness(pairs[p]), p))
    for first, second in surest_first:
        one, other = group_of[first], group_of[second]
        if one is other:
            continue
        if all((min(a, b), max(a, b)) in pairs for a in one for b in other):
            one.extend(other)
            for photo in other:
                group_of[photo] = one
    groups = {id(group): sorted(group) for group in group_of.values() if len(group) > 1}
    return sorted(groups.values())


def _sureness(copy: Copy) -> float:
    return 2.0 if copy.same_bytes else 1.5 if copy.same_pixels else copy.comparison.score


def _best(
    group: Sequence[int], pairs: dict[tuple[int, int], Copy], subjects: Sequence[Subject]
) -> int:
    """The photo that wins most comparisons; the first of them where that is a tie."""
    portraits = sum(s.features.height > s.features.width for s in subjects)
    wins = dict.fromkeys(group, 0)
    for first in group:
        for second in group:
            if first < second:
                side, _ = _better(pairs[first, second], subjects, portraits)
                wins[second if side == 1 else first] += 1
    return max(group, key=lambda photo: (wins[photo], -photo))


def _better(copy: Copy, subjects: Sequence[Subject], portraits: int) -> tuple[int, str]:
    """Which of two copies is to be kept, 0 for the first or 1, and why."""
    first, second = subjects[copy.first].features, subjects[copy.second].features
    comparison = copy.comparison
    if copy.same_bytes:
        return 0, "it comes first"
    for side, reason in (
        (_other(comparison.watermarked), "no watermark"),
        (_other(comparison.bordered), "no border"),
        (_other(comparison.cropped), "shows more of the scene"),
        (_upright(first, second, comparison, portraits, len(subjects)), "upright"),
    ):
        if side is not None:
            return side, reason
    if comparison.magnification < _SMALLER:
        return 0, _larger(first, second)
    if comparison.magnification > 1 / _SMALLER:
        return 1, _larger(second, first)
    qualities = (first.jpeg_quality or 0, second.jpeg_quality or 0)
    if min(qualities) and abs(qualities[0] - qualities[1]) >= _QUALITY_STEP:
        side = int(qualities[1] > qualities[0])
        more, less = qualities[side], qualities[1 - side]
        return side, f"less compressed (JPEG quality {more} against {less})"
    # Only alike files: a JPEG, scaled while it is decoded, is softer than a PNG, scaled afterwards.
    if first.container == second.container:
        softness = first.measures.fine / max(second.measures.fine, 1e-6)
        if softness < _SOFTER:
            return 1, "sharper"
        if softness > 1 / _SOFTER:
            return 0, "sharper"
    return 0, "it comes first"


def _upright(
    first: PhotoFeatures,
    second: PhotoFeatures,
    comparison: Comparison,
    portraits: int,
    count: int,
) -> int | None:
    """Which of two photos, one lying on its side, lies as most photos of the item do."""
    if comparison.quarter_turns % 2 == 0:
        return None
    is_portrait = (first.height > first.width, second.height > second.width)
    # The pair itself has one of each.
    others = portraits - 1, count - portraits - 1
    if is_portrait[0] == is_portrait[1] or others[0] == others[1]:
        return None
    return is_portrait.index(others[0] > others[1])


def _hint(
    photo: int,
    best: int,
    pairs: dict[tuple[int, int], Copy],
    subjects: Sequence[Subject],
) -> DuplicateHint:
    copy = pairs[min(photo, best), max(photo, best)]
    # From the better photo's side: what was done to the one that may go.
    comparison = copy.comparison if best < photo else copy.comparison.reversed()
    portraits = sum(s.features.height > s.features.width for s in subjects)
    side, reason = _better(copy, subjects, portraits)
    if (copy.first, copy.second)[side] != best:
        reason = "the best of several copies"
    kind, relation, words = _words(copy, comparison)
    sureness = 1.0 if copy.same_bytes or copy.same_pixels else comparison.score
    return DuplicateHint(photo, best, kind, relation, round(sureness, 3), words, reason)


def _words(copy: Copy, comparison: Comparison) -> tuple[HintKind, str, str]:
    """The kind, the relation and the reason, as seen from the better photo."""
    if copy.same_bytes:
        return HintKind.EXACT_COPY, "same bytes", "same file, byte for byte"
    if copy.same_pixels:
        return HintKind.EXACT_COPY, "same pixels", "same picture, pixel for pixel, in another file"
    altered = [change for change in comparison.changes if change is not Change.RESIZED]
    resized = Change.RESIZED in comparison.changes
    size = _size_words(comparison.magnification) if resized else ""
    if not altered:
        relation = "resized" if resized else "re-encoded"
        words = ", ".join(filter(None, ["same photo", "re-encoded", size]))
        return HintKind.NEAR_COPY, relation, words
    phrases = [_phrase(change, comparison) for change in altered]
    words = ", ".join(filter(None, ["same photo", *phrases, size]))
    return HintKind.ALTERED_COPY, ", ".join(altered), words


def _phrase(change: Change, comparison: Comparison) -> str:
    """What was done to the photo that may go (side 1), or undone to make the better one of it."""
    if change is Change.ROTATED:
        turns = {1: "turned left", 2: "upside down", 3: "turned right"}
        return turns[comparison.quarter_turns]
    side = {
        Change.CROPPED: comparison.cropped,
        Change.BORDERED: comparison.bordered,
        Change.WATERMARKED: comparison.watermarked,
    }.get(change, 1)
    added = {
        Change.CROPPED: ("cropped", "less cropped"),
        Change.BORDERED: ("with a border", "without the border"),
        Change.WATERMARKED: ("with a watermark", "without the watermark"),
        Change.MIRRORED: ("mirrored", "mirrored"),
    }[change]
    if change is Change.WATERMARKED and side is None:
        return "one with a watermark"
    return added[0] if side == 1 else added[1]


def _size_words(magnification: float) -> str:
    for share, words in (
        (0.5, "half the size"),
        (1 / 3, "a third of the size"),
        (2, "twice as large"),
    ):
        if abs(magnification / share - 1) < 0.03:
            return words
    return f"{round(100 * magnification)} % of the size"


def _larger(winner: PhotoFeatures, loser: PhotoFeatures) -> str:
    sizes = f"{winner.width} × {winner.height} against {loser.width} × {loser.height}"
    return f"larger ({sizes})"


def _other(side: int | None) -> int | None:
    return None if side is None else 1 - side
