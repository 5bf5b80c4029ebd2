"""The training tab: its place is there at once, what it is made of is loaded beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PyQt5 import QtSvg, QtTest  # noqa: F401 - see `_load`
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtGui import QCloseEvent, QFocusEvent
from PyQt5.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from core.errors import UserError
from core.jobs.context import JobContext
from core.qt.background import BackgroundTask
from core.qt.open_project import OpenProject
from core.qt.shortcuts_sheet import ShortcutsSheet, other_menus, sheet_of
from core.qt.tab_actions import build_actions, build_menus, connect_actions, enable_actions
from core.qt.tab_requests import TabRequest, TrainModel
from core.qt.training.actions import Do, Menu, Situation
from core.qt.training.closing import ask_about_training

if TYPE_CHECKING:
    from core.qt.training.setup_page import SetupFacts
    from core.qt.training.workbench import Workbench


def build_training_tab(opened: OpenProject, parent: QWidget) -> TrainingTab:
    """The tab for an open project."""
    return TrainingTab(opened, parent)


class TrainingTab(QWidget):
    """Actions and menus, and the workbench once its libraries are loaded."""

    def __init__(self, opened: OpenProject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training_tab")
        self._opened = opened
        self._workbench: Workbench | None = None
        self.actions_by_name = build_actions(Do, self)
        self._menus = build_menus(self.actions_by_name, Menu, self)
        enable_actions(self.actions_by_name, Situation())
        self._waiting = QLabel("One moment…", self)
        self._waiting.setProperty("role", "muted")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._waiting)
        # A second of imports, which the window lives through on a thread of their own.
        self._loading = BackgroundTask(_load)
        self._loading.finished.connect(self._on_loaded)
        self._making = QTimer(self)
        self._making.setSingleShot(True)
        self._making.setInterval(0)
        self._making.timeout.connect(self._make_next)
        self._loading.start()

    def menus(self) -> Sequence[QMenu]:
        """The menus for the window's bar."""
        return self._menus

    def show_request(self, request: TabRequest) -> bool:
        """Comes to the front where a model is wanted (`core.qt.tab_requests`)."""
        return isinstance(request, TrainModel)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._workbench is not None:
            self._workbench.setFocus(event.reason())

    def closeEvent(self, event: QCloseEvent) -> None:
        self._loading.cancel()
        self._making.stop()
        if self._workbench is not None:
            self._workbench.close()
        super().closeEvent(event)

    def ask_before_closing(self, go_on: Callable[[], None]) -> bool:
        """Asks what is to become of the runs at work, if there are any."""
        workbench = self._workbench
        if workbench is None or not workbench.running():
            return False
        question = ask_about_training(
            [row.name for row in workbench.running()], workbench.queued_count(), self
        )

        def answered(keeps: bool) -> None:
            try:
                if not keeps:
                    workbench.stop_all()
            except UserError as error:  # closed, the window would leave it at work unasked
                self._opened.failed.emit(error)
                return
            go_on()

        question.answered.connect(answered)
        question.open()
        return True

    def show_shortcuts(self) -> None:
        """Shows all keys of the tab and of the window on one sheet."""
        others = other_menus(self.window(), self._menus)
        ShortcutsSheet(sheet_of(self.actions_by_name, Menu, others), self).open()

    def _on_loaded(self, known: SetupFacts) -> None:
        from core.qt.training.workbench import build_workbench

        self._pieces = build_workbench(self._opened, known, self.actions_by_name, self)
        self._making.start()

    def _make_next(self) -> None:
        workbench = next(self._pieces)
        if workbench is None:
            self._making.start()
        else:
            self._take(workbench)

    def _take(self, workbench: Workbench) -> None:
        connect_actions(
            self.actions_by_name, {**workbench.handlers(), Do.SHORTCUTS: self.show_shortcuts}
        )
        self._workbench = workbench
        self._layout.removeWidget(self._waiting)
        self._waiting.deleteLater()
        self._layout.addWidget(workbench)
        workbench.show()
        had_focus = self.hasFocus()
        if had_focus:
            workbench.setFocus()


def _load(_: JobContext) -> SetupFacts:
    """Imports what the workbench is made of, beside the GUI thread, and finds out what it needs.

    Not so PyQt's own modules that pyqtgraph wants, which are imported above: PyQt crashes now and
    then when another thread makes their types while this one uses its own.
    """
    import core.qt.training.workbench  # noqa: F401
    from core.qt.training.setup_page import find_setup_facts

    return find_setup_facts()
