"""Was a part dyed, or was something put over it?

Two pictures of one shot lie on one another and differ in colour somewhere. A panel in another
colour ends at a seam, and a seam shows in both pictures; a sticker ends where nothing ends below
it, so that one of the two pictures has no edge there. A panel dyed out of the garment's own colour
has none either, but its weave goes on, whereas a sticker hides what it covers.

The thresholds were set on edited copies of 120 photos and tried on those of 120 others, both half
second-hand photos, half a web shop's. Of the others' copies with a coloured sticker, a name written
across or a part dyed, 79 of 161, 59 of 106 and 114 of 156 look dyed by their blocks; with this, 28,
10 and 114 do. Seven pairs that the shop had dyed by hand are told as dyed. What is let through
wrongly is a part of plain cloth that ends where nothing ends: 6 of 50.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.cleaning.warp import Pixels

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

# Levels of 255, in the channel that differs most: beyond JPEG's noise and half a pixel's shift.
_DIFFERENT = 20.0
# Levels a pixel, after smoothing: a seam in shaded cloth reaches it.
_EDGE = 4.0
_MOST_EDGE = 0.9
_MOST_CORRELATION = 0.6
# The rim of a picture laid on another is its last line, repeated.
_RIM_PX = 3
_SHORTEST_OUTLINE = 8
_FEWEST_INSIDE = 30


def is_covered(first: Pixels, second: Pixels) -> bool:
    """Whether what differs was put over one of the pictures.

    Args:
        first: RGB, some 160 pixels on its shorter side.
        second: Laid on the first, of the same size.
    """
    apart = np.abs(first.astype(np.float32) - second).max(axis=2)
    differs = (cv2.GaussianBlur(apart, (0, 0), 1) > _DIFFERENT).astype(np.uint8)
    inner = np.zeros_like(differs)
    inner[_RIM_PX:-_RIM_PX, _RIM_PX:-_RIM_PX] = 1
    differs *= inner
    near = np.ones((3, 3), np.uint8)
    outline = cv2.morphologyEx(differs, cv2.MORPH_GRADIENT, near) > 0
    if outline.sum() < _SHORTEST_OUTLINE:
        return False
    # The outline lies a pixel beside the edge as often as on it.
    edges = [cv2.dilate(_slope(picture), near)[outline] for picture in (first, second)]
    if min((edge > _EDGE).mean() for edge in edges) >= _MOST_EDGE:
        return False
    return _correlation(first, second, cv2.erode(differs, near) > 0) < _MOST_CORRELATION


def _slope(picture: Pixels) -> Floats:
    """How steep the steepest channel is, in levels a pixel."""
    smooth = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 0.8)
    x = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
    y = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
    return np.asarray(np.sqrt(x * x + y * y).max(axis=2))


def _correlation(first: Pixels, second: Pixels, inside: Flags) -> float:
    """Of the two pictures' textures; 0 where there is too little to say."""
    if inside.sum() < _FEWEST_INSIDE:
        return 0.0
    one, other = (_texture(picture)[inside] for picture in (first, second))
    if min(one.std(), other.std()) < 1e-3:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _texture(picture: Pixels) -> Floats:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.6) - cv2.GaussianBlur(grey, (0, 0), 2.5))
