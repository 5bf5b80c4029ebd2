"""What was done to a copy? From two photos laid on one another to "cropped" and "mirrored"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import numpy as np

from core.cleaning.alignment import CLOSE_UP, Alignment
from core.cleaning.recolouring import is_covered
from core.cleaning.same_shot import Verdict
from core.cleaning.similar import oriented
from core.cleaning.warp import Pixels, Vector, extent, laid_on, shrunk


class Change(StrEnum):
    """What makes two photos of one shot differ, besides the encoding."""

    RESIZED = "resized"
    CROPPED = "cropped"
    BORDERED = "bordered"
    MIRRORED = "mirrored"
    ROTATED = "rotated"
    WATERMARKED = "watermarked"


@dataclass(frozen=True)
class Comparison:
    """How the second of two photos of one shot differs from the first.

    Where it cannot be told which of the two was changed (one of them is mirrored, but which?), the
    side is None; else it is 0 for the first and 1 for the second.

    Attributes:
        changes: In the order of `Change`; empty where only the encoding differs.
        cropped: Which of the two shows less of the scene.
        bordered: Which has a border.
        watermarked: Which has a watermark.
        quarter_turns: How many counter-clockwise make the first lie as the second.
        mirrored: Whether it must be mirrored, left to right, after that.
        magnification: How many pixels of the second show what one pixel of the first shows, along
            one side: 0.5 for a copy of half the size.
        score: How sure, 0.8 to 1.
        is_recoloured: Whether a part has the same texture in another colour and nothing covers it.
    """

    changes: tuple[Change, ...]
    cropped: int | None
    bordered: int | None
    watermarked: int | None
    quarter_turns: int
    mirrored: bool
    magnification: float
    score: float
    is_recoloured: bool = False

    def reversed(self) -> Comparison:
        """How the first differs from the second."""
        # Turned and then mirrored is mirrored and then turned the other way round.
        turns = self.quarter_turns if self.mirrored else -self.quarter_turns % 4
        return replace(
            self,
            cropped=_other(self.cropped),
            bordered=_other(self.bordered),
            watermarked=_other(self.watermarked),
            quarter_turns=turns,
            magnification=1 / self.magnification,
        )


def _other(side: int | None) -> int | None:
    return None if side is None else 1 - side


# Shares of the shorter side: alignments are good to half a pixel of 160 at each edge.
_EDGE_TOLERANCE = 0.012
_RESIZED = 0.02
# A border is of one colour but for JPEG's noise.
_BORDER_SPREAD = 12.0
# What the verdict was based on; larger, noise and a fraction of a pixel's shift look like edges.
_CLOSE_PX = CLOSE_UP[-1].short_px
# The watermarked photo's edges must be stronger by this factor to say so.
_TELLING_EDGE = 1.1


def compare(
    first: Pixels,
    second: Pixels,
    sizes: tuple[tuple[int, int], tuple[int, int]],
    alignment: Alignment,
    verdict: Verdict,
) -> Comparison:
    """Says what the second photo is to the first.

    Args:
        first: RGB, as it is; the one that `alignment` turns.
        second: RGB.
        sizes: (width, height) of the whole photos, which the pixels may be scaled down from.
        alignment: Of the turned first photo in the second.
        verdict: That they show the same shot.
    """
    placement = alignment.placement
    turned = oriented(first, placement.orientation)
    scale, offset = placement.scale, placement.offset
    extents = (extent(turned), extent(second))
    # Where the second photo's frame lies in the turned first photo.
    begin, end = -offset / scale, (extents[1] - offset) / scale
    cropped, bordered = _frames(turned, second, (begin, end), extents, scale)
    quarter_turns = placement.orientation // 2
    mirrored = placement.orientation % 2 == 1
    magnification = float(scale.mean()) * min(sizes[1]) / min(sizes[0])
    watermarked = _marked_side(turned, second, alignment, verdict) if verdict.is_marked else None
    present = {
        Change.RESIZED: abs(magnification - 1) > _RESIZED,
        Change.CROPPED: cropped is not None,
        Change.BORDERED: bordered is not None,
        Change.MIRRORED: mirrored,
        Change.ROTATED: quarter_turns > 0,
        Change.WATERMARKED: verdict.is_marked,
    }
    return Comparison(
        changes=tuple(change for change in Change if present[change]),
        cropped=cropped,
        bordered=bordered,
        watermarked=watermarked,
        quarter_turns=quarter_turns,
        mirrored=mirrored,
        magnification=magnification,
        score=verdict.agreement,
        is_recoloured=verdict.is_recoloured
        and not is_covered(*_together(turned, second, alignment, _CLOSE_PX)),
    )


def _frames(
    turned: Pixels,
    second: Pixels,
    frame: tuple[Vector, Vector],
    extents: tuple[Vector, Vector],
    scale: Vector,
) -> tuple[int | None, int | None]:
    """Which of the two is cropped and which has a border, from where their edges lie."""
    begin, end = frame
    # How far the second photo reaches beyond the first, in the first's units: left, top, right,
    # bottom; and the other way round, which is its negative.
    beyond = np.concatenate([-begin, end - extents[0]])
    both = np.concatenate([scale, scale])
    bordered: int | None = None
    # How much each photo shows of the scene, not of a border, that the other does not.
    shown = np.zeros(2)
    for photo, pixels, own in ((0, turned, -beyond), (1, second, beyond * both)):
        strips = np.where(own > _EDGE_TOLERANCE, own, 0.0)
        framed = [_is_border(pixels, side, strip) for side, strip in enumerate(strips)]
        if any(framed):
            bordered = photo
        shown[photo] = sum(s for s, is_border in zip(strips, framed, strict=True) if not is_border)
    if shown.max() == 0:
        return None, bordered
    return int(shown.argmin()), bordered


def _is_border(pixels: Pixels, side: int, width: float) -> bool:
    """Whether the strip at a side (left, top, right, bottom) is no part of the scene."""
    across = pixels if side in (1, 3) else pixels.transpose(1, 0, 2)
    if side in (2, 3):
        across = across[::-1]
    depth = round(width * min(pixels.shape[:2]))
    # One line on either side of the boundary is a mixture of border and scene.
    strip, scene = across[: max(1, depth - 1)], across[depth + 1 : depth + 4]
    if depth < 1 or not scene.size:
        return False
    colour = np.median(strip, axis=(0, 1))
    spread = np.percentile(np.abs(strip - colour), 95)
    # A plain wall is as even as a border, but it goes on.
    step = np.abs(scene - colour).max(axis=2)
    return bool(spread < _BORDER_SPREAD and np.median(step) > _BORDER_SPREAD)


def _marked_side(
    turned: Pixels, second: Pixels, alignment: Alignment, verdict: Verdict
) -> int | None:
    """Which of the two bears the watermark; None if that cannot be told.

    A band has straight edges from one side to the other; at the same place, the photo below has
    none. Letters have more edges than what they cover.
    """
    reference, other = _together(turned, second, alignment)
    pair = (reference, other) if alignment.on_first else (other, reference)
    height, width = pair[0].shape[:2]
    rows, columns = np.nonzero(verdict.marked)
    top, bottom = (rows.min() - 0.5) / alignment.grid[0], (rows.max() + 1.5) / alignment.grid[0]
    left, right = (
        (columns.min() - 0.5) / alignment.grid[1],
        (columns.max() + 1.5) / alignment.grid[1],
    )
    part = (
        slice(max(0, int(top * height)), int(np.ceil(bottom * height))),
        slice(max(0, int(left * width)), int(np.ceil(right * width))),
    )
    edges = [_straight_edges(cv2.cvtColor(pixels[part], cv2.COLOR_RGB2GRAY)) for pixels in pair]
    if max(edges) < _TELLING_EDGE * min(edges):
        return None
    return int(np.argmax(edges))


def _together(
    turned: Pixels, second: Pixels, alignment: Alignment, short_px: int | None = None
) -> tuple[Pixels, Pixels]:
    """The photo that the alignment's blocks are those of, and the other laid on it.

    With `short_px` both are scaled down to it first, content to content.
    """
    scale, offset = alignment.placement.scale, alignment.placement.offset
    reference, other = turned, second
    if not alignment.on_first:
        reference, other, scale, offset = second, turned, 1 / scale, -offset / scale
    if short_px is not None:
        reference = shrunk(reference, short_px)
        other = shrunk(other, min(reference.shape[:2]) / float(scale.mean()))
    return reference, laid_on(reference, other, scale, offset)


def _straight_edges(grey: Pixels) -> float:
    """How strong the strongest edge across or down the whole patch is, plus the mean of all."""
    smooth = cv2.GaussianBlur(grey, (0, 0), 0.8).astype(np.float32)
    down, across = np.diff(smooth, axis=0), np.diff(smooth, axis=1)
    straight = max(np.abs(down.mean(axis=1)).max(), np.abs(across.mean(axis=0)).max())
    return float(straight + np.abs(down).mean() + np.abs(across).mean())
