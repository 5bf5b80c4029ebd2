"""Pillow's 8-bit Lanczos downscale to the last bit, several times faster.

Perceptual hashes are defined on what `Image.resize(…, LANCZOS)` returns, rounding included. Pillow
takes 270 µs to scale a 100 × 134 picture to the three sizes that the hashes need; the same sums as
matrix products take 100 µs, and they are exact: Pillow's weights are integers of 22 bits, so that
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
_MOST_SIZES = 64
# Each target pixel sees but a stretch of the source, so dense products would mostly add noughts; in
# blocks of sixteen a product's overhead and the noughts cost about the same.
_BLOCK = 16

# Weights, source and sums: arrays that stay where they are; the product is done for each picture.
_Product = tuple[Doubles, Doubles, Doubles]


class _Plan:
    """How pictures of one size are scaled to those targets that begin with the same axis.

    It keeps the memory that it takes: fresh memory for every picture costs more than the sums, for
    the system hands out zeroed pages. And it rounds and turns for all its targets at once: a call
    costs as much as the sums of a small target.
    """

    def __init__(self, size: Size, targets: list[Size], *, across_first: bool) -> None:
        self._across_first = across_first
        if not across_first:  # from here on, sizes are in the order in which the axes are scaled
            size, targets = size[::-1], [target[::-1] for target in targets]
        first, second = size
        self._pixels = np.empty((first, second))
        self._sums = np.empty((sum(rows for rows, _ in targets), second))
        self._rounded = np.empty(self._sums.shape, np.uint8)
        self._between = np.empty(self._sums.shape[::-1])
        self._scaled_sums = np.empty((1, sum(rows * columns for rows, columns in targets)))
        self._scaled = np.empty(self._scaled_sums.shape, np.uint8)
        self._first: list[_Product] = []
        self._second: list[_Product] = []
        self._results: list[Grey] = []
        row = at = 0
        for rows, columns in targets:
            band, part = slice(row, row + rows), slice(at, at + rows * columns)
            row, at = band.stop, part.stop
            self._first += _products(self._pixels, self._sums[band])
            sums = self._scaled_sums[0, part].reshape(columns, rows)
            self._second += _products(self._between[:, band], sums)
            scaled = self._scaled[0, part].reshape(columns, rows)
            self._results.append(scaled if across_first else scaled.T)

    def scale(self, grey: Grey) -> list[Grey]:
        """The picture at the targets' sizes; the same arrays each time."""
        np.copyto(self._pixels, cv2.transpose(grey) if self._across_first else grey)
        for weights, source, sums in self._first:
            np.matmul(weights, source, sums)
        _round(self._sums, self._rounded)
        np.copyto(self._between, cv2.transpose(self._rounded))
        for weights, source, sums in self._second:
            np.matmul(weights, source, sums)
        _round(self._scaled_sums, self._scaled)
        return self._results


@dataclass(frozen=True)
class _Share:
    """A plan and which of the targets it serves."""

    plan: _Plan
    places: list[int]


class Downscaler:
    """Scales grey pictures to a fixed list of sizes; belongs to one thread."""

    def __init__(self, targets: tuple[Size, ...]) -> None:
        """Takes the (width, height) to scale to."""
        self._targets = targets
        self._times_seen: dict[Size, int] = {}
        self._shares: dict[Size, list[_Share]] = {}

    def __call__(self, grey: Grey) -> list[Grey]:
        """The picture at each target size; good until the next call."""
        shares = self._shares_for((grey.shape[1], grey.shape[0]))
        if len(shares) == 1:
            return shares[0].plan.scale(grey)
        if not shares:
            return [_by_pillow(grey, target) for target in self._targets]
        scaled = {
            place: result
            for share in shares
            for place, result in zip(share.places, share.plan.scale(grey), strict=True)
        }
        return [scaled[place] for place in range(len(self._targets))]

    def _shares_for(self, size: Size) -> list[_Share]:
        """Together they serve every target; none where Pillow should."""
        known = self._shares.get(size)
        if known is not None:
            return known
        seen = self._times_seen.get(size, 0) + 1
        self._times_seen[size] = seen
        if seen < _COMMON_AFTER or len(self._shares) >= _MOST_SIZES:
            return []
        self._shares[size] = _share_out(size, self._targets)
        return self._shares[size]


def _share_out(size: Size, targets: tuple[Size, ...]) -> list[_Share]:
    """Plans that give what Pillow gives; none if for some target neither order does."""
    noise = np.random.default_rng(0).integers(0, 256, size[::-1], dtype=np.uint8)
    expected = [_by_pillow(noise, target) for target in targets]
    left, shares = list(range(len(targets))), []
    for across_first in (True, False):
        if not left:
            break
        tried = _Plan(size, [targets[place] for place in left], across_first=across_first)
        scaled = zip(left, tried.scale(noise), strict=True)
        places = [place for place, result in scaled if np.array_equal(result, expected[place])]
        left = [place for place in left if place not in places]
        if places:
            served = [targets[place] for place in places]
            shares.append(_Share(_Plan(size, served, across_first=across_first), places))
    return [] if left else shares


def _products(source: Doubles, sums: Doubles) -> list[_Product]:
    """What fills `sums` with `source` scaled along its first axis."""
    weights = _weights(len(source), len(sums))
    products = []
    for begin in range(0, len(sums), _BLOCK):
        target = slice(begin, begin + _BLOCK)
        seen = np.flatnonzero(weights[target].any(axis=0))
        part = slice(int(seen[0]), int(seen[-1]) + 1)
        block = np.ascontiguousarray(weights[target, part])
        products.append((block, source[part], sums[target]))
    return products


def _round(sums: Doubles, rounded: Grey) -> None:
    # Sums are whole in units of 2^-22. Half a unit more, and none is a tie, so that OpenCV's
    # rounding to nearest is Pillow's rounding of halves upwards.
    cv2.add(sums, 0.5 / _WEIGHT_UNIT, dst=rounded, dtype=cv2.CV_8U)


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
