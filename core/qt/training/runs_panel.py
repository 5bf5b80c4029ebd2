"""The left side: the runs of the project, to choose, sort and compare."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PyQt5.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QSize,
    QSortFilterProxyModel,
    Qt,
    pyqtSignal,
)
from PyQt5.QtGui import QColor, QFocusEvent, QIcon, QKeyEvent, QPainter, QPixmap
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.qt.empty_page import EmptyPage
from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.rows_model import lay_out
from core.qt.theme import colours, scaled_font
from core.qt.training.run_rows import RunRow
from core.qt.training.runs_model import COLUMNS, ROW_ROLE, SORT_ROLE, RunsModel
from core.qt.training.state_words import state_colour

_STATE_COLUMN = 1
_TOP_1_COLUMN = 2
_MADE_COLUMN = 8
_DOT_PX = 10
_WIDEST_NUMBER = "100.0 %mmm"  # with the padding of a cell


class RunsPanel(QWidget):
    """Shows a `RunsModel`; says which runs are selected."""

    selected = pyqtSignal(object)
    """The names (tuple of str), in the order of the rows."""
    new_wanted = pyqtSignal()
    menu_wanted = pyqtSignal(QPoint)
    """A right click on a run, at this place of the screen."""

    def __init__(self, model: RunsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("runs_panel")
        self._model = model
        self._is_quiet = False
        heading = QLabel("Runs", self)
        heading.setFont(scaled_font(self, 1.15, bold=True))
        self._new = QPushButton("New run", self)
        self._new.setObjectName("new_run")
        self._new.setToolTip("Write the instruction of a new run (N)")
        self._new.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(self._new, BUTTON_KEYS)
        self._new.clicked.connect(self.new_wanted)
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 8, 6)
        top.addWidget(heading)
        top.addStretch(1)
        top.addWidget(self._new)

        self._sorted = _RunsProxy(self)
        self._sorted.setSourceModel(model)
        self._table = _RunsTable(self)
        self._table.setObjectName("runs_table")
        lay_out(self._table, self._sorted, stretched=0)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setSectionsMovable(True)
        metrics = self._table.fontMetrics()
        for at, column in enumerate(COLUMNS):
            needed_px = metrics.horizontalAdvance(_WIDEST_NUMBER) if column.is_number else 0
            self._table.setColumnWidth(at, max(column.width_px, needed_px))
        self._table.setFrameShape(QFrame.Shape.NoFrame)
        self._table.setProperty("role", "padded")
        self._table.setItemDelegate(_Row(self._table))
        self._table.setSortingEnabled(True)
        self._table.sortByColumn(_MADE_COLUMN, Qt.SortOrder.DescendingOrder)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(
            lambda at: self.menu_wanted.emit(self._table.viewport().mapToGlobal(at))
        )
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._tell())
        self._table.clicked.connect(lambda _: self._tell())
        empty = EmptyPage([], self, is_large=False)
        empty.show_reason(
            "No run yet", "Write an instruction, or take a preset as it is, and start training."
        )
        self._pages = QStackedWidget(self)
        self._pages.addWidget(empty)
        self._pages.addWidget(self._table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._pages, 1)
        for signal in (model.rowsInserted, model.rowsRemoved, model.dataChanged):
            signal.connect(lambda *_: self._show_whether_empty())
        self._show_whether_empty()

    def sizeHint(self) -> QSize:
        """Wide enough for the columns that tell runs apart, beside the bar that scrolls them."""
        columns_px = sum(self._table.columnWidth(column) for column in range(_TOP_1_COLUMN + 1))
        bar_px = self._table.verticalScrollBar().sizeHint().width()
        return QSize(columns_px + bar_px, super().sizeHint().height())

    def names(self) -> Sequence[str]:
        """The selected runs, in the order of the rows."""
        rows = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        return tuple(self._row(row).name for row in rows)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # No proxy, for Tab goes to what stands for a part before it goes through the part, and
        # would pass over the button above the table.
        self._table.setFocus(event.reason())

    def select(self, names: Sequence[str]) -> None:
        """Selects these runs and no others, without telling."""
        self._is_quiet = True
        selection = self._table.selectionModel()
        selection.clear()
        flags = QItemSelectionModel.SelectionFlag
        for name in names:
            at = self._model.row_of(name)
            if at is not None:
                index = self._sorted.mapFromSource(self._model.index(at, 0))
                selection.select(index, flags.Select | flags.Rows)
                selection.setCurrentIndex(index, flags.NoUpdate)
                self._table.scrollTo(index)
        self._is_quiet = False

    def _tell(self) -> None:
        if not self._is_quiet and (names := self.names()):
            self.selected.emit(names)

    def _row(self, row: int) -> RunRow:
        found = self._sorted.index(row, 0).data(ROW_ROLE)
        assert isinstance(found, RunRow)
        return found

    def _show_whether_empty(self) -> None:
        self._pages.setCurrentIndex(1 if self._model.rowCount() else 0)


class _RunsProxy(QSortFilterProxyModel):
    """Sorts what is not known behind all that is, up and down."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSortRole(SORT_ROLE)
        self.setDynamicSortFilter(True)

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:
        one, other = left.data(SORT_ROLE), right.data(SORT_ROLE)
        if one is None or other is None:
            is_up = self.sortOrder() == Qt.SortOrder.AscendingOrder
            return (other is None) if is_up and one is not None else (one is None and not is_up)
        return bool(one < other)


class _RunsTable(QTableView):
    """Leaves letters to the actions: a table would search by them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()


class _Row(QStyledItemDelegate):
    """Puts a dot of the state's colour before its word."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        super().initStyleOption(option, index)
        if index.column() == _STATE_COLUMN and option.widget is not None:
            shades = colours(option.widget)
            colour = state_colour(index.data(ROW_ROLE).state, shades)
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.decorationSize = QSize(_DOT_PX, _DOT_PX)
            option.icon = dot_icon(colour, shades.on_accent)


@cache
def dot_icon(colour: str, rim: str) -> QIcon:
    """A filled circle; in a selected row with a rim, for blue is not to be seen on blue."""
    icon = QIcon()
    for mode, outer in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Selected, rim)):
        picture = QPixmap(4 * _DOT_PX, 4 * _DOT_PX)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for shade, margin in ((outer, 0), (colour, 6)):
            painter.setBrush(QColor(shade))
            painter.drawEllipse(picture.rect().adjusted(margin, margin, -margin, -margin))
        painter.end()
        icon.addPixmap(picture, mode)
    return icon
