"""Packs: the photos of a project made small once, in one file that batches are decoded from."""

from __future__ import annotations

import mmap
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.images import Pixels
from core.training.pack_building import PackProblem, PackResult, build_pack
from core.training.pack_file import PackHeader, PackIndex, checksum_of, not_a_pack, read_index
from core.training.photos import TrainingPhoto
from core.training.pixels import Fit, decode_square

__all__ = ["Pack", "PackProblem", "PackResult", "build_pack", "open_pack"]

UNREADABLE = -1
"""Instead of a row, for photos that are not in the pack."""

Rows = npt.NDArray[np.int64]

_MOST_THREADS = 16
# Handing work to a thread costs as much as decoding a small photo.
_LEAST_PHOTOS_A_THREAD = 8


class Pack:
    """An open pack, as it was when it was opened; may be read from any number of threads.

    Attributes:
        side_px: Side of every photo.
        fit: How they were made square.
    """

    def __init__(self, file: Path) -> None:
        """Opens; raises UserError where the file is missing or no pack."""
        try:
            with file.open("rb") as opened:
                header = PackHeader.read(opened)
                if header is None:
                    raise not_a_pack(file)
                self._index: PackIndex = read_index(file, opened, header)
                self._map = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:
            raise not_a_pack(file) from error
        self._file = file
        self._bytes = memoryview(self._map)
        self._keys = list(self._index.rows)
        self._threads = threads_at_hand()
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="pack")
        self.side_px = header.side_px
        self.fit: Fit = header.fit

    def __len__(self) -> int:
        return len(self._keys)

    def rows_of(self, photos: Sequence[TrainingPhoto]) -> Rows:
        """The row of each photo, -1 where it is not there because it could not be read."""
        rows = self._index.rows
        return np.array([rows.get(photo.content_hash, UNREADABLE) for photo in photos], np.int64)

    def read(self, rows: npt.NDArray[np.integer], threads: int | None = None) -> Pixels:
        """The photos of these rows: (n, side_px, side_px, 3) uint8 RGB.

        Args:
            rows: As `rows_of` gives them, none of them -1.
            threads: How many decode; one a processor where None, the caller's alone where 1.

        Raises:
            UserError: The file was damaged since it was written.
        """
        pixels = np.empty((len(rows), self.side_px, self.side_px, 3), np.uint8)
        threads = min(threads or self._threads, -(-len(rows) // _LEAST_PHOTOS_A_THREAD))
        if threads <= 1:
            self._decode(rows, pixels)
            return pixels
        edges = np.linspace(0, len(rows), threads + 1).astype(int).tolist()
        parts = [slice(*edge) for edge in pairwise(edges)]
        for _ in self._pool.map(lambda part: self._decode(rows[part], pixels[part]), parts):
            pass
        return pixels

    def close(self) -> None:
        """Ends its threads and lets go of the file."""
        self._pool.shutdown()
        self._bytes.release()
        self._map.close()

    def __enter__(self) -> Pack:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _decode(self, rows: npt.NDArray[np.integer], pixels: Pixels) -> None:
        index = self._index
        for row, square in zip(rows.tolist(), pixels, strict=True):
            if row < 0:
                raise ValueError("a photo that is not in the pack")
            offset, length = index.offsets[row], index.lengths[row]
            with self._bytes[offset : offset + length] as jpeg:
                if checksum_of(self._keys[row], jpeg) != index.checksums[row]:
                    raise not_a_pack(self._file)
                decode_square(jpeg, square)


def open_pack(file: Path) -> Pack:
    """Opens a pack; close it, or use it in a `with` block.

    Raises:
        UserError: The file is missing or no pack.
    """
    return Pack(file)


def threads_at_hand() -> int:
    """How many threads may decode at once on this machine."""
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    return min(count, _MOST_THREADS)
