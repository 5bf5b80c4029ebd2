"""The cleaning view's surface: queue, photos, details; it says nothing and decides nothing."""

from __future__ import annotations

from PyQt5.QtCore import QByteArray, QSettings, Qt
from PyQt5.QtWidgets import QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from cleaner.action_bar import CLEANER_BAR
from cleaner.actions import Actions
from cleaner.details_panel import DetailsPanel
from cleaner.item_header import ItemHeader
from cleaner.queue_panel import QueuePanel
from core.qt.action_bar import ActionBar
from core.qt.compare_view import CompareView
from core.qt.empty_page import EmptyPage
from core.qt.photo_board import PhotoBoard

_SPLITTER = "cleaner/splitter"
_WIDTHS = (276, 978, 306)
"""Of queue, photos and details in logical pixels, where nothing is remembered; the middle gets
what is left."""


class CleanerView(QWidget):
    """Three panels side by side, their widths remembered.

    Attributes:
        ending: What the middle shows when there is no item: why, and what can be done.
    """

    def __init__(
        self,
        queue: QueuePanel,
        board: PhotoBoard,
        compare: CompareView,
        actions: Actions,
        ending_buttons: list[QPushButton],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.queue = queue
        self.board = board
        self.compare = compare
        self.header = ItemHeader(self)
        self.ending = EmptyPage(ending_buttons, self)
        self.ending.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.bar = ActionBar(actions, CLEANER_BAR, "status_message", self)
        self.details = DetailsPanel(self)
        self._pages = QStackedWidget(self)
        for page in (board, compare, self.ending):
            self._pages.addWidget(page)
        middle = QWidget(self)
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.bar)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setObjectName("cleaner_splitter")
        self._splitter.setHandleWidth(3)
        for panel in (queue, middle, self.details):
            self._splitter.addWidget(panel)
        self._splitter.setCollapsible(1, False)
        self._splitter.setStretchFactor(1, 1)
        for side in (0, 2):
            self._splitter.setStretchFactor(side, 0)
        queue.setMinimumWidth(190)
        self.details.setMinimumWidth(210)
        stored = QSettings().value(_SPLITTER)
        if not (isinstance(stored, QByteArray) and self._splitter.restoreState(stored)):
            self._splitter.setSizes(list(_WIDTHS))
        self._splitter.splitterMoved.connect(self._remember)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._splitter)

    def show_board(self) -> None:
        self._pages.setCurrentWidget(self.board)
        self.board.setFocus()

    def show_compare(self) -> None:
        self._pages.setCurrentWidget(self.compare)
        self.compare.setFocus()

    def focus_photos(self) -> None:
        """Gives the keys back to what is in the middle."""
        self._pages.currentWidget().setFocus()

    def show_ending(self) -> None:
        # Not one of its buttons: Return, pressed once too often, would be pressed on it.
        self._pages.setCurrentWidget(self.ending)
        self.ending.setFocus()

    def focus_search(self) -> None:
        """Brings the queue into view and puts the cursor into its search field."""
        self._unfold(0)
        self.queue.focus_search()

    def open_filter(self) -> None:
        """Brings the queue into view and opens its filter."""
        self._unfold(0)
        self.queue.open_filter()

    def edit_note(self) -> None:
        """Brings the details into view and puts the cursor into the note."""
        self._unfold(2)
        self.details.edit_note()

    def toggle_queue(self) -> None:
        """Folds the queue away, or brings it back."""
        self._toggle(0)

    def toggle_details(self) -> None:
        """Folds the details away, or brings them back."""
        self._toggle(2)

    def _unfold(self, side: int) -> None:
        if not self._splitter.sizes()[side]:
            self._toggle(side)

    def _toggle(self, side: int) -> None:
        sizes = self._splitter.sizes()
        if sizes[side]:
            sizes[1] += sizes[side]
            sizes[side] = 0
        else:
            sizes[side] = _WIDTHS[side]
            sizes[1] = max(1, sizes[1] - _WIDTHS[side])
        self._splitter.setSizes(sizes)
        self._remember()

    def _remember(self) -> None:
        QSettings().setValue(_SPLITTER, self._splitter.saveState())
