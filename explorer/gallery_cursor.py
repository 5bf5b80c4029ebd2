"""Where the user is in a list, and what his clicks and arrows select of it."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.selection import How, Rows, Selection


@dataclass
class GalleryCursor:
    """Numbers of entries, from 0; what is selected goes to the selection that all views share.

    Attributes:
        selection: Shared by all views.
        rows: Of the entries, in order.
        current: The entry that the keyboard is at.
    """

    selection: Selection
    rows: Rows
    current: int = 0
    _anchor: int = 0

    def reset(self, rows: Rows) -> None:
        """Begins at the top of another list."""
        self.rows = rows
        self.current = self._anchor = 0

    def click(self, number: int | None, *, extends: bool, toggles: bool) -> None:
        """Selects an entry, one more or less, or all from the last one on; None is beside them."""
        if number is None:
            if not extends and not toggles:
                self.selection.select([])
            return
        self.current = number
        if extends:
            self._select_range()
            return
        self._anchor = number
        row = int(self.rows[number])
        if toggles:
            self.selection.toggle(row)
        else:
            self.selection.select([row])

    def step(self, by: int, *, extends: bool) -> bool:
        """Goes so many entries on and selects that one, or all on the way; whether it is there."""
        number = self.current + by
        if not 0 <= number < len(self.rows):
            return False
        self.click(number, extends=extends, toggles=False)
        return True

    def _select_range(self) -> None:
        first, last = sorted((self._anchor, self.current))
        self.selection.select(self.rows[first : last + 1], How.REPLACE)
