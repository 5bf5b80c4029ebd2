"""Perceptual hashes by imagehash's definitions, bit for bit, from a decoded picture.

pHash (64 and 256 bits) keeps the signs of the lowest frequencies, dHash (64 bits) those of the
slopes along each row. They tell whether two photos may be the same picture at other sizes and
qualities; they ignore colour and fall apart when a photo is cropped or turned, so nothing is called
a duplicate for its hash alone.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from core.cleaning.lanczos import Downscaler

_WORD, _FOUR_WORDS = struct.Struct(">Q"), struct.Struct(">4Q")
_TARGETS = ((32, 32), (64, 64), (9, 8))
# ITU-R 601 in units of 2^-16, as Pillow has it, and a half for rounding.
_LUMA = np.array([[19595, 38470, 7471, 32768]], np.float32) / 65536
# Frequencies are sums of thousands of grey levels, rounded in their last bits; in units of a level.
_NOUGHT = 1e-6


@dataclass(frozen=True)
class Hashes:
    """The first bit of a picture is the highest bit of the first word, as in imagehash's hex.

    Attributes:
        phash: 64 bits, `imagehash.phash(image)`.
        phash_256: Four words of 64 bits, `imagehash.phash(image, hash_size=16)`.
        dhash: 64 bits, `imagehash.dhash(image)`.
    """

    phash: int
    phash_256: tuple[int, int, int, int]
    dhash: int


class Hasher:
    """Hashes pictures one after the other; belongs to one thread."""

    def __init__(self) -> None:
        self._downscale = Downscaler(_TARGETS)

    def __call__(self, grey: npt.NDArray[np.uint8]) -> Hashes:
        """The hashes of a picture made grey by `as_grey`."""
        small, medium, tiny = self._downscale(grey)
        (phash,) = _WORD.unpack(_packed(_low_frequencies(small, 8)))
        (dhash,) = _WORD.unpack(_packed(tiny[:, 1:] > tiny[:, :-1]))
        phash_256 = _FOUR_WORDS.unpack(_packed(_low_frequencies(medium, 16)))
        return Hashes(phash=phash, phash_256=phash_256, dhash=dhash)


def as_grey(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Pillow's "L", (height, width), of an RGB picture (height, width, 3), to the last bit.

    `cv2.cvtColor` has other weights, which is enough to change a hash's bit now and then.
    """
    # Every sum is exact in 32-bit floats. Halves are rounded up, as Pillow does and `cv2.transform`
    # would not on whole numbers, on which it is slower besides.
    grey = np.asarray(cv2.transform(pixels.astype(np.float32), _LUMA))
    return grey.astype(np.uint8)


def _low_frequencies(grey: npt.NDArray[np.uint8], size: int) -> npt.NDArray[np.bool_]:
    """Which of the size × size lowest frequencies lie above their median."""
    basis = _cosines(grey.shape[0], size)
    frequencies = basis @ grey.astype(np.float64) @ basis.T
    # The median of an even number of values: np.median takes three times as long.
    ascending = np.sort(frequencies, axis=None)
    middle = ascending.size // 2
    below, above = ascending[middle - 1 : middle + 1].tolist()
    median = (below + above) / 2
    if min(abs(below), abs(above), abs(median)) < _NOUGHT:
        # What is nought but for rounding must not decide: a blank picture's hash would be noise.
        frequencies[np.abs(frequencies) < _NOUGHT] = 0
        median = sum(0 if abs(value) < _NOUGHT else value for value in (below, above)) / 2
    return np.asarray(frequencies > median)


@lru_cache(maxsize=4)
def _cosines(n: int, size: int) -> npt.NDArray[np.float64]:
    """The DCT-II's first rows as SciPy scales them: row k is 2 cos(pi k (2 i + 1) / (2 n))."""
    k, i = np.arange(size)[:, None], np.arange(n)[None]
    return np.asarray(2 * np.cos(np.pi * k * (2 * i + 1) / (2 * n)))


def _packed(bits: npt.NDArray[np.bool_]) -> bytes:
    return np.packbits(bits).tobytes()
