"""What came of evaluating a run: its figures beside the baselines' and the other runs'."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.jobs.context import JobContext
from core.number_words import plural
from core.qt.background import BackgroundTask
from core.qt.empty_page import EmptyPage
from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.rows_model import RowsModel, rows_table
from core.qt.training.run_rows import RunRow
from core.qt.training.wrapped_label import WrappedLabel
from core.training.evaluation.report import EvaluationReport, report_from_json
from core.training.evaluation.rows import EvaluationRow, TopK


class ReportView(QWidget):
    """The report's tables, once there is one; the page with the worst misses is a click away."""

    evaluate_wanted = pyqtSignal()
    open_wanted = pyqtSignal()
    """The report as a page of the browser."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: tuple[Path, float] | None = None
        self._task: BackgroundTask | None = None
        self._name = ""
        self._evaluate = _button("Evaluate", "evaluate_now", "Measure it on the test items (V)")
        self._evaluate.setProperty("role", "main")
        self._evaluate.clicked.connect(self.evaluate_wanted)
        self._empty = EmptyPage([self._evaluate], self, is_large=False)

        self._words = WrappedLabel("", self, role="muted")
        self._words.setObjectName("report_words")
        again = _button("Evaluate again", "evaluate_again", "Measure the run anew (V)")
        again.clicked.connect(self.evaluate_wanted)
        whole = _button(
            "Show the whole report",
            "open_report",
            "Open the report in the browser, with a gallery of the worst misses",
        )
        whole.clicked.connect(self.open_wanted)
        top = QHBoxLayout()
        top.setContentsMargins(14, 6, 14, 6)
        top.setSpacing(8)
        top.addWidget(self._words, 1)
        top.addWidget(again)
        top.addWidget(whole)
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._splitter.setHandleWidth(3)
        full = QWidget(self)
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._splitter, 1)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(full)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def show_run(self, row: RunRow) -> None:
        """Shows the report of a run, or how to get one."""
        file = row.record.run.report_file
        wanted = (file, row.reported)
        if row.has_report:
            if wanted != self._shown:
                self._shown, self._name = wanted, row.name
                self._read(file)
            return
        self._shown = None
        self._pages.setCurrentIndex(0)
        self._evaluate.setVisible(row.record.has_model)
        if row.record.has_model:
            self._empty.show_reason(
                "Not evaluated yet",
                "Evaluating measures the run on the test items, which training never looks at.",
            )
        else:
            self._empty.show_reason(
                "No network yet", "A run can be evaluated once it has kept its first network."
            )

    def _read(self, file: Path) -> None:
        if self._task is not None:
            self._task.cancel()

        def read(_: JobContext) -> EvaluationReport | None:
            try:
                return report_from_json(file.read_text("utf-8"))
            except (OSError, ValueError):
                return None

        self._task = BackgroundTask(read)
        self._task.finished.connect(self._show_report)
        self._task.start()

    def _show_report(self, report: EvaluationReport | None) -> None:
        if report is None:
            self._empty.show_reason(
                "The report cannot be read",
                "It was written by another version, or was cut short. Evaluate the run again.",
            )
            self._evaluate.show()
            self._pages.setCurrentIndex(0)
            return
        pairs = report.n_photos // 2
        self._words.setText(
            f"{report.title} items: {plural(pairs, 'pair')}. Each photo looks for its partner "
            f"among the {report.n_photos - 1:,} others; in brackets the interval that "
            "holds the true figure in 95 of 100 cases."
        )
        for at in range(self._splitter.count()):
            self._splitter.widget(at).hide()
            self._splitter.widget(at).deleteLater()
        self._splitter.addWidget(self._table("report_table", *_figures(report)))
        mine = next((row for row in report.rows if row.name == self._name), None)
        parts = _parts(mine) if mine is not None else []
        if parts and mine is not None:
            headings = ("Parts of this run", "Photos", *(f"Top-{k}" for k in mine.top))
            self._splitter.addWidget(self._table("report_parts", headings, parts))
        self._pages.setCurrentIndex(1)

    def _table(
        self, name: str, headings: tuple[str, ...], rows: list[tuple[str, ...]]
    ) -> QTableView:
        model = RowsModel(headings, self._splitter)
        table = rows_table(model, self._splitter)
        table.setObjectName(name)
        table.setFrameShape(QFrame.Shape.NoFrame)
        model.show_rows(rows)
        for column in range(1, len(headings)):
            table.setColumnWidth(column, 160)
        return table


def _figures(report: EvaluationReport) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    with_many = any(row.map_at_r is not None for row in report.rows)
    headings = ("Embedding", *(f"Top-{k}" for k in report.ks))
    if with_many:
        headings = (*headings, "R@1", "MAP@R")
    rows = []
    for row in report.rows:
        cells = [row.name, *(_in_words(top) for top in row.top.values())]
        if with_many:
            cells += [_share(row.r_at_1), _share(row.map_at_r)]
        rows.append(tuple(cells))
    return headings, rows


def _parts(row: EvaluationRow) -> list[tuple[str, ...]]:
    named = [(name or "no category", part) for name, part in row.by_category.items()]
    named += [(f"dirt: {name}", part) for name, part in row.by_dirt.items()]
    return [
        (name, f"{part.queries:,}", *(_in_words(top) for top in part.top.values()))
        for name, part in named
    ]


def _in_words(top: TopK) -> str:
    return f"{100 * top.share:.1f} % ({100 * top.low:.0f}–{100 * top.high:.0f})"


def _share(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _button(text: str, name: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    KeyClaim(button, BUTTON_KEYS)
    return button
