"""Pillow's 8-bit Lanczos downscale to the last bit, several times faster.

Perceptual hashes are defined on what `Image.resize(…, LANCZOS)` returns, rounding included. Pillow
takes 270 µs to scale a 100 × 134 picture to the three sizes that the hashes need; the same sums as
matrix products take 110 µs, and they are exact: Pillow's weights are integers of 22 bits, so that
every sum fits a double.

Pillow scales along one axis, rounds, then along the other, and which comes first depends on the
sizes (and on its version). That is found out by trying both on noise, once for each size; where
neither agrees, Pillow itself does the work.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Grey = npt.NDArray[np.uint8]
Doubles = npt.NDArray[np.float64]
Size = tuple[int, int]

_WEIGHT_UNIT = 1 << 22
_SUPPORT = 3.0
# Finding out costs as much as a few photos; a size that came this often will come again.
_COMMON_AFTER = 8
_MOST_PLANS = 64
# Each target pixel sees but a stretch of the source, so dense products would mostly add noughts;
# sixteen at a time is where a product's overhead and the noughts cost about the same.
_BLOCK = 16


@dataclass(frozen=True)
class _Block:
    """Sixteen target pixels and the stretch of the source that they see."""

    target: slice
    source: slice
    weights: Doubles


_Blocks = tuple[_Block, ...]


class _Pass:
    """Scales along the first axis and rounds; keeps the memory that it takes.

    Fresh memory for every picture costs more than the sums: the system hands out zeroed pages.
    """

    def __init__(self, source: int, target: int, others: int) -> None:
        self._blocks = _blocks(source, target)
        self._sums = np.empty((target, others))
        self._rounded = np.empty((target, others), np.uint8)

    def __call__(self, pixels: Doubles) -> Grey:
        """Whole numbers from 0 to 255; the same array each time."""
        for block in self._blocks:
            np.matmul(block.weights, pixels[block.source], out=self._sums[block.target])
        # Sums are whole in units of 2^-22. Half a unit more, and none is a tie, so that OpenCV's
        # rounding to nearest is Pillow's rounding of halves upwards.
        cv2.add(self._sums, 0.5 / _WEIGHT_UNIT, dst=self._rounded, dtype=cv2.CV_8U)
        return self._rounded


class _Plan:
    """How a picture size is scaled to one target."""

    def __init__(self, size: Size, target: Size, *, across_first: bool) -> None:
        (width, height), (columns, rows) = size, target
        self._across_first = across_first
        if across_first:
            self._first, self._second = _Pass(width, columns, height), _Pass(height, rows, columns)
        else:
            self._first, self._second = _Pass(height, rows, width), _Pass(width, columns, rows)
        self._between = np.empty((height, columns) if across_first else (width, rows))

    def scale(self, pixels: Doubles, turned: Doubles) -> Grey:
        """The picture at the target's size.

        Args:
            pixels: The picture.
            turned: Its transpose, contiguous too: products with it are twice as fast.
        """
        np.copyto(self._between, self._first(turned if self._across_first else pixels).T)
        scaled = self._second(self._between)
        return scaled if self._across_first else scaled.T


class Downscaler:
    """Scales grey pictures to a fixed list of sizes; belongs to one thread."""

    def __init__(self, targets: tuple[Size, ...]) -> None:
        """Takes the (width, height) to scale to."""
        self._targets = targets
        self._times_seen: dict[Size, int] = {}
        self._plans: dict[Size, tuple[Doubles, Doubles, list[_Plan]] | None] = {}

    def __call__(self, grey: Grey) -> list[Grey]:
        """The picture at each target size; good until the next call."""
        known = self._plans_for((grey.shape[1], grey.shape[0]))
        if known is None:
            return [_by_pillow(grey, target) for target in self._targets]
        pixels, turned, plans = known
        np.copyto(pixels, grey)
        np.copyto(turned, cv2.transpose(grey))
        return [plan.scale(pixels, turned) for plan in plans]

    def _plans_for(self, size: Size) -> tuple[Doubles, Doubles, list[_Plan]] | None:
        if size in self._plans:
            return self._plans[size]
        seen = self._times_seen.get(size, 0) + 1
        self._times_seen[size] = seen
        if seen < _COMMON_AFTER or len(self._plans) >= _MOST_PLANS:
            return None
        plans = [_find_plan(size, target) for target in self._targets]
        found = [plan for plan in plans if plan is not None]
        if len(found) < len(plans):
            self._plans[size] = None
            return None
        known = (np.empty(size[::-1]), np.empty(size), found)
        self._plans[size] = known
        return known


def _find_plan(size: Size, target: Size) -> _Plan | None:
    """The plan that gives what Pillow gives; None if neither order does."""
    noise = np.random.default_rng(0).integers(0, 256, size[::-1], dtype=np.uint8)
    expected = _by_pillow(noise, target)
    pixels = noise.astype(np.float64)
    for across_first in (True, False):
        plan = _Plan(size, target, across_first=across_first)
        if np.array_equal(plan.scale(pixels, np.ascontiguousarray(pixels.T)), expected):
            return plan
    return None


def _blocks(source: int, target: int) -> _Blocks:
    weights = _weights(source, target)
    blocks = []
    for begin in range(0, target, _BLOCK):
        rows = weights[begin : begin + _BLOCK]
        seen = np.flatnonzero(rows.any(axis=0))
        part = slice(int(seen[0]), int(seen[-1]) + 1)
        block = np.ascontiguousarray(rows[:, part])
        blocks.append(_Block(slice(begin, begin + len(rows)), part, block))
    return tuple(blocks)


def _by_pillow(grey: Grey, target: Size) -> Grey:
    return np.asarray(Image.fromarray(grey).resize(target, Image.Resampling.LANCZOS))


def _weights(source: int, target: int) -> Doubles:
    """(target, source): each row the Lanczos window of one target pixel, in units of 2^-22."""
    scale = source / target
    stretch = max(scale, 1.0)
    centre = (np.arange(target)[:, None] + 0.5) * scale
    begin = np.maximum(0, np.trunc(centre - _SUPPORT * stretch + 0.5))
    end = np.minimum(source, np.trunc(centre + _SUPPORT * stretch + 0.5))
    column = np.arange(source)[None]
    angle = np.pi * ((column - centre + 0.5) / stretch)
    third = angle / 3
    with np.errstate(invalid="ignore"):
        window = np.sin(angle) / angle * (np.sin(third) / third)
    window = np.where(angle == 0, 1.0, window)
    window = np.where((column >= begin) & (column < end) & (np.abs(third) < np.pi), window, 0.0)
    # Summed from left to right as Pillow does, not pairwise: the last bit may matter.
    share = window / window.cumsum(axis=1)[:, -1:]
    units: Doubles = np.trunc(np.copysign(0.5, share) + share * _WEIGHT_UNIT)
    return units / _WEIGHT_UNIT
