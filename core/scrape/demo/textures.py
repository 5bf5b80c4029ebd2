"""Tiles that repeat without a seam: noise, weaves, and how any of them is laid on a photo."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Tile:
    """A picture that repeats in both directions.

    Attributes:
        levels: The tile at full and at each halved size, uint8, (H, W) or (H, W, 3) RGB; averaging
            beforehand keeps fine patterns from turning into moiré when seen from far.
        px_per_cm: Pixels of the first level to a centimetre.
    """

    levels: tuple[Bytes, ...]
    px_per_cm: float

    def lay(self, u_cm: Floats, v_cm: Floats, px_per_cm: float) -> Bytes:
        """The tile under each point of a photo.

        Args:
            u_cm: Where each photo pixel lies across the tile, (H, W) in cm.
            v_cm: The same along the tile.
            px_per_cm: The photo's scale, which chooses the level.
        """
        wanted = math.log2(max(self.px_per_cm / max(px_per_cm, 1e-6), 1e-6))
        level = min(max(round(wanted), 0), len(self.levels) - 1)
        picture = self.levels[level]
        height, width = picture.shape[:2]
        scale_u = width / self.levels[0].shape[1] * self.px_per_cm
        scale_v = height / self.levels[0].shape[0] * self.px_per_cm
        at_u, at_v = _within(u_cm, scale_u, width), _within(v_cm, scale_v, height)
        laid: Bytes = cv2.remap(
            self._edged[level], at_u, at_v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return laid

    def changed(self, change: Callable[[Bytes], Bytes]) -> Tile:
        """The same tile in other colours."""
        return Tile(tuple(change(level) for level in self.levels), self.px_per_cm)

    @cached_property
    def _edged(self) -> tuple[Bytes, ...]:
        """The levels with their first row and column again behind their last."""
        wrap = cv2.BORDER_WRAP
        return tuple(cv2.copyMakeBorder(level, 0, 1, 0, 1, wrap) for level in self.levels)


def _within(at_cm: Floats, scale: float, side: int) -> Floats:
    """Pixels of a tile, from 0 to `side`.

    cv2.remap can wrap by itself, but takes each point outside of the picture one by one: seven
    times as long for a grey tile.
    """
    turns: Floats = at_cm * np.float32(scale / side)
    turns -= np.floor(turns)
    turns *= np.float32(side)
    return turns


def make_tile(picture: Bytes, px_per_cm: float) -> Tile:
    """A tile from its full-size picture, repeated if it is too small to be halved often."""
    down, across = (-(-128 // side) for side in picture.shape[:2])
    levels = [np.tile(picture, (down, across, *(1,) * (picture.ndim - 2)))]
    while min(levels[-1].shape[:2]) > 2:
        height, width = levels[-1].shape[:2]
        half = cv2.resize(
            levels[-1], (max(width // 2, 1), max(height // 2, 1)), interpolation=cv2.INTER_AREA
        )
        levels.append(half)
    return Tile(tuple(levels), px_per_cm)


def cloud(
    side: int, seed: int, *, slope: float = 1.8, stretch: tuple[float, float] = (1.0, 1.0)
) -> Floats:
    """Smooth seamless noise with mean 0 and deviation 1, (side, side).

    Args:
        side: Pixels on each side.
        seed: Which noise.
        slope: How fast power falls with frequency: 0 is white noise, 3 is soft clouds.
        stretch: How much longer features are along x and y.
    """
    rng = np.random.default_rng([seed, side])
    white = rng.standard_normal((side, side)).astype(np.float32)
    # cv2 packs the spectrum of a real picture into a picture of the same size: a column each for
    # the real and the imaginary part of a frequency, and so in rows for the first and the last.
    packed = ((np.arange(side) + 1) // 2).astype(np.float32)
    row = np.arange(side, dtype=np.float32)
    down = np.repeat(np.minimum(row, side - row)[:, None], side, axis=1)
    down[:, 0] = down[:, -1] = packed
    radius = np.square(packed * np.float32(stretch[0])) + np.square(down * np.float32(stretch[1]))
    radius[0, 0] = 1.0
    spectrum = cv2.dft(white) * cv2.pow(radius, -slope / 2)
    spectrum[0, 0] = 0.0
    noise = cv2.dft(spectrum, flags=cv2.DFT_INVERSE | cv2.DFT_REAL_OUTPUT)
    noise *= 1 / noise.std()
    return np.asarray(noise, np.float32)


def to_bytes(values: Floats, middle: float = 128.0, spread: float = 32.0) -> Bytes:
    """Noise as bytes around a middle, `spread` levels to a deviation."""
    return np.asarray(np.clip(np.rint(values * spread + middle), 0, 255), np.uint8)


@lru_cache(maxsize=16)
def weave(kind: str) -> Tile:
    """The fine structure of a fabric as a brightness factor, 128 for 1.0.

    Kinds: jersey, rib, linen, twill, knit, satin.
    """
    side, px_per_cm = 512, 40.0
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) * np.float32(2 * np.pi / side)
    fine = cloud(side, 11, slope=0.4)
    if kind == "rib":
        value = 0.9 * np.sin(32 * x) + 0.25 * np.sin(128 * y) + 0.3 * fine
    elif kind == "linen":
        warp = cloud(side, 12, slope=0.45, stretch=(1.0, 0.05))
        weft = cloud(side, 13, slope=0.45, stretch=(0.05, 1.0))
        value = 0.55 * warp + 0.55 * weft + 0.3 * np.sin(96 * x) * np.sin(96 * y) + 0.2 * fine
    elif kind == "twill":
        value = 0.7 * np.sin(80 * (x + y)) + 0.3 * cloud(side, 14, slope=0.8) + 0.2 * fine
    elif kind == "knit":
        zigzag = np.abs(np.mod(24 * x / np.pi, 2) - 1)
        value = np.sin(40 * y + 5.0 * zigzag) * 0.8 + 0.5 * np.cos(48 * x) + 0.3 * fine
    elif kind == "satin":
        value = 0.25 * cloud(side, 15, slope=0.8, stretch=(1.0, 0.1)) + 0.1 * fine
    else:
        zigzag = np.abs(np.mod(48 * x / np.pi, 2) - 1)
        value = 0.5 * np.sin(80 * y + 3.0 * zigzag) + 0.35 * np.cos(96 * x) + 0.35 * fine
    return make_tile(to_bytes(np.asarray(value, np.float32), 128, 13), px_per_cm)


@lru_cache(maxsize=4)
def melange() -> Tile:
    """Heathered yarn: short light and dark fibres, 128 for 1.0."""
    fibres = cloud(512, 21, slope=0.5, stretch=(0.25, 1.0))
    return make_tile(to_bytes(fibres + 0.4 * cloud(512, 22, slope=0.8), 128, 20), 24.0)
