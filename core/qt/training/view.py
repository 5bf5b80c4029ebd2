"""The training tab's surface: runs, and a page for a new run, for one run or for several."""

from __future__ import annotations

from PyQt5.QtCore import QByteArray, QSettings, Qt
from PyQt5.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from core.qt.action_bar import ActionBar
from core.qt.training.action_bar import TRAINING_BAR
from core.qt.training.actions import Actions
from core.qt.training.compare_page import ComparePage
from core.qt.training.run_page import RunPage
from core.qt.training.runs_model import RunsModel
from core.qt.training.runs_panel import RunsPanel
from core.qt.training.setup_page import SetupPage

_SPLITTER = "training/splitter"
_WIDE_SHARE = 0.72


class TrainingView(QWidget):
    """Two panels side by side, their widths remembered."""

    setup: SetupPage
    run: RunPage
    compare: ComparePage

    def __init__(self, model: RunsModel, actions: Actions, parent: QWidget) -> None:
        """Without pages yet; those made with `pages` for a parent need not be moved there."""
        super().__init__(parent)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setObjectName("training_splitter")
        self._splitter.setHandleWidth(3)
        self.runs = RunsPanel(model, self._splitter)
        middle = QWidget(self._splitter)
        self.pages = QStackedWidget(middle)
        self.bar = ActionBar(actions, TRAINING_BAR, "training_message", middle)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.pages, 1)
        column.addWidget(self.bar)
        self._splitter.addWidget(self.runs)
        self._splitter.addWidget(middle)
        self._splitter.setCollapsible(1, False)
        self._splitter.setStretchFactor(0, 0)
        self._splitter.setStretchFactor(1, 1)
        self.runs.setMinimumWidth(200)
        stored = QSettings().value(_SPLITTER)
        if isinstance(stored, QByteArray):
            self._splitter.restoreState(stored)
        self._splitter.splitterMoved.connect(lambda *_: self._remember())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._splitter)

    def take_pages(self, setup: SetupPage, run: RunPage, compare: ComparePage) -> None:
        """Takes the pages, the first of which is shown."""
        self.setup, self.run, self.compare = setup, run, compare
        for page in (setup, run, compare):
            self.pages.addWidget(page)

    @property
    def is_setting_up(self) -> bool:
        return self.pages.currentWidget() is self.setup

    def show_setup(self) -> None:
        self.pages.setCurrentWidget(self.setup)

    def show_run(self) -> None:
        self.pages.setCurrentWidget(self.run)

    def show_compare(self) -> None:
        self.pages.setCurrentWidget(self.compare)

    def toggle_runs(self) -> None:
        """Folds the list of runs away, or brings it back."""
        self._set_width(0 if self._splitter.sizes()[0] else self.runs.sizeHint().width())

    def widen_runs(self) -> None:
        """Gives the list of runs most of the room, or takes it back."""
        wide = int(sum(self._splitter.sizes()) * _WIDE_SHARE)
        usual = self.runs.sizeHint().width()
        is_wide = self._splitter.sizes()[0] > (wide + usual) // 2
        self._set_width(usual if is_wide else wide)

    def _set_width(self, width: int) -> None:
        whole = sum(self._splitter.sizes())
        self._splitter.setSizes([width, max(1, whole - width)])
        self._remember()

    def _remember(self) -> None:
        QSettings().setValue(_SPLITTER, self._splitter.saveState())
