"""Perceptual hashes by imagehash's definitions, bit for bit, from a decoded picture.

pHash (64 and 256 bits) keeps the signs of the lowest frequencies, dHash (64 bits) those of the
slopes along each row. They tell whether two photos may be the same picture at other sizes and
qualities; they ignore colour and fall apart when a photo is cropped or turned, so nothing is called
a duplicate for its hash alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.cleaning.lanczos import Downscaler

Words = npt.NDArray[np.uint64]

_TARGETS = ((32, 32), (64, 64), (9, 8))


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

    def __call__(self, pixels: npt.NDArray[np.uint8]) -> Hashes:
        """The hashes of a (height, width, 3) RGB picture."""
        # Pillow's grey: OpenCV rounds otherwise, which is enough to change a bit now and then.
        grey = np.asarray(Image.fromarray(pixels).convert("L"))
        small, medium, tiny = self._downscale(grey)
        words = _packed(_low_frequencies(medium, 16))
        return Hashes(
            phash=int(_packed(_low_frequencies(small, 8))[0]),
            phash_256=(int(words[0]), int(words[1]), int(words[2]), int(words[3])),
            dhash=int(_packed(tiny[:, 1:] > tiny[:, :-1])[0]),
        )


def _low_frequencies(grey: npt.NDArray[np.float64], size: int) -> npt.NDArray[np.bool_]:
    """Which of the size × size lowest frequencies lie above their median."""
    basis = _cosines(grey.shape[0])[:size]
    frequencies = basis @ grey @ basis.T
    # What is nought but for rounding must not decide: a blank picture's hash would be noise.
    frequencies[np.abs(frequencies) < 1e-6] = 0
    # The median of an even number of values: np.median takes three times as long.
    flat = np.sort(frequencies, axis=None)
    median = (flat[flat.size // 2 - 1] + flat[flat.size // 2]) / 2
    return np.asarray(frequencies > median)


@lru_cache(maxsize=4)
def _cosines(n: int) -> npt.NDArray[np.float64]:
    """The DCT-II's basis as SciPy scales it: row k is 2 cos(pi k (2 i + 1) / (2 n))."""
    k, i = np.arange(n)[:, None], np.arange(n)[None]
    return np.asarray(2 * np.cos(np.pi * k * (2 * i + 1) / (2 * n)))


def _packed(bits: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint64]:
    return np.packbits(bits).view(">u8").astype(np.uint64)
