"""Laying one picture on another, in coordinates that hold at every resolution."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Vector = npt.NDArray[np.float64]


def extent(pixels: npt.NDArray[np.generic]) -> Vector:
    """(width, height) of a picture in units of its shorter side."""
    height, width = pixels.shape[:2]
    return np.array([width / min(height, width), height / min(height, width)])


def laid_on(
    reference: Pixels, other: Pixels, scale: Vector, offset: Vector, margin_px: int = 0
) -> Pixels:
    """The other picture as the reference's frame shows it; its edge is repeated beyond it.

    Args:
        reference: Gives the size and the unit.
        other: RGB or grey.
        scale: (2,), x and y. The point p of the reference lies at `scale * p + offset` in the
            other, both in units of their shorter sides.
        offset: (2,); see there.
        margin_px: How many pixels to show around the reference's frame.

    Returns:
        Of the reference's height and width, with the margin on each side.
    """
    height, width = reference.shape[:2]
    factor = scale * min(other.shape[:2]) / min(height, width)
    # OpenCV's pixel i has its centre at i, ours at i + 1/2.
    shift = offset * min(other.shape[:2]) + (0.5 - margin_px) * factor - 0.5
    matrix = np.array([[factor[0], 0, shift[0]], [0, factor[1], shift[1]]])
    return np.asarray(
        cv2.warpAffine(
            other,
            matrix,
            (width + 2 * margin_px, height + 2 * margin_px),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def shrunk(pixels: Pixels, short_px: float) -> Pixels:
    """The picture with at most so many pixels on its shorter side."""
    height, width = pixels.shape[:2]
    factor = short_px / min(height, width)
    if factor >= 1:
        return pixels
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
