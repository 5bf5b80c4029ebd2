"""Where an item's photos go: rows that leave as little of the area empty as they can.

The arrangement follows from the photos' proportions and the area alone, so that nothing moves when
pixels arrive or a verdict changes.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from core.catalogue.records import Photo

_USUAL_ASPECT = 3 / 4
"""Width over height of most photos of clothes; for photos that were not looked at yet."""

_ASPECTS = (0.5, 2.0)
"""A photo slimmer or flatter than this gets a tile of these proportions with empty margins."""

_TALLEST_TO_LOWEST = 1.35
"""Rows may differ in height by this: copies in two rows should look alike."""

_SMALLEST_ROW = 100
"""Rows lower than this (logical pixels) would be too small to judge: then the board scrolls."""

_SCROLLED_ROW = 190
_MOST_ROWS = 60


@dataclass(frozen=True)
class Place:
    """A tile's rectangle in logical pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Arrangement:
    """The tiles' places, in the photos' order, and the height that they need in all."""

    places: tuple[Place, ...]
    rows: tuple[range, ...]
    height: int


def aspect_of(photo: Photo) -> float:
    """Width over height of the photo's tile."""
    if photo.width and photo.height:
        return min(_ASPECTS[1], max(_ASPECTS[0], photo.width / photo.height))
    return _USUAL_ASPECT


@lru_cache(maxsize=256)  # what is fetched ahead is laid out again when it is shown
def arrange(aspects: tuple[float, ...], width: int, height: int, gap: int) -> Arrangement:
    """Places tiles in an area, in reading order, with the gap around and between them.

    All tiles fit into the area unless they would be smaller than `_SMALLEST_ROW`; then they go on
    below it.

    Args:
        aspects: Width over height of each tile.
        width: Of the area, logical pixels.
        height: Likewise.
        gap: Likewise.
    """
    count = len(aspects)
    if count == 0:
        return Arrangement((), (), 0)
    before = (0.0, *accumulate(aspects))
    fitting = [
        _Rows.balanced(before, row_count, width, gap).scaled_to(height)
        for row_count in range(1, min(count, _MOST_ROWS) + 1)
    ]
    best = max(fitting, key=lambda rows: rows.area)
    if min(best.heights) < _SMALLEST_ROW:
        row_count = max(1, math.ceil(_SCROLLED_ROW * before[-1] / max(1, width - 2 * gap)))
        best = _Rows.balanced(before, min(count, row_count), width, gap)
        if best.total_height <= height:
            best = best.scaled_to(height)
    return best.placed(aspects, width, height)


@dataclass(frozen=True)
class _Rows:
    """Consecutive tiles in rows.

    Attributes:
        cuts: The index at which each row begins, and the number of tiles.
        sums: Of the aspects in each row: its width over its height, gaps aside.
        heights: Of the rows.
    """

    cuts: tuple[int, ...]
    sums: tuple[float, ...]
    heights: tuple[float, ...]
    gap: int

    @classmethod
    def balanced(cls, before: Sequence[float], row_count: int, width: int, gap: int) -> _Rows:
        """Rows of about the same width, as tall as the width allows.

        Args:
            before: The sum of the aspects before each tile, and of all.
            row_count: At most the number of tiles.
            width: Of the area.
            gap: Around and between the tiles.
        """
        cuts = _cuts(before, row_count)
        sums = tuple(before[end] - before[start] for start, end in pairwise(cuts))
        heights = [
            max(1.0, (width - gap * (end - start + 1)) / total)
            for (start, end), total in zip(pairwise(cuts), sums, strict=True)
        ]
        tallest = _TALLEST_TO_LOWEST * min(heights)
        return cls(cuts, sums, tuple(min(h, tallest) for h in heights), gap)

    @property
    def total_height(self) -> float:
        return sum(self.heights) + self.gap * (len(self.heights) + 1)

    @property
    def area(self) -> float:
        return sum(h * h * total for h, total in zip(self.heights, self.sums, strict=True))

    def scaled_to(self, height: int) -> _Rows:
        gaps = self.gap * (len(self.heights) + 1)
        scale = min(1.0, max(1.0, height - gaps) / sum(self.heights))
        return _Rows(self.cuts, self.sums, tuple(h * scale for h in self.heights), self.gap)

    def placed(self, aspects: Sequence[float], width: int, height: int) -> Arrangement:
        places: list[Place] = []
        rows = tuple(range(start, end) for start, end in pairwise(self.cuts))
        y = max(0.0, (height - self.total_height) / 2) + self.gap
        for row, row_height in zip(rows, self.heights, strict=True):
            widths = [aspects[index] * row_height for index in row]
            x = (width - sum(widths) - self.gap * (len(row) - 1)) / 2
            for tile_width in widths:
                left, top = round(x), round(y)
                right, bottom = round(x + tile_width), round(y + row_height)
                places.append(Place(left, top, max(1, right - left), max(1, bottom - top)))
                x += tile_width + self.gap
            y += row_height + self.gap
        # Rounded down: half a pixel too much would call for a scroll bar.
        return Arrangement(tuple(places), rows, int(self.total_height + 0.01))


def _cuts(before: Sequence[float], row_count: int) -> tuple[int, ...]:
    """Cuts the tiles into rows, each cut where it is nearest to an equal share of the width."""
    count = len(before) - 1
    cuts = [0]
    for number in range(1, row_count):
        share = before[-1] * number / row_count
        at = bisect_left(before, share)
        if share - before[at - 1] < before[at] - share:
            at -= 1
        cuts.append(min(max(at, cuts[-1] + 1), count - (row_count - number)))
    cuts.append(count)
    return tuple(cuts)
