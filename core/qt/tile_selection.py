"""Which tiles are selected, and which one the keyboard is at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class TileSelection:
    """Tiles by their index.

    Attributes:
        selected: Of all that are.
        current: Where the keyboard is; None if it is nowhere yet.
    """

    def __init__(self) -> None:
        self.selected: frozenset[int] = frozenset()
        self.current: int | None = None
        self._anchor: int | None = None

    def select(self, indexes: Iterable[int]) -> None:
        """Selects these and no others; the keyboard stays where it is."""
        self.selected = frozenset(indexes)

    def toggle(self, index: int) -> None:
        """Selects the tile, or deselects it, and goes there."""
        self.selected ^= {index}
        self.current = self._anchor = index

    def go_to(self, index: int) -> None:
        """Goes to the tile and selects it alone."""
        self.selected = frozenset({index})
        self.current = self._anchor = index

    def extend_to(self, index: int) -> None:
        """Selects all from the tile that was chosen by itself last up to this one."""
        first = index if self._anchor is None else self._anchor
        self.selected = frozenset(range(min(first, index), max(first, index) + 1))
        self.current, self._anchor = index, first


def neighbour(
    index: int, columns: int, rows: int, all_rows: Sequence[range], middles: Sequence[float]
) -> int:
    """The tile beside, above or below another; that tile itself where there is none.

    Args:
        index: The tile to start from.
        columns: How many tiles to go on (back, if negative) in reading order.
        rows: How many rows to go down (up, if negative), if `columns` is 0.
        all_rows: The tiles in each row.
        middles: Where each tile's middle lies across.
    """
    if columns:
        return min(max(0, index + columns), len(middles) - 1)
    at = next(number for number, row in enumerate(all_rows) if index in row)
    there = all_rows[min(max(0, at + rows), len(all_rows) - 1)]
    return index if index in there else min(there, key=lambda i: abs(middles[i] - middles[index]))
