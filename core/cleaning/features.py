"""Everything that hints need to know of a photo, computed once from its bytes.

One decode, scaled down while decoding, serves the hashes, the measures and the thumbnail on which
photos are compared. The photo is opened again only where its thumbnail makes it plausible that it
is a copy of another.
"""

from __future__ import annotations

import struct
from dataclasses import astuple, dataclass

import cv2
import numpy as np
import numpy.typing as npt
import simplejpeg

from core.cleaning.hashing import Hasher, Hashes, as_grey
from core.cleaning.jpeg_quality import estimate_jpeg_quality
from core.cleaning.sharpness import SIDE_PX, Measures, measure
from core.images import Container, Picture, encode_jpeg

Pixels = npt.NDArray[np.uint8]

FEATURES_VERSION = 1
"""Raised whenever the same photo would give other features; older ones are computed again."""

DECODE_PX = SIDE_PX
"""What both sides of the decoded picture must reach; larger is slower and no better."""

_THUMBNAIL_SHORT_PX = 64
_THUMBNAIL_LONG_PX = 256
_THUMBNAIL_QUALITY = 88

_HEAD = struct.Struct("<6Q5fI")


@dataclass(frozen=True)
class PhotoFeatures:
    """What is known of one photo.

    Attributes:
        width: Of the whole photo, upright, in pixels.
        height: Likewise.
        container: What kind of file.
        orientation: The EXIF orientation, 1 to 8.
        jpeg_quality: 1 to 100, or None for other containers.
        hashes: Of the upright picture.
        measures: How it was taken.
        thumbnail: JPEG, upright, 64 pixels on its shorter side (the longer at most 256); smaller
            photos as they are.
    """

    width: int
    height: int
    container: Container
    orientation: int
    jpeg_quality: int | None
    hashes: Hashes
    measures: Measures
    thumbnail: bytes

    def thumbnail_pixels(self) -> Pixels:
        """The thumbnail decoded, RGB."""
        pixels: Pixels = simplejpeg.decode_jpeg(self.thumbnail, "RGB")
        return pixels


class FeatureExtractor:
    """Computes features of photo after photo; belongs to one thread."""

    def __init__(self) -> None:
        self._hasher = Hasher()

    def __call__(self, data: bytes, picture: Picture) -> PhotoFeatures:
        """The features of a photo.

        Args:
            data: The file.
            picture: Decoded from it with both sides at least `DECODE_PX`, or whole.
        """
        pixels = _moderate(picture.pixels)
        grey = as_grey(pixels)
        return PhotoFeatures(
            width=picture.width,
            height=picture.height,
            container=picture.container,
            orientation=picture.orientation,
            jpeg_quality=estimate_jpeg_quality(data),
            hashes=self._hasher(grey),
            measures=measure(grey),
            thumbnail=encode_jpeg(_thumbnail(pixels), _THUMBNAIL_QUALITY),
        )


def to_blob(features: PhotoFeatures) -> bytes:
    """What has no column of its own: hashes (but the 64-bit pHash), measures and thumbnail."""
    hashes, taken = features.hashes, astuple(features.measures)
    head = _HEAD.pack(hashes.phash, hashes.dhash, *hashes.phash_256, *taken)
    return head + features.thumbnail


def from_blob(
    blob: bytes,
    *,
    width: int,
    height: int,
    container: str,
    orientation: int,
    jpeg_quality: int | None,
) -> PhotoFeatures:
    """What `to_blob` was given, with the values that have columns of their own."""
    hashes, measures = peek(blob)
    return PhotoFeatures(
        width=width,
        height=height,
        container=Container(container),
        orientation=orientation,
        jpeg_quality=jpeg_quality,
        hashes=hashes,
        measures=measures,
        thumbnail=thumbnail_of(blob),
    )


def peek(blob: bytes) -> tuple[Hashes, Measures]:
    """Hashes and measures from the first 128 bytes of what `to_blob` gave."""
    phash, dhash, a, b, c, d, *taken = _HEAD.unpack_from(blob)
    return Hashes(phash, (a, b, c, d), dhash), Measures(*taken)


def thumbnail_of(blob: bytes) -> bytes:
    """The thumbnail, a JPEG, from what `to_blob` gave."""
    return blob[_HEAD.size :]


def _moderate(pixels: Pixels) -> Pixels:
    """At most twice `DECODE_PX` on the shorter side: PNG and WebP are always decoded whole."""
    height, width = pixels.shape[:2]
    factor = min(height, width) // DECODE_PX
    if factor < 2:
        return pixels
    # A whole factor keeps OpenCV on its fast path and drops no more than a factor's rest of edge.
    size = (width // factor, height // factor)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def _thumbnail(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    factor = min(_THUMBNAIL_SHORT_PX / min(height, width), _THUMBNAIL_LONG_PX / max(height, width))
    if factor >= 1:
        return pixels
    if factor <= 0.5:
        # Halved first, which is fast; linear interpolation alone would skip pixels.
        pixels = np.asarray(
            cv2.resize(pixels, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        )
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR))
