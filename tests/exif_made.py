"""JPEG files with the header that a camera or a phone gives them: EXIF, a thumbnail in it."""

from __future__ import annotations

import struct

from core import images


def thumbnail_of(jpeg: bytes, side_px: int = 160) -> bytes:
    """The small JPEG that a phone would put into the photo's header."""
    pixels = images.fit_within(images.decode(jpeg).pixels, side_px, side_px)
    return images.encode_jpeg(pixels, 80)


def with_exif_thumbnail(
    jpeg: bytes, thumbnail: bytes, *, orientation: int = 1, order: str = "<"
) -> bytes:
    """The photo's file with EXIF in it.

    Args:
        jpeg: The photo, without EXIF.
        thumbnail: What IFD1 points at; anything.
        orientation: Tag 0x0112 of IFD0.
        order: "<" for Intel's byte order, ">" for Motorola's.
    """
    mark = b"II*\0" if order == "<" else b"MM\0*"
    first = struct.pack(order + "HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 26)
    second_end = 26 + 2 + 3 * 12 + 4
    second = struct.pack(order + "H", 3)
    second += struct.pack(order + "HHIHH", 0x0103, 3, 1, 6, 0)
    second += struct.pack(order + "HHII", 0x0201, 4, 1, second_end)
    second += struct.pack(order + "HHII", 0x0202, 4, 1, len(thumbnail))
    second += struct.pack(order + "I", 0)
    tiff = mark + struct.pack(order + "I", 8) + first + second + thumbnail
    contents = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(contents) + 2) + contents + jpeg[2:]
