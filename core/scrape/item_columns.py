"""Which columns of a table could tell items apart, where none is called so?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.scrape.table_rows import Row, to_text

_FEWEST_ROWS, _MOST_ROWS = 1.2, 50
"""Rows a value, on average: with fewer nearly each photo has one of its own, with more it is a kind
of thing, as a category is."""


@dataclass(frozen=True)
class ItemColumn:
    """A column whose values come again as an item's or a seller's would.

    Attributes:
        name: As the table calls it.
        values: How many different ones.
        rows_each: With how many rows, on average.
    """

    name: str
    values: int
    rows_each: float

    def __str__(self) -> str:
        return f"{self.name} ({self.values:,} values, {self.rows_each:.1f} rows each)"


class ItemColumns:
    """Counts the different values of those columns that stand for no field."""

    def __init__(self, header: Sequence[str], used: Collection[str]) -> None:
        self._columns = [(at, name) for at, name in enumerate(header) if name not in used]
        self._values: list[set[str]] = [set() for _ in self._columns]
        self._rows = [0] * len(self._columns)

    def add(self, row: Row) -> None:
        """Counts a row; an empty cell tells nothing."""
        for place, (at, _) in enumerate(self._columns):
            value = to_text(row[at])
            if value:
                self._values[place].add(value)
                self._rows[place] += 1

    def likely(self) -> tuple[ItemColumn, ...]:
        """Those that could tell items apart, in the table's order."""
        found = [
            ItemColumn(name, len(values), rows / len(values))
            for (_, name), values, rows in zip(self._columns, self._values, self._rows, strict=True)
            if len(values) > 1
        ]
        return tuple(c for c in found if _FEWEST_ROWS <= c.rows_each <= _MOST_ROWS)
