"""What a gallery lists, however much that is: entries are made as they come into view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

from explorer.gallery_tile import Entry, Mark
from explorer.selection import Rows


class PlainEntries(Sequence[Entry]):
    """Entries that say no more than which photo they are: half a million of them cost nothing.

    Attributes:
        rows: (m,) of the index, each once.
    """

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, number: int) -> Entry: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Entry]: ...
    def __getitem__(self, number: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(number, slice):
            return PlainEntries(self.rows[number])
        return Entry(int(self.rows[number]))


class RankedEntries(Sequence[Entry]):
    """Entries with how far each photo is and what sets it apart.

    Attributes:
        rows: (m,) of the index, nearest first.
    """

    def __init__(
        self, rows: Rows, distances: npt.NDArray[np.floating], mark: Callable[[int], Mark]
    ) -> None:
        """Marks a row once its entry is wanted."""
        self.rows = rows
        self._distances = distances
        self._mark = mark

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, number: int) -> Entry: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Entry]: ...
    def __getitem__(self, number: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(number, slice):
            return RankedEntries(self.rows[number], self._distances[number], self._mark)
        row = int(self.rows[number])
        return Entry(row, f"{self._distances[number]:.3f}", self._mark(row))


def rows_of(entries: Sequence[Entry]) -> Rows:
    """The row of each entry, (m,) int64."""
    if isinstance(entries, PlainEntries | RankedEntries):
        return entries.rows
    return np.fromiter((entry.row for entry in entries), np.int64, len(entries))
