"""From a photo's file to the square of pixels that a network sees: the one way there.

Training, evaluation and the explorer's queries all come through here, JPEG and all, so that a model
is never shown photos made small in another way than those it was trained on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import simplejpeg

from core.cleaning.photo_content import Crop, decode_photo
from core.images import Pixels, read_file
from core.jpeg_header import frame_size

Fit = Literal["pad", "crop", "stretch"]

QUALITY = 90
"""Of the JPEG that a square is kept as: about 14 KB at 224 pixels, a tenth of the raw pixels."""


def photo_to_square(file: Path, crop: Crop | None, side_px: int, fit: Fit) -> Pixels:
    """The photo in a file, upright and made small: (side_px, side_px, 3) uint8 RGB.

    The same pixels, to the last bit, that a pack has of it.

    Args:
        file: Of any container that `core.images` reads.
        crop: (x1, y1, x2, y2) in upright pixels where the photo is a part of the file.
        side_px: Side of the square.
        fit: As `to_square` takes it.

    Raises:
        UnreadableImage: The file cannot be shown; says why.
    """
    square = np.empty((side_px, side_px, 3), np.uint8)
    decode_square(encode_square(read_file(file), crop, side_px, fit), square)
    return square


def encode_square(data: bytes, crop: Crop | None, side_px: int, fit: Fit) -> bytes:
    """The photo in a file's bytes as the JPEG of its square; arguments as `photo_to_square`'s."""
    # JPEGs are decoded at a half, a quarter or an eighth of their size where that is enough.
    enough_px = side_px
    size = frame_size(data)
    if fit == "pad" and size is not None and min(size) > 0:
        enough_px = max(1, -(-side_px * min(size) // max(size)))
    square = to_square(decode_photo(data, crop, enough_px).pixels, side_px, fit)
    # Colour at its full resolution: it tells garments apart, and costs a fifth more bytes.
    encoded: bytes = simplejpeg.encode_jpeg(
        square, quality=QUALITY, colorspace="RGB", colorsubsampling="444"
    )
    return encoded


def decode_square(data: bytes | memoryview, square: Pixels) -> None:
    """Decodes what `encode_square` made into a contiguous (side_px, side_px, 3) uint8 array.

    Other threads run meanwhile. Raises ValueError where the bytes are damaged.
    """
    simplejpeg.decode_jpeg(data, "RGB", buffer=square)


def to_square(pixels: Pixels, side_px: int, fit: Fit) -> Pixels:
    """The picture as a square: (side_px, side_px, 3) uint8 RGB.

    Args:
        pixels: (height, width, 3) uint8 RGB.
        side_px: Side of the square; smaller pictures are scaled up to it.
        fit: "pad" shows all of the picture, centred between bars of its border's median colour;
            "crop" shows its central square; "stretch" shows all, its aspect lost.
    """
    height, width = pixels.shape[:2]
    if fit == "stretch" or height == width:
        return _resized(pixels, side_px, side_px)
    if fit == "crop":
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        return _resized(pixels[top : top + side, left : left + side], side_px, side_px)
    longer = max(height, width)
    small = _resized(
        pixels, max(1, round(width * side_px / longer)), max(1, round(height * side_px / longer))
    )
    return _padded(small, side_px)


def _resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """Resized without aliasing: area averages on the way down, cubic on the way up."""
    rows, columns = pixels.shape[:2]
    smaller = (min(columns, width), min(rows, height))
    if smaller != (columns, rows):
        pixels = cv2.resize(pixels, smaller, interpolation=cv2.INTER_AREA)
    if smaller != (width, height):
        pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(pixels)


def _padded(pixels: Pixels, side_px: int) -> Pixels:
    height, width = pixels.shape[:2]
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    square = np.empty((side_px, side_px, 3), np.uint8)
    square[:] = np.median(border, axis=0).round().astype(np.uint8)
    top, left = (side_px - height) // 2, (side_px - width) // 2
    square[top : top + height, left : left + width] = pixels
    return square
