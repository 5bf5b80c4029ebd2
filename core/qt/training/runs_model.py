"""The runs as a table: one row each, any column sorts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from core.qt.training.run_rows import RunRow
from core.qt.training.state_words import duration_in_words, share_in_words, state_in_words

SORT_ROLE = Qt.ItemDataRole.UserRole
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `RunRow`."""

_ROOT = QModelIndex()


@dataclass(frozen=True)
class Column:
    """What one column shows.

    Attributes:
        heading: Its title.
        tip: What it is, for the heading's tooltip.
        text: Of a row.
        key: What it is sorted by; None sorts last.
        width_px: To begin with.
        is_number: Whether it is set flush right.
    """

    heading: str
    tip: str
    text: Callable[[RunRow], str]
    key: Callable[[RunRow], Any]
    width_px: int
    is_number: bool = False


def _top(k: int) -> Column:
    def share(row: RunRow) -> float | None:
        return None if row.record.best_top is None else row.record.best_top.get(k)

    return Column(
        f"Top-{k}",
        f"Top-{k} accuracy of its best network on the validation items",
        lambda row: share_in_words(share(row)),
        share,
        62,
        is_number=True,
    )


def _part(name: str) -> Callable[[RunRow], str]:
    def value(row: RunRow) -> str:
        instruction = row.record.instruction
        return "" if instruction is None else str(getattr(instruction, name).name)

    return value


def _took(row: RunRow) -> float | None:
    started, ended = row.record.started, row.record.ended
    return None if started is None or ended is None else max(0.0, ended - started)


def _created(row: RunRow) -> str:
    return time.strftime("%d %b %H:%M", time.localtime(row.record.created))


COLUMNS: Sequence[Column] = (
    Column("Run", "Its name", lambda row: row.name, lambda row: row.name.casefold(), 142),
    Column(
        "State",
        "How it stands",
        lambda row: state_in_words(row.record),
        lambda row: str(row.state),
        150,  # "training 12/30" and its dot
    ),
    _top(1),
    _top(5),
    _top(10),
    Column("Network", "What is trained", _part("model"), _part("model"), 116),
    Column("Loss", "What is minimised", _part("loss"), _part("loss"), 184),
    Column(
        "Epochs",
        "Epochs done",
        lambda row: f"{row.record.epochs_done:,}",
        lambda row: row.record.epochs_done,
        64,
        is_number=True,
    ),
    Column("Made", "When it was made", _created, lambda row: row.record.created, 104),
    Column(
        "Took",
        "From its first start to its last end",
        lambda row: duration_in_words(_took(row)),
        _took,
        70,
        is_number=True,
    ),
    Column(
        "Device",
        "What it trained on",
        lambda row: row.record.device,
        lambda row: row.record.device,
        130,
    ),
    Column("Note", "Your words", lambda row: row.record.note, lambda row: row.record.note, 220),
)


class RunsModel(QAbstractTableModel):
    """All runs, in the order in which they were made."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[RunRow] = []

    def show_rows(self, rows: Mapping[str, RunRow]) -> None:
        """Takes what came, went or changed; selections of the others stay."""
        for at in reversed(range(len(self._rows))):
            if self._rows[at].name not in rows:
                self.beginRemoveRows(_ROOT, at, at)
                del self._rows[at]
                self.endRemoveRows()
        known = {row.name: at for at, row in enumerate(self._rows)}
        for name, row in rows.items():
            place = known.get(name)
            if place is not None and self._rows[place] != row:
                self._rows[place] = row
                ends = self.index(place, 0), self.index(place, len(COLUMNS) - 1)
                self.dataChanged.emit(*ends)
        new = [row for name, row in rows.items() if name not in known]
        if new:
            # At once: the table sorts a hundred runs in the time of one.
            first = len(self._rows)
            self.beginInsertRows(_ROOT, first, first + len(new) - 1)
            self._rows += new
            self.endInsertRows()

    def row_of(self, name: str) -> int | None:
        """Where a run is, or None."""
        return next((at for at, row in enumerate(self._rows) if row.name == name), None)

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.record.note or row.record.reason or column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == SORT_ROLE:
            return column.key(row)
        if role == ROW_ROLE:
            return row
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].heading
        if role == Qt.ItemDataRole.TextAlignmentRole and COLUMNS[section].is_number:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{COLUMNS[section].tip}; click to sort"
        return None
