"""The choices that narrow the queue: state, hint, category, tag, unreadable photos."""

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
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cleaner.tick_list import TickList
from core.catalogue.items import ItemFilter
from core.catalogue.records import HintKind, ItemState

_STATES = (ItemState.OPEN, ItemState.DONE, ItemState.SKIPPED, ItemState.REJECTED)
_CATEGORY_ROWS = 7
_TAG_ROWS = 4


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
        self._categories = TickList(_CATEGORY_ROWS, self)
        self._categories.setObjectName("filter_categories")
        self._tags = TickList(_TAG_ROWS, self)
        self._tags.setObjectName("filter_tags")
        for names in (self._categories, self._tags):
            names.ticked.connect(self._on_ticked)
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
        self._count = QLabel(self)
        self._count.setObjectName("filter_count")
        self._count.setProperty("role", "muted")
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addLayout(_column("State", [*self._states.values(), self._unreadable]))
        columns.addLayout(_column("Hints", self._hints.values()))
        buttons = QHBoxLayout()
        buttons.addWidget(clear)
        buttons.addStretch()
        buttons.addWidget(self._count)
        buttons.addStretch()
        buttons.addWidget(done)
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(10)
        layout.addLayout(columns)
        layout.addLayout(_column("Category", [self._categories, self._none]))
        self._tag_part = QWidget(self)
        self._tag_part.setLayout(_column("Tag, as given in the explorer", [self._tags]))
        self._tag_part.layout().setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tag_part)
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
        self._categories.tick(wanted.categories)
        self._tags.tick(wanted.tags)

    def show_count(self, words: str) -> None:
        """Says what the choice comes to: the queue's own words lie below the popup."""
        self._count.setText(words)

    def show_categories(self, categories: Sequence[tuple[str, int]]) -> None:
        """Lists the categories with their numbers of items."""
        self._categories.show_names(categories, self._wanted.categories)
        is_empty = not any(name for name, _ in categories)
        self._categories.setVisible(not is_empty)
        self._none.setVisible(is_empty)

    def show_tags(self, tags: Sequence[tuple[str, int]]) -> None:
        """Lists the tags with their numbers of items; those that are gone can be unticked."""
        gone = self._wanted.tags - {name for name, _ in tags}
        self._tags.show_names([*tags, *((name, 0) for name in sorted(gone))], self._wanted.tags)
        self._tag_part.setVisible(bool(tags or gone))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.close()
            return
        super().keyPressEvent(event)

    def _on_ticked(self) -> None:
        self._wanted = replace(
            self._wanted,
            states=frozenset(state for state, box in self._states.items() if box.isChecked()),
            hint_kinds=frozenset(kind for kind, box in self._hints.items() if box.isChecked()),
            only_unreadable=self._unreadable.isChecked(),
            categories=self._categories.names_ticked(),
            tags=self._tags.names_ticked(),
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
        [f"tagged {', '.join(sorted(wanted.tags))}"] if wanted.tags else [],
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
