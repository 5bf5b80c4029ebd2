"""Which photos pass the filter and which are selected: one answer for map, galleries and export.

Photos are told by their row in the embedding's index, 0 to n - 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject, pyqtSignal

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class How(Enum):
    """What a newly made selection does to the one before."""

    REPLACE = "replace"
    ADD = "add"
    SUBTRACT = "subtract"


class Selection(QObject):
    """Nothing that the filter hides is ever selected.

    What is hidden while it is selected is selected again once the filter lets it through, so that
    a look through a filter costs nobody a selection made by hand.
    """

    visible_changed = pyqtSignal()
    """Also when the selection has changed by it; `selected_changed` follows then."""
    selected_changed = pyqtSignal()

    def __init__(self, count: int = 0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visible = np.ones(count, bool)
        self._chosen = np.zeros(count, bool)

    @property
    def count(self) -> int:
        """All photos of the index."""
        return len(self._visible)

    @property
    def visible(self) -> Mask:
        """Which photos pass the filter, shape (n,); not to be written to."""
        return self._visible

    @property
    def selected(self) -> Mask:
        """Which of those are selected, shape (n,); not to be written to."""
        return self._chosen & self._visible

    @property
    def is_filtered(self) -> bool:
        return not bool(self._visible.all())

    def selected_rows(self) -> Rows:
        return np.flatnonzero(self.selected)

    def reset(self, count: int) -> None:
        """Begins anew with another index: all visible, none selected."""
        self._visible = np.ones(count, bool)
        self._chosen = np.zeros(count, bool)
        self.visible_changed.emit()
        self.selected_changed.emit()

    def show_only(self, visible: Mask) -> None:
        """Hides what is not in the mask.

        Raises:
            ValueError: The mask is of another length.
        """
        if visible.shape != self._visible.shape:
            raise ValueError(f"{len(visible)} photos where there are {self.count}")
        if np.array_equal(visible, self._visible):
            return
        before = self.selected
        self._visible = visible.astype(bool)
        self.visible_changed.emit()
        if not np.array_equal(before, self.selected):
            self.selected_changed.emit()

    def select(self, rows: Rows | Iterable[int], how: How = How.REPLACE) -> None:
        """Selects rows, or takes them out; hidden ones are ignored."""
        named = np.zeros(self.count, bool)
        named[rows if isinstance(rows, np.ndarray) else np.fromiter(rows, np.int64)] = True
        named &= self._visible
        before = self.selected
        match how:
            case How.REPLACE:
                self._chosen = named
            case How.ADD:
                self._chosen = self._chosen | named
            case How.SUBTRACT:
                self._chosen = self._chosen & ~named
        if not np.array_equal(before, self.selected):
            self.selected_changed.emit()

    def toggle(self, row: int) -> None:
        """Selects a row, or takes it out."""
        self.select([row], How.SUBTRACT if self.selected[row] else How.ADD)

    def invert(self) -> None:
        """Selects what is visible and not selected, and nothing else."""
        self.select(np.flatnonzero(self._visible & ~self._chosen))
