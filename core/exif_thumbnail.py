"""The small picture that cameras and phones store in a photo's EXIF header.

It can be had from a file's first few kilobytes in a fraction of a millisecond, where decoding a
photo of 12 megapixels takes thirty, at an eighth of its size too: a JPEG's pixels can only be found
by reading all that come before them.

It is what the camera saw. Whoever edited the photo since may have left it behind, so it is no proof
of what the photo shows now.
"""

from __future__ import annotations

import struct

from core.images import Container, Picture, UnreadableImage, decode, sniff, turn_upright
from core.jpeg_header import APP1, frame_size, segments

HEAD_BYTES = 192 * 1024
"""How much of a file is enough: EXIF has at most 64 kB, and the photo's size follows soon after."""

_ASPECT_TOLERANCE = 0.02
"""160 × 107 stands for 3:2. A photo put between black bars to fill 4:3 is off by 0.11 or more."""

_ORIENTATION, _COMPRESSION, _OFFSET, _LENGTH = 0x0112, 0x0103, 0x0201, 0x0202
_JPEG_COMPRESSION = 6
_MOST_TAGS = 200


def exif_thumbnail(head: bytes) -> Picture | None:
    """The thumbnail in a photo's header, upright, with the photo's own width and height.

    Args:
        head: The file's first `HEAD_BYTES`, or all of it.

    Returns:
        None where there is none, or where it does not have the photo's shape.
    """
    if sniff(head[:32]) is not Container.JPEG:
        return None
    stored = frame_size(head)
    found = next(filter(None, (_in_exif(head[begin:end]) for begin, end in _exifs(head))), None)
    if stored is None or min(stored) < 1 or found is None:
        return None
    jpeg, orientation = found
    try:
        thumbnail = decode(jpeg)
    except UnreadableImage:
        return None
    rows, columns = thumbnail.pixels.shape[:2]
    # As both are stored: a thumbnail that was turned and a photo that was not differ in this.
    if abs(columns * stored[1] / (rows * stored[0]) - 1) > _ASPECT_TOLERANCE:
        return None
    width, height = stored if orientation < 5 else stored[::-1]
    upright = turn_upright(thumbnail.pixels, orientation)
    return Picture(upright, width, height, Container.JPEG, orientation)


def _exifs(head: bytes) -> list[tuple[int, int]]:
    return [
        (begin + 6, end)
        for marker, begin, end in segments(head)
        if marker == APP1 and head.startswith(b"Exif\0\0", begin)
    ]


def _in_exif(tiff: bytes) -> tuple[bytes, int] | None:
    """The thumbnail's bytes, and the photo's orientation."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return None
    try:
        (first_at,) = struct.unpack_from(order + "I", tiff, 4)
        first, second_at = _tags(tiff, order, first_at)
        second, _ = _tags(tiff, order, second_at) if second_at else ({}, 0)
    except struct.error:
        return None
    at, length = second.get(_OFFSET, 0), second.get(_LENGTH, 0)
    compression = second.get(_COMPRESSION, _JPEG_COMPRESSION)
    if compression != _JPEG_COMPRESSION or not at or not length or at + length > len(tiff):
        return None
    orientation = first.get(_ORIENTATION, 1)
    return tiff[at : at + length], orientation if orientation in range(1, 9) else 1


def _tags(tiff: bytes, order: str, at: int) -> tuple[dict[int, int], int]:
    """A directory's short and long numbers, and where the next directory is; 0 for nowhere."""
    (count,) = struct.unpack_from(order + "H", tiff, at)
    tags = {}
    for number in range(min(count, _MOST_TAGS)):
        entry = at + 2 + 12 * number
        tag, kind, values = struct.unpack_from(order + "HHI", tiff, entry)
        if values == 1 and kind in (3, 4):
            form = "H" if kind == 3 else "I"
            (tags[tag],) = struct.unpack_from(order + form, tiff, entry + 8)
    (following,) = struct.unpack_from(order + "I", tiff, at + 2 + 12 * count)
    return tags, following
