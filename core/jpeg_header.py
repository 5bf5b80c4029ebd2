"""What a JPEG file says before its pixels: a walk over its header's segments."""

from __future__ import annotations

from collections.abc import Iterator

APP1 = 0xE1
QUANTISATION = 0xDB

_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN = 0xDA
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """The (marker, begin, end) of each segment's contents up to the pixels.

    Ends early, without an error, where the bytes are no JPEG or break off.
    """
    if data[:2] != b"\xff\xd8":
        return
    at, size = 2, len(data)
    while at + 4 <= size and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        elif marker == _START_OF_SCAN:
            return
        else:
            end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
            if end > size:
                return
            yield marker, at + 4, end
            at = end


def frame_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) of the picture as it is stored, before any EXIF turn; None if unknown."""
    for marker, begin, end in segments(data):
        if marker in _START_OF_FRAME and end - begin >= 5:
            height = int.from_bytes(data[begin + 1 : begin + 3], "big")
            return int.from_bytes(data[begin + 3 : begin + 5], "big"), height
    return None
