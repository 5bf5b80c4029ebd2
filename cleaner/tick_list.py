"""Names with counts, each with a box to tick."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PyQt5.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtWidgets import QListWidget, QListWidgetItem, QWidget


class TickList(QListWidget):
    """As high as its names, up to a limit; scrolls beyond."""

    ticked = pyqtSignal()
    """The user has ticked or unticked a name."""

    def __init__(self, most_rows: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._most_rows = most_rows
        self.setSpacing(1)
        self.itemChanged.connect(lambda: self.ticked.emit())

    def show_names(self, names: Sequence[tuple[str, int]], ticked: Collection[str]) -> None:
        """Lists names, each with how many items it stands for."""
        with QSignalBlocker(self):
            self.clear()
            for name, count in names:
                entry = QListWidgetItem(f"{name or '(none)'}  {count:,}", self)
                entry.setData(Qt.ItemDataRole.UserRole, name)
                entry.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
                entry.setCheckState(_tick(name in ticked))
        rows = min(self._most_rows, len(names))
        self.setFixedHeight(rows * (self.sizeHintForRow(0) + 2) + 6)

    def tick(self, names: Collection[str]) -> None:
        """Ticks these and no others."""
        with QSignalBlocker(self):
            for entry in self._entries():
                entry.setCheckState(_tick(entry.data(Qt.ItemDataRole.UserRole) in names))

    def names_ticked(self) -> frozenset[str]:
        """What is ticked."""
        return frozenset(
            entry.data(Qt.ItemDataRole.UserRole)
            for entry in self._entries()
            if entry.checkState() == Qt.CheckState.Checked
        )

    def _entries(self) -> list[QListWidgetItem]:
        return [entry for entry in map(self.item, range(self.count())) if entry is not None]


def _tick(is_on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
