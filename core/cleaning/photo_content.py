"""From a photo's row to its bytes and pixels, crops included, wherever its file lies now."""

from __future__ import annotations

import hashlib

import numpy as np

from core.images import Picture, Unreadable, UnreadableImage, decode

Crop = tuple[int, int, int, int]


def content_hash_of(data: bytes, crop: Crop | None) -> bytes:
    """SHA-256 of a file; where the photo is a part of it, with the crop in letters appended."""
    digest = hashlib.sha256(data).digest()
    return digest if crop is None else digest + ",".join(map(str, crop)).encode()


def decode_photo(data: bytes, crop: Crop | None, side_px: int | None) -> Picture:
    """The photo in a file.

    Args:
        data: The file.
        crop: (x1, y1, x2, y2) in upright pixels where the photo is a part of it.
        side_px: Both sides of what comes back are at least so large, or the photo is whole; None
            for the whole photo.

    Raises:
        UnreadableImage: As `core.images.decode` does, or the crop lies outside the picture.
    """
    if crop is None:
        return decode(data, at_least=None if side_px is None else (side_px, side_px))
    whole = decode(data)
    left, top = max(0, crop[0]), max(0, crop[1])
    part = np.ascontiguousarray(whole.pixels[top : max(0, crop[3]), left : max(0, crop[2])])
    if part.size == 0:
        raise UnreadableImage(Unreadable.NOT_A_PICTURE, "the crop lies outside the picture")
    return Picture(part, part.shape[1], part.shape[0], whole.container, whole.orientation)
