"""The queue as Qt sees it: item ids in order, their rows read a page at a time when first shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from core.catalogue.database import Catalogue
from core.catalogue.items import ItemIds, read_items
from core.catalogue.records import Item

ItemRole = int(Qt.ItemDataRole.UserRole)

_PAGE_ROWS = 32
_ROWS_IN_MEMORY = 4096
_MOST_RUNS = 32
"""Beyond as many runs of rows to insert and remove, one reset is quicker than the single steps."""


class QueueModel(QAbstractListModel):
    """Items of the queue; `ItemRole` gives the `Item`.

    Rows are point reads on the GUI thread (a page of 32 takes about a millisecond), so that a row
    is never painted empty; the ids are found elsewhere (`cleaner.queue`).
    """

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._ids: ItemIds = np.empty(0, np.int64)
        self._items: dict[int, Item] = {}

    @property
    def ids(self) -> ItemIds:
        """The ids in order, shape (n,); not to be written to."""
        return self._ids

    def row_of(self, item_id: int) -> int | None:
        """The row that an item is in, or None."""
        rows = np.flatnonzero(self._ids == item_id)
        return int(rows[0]) if len(rows) else None

    def item_at(self, row: int) -> Item | None:
        """The item in a row; None where it has vanished from the catalogue meanwhile."""
        item_id = int(self._ids[row])
        if item_id not in self._items:
            self._read_page(row)
        return self._items.get(item_id)

    def set_ids(self, ids: ItemIds) -> None:
        """Shows other ids, by inserting and removing rows where those are few."""
        if np.array_equal(ids, self._ids):
            return
        gone = _runs(~np.isin(self._ids, ids))
        kept = self._ids[np.isin(self._ids, ids)]
        is_new = ~np.isin(ids, self._ids)
        new = _runs(is_new)
        if len(gone) + len(new) > _MOST_RUNS or not np.array_equal(ids[~is_new], kept):
            self.beginResetModel()
            self._ids = ids
            self.endResetModel()
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._ids = np.delete(self._ids, slice(first, last + 1))
            self.endRemoveRows()
        for first, last in new:
            self.beginInsertRows(QModelIndex(), first, last)
            self._ids = np.insert(self._ids, first, ids[first : last + 1])
            self.endInsertRows()

    def insert(self, row: int, item_id: int) -> None:
        """Puts an item in before a row."""
        self.beginInsertRows(QModelIndex(), row, row)
        self._ids = np.insert(self._ids, row, item_id)
        self.endInsertRows()

    def remove(self, row: int) -> None:
        """Takes a row out."""
        self.beginRemoveRows(QModelIndex(), row, row)
        self._ids = np.delete(self._ids, row)
        self.endRemoveRows()

    def forget(self, item_ids: Iterable[int] | None = None) -> None:
        """Has the rows of these items (of all, where None) read again when next shown."""
        if item_ids is None:
            self._items.clear()
            if len(self._ids):
                self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1))
            return
        for item_id in item_ids:
            self._items.pop(item_id, None)
            row = self.row_of(item_id)
            if row is not None:
                self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == ItemRole:
            return self.item_at(index.row())
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            item = self.item_at(index.row())
            return None if item is None else item.title
        return None

    def _read_page(self, row: int) -> None:
        first = row - row % _PAGE_ROWS
        for item in read_items(self._catalogue, self._ids[first : first + _PAGE_ROWS]):
            self._items[item.id] = item
        for old in list(self._items)[: max(0, len(self._items) - _ROWS_IN_MEMORY)]:
            del self._items[old]


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last position of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(first), int(end) - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)]
