"""The panes of a comparison in the rows and columns that show the photos largest."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PyQt5.QtCore import QSizeF
from PyQt5.QtWidgets import QGridLayout

from core.qt.compare_pane import CAPTION_PX, ComparePane
from core.qt.comparison import MOST_PHOTOS
from core.qt.look import fit_scale


class CompareGrid(QGridLayout):
    """Lays panes out; those that are not wanted are hidden."""

    def __init__(self, panes: Sequence[ComparePane]) -> None:
        super().__init__()
        self._panes = panes
        self.setContentsMargins(6, 0, 6, 0)
        self.setSpacing(6)

    def lay_out(self, extents: Sequence[QSizeF], room: QSizeF) -> None:
        """Shows as many panes as there are extents.

        Args:
            extents: How large what each pane shows is, in pixels of the photo.
            room: For all of them.
        """
        while self.count():
            self.takeAt(0)
        for line in range(MOST_PHOTOS):
            self.setColumnStretch(line, 0)
            self.setRowStretch(line, 0)
        if extents:
            columns = max(
                range(1, len(extents) + 1), key=lambda count: _shown_area(extents, room, count)
            )
            for number, pane in enumerate(self._panes[: len(extents)]):
                self.addWidget(pane, number // columns, number % columns)
                self.setColumnStretch(number % columns, 1)
                self.setRowStretch(number // columns, 1)
        for number, pane in enumerate(self._panes):
            pane.setVisible(number < len(extents))


def _shown_area(extents: Sequence[QSizeF], room: QSizeF, columns: int) -> float:
    rows = math.ceil(len(extents) / columns)
    pane = QSizeF(room.width() / columns, max(1.0, room.height() / rows - CAPTION_PX))
    return sum(
        extent.width() * extent.height() * fit_scale(extent, pane) ** 2 for extent in extents
    )
