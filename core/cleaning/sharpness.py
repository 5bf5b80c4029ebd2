"""Measures of how a photo was taken: sharp or blurred, lit or dark, photo or screenshot.

All are taken on the grey picture scaled to 96 pixels on its shorter side, so that they mean the
same for every photo. What they say of a photo is decided in `quality`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]

SIDE_PX = 96

# Second differences across and down. A shake along a diagonal weakens both, any other the one that
# it is nearer to, so the two diagonals would tell nothing more.
_SECOND_DIFFERENCES = (
    np.array([[0, 0, 0], [1, -2, 1], [0, 0, 0]], np.float32),
    np.array([[0, 1, 0], [0, -2, 0], [0, 1, 0]], np.float32),
)
# A row whose pixels differ by no more grey levels holds nothing but background.
_EVEN_ROW = 8
# Scaling by less than this would only soften the picture.
_NEAR_ENOUGH = 0.9


@dataclass(frozen=True)
class Measures:
    """How a photo was taken, in grey levels of 255.

    Attributes:
        fine: Strength of the strongest detail of one pixel, across or down, whichever is weaker: a
            shaken photo stays sharp along one direction.
        middle: That of detail of two pixels.
        coarse: That of detail of four.
        white: What all but the brightest hundredth of the pixels stay below.
        even_rows: Share of the rows that are one even colour from edge to edge, 0 to 1.
        even_runs: In how many runs they lie.
    """

    fine: float
    middle: float
    coarse: float
    white: float
    even_rows: float
    even_runs: int


def measure(grey: Grey) -> Measures:
    """Measures a grey picture, which is best little larger than 96 pixels."""
    grey = _scaled(grey)
    middle = cv2.pyrDown(grey)
    coarse = cv2.pyrDown(middle)
    brightness = cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel().cumsum()
    even = grey.max(axis=1) - grey.min(axis=1) <= _EVEN_ROW
    return Measures(
        fine=min(_strongest(cv2.filter2D(grey, cv2.CV_16S, k)) for k in _SECOND_DIFFERENCES),
        middle=_strongest(cv2.Laplacian(middle, cv2.CV_16S)),
        coarse=_strongest(cv2.Laplacian(coarse, cv2.CV_16S)),
        white=float(np.searchsorted(brightness, 0.99 * grey.size)),
        even_rows=float(np.count_nonzero(even) / even.size),
        even_runs=int(np.count_nonzero(even[1:] & ~even[:-1]) + even[0]),
    )


def _strongest(values: npt.NDArray[np.int16]) -> float:
    """The fourth-power mean: near the 99th percentile in what it tells, ten times as fast."""
    squares = cv2.multiply(values, values, dtype=cv2.CV_32F).ravel()
    return float(np.sqrt(np.sqrt(np.vdot(squares, squares) / squares.size)))


def _scaled(grey: Grey) -> Grey:
    height, width = grey.shape
    factor = SIDE_PX / min(height, width)
    if factor >= _NEAR_ENOUGH:
        return grey
    size = (round(width * factor), round(height * factor))
    # Linear: the picture is at most twice as large, and area averaging takes four times as long.
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR))
