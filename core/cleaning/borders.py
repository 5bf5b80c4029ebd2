"""Is a photo the inside of another's border? For borders that outweigh what they surround.

The coarse look of `similar` compares slopes around the centre. Where a photo is plain there, as a
close view of dark cloth is, a border's own edges are the strongest slopes, and the photo is placed
wrongly. But a border can be told by itself, its lines being of one colour, and it says to a pixel
where the photo lies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.cleaning.similar import Placement
from core.cleaning.warp import Pixels, Vector, extent

# Grey levels that 95 of 100 pixels of a border keep to, JPEG's noise and scaling included.
_SPREAD = 12.0
_LARGEST_SHARE = 0.25
# Edges are found to half a pixel of a thumbnail, 1.6 % of 64; both sides err.
_SAME_SHAPE = 0.04


@dataclass(frozen=True)
class Frame:
    """What a border leaves free, in units of the picture's shorter side.

    Attributes:
        begin: Its upper left corner, along x and y.
        size: Along x and y.
    """

    begin: Vector
    size: Vector


def frame_of(pixels: Pixels) -> Frame | None:
    """The inside of an RGB picture's border; None where it has none."""
    height, width = pixels.shape[:2]
    across = pixels.transpose(1, 0, 2)
    left, right = _plain_lines(across), _plain_lines(across[::-1])
    top, bottom = _plain_lines(pixels), _plain_lines(pixels[::-1])
    if max(left, right, top, bottom) == 0:
        return None
    unit = min(height, width)
    size = np.array([width - left - right, height - top - bottom])
    return Frame(np.array([left, top]) / unit, size / unit)


def inside(photo: Pixels, frame: Frame) -> Placement | None:
    """The photo as it lies, unturned, in another's frame; None where that is of another shape."""
    scale = frame.size / extent(photo)
    if abs(scale[0] / scale[1] - 1) > _SAME_SHAPE:
        return None
    return Placement(0, scale, frame.begin, 0.0)


def _plain_lines(pixels: Pixels) -> int:
    """How many lines at the top have the first line's one colour; 0 where they reach too far."""
    colour = np.median(pixels[0], axis=0)
    spread = np.percentile(np.abs(pixels - colour).max(axis=2), 95, axis=1)
    broken = np.flatnonzero(spread > _SPREAD)
    plain = int(broken[0]) if broken.size else len(pixels)
    return plain if plain <= _LARGEST_SHARE * len(pixels) else 0
