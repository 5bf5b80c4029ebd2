"""Which of an item's photos are copies of one another? The walk over all pairs.

From cheap to dear: equal bytes; a coarse look at thumbnails at all pairs at once; a closer one at
each pair; and, where that makes a copy plausible (one pair of different photos in a hundred), the
verdict on pictures decoded anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.cleaning.alignment import AS_PLACED, CLOSE_UP, ON_THUMBNAILS, Alignment, align
from core.cleaning.borders import frame_of, inside
from core.cleaning.features import PhotoFeatures
from core.cleaning.relations import Change, Comparison, compare
from core.cleaning.same_shot import is_plausible, judge
from core.cleaning.similar import Placement, Proposal, outline_of, propose, unchanged
from core.cleaning.warp import Pixels

LOOK_PX = 160
"""What both sides of the pictures must reach that the verdict is based on."""

# Fewer blocks with texture prove nothing: plain cloth looks like plain cloth.
_FEWEST_TEXTURED = 6
# Then the shading must be the same: pHash's 256 bits, which the noise of a new encoding moves by
# fewer than this many.
_PLAIN_DISTANCE = 40

# So few bits are the same picture, where its colours agree too: of the 2.4 million pairs of 702
# studio photos and of 1,224 others, none other had 24 or fewer and blocks as alike as `judge` asks.
_SAME_DISTANCE = 12

# An opaque band of 18 % of the height moved pHash by 88 of 256 bits at most (306 real photos); two
# different photos differ by some 128.
_BAND_DISTANCE = 104

Load = Callable[[int, int | None], Pixels | None]
"""Decodes the photo at a position of the list: RGB, upright, both sides at least so many pixels (or
whole); None where it cannot be opened any more."""


@dataclass(frozen=True)
class Subject:
    """A photo to compare: SHA-256 of its content, and its features."""

    content: bytes
    features: PhotoFeatures


@dataclass(frozen=True)
class Copy:
    """Two photos of one shot.

    Attributes:
        first: Position in the list that was given.
        second: Another, larger one.
        same_bytes: Whether the files are equal.
        same_pixels: Whether the pictures are, to the last bit.
        comparison: How the second differs from the first.
    """

    first: int
    second: int
    same_bytes: bool
    same_pixels: bool
    comparison: Comparison


def find_copies(
    subjects: Sequence[Subject],
    load: Load,
    check_cancelled: Callable[[], None] = lambda: None,
) -> list[Copy]:
    """All pairs that show one shot, in order of their positions.

    Args:
        subjects: An item's photos.
        load: Opens a photo again; called only for plausible copies, once for each photo and size.
        check_cancelled: Called before every pair that is looked at closely.
    """
    places: dict[bytes, list[int]] = {}
    for position, subject in enumerate(subjects):
        places.setdefault(subject.content, []).append(position)
    copies = [
        Copy(first, second, True, True, _UNCHANGED)
        for positions in places.values()
        for first, second in combinations(positions, 2)
    ]
    distinct = [positions[0] for positions in places.values()]
    for copy in _compared(subjects, distinct, load, check_cancelled):
        # What is true of one of several equal files is true of all.
        for one in places[subjects[copy.first].content]:
            for other in places[subjects[copy.second].content]:
                copies.append(_between(one, other, copy))
    return sorted(copies, key=lambda copy: (copy.first, copy.second))


_UNCHANGED = Comparison((), None, None, None, 0, False, 1.0, 1.0)


def _between(one: int, other: int, copy: Copy) -> Copy:
    comparison = copy.comparison
    if one > other:
        one, other, comparison = other, one, comparison.reversed()
    return Copy(one, other, False, copy.same_pixels, comparison)


def _compared(
    subjects: Sequence[Subject],
    distinct: Sequence[int],
    load: Load,
    check_cancelled: Callable[[], None],
) -> Iterator[Copy]:
    if len(distinct) < 2:
        return
    look = _Look(subjects, distinct, load)
    for proposal in propose([outline_of(thumbnail) for thumbnail in look.thumbnails]):
        check_cancelled()
        copy = look.at(proposal)
        if copy is not None:
            yield copy


class _Look:
    """Looks at pairs of photos, opening each photo at most once."""

    def __init__(self, subjects: Sequence[Subject], distinct: Sequence[int], load: Load) -> None:
        self._subjects = subjects
        self._distinct = distinct
        self._load = load
        self._opened: dict[int, Pixels | None] = {}
        self.thumbnails = [subjects[at].features.thumbnail_pixels() for at in distinct]
        self._frames = [frame_of(thumbnail) for thumbnail in self.thumbnails]

    def at(self, proposal: Proposal) -> Copy | None:
        """The verdict on a proposed pair, given as positions among the distinct photos."""
        first, second = sorted((proposal.turned, proposal.within))
        hashes = [self._features(at).hashes.phash_256 for at in (first, second)]
        if hashes[0] == hashes[1] and self._same_pixels(first, second):
            # Where a picture shows next to nothing, an alignment may find it cropped or shifted.
            one, other = self._distinct[first], self._distinct[second]
            return Copy(one, other, False, True, _UNCHANGED)
        copy = self._in_border(first, second) or self._in_border(second, first)
        copy = copy or self._verdict(proposal.turned, proposal.within, proposal.placement)
        if copy is None and self._may_lie_alike(first, second):
            as_it_is = unchanged(self.thumbnails[first], self.thumbnails[second])
            copy = None if as_it_is is None else self._verdict(first, second, as_it_is)
        return copy

    def _in_border(self, photo: int, within: int) -> Copy | None:
        frame = self._frames[within]
        if frame is None or inside(self.thumbnails[photo], frame) is None:
            return None
        pictures = self._pictures(photo, within)
        frame = None if pictures is None else frame_of(pictures[1])
        placement = None if pictures is None or frame is None else inside(pictures[0], frame)
        if pictures is None or placement is None:
            return None
        # A plain photo would be slid away from where its border says that it lies.
        copy = self._judged(photo, within, align(*pictures, placement, AS_PLACED))
        return copy if copy and Change.BORDERED in copy.comparison.changes else None

    def _may_lie_alike(self, first: int, second: int) -> bool:
        return _distance(self._features(first), self._features(second)) <= _BAND_DISTANCE

    def _verdict(self, turned: int, within: int, placement: Placement) -> Copy | None:
        rough = align(self.thumbnails[turned], self.thumbnails[within], placement, ON_THUMBNAILS)
        if rough is None or not is_plausible(rough):
            return None
        pictures = self._pictures(turned, within)
        if pictures is None:
            return None
        return self._judged(turned, within, align(*pictures, rough.placement, CLOSE_UP))

    def _judged(self, turned: int, within: int, close: Alignment | None) -> Copy | None:
        pictures = self._pictures(turned, within)
        if close is None or pictures is None:
            return None
        features = (self._features(turned), self._features(within))
        is_turned = close.placement.orientation != 0
        distance = _distance(*features)
        verdict = judge(close, alike=not is_turned and distance <= _SAME_DISTANCE)
        if verdict is None:
            return None
        if verdict.textured < _FEWEST_TEXTURED and (is_turned or distance > _PLAIN_DISTANCE):
            return None
        sizes = (_size(features[0]), _size(features[1]))
        comparison = compare(pictures[0], pictures[1], sizes, close, verdict)
        is_same = not comparison.changes and self._same_pixels(turned, within)
        return _between(
            self._distinct[turned],
            self._distinct[within],
            Copy(0, 0, False, is_same, comparison),
        )

    def _same_pixels(self, one: int, other: int) -> bool:
        features = (self._features(one), self._features(other))
        qualities = {f.jpeg_quality for f in features if f.jpeg_quality is not None}
        if _size(features[0]) != _size(features[1]) or len(qualities) > 1:
            return False
        whole = [self._load(self._distinct[at], None) for at in (one, other)]
        return whole[0] is not None and whole[1] is not None and np.array_equal(whole[0], whole[1])

    def _features(self, at: int) -> PhotoFeatures:
        return self._subjects[self._distinct[at]].features

    def _pictures(self, one: int, other: int) -> tuple[Pixels, Pixels] | None:
        first, second = self._picture(one), self._picture(other)
        return None if first is None or second is None else (first, second)

    def _picture(self, at: int) -> Pixels | None:
        if at not in self._opened:
            self._opened[at] = self._load(self._distinct[at], LOOK_PX)
        return self._opened[at]


def _size(features: PhotoFeatures) -> tuple[int, int]:
    return features.width, features.height


def _distance(first: PhotoFeatures, second: PhotoFeatures) -> int:
    pairs = zip(first.hashes.phash_256, second.hashes.phash_256, strict=True)
    return sum((a ^ b).bit_count() for a, b in pairs)
