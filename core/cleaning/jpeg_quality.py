"""At which quality was a JPEG written? Told from its quantisation tables."""

from __future__ import annotations

import struct

import numpy as np

# The luminance table of the JPEG standard (ITU-T T.81, table K.1), which libjpeg scales, in the
# zigzag order that files hold.
_STANDARD = np.array(
    [16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,
     26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
     56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
     95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99],
    dtype=np.float64,
)  # fmt: skip

_START_OF_SCAN = 0xDA
_QUANTISATION = 0xDB
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def estimate_jpeg_quality(data: bytes) -> int | None:
    """The quality, 1 to 100, on libjpeg's scale; None where the bytes are no JPEG with a table.

    Exact for files that libjpeg wrote with its own tables; for those of other programs (phones,
    Photoshop) the quality at which libjpeg's table would be about as coarse.
    """
    table = _luminance_table(data)
    if table is None:
        return None
    # Where the table is clipped to 1 or 255 it says nothing about the scale.
    telling = (table > 1) & (table < 255)
    if not telling.any():
        return 100 if table[0] <= 1 else 1
    percent = float(np.median(table[telling] / _STANDARD[telling])) * 100
    quality = (200 - percent) / 2 if percent <= 100 else 5000 / percent
    return int(np.clip(round(quality), 1, 100))


def _luminance_table(data: bytes) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    if data[:2] != b"\xff\xd8":
        return None
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _WITHOUT_LENGTH:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker == _QUANTISATION:
            table = _first_table(data[at + 4 : at + 2 + length])
            if table is not None:
                return table
        if marker == _START_OF_SCAN:
            return None
        at += 2 + length
    return None


def _first_table(segment: bytes) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Table 0, which is luminance, if the segment holds it."""
    at = 0
    while at < len(segment):
        wide, number = segment[at] >> 4, segment[at] & 15
        size = 128 if wide else 64
        values = segment[at + 1 : at + 1 + size]
        if len(values) < size:
            return None
        if number == 0:
            return np.frombuffer(values, ">u2" if wide else np.uint8).astype(np.float64)
        at += 1 + size
    return None
