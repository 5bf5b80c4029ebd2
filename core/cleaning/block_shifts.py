"""By how much must each block of a picture be shifted to lie on another picture?"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]
Vector = npt.NDArray[np.float64]

_FEWEST_BLOCKS = 6
# Texture above this many grey levels adds nothing to a block's say: a logo must not decide alone.
_ENOUGH_TEXTURE = 8.0
_LEAST_TEXTURE = 1.0
# Ridge, in squared pixels: keeps the slope at nought where blocks lie too close to tell it.
_SLOPE_RIDGE = 20.0


@dataclass(frozen=True)
class Shifts:
    """One row for each block of the grid that lies within the other picture.

    Attributes:
        grid: Rows and columns of the whole grid.
        rows: Where in the grid the block lies.
        columns: Likewise.
        top: Its upper edge in pixels.
        left: Its left edge.
        x: The shift to the right that fits best, in pixels, to a fraction of one.
        y: The shift down.
        correlation: Normalised, at that shift.
        texture: Standard deviation of the band-passed block, in grey levels.
        other_texture: That of the block it fits best.
    """

    grid: tuple[int, int]
    rows: Indices
    columns: Indices
    top: Indices
    left: Indices
    x: Floats
    y: Floats
    correlation: Floats
    texture: Floats
    other_texture: Floats


@dataclass(frozen=True)
class Mend:
    """The shift that the blocks agree on: `constant + slope * position`, along x and y, in pixels.

    Attributes:
        constant: Pixels.
        slope: Pixels for each pixel.
        misfit_px: (blocks,) how far each block's own shift is from it.
    """

    constant: Vector
    slope: Vector
    misfit_px: npt.NDArray[np.float64]


def find_shifts(
    picture: Grey, other: Grey, begin: Vector, end: Vector, block_px: int, reach_px: int
) -> Shifts | None:
    """Compares every block with the other picture at every shift up to the reach.

    Args:
        picture: Is cut into blocks.
        other: Lies on the picture, with a margin of `reach_px` on every side.
        begin: (x, y) in the picture's pixels where the other's true content begins; blocks that
            reach beyond are left out, for there is only its edge, repeated.
        end: Where it ends.
        block_px: Side of a block.
        reach_px: Largest shift along x and y.

    Returns:
        None where fewer than six blocks are left.
    """
    height, width = picture.shape
    tops = np.arange((height % block_px) // 2, height - block_px + 1, block_px)
    lefts = np.arange((width % block_px) // 2, width - block_px + 1, block_px)
    slack = 0.6
    inside_y = (tops >= begin[1] - slack) & (tops + block_px <= end[1] + slack)
    inside_x = (lefts >= begin[0] - slack) & (lefts + block_px <= end[0] + slack)
    rows, columns = np.nonzero(inside_y[:, None] & inside_x[None])
    if len(rows) < _FEWEST_BLOCKS:
        return None
    top, left = tops[rows], lefts[columns]
    blocks = _windows(_band_passed(picture), block_px)[top, left]
    flat = blocks.reshape(len(rows), -1)
    around = _windows(_band_passed(other), block_px + 2 * reach_px)[top, left]
    shifted = np.lib.stride_tricks.sliding_window_view(around, (block_px, block_px), axis=(1, 2))
    candidates = np.ascontiguousarray(shifted).reshape(len(rows), -1, block_px**2)

    mean, candidate_mean = flat.mean(axis=1), candidates.mean(axis=2)
    texture = _deviation((flat * flat).mean(axis=1), mean)
    squares = np.einsum("bsp,bsp->bs", candidates, candidates) / block_px**2
    candidate_texture = _deviation(squares, candidate_mean)
    products = np.matmul(candidates, flat[:, :, None])[:, :, 0] / block_px**2
    covariance = products - candidate_mean * mean[:, None]
    correlation = covariance / np.maximum(texture[:, None] * candidate_texture, 1e-3)

    block = np.arange(len(rows))
    best = correlation.argmax(axis=1)
    y, x = np.divmod(best, 2 * reach_px + 1)
    table = correlation.reshape(len(rows), 2 * reach_px + 1, 2 * reach_px + 1)
    return Shifts(
        grid=(len(tops), len(lefts)),
        rows=rows,
        columns=columns,
        top=top,
        left=left,
        x=x - reach_px + _peak(table[block, y], x),
        y=y - reach_px + _peak(table[block, :, x], y),
        correlation=correlation[block, best],
        texture=texture,
        other_texture=candidate_texture[block, best],
    )


def mended(shifts: Shifts, block_px: int) -> Mend | None:
    """The shift that most blocks agree on, by least squares that give outliers ever less say.

    Returns:
        None where fewer than four blocks have texture that correlates at all.
    """
    weights = np.clip(shifts.correlation, 0, 1).astype(np.float64) ** 4
    weights *= np.where(shifts.texture > _LEAST_TEXTURE, shifts.texture, 0).clip(
        max=_ENOUGH_TEXTURE
    )
    if np.count_nonzero(weights) < 4:
        return None
    at = np.stack([shifts.left, shifts.top]) + block_px / 2
    shift = np.stack([shifts.x, shifts.y]).astype(np.float64)
    trust = np.ones_like(weights)
    for round_ in range(5):
        weight = weights * trust
        total = weight.sum()
        if total < 1e-6:
            return None
        centre, mean = (weight * at).sum(axis=1) / total, (weight * shift).sum(axis=1) / total
        lever = at - centre[:, None]
        slope = (weight * lever * (shift - mean[:, None])).sum(axis=1)
        slope /= (weight * lever * lever).sum(axis=1) + total * _SLOPE_RIDGE
        constant = mean - slope * centre
        misfit = np.hypot(*(shift - constant[:, None] - slope[:, None] * at))
        # Tolerant at first, when the blocks still pull apart, then within a pixel.
        tolerance = max(0.35, 1.5 * float(np.median(misfit[weights > 0])))
        tolerance = tolerance if round_ < 2 else min(tolerance, 1.0)
        trust = 1 / (1 + (misfit / tolerance) ** 2) ** 2
    return Mend(constant, slope, misfit)


def _band_passed(grey: Grey) -> Floats:
    """Without pixel noise and without shading."""
    pixels = grey.astype(np.float32)
    fine, coarse = cv2.GaussianBlur(pixels, (0, 0), 0.6), cv2.GaussianBlur(pixels, (0, 0), 2.5)
    return np.asarray(fine - coarse)


def _windows(values: Floats, side: int) -> Floats:
    return np.lib.stride_tricks.sliding_window_view(values, (side, side))


def _deviation(mean_square: Floats, mean: Floats) -> Floats:
    return np.asarray(np.sqrt(np.maximum(mean_square - mean * mean, 0)))


def _peak(line: Floats, at: Indices) -> Floats:
    """Where a parabola through the best value and its neighbours peaks, -0.5 to 0.5; 0 at ends."""
    block = np.arange(len(at))
    last = line.shape[1] - 1
    before, here = line[block, (at - 1).clip(0)], line[block, at]
    after = line[block, (at + 1).clip(max=last)]
    curvature = before - 2 * here + after
    peak = 0.5 * (before - after) / np.where(curvature < -1e-4, curvature, -np.inf)
    return np.asarray(np.where((at > 0) & (at < last), peak.clip(-0.5, 0.5), 0), np.float32)
