"""A list of names to tick, which a few letters narrow; any number of them may be chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QPoint, QSignalBlocker, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.qt.search_field import SearchField

_NAME = Qt.ItemDataRole.UserRole
_MOST_ROWS = 12


class TickPopup(QFrame):
    """Each tick is told at once; Escape and a click elsewhere close it."""

    ticked = pyqtSignal(object)
    """The names that are ticked now (tuple of str), in the order of the list."""

    def __init__(self, name: str, what: str, parent: QWidget) -> None:
        """An empty list.

        Args:
            name: For `objectName`.
            what: What is chosen among, in the plural.
            parent: The owner.
        """
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName(name)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.search = SearchField(f"Search {what}", self)
        self.search.searched.connect(self._narrow)
        self.search.left.connect(self.close)
        self.search.taken.connect(self._tick_first)
        self.search.stepped.connect(lambda _: self._list.setFocus())
        self._list = QListWidget(self)
        self._list.setObjectName(f"{name}_list")
        self._list.setAccessibleName(what.capitalize())
        self._list.itemChanged.connect(self._on_ticked)
        self._none = QLabel(f"No {what} known", self)
        self._none.setProperty("role", "muted")
        self._clear = QPushButton("Clear", self)
        self._clear.setObjectName(f"{name}_clear")
        self._clear.setToolTip(f"Tick none, which stands for all {what}")
        self._clear.clicked.connect(self._on_cleared)
        done = QPushButton("Close", self)
        done.clicked.connect(self.close)
        below = QHBoxLayout()
        below.addWidget(self._clear)
        below.addStretch(1)
        below.addWidget(done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(6)
        layout.addWidget(self.search)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._none)
        layout.addLayout(below)
        self.setFocusProxy(self.search)

    def show_names(self, names: Sequence[tuple[str, int]], ticked: Sequence[str]) -> None:
        """Lists names, each with how many items it stands for.

        Names that are ticked but not among them come first: the data may have them all the same.
        """
        known = {name for name, _ in names}
        with QSignalBlocker(self._list):
            self._list.clear()
            for name in ticked:
                if name not in known:
                    self._add(name, f"{name}   (not in the catalogue)", is_ticked=True)
            for name, count in names:
                self._add(name, f"{name}   {count:,}", is_ticked=name in ticked)
        self._list.setVisible(self._list.count() > 0)
        self._none.setVisible(self._list.count() == 0)
        rows = min(_MOST_ROWS, max(3, self._list.count()))
        self._list.setFixedHeight(rows * (self._list.sizeHintForRow(0) + 2) + 6)
        self._clear.setEnabled(bool(ticked))

    def open_at(self, below: QWidget) -> None:
        """Opens under a widget, as wide as it is."""
        self.search.show_text("")
        self._narrow("")
        self.resize(QSize(max(below.width(), 240), self.sizeHint().height()))
        self.move(below.mapToGlobal(QPoint(0, below.height() + 2)))
        self.show()
        self.search.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.close()
            return
        super().keyPressEvent(event)

    def _add(self, name: str, text: str, *, is_ticked: bool) -> None:
        entry = QListWidgetItem(text, self._list)
        entry.setData(_NAME, name)
        entry.setFlags(
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsUserCheckable
            | Qt.ItemFlag.ItemIsSelectable
        )
        entry.setCheckState(_tick(is_ticked))

    def _entries(self) -> list[QListWidgetItem]:
        return [entry for entry in map(self._list.item, range(self._list.count())) if entry]

    def _narrow(self, words: str) -> None:
        for entry in self._entries():
            entry.setHidden(words.casefold() not in str(entry.data(_NAME)).casefold())

    def _tick_first(self) -> None:
        """Return in the search ticks the first that was found, or takes its tick away."""
        found = next((entry for entry in self._entries() if not entry.isHidden()), None)
        if found is not None and self.search.text():
            found.setCheckState(_tick(found.checkState() != Qt.CheckState.Checked))
            self.search.selectAll()

    def _on_ticked(self) -> None:
        names = tuple(
            str(entry.data(_NAME))
            for entry in self._entries()
            if entry.checkState() == Qt.CheckState.Checked
        )
        self._clear.setEnabled(bool(names))
        self.ticked.emit(names)

    def _on_cleared(self) -> None:
        with QSignalBlocker(self._list):
            for entry in self._entries():
                entry.setCheckState(Qt.CheckState.Unchecked)
        self._on_ticked()


def _tick(is_on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
