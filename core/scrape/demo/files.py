"""Pictures as the bytes of a file, with every encoder setting pinned."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from core.scrape.demo.textures import Bytes

_ORIENTATION_TAG = 0x0112
# How the pixels must be stored for a viewer that obeys the tag to see them upright.
_TURNS = {
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}
ORIENTATIONS = tuple(_TURNS)


def jpeg(picture: Bytes, quality: int) -> bytes:
    """A baseline JPEG with 4:2:0 chroma, as phones and shops write it."""
    return _saved(Image.fromarray(picture), "JPEG", quality=quality, subsampling=2, optimize=False)


def webp(picture: Bytes, quality: int) -> bytes:
    """A lossy WebP."""
    return _saved(Image.fromarray(picture), "WEBP", quality=quality, method=2)


def png(picture: Bytes) -> bytes:
    """A PNG."""
    return _saved(Image.fromarray(picture), "PNG", compress_level=4)


def jpeg_with_orientation(picture: Bytes, quality: int, orientation: int) -> bytes:
    """A JPEG that lies sideways or on its head, and the EXIF tag (3, 6 or 8) that sets it right."""
    exif = Image.Exif()
    exif[_ORIENTATION_TAG] = orientation
    turned = Image.fromarray(picture).transpose(_TURNS[orientation])
    return _saved(
        turned, "JPEG", quality=quality, subsampling=2, optimize=False, exif=exif.tobytes()
    )


def decoded(data: bytes) -> Bytes:
    """A file's pixels as (H, W, 3) sRGB, exactly as stored."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def resized(picture: Bytes, width: int, height: int) -> Bytes:
    """The picture at another size, averaged where it shrinks."""
    shrinks = width < picture.shape[1]
    smaller: Bytes = cv2.resize(
        picture, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    )
    return smaller


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
