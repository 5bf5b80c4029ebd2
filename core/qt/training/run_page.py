"""One run: header and pages."""

from __future__ import annotations

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from core.qt.training.actions import Page
from core.qt.training.curves_view import CurvesView, DrawnRun
from core.qt.training.instruction_view import InstructionView
from core.qt.training.log_view import LogView
from core.qt.training.report_view import ReportView
from core.qt.training.run_header import RunHeader
from core.qt.training.run_rows import RunRow
from core.qt.training.sheet_view import SheetView
from core.training.run_history import RunSnapshot

_TITLES = {
    Page.CURVES: "Curves",
    Page.NEIGHBOURS: "Neighbours",
    Page.LOG: "Log",
    Page.REPORT: "Evaluation",
    Page.INSTRUCTION: "Instruction",
}


class RunPage(QWidget):
    """Shows how a run stands and all that it has told."""

    output_wanted = pyqtSignal()
    """All that the worker's process printed is wanted."""

    def __init__(self, curves: CurvesView, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("run_page")
        self.header = RunHeader(self)
        self.curves = curves
        self.report = ReportView(self)
        self._sheets = SheetView(self)
        self._log = LogView(self)
        self._log.output_wanted.connect(self.output_wanted)
        self._instruction = InstructionView(self)
        self._pages = QTabWidget(self)
        self._pages.setObjectName("run_pages")
        self._pages.setDocumentMode(True)
        self._widgets: dict[Page, QWidget] = {
            Page.CURVES: self.curves,
            Page.NEIGHBOURS: self._sheets,
            Page.LOG: self._log,
            Page.REPORT: self.report,
            Page.INSTRUCTION: self._instruction,
        }
        for page, widget in self._widgets.items():
            self._pages.addTab(widget, _TITLES[page])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._pages, 1)

    def show_run(self, row: RunRow, snapshot: RunSnapshot | None) -> None:
        """Shows a run; the snapshot is None until its history has been read."""
        self.header.show_run(row, snapshot)
        self._instruction.show_instruction(row.record.instruction)
        self.report.show_run(row)
        if snapshot is None:
            self.curves.show_runs([])
            return
        self.curves.show_runs([DrawnRun(row.name, snapshot)])
        self._sheets.show_sheets(row.record.run.folder, snapshot.sheets)
        self._log.show_lines(row.name, snapshot.log)

    def show_page(self, page: Page) -> None:
        """Brings a page to the front."""
        self._pages.setCurrentWidget(self._widgets[page])
