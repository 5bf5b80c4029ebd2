"""At which quality was a JPEG written? Told from its quantisation tables."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from core.jpeg_header import QUANTISATION, segments

# The luminance table of the JPEG standard (ITU-T T.81, table K.1), which libjpeg scales, in the
# zigzag order that files hold.
_STANDARD = np.array(
    [16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,
     26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
     56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
     95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99],
    dtype=np.float64,
)  # fmt: skip


def estimate_jpeg_quality(data: bytes) -> int | None:
    """The quality, 1 to 100, on libjpeg's scale; None where the bytes are no JPEG with a table.

    Exact for files that libjpeg wrote with its own tables; for those of other programs (phones,
    Photoshop) the quality at which libjpeg's table would be about as coarse.
    """
    for marker, begin, end in segments(data):
        if marker == QUANTISATION:
            table = _luminance_table(data[begin:end])
            if table is not None:
                return _quality(table)
    return None


@lru_cache(maxsize=1024)
def _quality(table: bytes) -> int:
    """Of a table's 64 values, as bytes or big-endian words."""
    values = np.frombuffer(table, np.uint8 if len(table) == 64 else ">u2").astype(np.float64)
    # Where the table is clipped to 1 or 255 it says nothing about the scale.
    telling = (values > 1) & (values < 255)
    if not telling.any():
        return 100 if values[0] <= 1 else 1
    percent = float(np.median(values[telling] / _STANDARD[telling])) * 100
    quality = (200 - percent) / 2 if percent <= 100 else 5000 / percent
    return int(np.clip(round(quality), 1, 100))


def _luminance_table(segment: bytes) -> bytes | None:
    """The values of table 0, if the segment holds it."""
    at = 0
    while at < len(segment):
        wide, number = segment[at] >> 4, segment[at] & 15
        size = 128 if wide else 64
        values = segment[at + 1 : at + 1 + size]
        if len(values) < size:
            return None
        if number == 0:
            return values
        at += 1 + size
    return None
