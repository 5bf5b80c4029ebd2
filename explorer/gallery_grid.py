"""Where each entry of a gallery lies: in lines and columns of equal cells."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QPoint, QRect

GAP_PX = 4


@dataclass(frozen=True)
class GalleryGrid:
    """The layout of some number of cells.

    Attributes:
        count: Cells.
        width: Of the gallery, in pixels.
        cell_width: The least; the columns share what is left, so that the right is not ragged.
        cell_height: In pixels.
    """

    count: int
    width: int
    cell_width: int
    cell_height: int

    @property
    def columns(self) -> int:
        return max(1, (self.width - GAP_PX) // (self.cell_width + GAP_PX))

    @property
    def height(self) -> int:
        """Of all cells, in pixels."""
        return GAP_PX + -(-self.count // self.columns) * self._line_px

    def rect(self, number: int) -> QRect:
        """Where a cell lies."""
        columns = self.columns
        pitch = (self.width - GAP_PX) / columns
        line, column = divmod(number, columns)
        left = round(GAP_PX + column * pitch)
        width = round(GAP_PX + (column + 1) * pitch) - left - GAP_PX
        return QRect(left, GAP_PX + line * self._line_px, width, self.cell_height)

    def numbers_in(self, area: QRect) -> tuple[int, int]:
        """First and end of the cells that lie in an area."""
        first = max(0, (area.top() - GAP_PX) // self._line_px) * self.columns
        end = (max(0, area.bottom() - GAP_PX) // self._line_px + 1) * self.columns
        return min(first, self.count), min(end, self.count)

    def number_at(self, point: QPoint) -> int | None:
        """The cell at a point, or None between cells."""
        first, end = self.numbers_in(QRect(point, point))
        return next((n for n in range(first, end) if self.rect(n).contains(point)), None)

    @property
    def _line_px(self) -> int:
        return self.cell_height + GAP_PX
