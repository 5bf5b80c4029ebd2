"""Several runs: their curves over one another, their results and instructions side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from core.number_words import plural
from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.rows_model import RowsModel, rows_table
from core.qt.theme import scaled_font
from core.qt.training.curves_view import CurvesView, DrawnRun
from core.qt.training.field_editors import ChoiceBox
from core.qt.training.instruction_view import in_words
from core.qt.training.run_rows import RunRow
from core.qt.training.state_words import share_in_words, state_in_words
from core.training.instruction_values import flat_values
from core.training.run_history import RunSnapshot

_TOPS = (1, 5, 10)
_COLUMN_PX = 170


class ComparePage(QWidget):
    """Curves above, a table below: a row for each value, a column for each run."""

    def __init__(self, curves: CurvesView, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("compare_page")
        self._rows: Sequence[RunRow] = ()
        self._title = QLabel(self)
        self._title.setFont(scaled_font(self, 1.3, bold=True))
        self._top = ChoiceBox(self)
        self._top.setObjectName("compare_top")
        self._top.setAccessibleName("Accuracy to compare by")
        for k in _TOPS:
            self._top.addItem(f"Top-{k}", k)
        self._top.setToolTip("Which accuracy the curves compare")
        self._only_different = QCheckBox("Only what differs", self)
        self._only_different.setObjectName("only_different")
        self._only_different.setToolTip("List only the values in which the instructions differ")
        self._only_different.setChecked(True)
        KeyClaim(self._only_different, BUTTON_KEYS)
        self._only_different.toggled.connect(lambda _: self._fill_table())
        top = QHBoxLayout()
        top.setContentsMargins(14, 8, 14, 6)
        top.setSpacing(12)
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self._only_different)
        top.addWidget(self._top)
        self.curves = curves
        self._top.activated.connect(lambda _: self.curves.show_top(self._top.currentData()))
        self._model: RowsModel | None = None
        self._below = QWidget(self)
        self._table_place = QVBoxLayout(self._below)
        self._table_place.setContentsMargins(0, 0, 0, 0)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.setHandleWidth(3)
        splitter.addWidget(self.curves)
        splitter.addWidget(self._below)
        splitter.setSizes([700, 190])
        splitter.setStretchFactor(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(splitter, 1)

    def show_runs(self, rows: Sequence[RunRow], snapshots: Mapping[str, RunSnapshot]) -> None:
        """Compares these runs; those whose history has not been read yet have no curves yet."""
        self._title.setText(f"{plural(len(rows), 'run')} compared")
        self.curves.show_runs(
            [
                DrawnRun(row.name, snapshots[row.name], place)
                for place, row in enumerate(rows)
                if row.name in snapshots
            ]
        )
        if list(rows) != list(self._rows):
            self._rows = rows
            self._fill_table()

    def table(self) -> Sequence[tuple[str, ...]]:
        """The rows of the table: a value's name, then the value of each run."""
        return (*_results(self._rows), *_values(self._rows, self._only_different.isChecked()))

    def _fill_table(self) -> None:
        if not self._rows:
            return
        names = ("", *(row.name for row in self._rows))
        if self._model is None or self._model.headings != names:
            while self._table_place.count():
                self._table_place.takeAt(0).widget().deleteLater()
            self._model = RowsModel(names, self)
            table = rows_table(self._model, self, stretched=len(names) - 1)
            table.setObjectName("compare_table")
            table.setColumnWidth(0, 230)
            metrics = table.fontMetrics()
            for at in range(1, len(names)):
                needed = metrics.horizontalAdvance(names[at]) + 24
                table.setColumnWidth(at, min(max(_COLUMN_PX, needed), 2 * _COLUMN_PX))
            self._table_place.addWidget(table)
            QWidget.setTabOrder(self._top, table)
        self._model.show_rows(self.table())


def _results(rows: Sequence[RunRow]) -> list[tuple[str, ...]]:
    records = [row.record for row in rows]
    lines = [("State", *(state_in_words(record) for record in records))]
    for k in _TOPS:
        best = [share_in_words((record.best_top or {}).get(k)) or "–" for record in records]
        lines.append((f"Best Top-{k}, validation", *best))
    lines.append(("Epochs done", *(f"{record.epochs_done:,}" for record in records)))
    lines.append(("Device", *(record.device or "–" for record in records)))
    return lines


def _values(rows: Sequence[RunRow], only_different: bool) -> list[tuple[str, ...]]:
    flats = [
        {} if row.record.instruction is None else flat_values(row.record.instruction)
        for row in rows
    ]
    names = list(dict.fromkeys(name for flat in flats for name in flat))
    lines = []
    for name in names:
        values = [in_words(flat[name]) if name in flat else "" for flat in flats]
        if not only_different or len(set(values)) > 1:
            lines.append((name, *values))
    return lines
