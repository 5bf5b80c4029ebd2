"""What a gallery lists, however much that is: entries are made as they come into view."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

from explorer.gallery_tile import Entry, Mark
from explorer.selection import Rows


class LazyEntries(Sequence[Entry], ABC):
    """Entries of rows of the index, each made when it is asked for.

    Attributes:
        rows: (m,) of the index, in the order of the entries.
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
            return [self._entry(each) for each in range(*number.indices(len(self)))]
        return self._entry(number)

    @abstractmethod
    def _entry(self, number: int) -> Entry: ...


class PlainEntries(LazyEntries):
    """Entries that say no more than which photo they are: half a million of them cost nothing."""

    def _entry(self, number: int) -> Entry:
        return Entry(int(self.rows[number]))


class RankedEntries(LazyEntries):
    """Entries, nearest first, with how far each photo is and what sets it apart."""

    def __init__(
        self, rows: Rows, distances: npt.NDArray[np.floating], mark: Callable[[int], Mark]
    ) -> None:
        """Marks a row once its entry is wanted."""
        super().__init__(rows)
        self._distances = distances
        self._mark = mark

    def _entry(self, number: int) -> Entry:
        row = int(self.rows[number])
        return Entry(row, f"{self._distances[number]:.3f}", self._mark(row))


def rows_of(entries: Sequence[Entry]) -> Rows:
    """The row of each entry, (m,) int64."""
    if isinstance(entries, LazyEntries):
        return entries.rows
    return np.fromiter((entry.row for entry in entries), np.int64, len(entries))
