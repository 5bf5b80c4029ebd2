"""The left side: what to look for, the items that were found, and how far the user is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cleaner.filter_popup import FilterPopup, filter_in_words
from cleaner.item_list import ItemList
from cleaner.model import QueueModel
from cleaner.progress_strip import ProgressStrip
from core.catalogue.items import ItemFilter, ItemOrder
from core.qt.elided_label import ElidedLabel
from core.qt.empty_page import EmptyPage
from core.qt.key_claims import BUTTON_KEYS, FIELD_KEYS, KeyClaim
from core.qt.popup_place import show_below
from core.qt.search_field import SearchField

_ORDERS = ((ItemOrder.SCRAPE, "As scraped"), (ItemOrder.SUSPICION, "Suspects first"))


class QueuePanel(QWidget):
    """Shows a `QueueModel`; says what the user wants to see in it."""

    wanted_changed = pyqtSignal(object, object)
    """`ItemFilter`, `ItemOrder`."""
    item_chosen = pyqtSignal(int)
    left = pyqtSignal()
    """The user is done here and wants the keys back for the photos."""
    match_taken = pyqtSignal()
    """Return in the search field: what was found is wanted."""
    stepped = pyqtSignal(int)
    """The next (1) or previous (-1) item is wanted, from within the search field."""
    filter_opened = pyqtSignal()
    """Categories and tags are to be listed (`show_categories`, `show_tags`)."""

    def __init__(self, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue_panel")
        self._model = model
        self._wanted = ItemFilter()
        self._order = ItemOrder.SCRAPE

        self._search = SearchField("Search  ( / )", self)
        self._search.setObjectName("queue_search")
        self._search.searched.connect(self._on_searched)
        self._search.taken.connect(self.match_taken)
        self._search.left.connect(self.left)
        self._search.stepped.connect(self.stepped)
        self._filter = QToolButton(self)
        self._filter.setObjectName("queue_filter")
        self._filter.setText("Filter")
        self._filter.setArrowType(Qt.ArrowType.DownArrow)
        self._filter.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._filter.clicked.connect(self.open_filter)
        self._sort = QComboBox(self)
        self._sort.setObjectName("queue_sort")
        for order, text in _ORDERS:
            self._sort.addItem(text, order)
        self._sort.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._sort.activated.connect(self._on_sorted)
        self._summary = ElidedLabel(self)
        self._summary.setObjectName("queue_filter_summary")
        self._clear = QToolButton(self)
        self._clear.setObjectName("queue_clear_filter")
        self._clear.setText("Clear")
        self._clear.clicked.connect(self.clear_wanted)
        for widget in (self._filter, self._sort, self._clear):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            KeyClaim(widget, (*BUTTON_KEYS, *FIELD_KEYS))
        self._popup = FilterPopup(self)
        self._popup.chosen.connect(self._on_filter_chosen)

        self.list = ItemList(model, self)
        self.list.setObjectName("queue_list")
        self.list.item_clicked.connect(self._on_item_clicked)
        clear_all = QPushButton("Clear search and filter", self)
        clear_all.setObjectName("queue_clear_all")
        clear_all.clicked.connect(self.clear_wanted)
        self._clear_all = clear_all
        self._empty = EmptyPage([clear_all], self, is_large=False)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        self._count = QLabel(self)
        self._count.setObjectName("queue_count")
        self._count.setProperty("role", "muted")
        self.progress = ProgressStrip(self)
        self._lay_out()
        self._show_wanted()

    def show_wanted(self, wanted: ItemFilter, order: ItemOrder) -> None:
        """Shows a filter and an order that were chosen elsewhere (or last time)."""
        self._wanted, self._order = wanted, order
        self._search.show_text(wanted.text)
        self._sort.setCurrentIndex(self._sort.findData(order))
        self._show_wanted()

    def show_counts(self, match_count: int, open_count: int) -> None:
        """Says how many items there are, and what to do where there are none."""
        is_filtered = self._wanted != ItemFilter()
        noun = "item" if match_count == 1 else "items"
        found = f"{match_count:,} {'found' if is_filtered else noun}"
        self._count.setText(f"{found} · {open_count:,} open")
        self._popup.show_count(found)
        self._pages.setCurrentWidget(self.list if match_count else self._empty)
        self._clear_all.setVisible(is_filtered)
        if is_filtered:
            self._empty.show_reason("Nothing matches", "No item is what you look for.")
        else:
            self._empty.show_reason("No items yet", "Import a scrape to begin.")

    def show_current(self, item_id: int | None) -> None:
        """Marks the item that is shown, and brings its row into view."""
        self.list.show_row(None if item_id is None else self._model.row_of(item_id))

    def show_categories(self, categories: Sequence[tuple[str, int]]) -> None:
        """Fills the filter's list."""
        self._popup.show_categories(categories)

    def show_tags(self, tags: Sequence[tuple[str, int]]) -> None:
        """Fills the filter's list of tags."""
        self._popup.show_tags(tags)

    def clear_wanted(self) -> None:
        """Shows all items again, in the same order."""
        self.show_wanted(ItemFilter(), self._order)
        self.wanted_changed.emit(self._wanted, self._order)
        self.left.emit()

    def focus_search(self) -> None:
        """Puts the cursor into the search field, what is there selected."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def open_filter(self) -> None:
        """Opens the choices below their button."""
        self._popup.show_filter(self._wanted)
        self.filter_opened.emit()
        show_below(self._popup, self._filter)
        self._popup.setFocus()

    def _lay_out(self) -> None:
        controls = QHBoxLayout()
        controls.addWidget(self._filter)
        controls.addWidget(self._sort, 1)
        self._chosen_row = QWidget(self)
        chosen = QHBoxLayout(self._chosen_row)
        chosen.setContentsMargins(4, 0, 0, 0)
        chosen.addWidget(self._summary, 1)
        chosen.addWidget(self._clear)
        top = QVBoxLayout()
        top.setContentsMargins(8, 8, 8, 6)
        top.setSpacing(6)
        top.addWidget(self._search)
        top.addLayout(controls)
        top.addWidget(self._chosen_row)
        top.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.progress)

    def _on_searched(self, text: str) -> None:
        self._change(replace(self._wanted, text=text), self._order)

    def _on_filter_chosen(self, wanted: ItemFilter) -> None:
        self._change(replace(wanted, text=self._wanted.text), self._order)

    def _on_sorted(self) -> None:
        self._change(self._wanted, self._sort.currentData())
        self.left.emit()

    def _on_item_clicked(self, item_id: int) -> None:
        self.item_chosen.emit(item_id)
        self.left.emit()

    def _change(self, wanted: ItemFilter, order: ItemOrder) -> None:
        if (wanted, order) == (self._wanted, self._order):
            return
        self._wanted, self._order = wanted, order
        self._show_wanted()
        self.wanted_changed.emit(wanted, order)

    def _show_wanted(self) -> None:
        words = filter_in_words(self._wanted)
        self._summary.setText(words)
        self._chosen_row.setVisible(bool(words))
