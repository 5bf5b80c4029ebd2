"""What came of evaluating a run."""

from __future__ import annotations

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from core.qt.empty_page import EmptyPage
from core.qt.training.run_rows import RunRow


class ReportView(QWidget):
    """The report's table, once there is one."""

    evaluate_wanted = pyqtSignal()
    open_wanted = pyqtSignal()
    """The report as a page of the browser."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._evaluate = QPushButton("Evaluate", self)
        self._evaluate.setObjectName("evaluate_now")
        self._evaluate.setProperty("role", "main")
        self._evaluate.clicked.connect(self.evaluate_wanted)
        self._empty = EmptyPage([self._evaluate], self, is_large=False)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def show_run(self, row: RunRow) -> None:
        """Shows the report of a run, or how to get one."""
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
