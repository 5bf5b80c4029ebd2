"""Photos that say which they are: cloth-like texture, and a number in black and white squares.

The number can be read off a screen, at any size, so that a benchmark notices a photo in the place
of another.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from core.images import encode_jpeg

_COLUMNS, _ROWS = 4, 3
_SHARE = 0.5
"""The squares cover this share of the photo's width and height, in its middle."""


def write_coded_photo(file: Path, number: int, width: int, height: int, quality: int) -> None:
    """Draws and stores a photo; one of 4000 × 3000 at quality 88 has some 4 MB."""
    chance = np.random.default_rng(number)
    coarse = chance.integers(60, 200, (9, 12, 3), dtype=np.uint8)
    pixels = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.int16)
    patch = chance.normal(0, 10, (256, 256, 1))
    repeats = (height // 256 + 1, width // 256 + 1, 1)
    pixels += np.tile(patch, repeats)[:height, :width].astype(np.int16)
    picture = np.clip(pixels, 0, 255).astype(np.uint8)
    for bit, (x, y) in enumerate(_square_centres()):
        half_x, half_y = _SHARE / _COLUMNS / 2, _SHARE / _ROWS / 2
        rows = slice(round((y - half_y) * height), round((y + half_y) * height))
        columns = slice(round((x - half_x) * width), round((x + half_x) * width))
        picture[rows, columns] = 240 if number >> bit & 1 else 15
    file.write_bytes(encode_jpeg(picture, quality))


def read_number(pixels: np.ndarray) -> int | None:
    """The number of a photo as it is shown, or None if that is no coded photo.

    Args:
        pixels: (height, width, ≥ 3) uint8; the photo fills it.
    """
    height, width = pixels.shape[:2]
    number = 0
    for bit, (x, y) in enumerate(_square_centres()):
        at_y, at_x = int(y * height), int(x * width)
        seen = pixels[at_y - 1 : at_y + 2, at_x - 1 : at_x + 2, :3].mean()
        if 80 < seen < 175:
            return None
        number |= int(seen > 128) << bit
    return number


def _square_centres() -> list[tuple[float, float]]:
    start = (1 - _SHARE) / 2
    return [
        (start + (column + 0.5) * _SHARE / _COLUMNS, start + (row + 0.5) * _SHARE / _ROWS)
        for row in range(_ROWS)
        for column in range(_COLUMNS)
    ]
