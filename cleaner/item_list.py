"""A list of items that stays quick however long it is."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from cleaner.model import QueueModel
from cleaner.queue_row import QueueRow


class ItemList(QTableView):
    """The rows of a `QueueModel`.

    A table of one column, as QListView and QTreeView lay out all rows anew whenever one comes or
    goes: 175 and 90 ms at 150,000 rows, against 1 ms here.
    """

    item_clicked = pyqtSignal(int)

    def __init__(self, model: QueueModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._row = QueueRow(self)
        self.setItemDelegate(self._row)
        self.setModel(model)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setMinimumSectionSize(0)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self._fit_rows()
        self.clicked.connect(lambda index: self.item_clicked.emit(int(model.ids[index.row()])))

    def show_row(self, row: int | None) -> None:
        """Marks a row and brings it into view with a neighbour on either side."""
        if row is None:
            self.clearSelection()
            self.setCurrentIndex(self._model.index(-1))
            return
        index = self._model.index(row)
        last = self._model.rowCount() - 1
        for beside in (max(0, row - 1), min(last, row + 1), row):
            self.scrollTo(self._model.index(beside))
        self.setCurrentIndex(index)

    def chosen_id(self) -> int | None:
        """The item in the marked row."""
        index = self.currentIndex()
        return int(self._model.ids[index.row()]) if index.isValid() else None

    def step(self, by: int) -> None:
        """Marks the row so many below (above, if negative) the marked one, within the list."""
        last = self._model.rowCount() - 1
        if last < 0:
            return
        index = self.currentIndex()
        row = index.row() + by if index.isValid() else 0
        self.show_row(max(0, min(last, row)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_rows()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # keys belong to the actions; QTableView would search by letters

    def _fit_rows(self) -> None:
        if hasattr(self, "_row"):
            self.verticalHeader().setDefaultSectionSize(self._row.row_height(self))
