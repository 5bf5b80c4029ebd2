"""What was looked for, one query after another, and how each was moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from explorer.query import Query

_LONGEST = 200


@dataclass(frozen=True, eq=False)
class Step:
    """A point of the history: what was asked and how it was moved."""

    query: Query
    extents: Mapping[str, float]


class History:
    """Goes back and forward as a browser does: asking anew drops what was ahead."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._at = -1

    @property
    def now(self) -> Step | None:
        """Where it stands; None before anything was asked."""
        return self._steps[self._at] if self._steps else None

    @property
    def can_go_back(self) -> bool:
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        return self._at < len(self._steps) - 1

    def add(self, query: Query) -> None:
        """Goes on to another query, at rest."""
        self._steps = [*self._steps[: self._at + 1][-_LONGEST:], Step(query, {})]
        self._at = len(self._steps) - 1

    def go(self, steps: int) -> bool:
        """Goes back (negative) or forward; whether there was anything."""
        at = self._at + steps
        if not 0 <= at < len(self._steps):
            return False
        self._at = at
        return True

    def move(self, extents: Mapping[str, float]) -> None:
        """Notes how far what is asked now is moved, to be found so when it is come back to."""
        self._steps[self._at] = replace(self._steps[self._at], extents=extents)
