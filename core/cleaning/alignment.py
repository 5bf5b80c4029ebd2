"""Do two photos show the same shot? A close look at one pair, from a proposed placement.

One photo is warped onto the other and cut into blocks. For each block the best shift of a few
pixels is found; the shifts that agree with each other mend the placement, and so on from coarse to
fine. Of one shot, all blocks then agree in texture and colour, except where a watermark lies; of
two photos of one garment in one pose hardly any does, because cloth never falls twice the same way
and a hand never holds the camera twice at the same place.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.cleaning.block_shifts import Floats, Indices, Shifts, find_shifts, mended
from core.cleaning.similar import Placement, oriented
from core.cleaning.warp import Pixels, Vector, laid_on, shrunk


@dataclass(frozen=True)
class Level:
    """One step from coarse to fine.

    Attributes:
        short_px: What the reference photo's shorter side is scaled to.
        block_px: Side of a block.
        reach_px: How far a block may have to be shifted.
        rounds: How often shifts are measured and the placement mended.
    """

    short_px: int
    block_px: int
    reach_px: int
    rounds: int


ON_THUMBNAILS = (Level(32, 8, 3, 1), Level(64, 8, 2, 2))
"""From a proposal, which may be 4 % off in scale and 2 % of the side in place."""

CLOSE_UP = (Level(160, 16, 3, 2),)
"""From a placement found on thumbnails, on pictures decoded larger."""

AS_PLACED = (Level(160, 16, 1, 0),)
"""From a placement that is known to a pixel: only the look, on the same pictures."""

# By median, in levels of 255. Most different photos are further apart; of 7,000 copies of real
# photos those that were given up here had been placed wrongly.
_HOPELESS_COLOUR = 34.0
_HOPELESS_SHARE = 0.15
_SMALLEST_PX = 24
# Scaling mixes a border into this many pixels beside it.
_RIM_PX = 2


@dataclass(frozen=True)
class Alignment:
    """One photo laid on another, and how they compare, block by block.

    Attributes:
        placement: Refined; of the turned first photo in the second.
        on_first: Whether the blocks are those of the turned first photo, else the second's.
        grid: Rows and columns of blocks in the whole photo.
        rows: (blocks,) where in the grid each block of the overlap lies.
        columns: Likewise.
        texture: (blocks,) grey levels, the larger of the two photos'.
        correlation: (blocks,) of the two photos' textures.
        shade: (blocks,) by how many levels of 255 the mean brightness differs.
        tint: (blocks,) by how many levels the mean colour differs beyond that.
    """

    placement: Placement
    on_first: bool
    grid: tuple[int, int]
    rows: Indices
    columns: Indices
    texture: Floats
    correlation: Floats
    shade: Floats
    tint: Floats


def align(
    first: Pixels, second: Pixels, placement: Placement, levels: tuple[Level, ...]
) -> Alignment | None:
    """Lays one photo on the other, as well as it goes.

    Args:
        first: RGB, as it is (it is turned here).
        second: RGB.
        placement: Where the turned first photo is thought to lie in the second.
        levels: From coarse to fine; pictures smaller than a level are taken as they are.

    Returns:
        None where it is plain before the last level that the photos are different, or where one is
        so small that its content cannot be compared.
    """
    if min(*first.shape[:2], *second.shape[:2]) < _SMALLEST_PX:
        return None
    reference, other = oriented(first, placement.orientation), second
    scale, offset = placement.scale, placement.offset
    # The photo that shows less is the reference: all of it should be found in the other.
    on_first = bool(scale.mean() <= 1)
    if not on_first:
        reference, other, scale, offset = other, reference, 1 / scale, -offset / scale
    for number, level in enumerate(levels):
        warp = _Warp.of(reference, other, float(scale.mean()), level.short_px)
        if number == 0 and warp.colour_difference(scale, offset) > _HOPELESS_COLOUR:
            return None
        for _ in range(level.rounds):
            shifts = warp.shifts(scale, offset, level)
            better = None if shifts is None else mended(shifts, level.block_px)
            if shifts is None or better is None:
                break
            # A point p of the reference shifted by d lies at scale * (p + d) + offset in the other.
            offset = offset + scale * better.constant / warp.reference_unit
            scale = scale * (1 + better.slope)
            following = (shifts.correlation > 0.5) & (better.misfit_px < 1.5)
            if level is not levels[-1] and following.mean() < _HOPELESS_SHARE:
                return None
    shifts = warp.shifts(scale, offset, Level(0, level.block_px, 1, 0), own_edges=True)
    if shifts is None:
        return None
    shade, tint = warp.block_colours(scale, offset, shifts, level.block_px)
    if not on_first:
        scale, offset = 1 / scale, -offset / scale
    return Alignment(
        placement=Placement(placement.orientation, scale, offset, placement.score),
        on_first=on_first,
        grid=shifts.grid,
        rows=shifts.rows,
        columns=shifts.columns,
        texture=np.maximum(shifts.texture, shifts.other_texture),
        correlation=shifts.correlation,
        shade=shade,
        tint=tint,
    )


@dataclass(frozen=True)
class _Warp:
    """A reference and another picture at matching resolutions.

    Attributes:
        reference: RGB.
        other: RGB, content about as large as in the reference.
        reference_unit: The reference's shorter side in pixels.
        other_unit: The other's.
    """

    reference: Pixels
    other: Pixels
    reference_unit: float
    other_unit: float

    @classmethod
    def of(cls, reference: Pixels, other: Pixels, scale: float, short_px: int) -> _Warp:
        small = shrunk(reference, short_px)
        unit = min(small.shape[:2])
        matching = shrunk(other, unit / scale)
        return cls(small, matching, unit, min(matching.shape[:2]))

    def shifts(
        self, scale: Vector, offset: Vector, level: Level, *, own_edges: bool = False
    ) -> Shifts | None:
        """How each block of the reference that lies within the other must be shifted.

        With `own_edges` both pictures end a little within the reference: what lies beyond (a border
        that was added, say) must not colour the blocks at the edge. Without, blocks at the edge may
        find their content beyond it.
        """
        reach = level.reach_px
        reference = cv2.cvtColor(self.reference, cv2.COLOR_RGB2GRAY)
        grey = cv2.cvtColor(self.other, cv2.COLOR_RGB2GRAY)
        if own_edges:
            reference = _without_rim(reference, _RIM_PX)
            warped = _without_rim(laid_on(reference, grey, scale, offset), _RIM_PX + reach)
        else:
            warped = laid_on(reference, grey, scale, offset, reach)
        height, width = self.other.shape[:2]
        # In the reference's pixels: where the other picture begins and ends.
        begin = -offset / scale * self.reference_unit
        size = np.array([width, height]) / self.other_unit / scale * self.reference_unit
        return find_shifts(reference, warped, begin, begin + size, level.block_px, reach)

    def block_colours(
        self, scale: Vector, offset: Vector, shifts: Shifts, block_px: int
    ) -> tuple[Floats, Floats]:
        """(blocks,) how far the mean colours are apart: in brightness, and beyond that."""
        difference = self.reference.astype(np.float32) - laid_on(
            self.reference, self.other, scale, offset
        )
        means = cv2.boxFilter(difference, -1, (block_px, block_px), anchor=(0, 0))
        red, green, blue = means[shifts.top, shifts.left].T
        shade = np.abs(red + green + blue) / 3
        return shade, np.maximum(np.abs(red - green), np.abs(blue - green))

    def colour_difference(self, scale: Vector, offset: Vector) -> float:
        """Median over the reference, in the worst channel."""
        warped = laid_on(self.reference, self.other, scale, offset)
        smooth = [cv2.GaussianBlur(p, (0, 0), 2) for p in (self.reference, warped)]
        return float(np.median(cv2.absdiff(smooth[0], smooth[1]).max(axis=2)))


def _without_rim(grey: Pixels, width_px: int) -> Pixels:
    """Cuts the rim off and continues what is left in its stead, up to `width_px` outwards."""
    inner = grey[_RIM_PX:-_RIM_PX, _RIM_PX:-_RIM_PX]
    return np.asarray(
        cv2.copyMakeBorder(inner, width_px, width_px, width_px, width_px, cv2.BORDER_REPLICATE)
    )
