"""The choices that narrow the queue: state, hint, category, unreadable photos."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from PyQt5.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.catalogue.items import ItemFilter
from core.catalogue.records import HintKind, ItemState

_STATES = (ItemState.OPEN, ItemState.DONE, ItemState.SKIPPED, ItemState.REJECTED)
_CATEGORY_ROWS = 7


class FilterPopup(QFrame):
    """Boxes to tick; the queue follows each tick. An empty group stands for all of it."""

    chosen = pyqtSignal(object)
    """`ItemFilter`; its text is that of the filter given to `show_filter`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("filter_popup")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._wanted = ItemFilter()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._states = {state: QCheckBox(str(state).capitalize(), self) for state in _STATES}
        self._hints = {kind: QCheckBox(str(kind).capitalize(), self) for kind in HintKind}
        self._unreadable = QCheckBox("With unreadable photos", self)
        self._categories = QListWidget(self)
        self._categories.setObjectName("filter_categories")
        self._categories.setSpacing(1)
        self._categories.itemChanged.connect(self._on_ticked)
        self._none = QLabel("No categories in this scrape", self)
        self._none.setProperty("role", "muted")
        boxes: list[tuple[StrEnum, QCheckBox]] = [*self._states.items(), *self._hints.items()]
        for value, box in boxes:
            box.setObjectName(f"filter_{value.replace(' ', '_')}")
            box.toggled.connect(self._on_ticked)
        self._unreadable.setObjectName("filter_unreadable")
        self._unreadable.toggled.connect(self._on_ticked)
        self.setFocusProxy(self._states[ItemState.OPEN])
        clear = QPushButton("Clear", self)
        clear.setObjectName("filter_clear")
        clear.clicked.connect(self._on_clear)
        done = QPushButton("Close", self)
        done.setDefault(True)
        done.clicked.connect(self.close)
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addLayout(_column("State", [*self._states.values(), self._unreadable]))
        columns.addLayout(_column("Hints", self._hints.values()))
        buttons = QHBoxLayout()
        buttons.addWidget(clear)
        buttons.addStretch()
        buttons.addWidget(done)
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(10)
        layout.addLayout(columns)
        layout.addLayout(_column("Category", [self._categories, self._none]))
        layout.addLayout(buttons)

    def show_filter(self, wanted: ItemFilter) -> None:
        """Ticks what is chosen."""
        self._wanted = wanted
        boxes: Mapping[QCheckBox, bool] = {
            **{box: state in wanted.states for state, box in self._states.items()},
            **{box: kind in wanted.hint_kinds for kind, box in self._hints.items()},
            self._unreadable: wanted.only_unreadable,
        }
        for box, is_on in boxes.items():
            with QSignalBlocker(box):
                box.setChecked(is_on)
        with QSignalBlocker(self._categories):
            for entry in self._entries():
                name = entry.data(Qt.ItemDataRole.UserRole)
                entry.setCheckState(_tick(name in wanted.categories))

    def show_categories(self, categories: Sequence[tuple[str, int]]) -> None:
        """Lists the categories with their numbers of items."""
        with QSignalBlocker(self._categories):
            self._categories.clear()
            for name, count in categories:
                entry = QListWidgetItem(f"{name or '(none)'}  {count:,}", self._categories)
                entry.setData(Qt.ItemDataRole.UserRole, name)
                entry.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
                entry.setCheckState(_tick(name in self._wanted.categories))
        is_empty = not any(name for name, _ in categories)
        self._categories.setVisible(not is_empty)
        self._none.setVisible(is_empty)
        rows = min(_CATEGORY_ROWS, len(categories))
        self._categories.setFixedHeight(rows * (self._categories.sizeHintForRow(0) + 2) + 6)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.close()
            return
        super().keyPressEvent(event)

    def _entries(self) -> list[QListWidgetItem]:
        rows = range(self._categories.count())
        return [entry for entry in map(self._categories.item, rows) if entry is not None]

    def _on_ticked(self) -> None:
        self._wanted = replace(
            self._wanted,
            states=frozenset(state for state, box in self._states.items() if box.isChecked()),
            hint_kinds=frozenset(kind for kind, box in self._hints.items() if box.isChecked()),
            only_unreadable=self._unreadable.isChecked(),
            categories=frozenset(
                entry.data(Qt.ItemDataRole.UserRole)
                for entry in self._entries()
                if entry.checkState() == Qt.CheckState.Checked
            ),
        )
        self.chosen.emit(self._wanted)

    def _on_clear(self) -> None:
        self.show_filter(ItemFilter(text=self._wanted.text))
        self.chosen.emit(self._wanted)


def filter_in_words(wanted: ItemFilter) -> str:
    """What is chosen beside the text: "open · tag, exact copy · dresses"; "" for nothing."""
    groups = (
        [str(state) for state in _STATES if state in wanted.states],
        [str(kind) for kind in HintKind if kind in wanted.hint_kinds],
        sorted(name or "(no category)" for name in wanted.categories),
        ["unreadable photos"] if wanted.only_unreadable else [],
    )
    return " · ".join(", ".join(group) for group in groups if group)


def _column(title: str, widgets: Iterable[QWidget]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(3)
    heading = QLabel(title)
    heading.setProperty("role", "muted")
    column.addWidget(heading)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch()
    return column


def _tick(is_on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
