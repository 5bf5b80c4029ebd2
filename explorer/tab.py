"""The explorer's tab: its place is there at once, what it is made of is loaded beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QCloseEvent
from PyQt5.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from core.jobs.context import JobContext
from core.qt.background import BackgroundTask
from core.qt.open_project import OpenProject
from core.qt.photo_loader import PhotoLoader
from core.qt.photo_source import PhotoSource
from core.qt.tab_actions import build_actions, build_menus
from core.qt.tab_requests import ShowInExplorer, TabRequest, UseRun
from explorer.actions import Actions, Do, Menu, update_actions
from explorer.situation import Situation

if TYPE_CHECKING:
    from explorer.workbench import Workbench

MakeWorkbench = Callable[[Actions, Sequence[QMenu], QWidget], "Workbench"]
"""Makes what the tab shows, once its libraries are loaded; its owner is the widget."""


def build_explorer_tab(open_project: OpenProject, parent: QWidget) -> ExplorerTab:
    """The tab with threads of its own that decode photos; they end when it is closed."""
    loader = PhotoLoader(partial(PhotoSource, open_project.project))
    tab = ExplorerTab(partial(_make, open_project, loader), parent)
    loader.setParent(tab)
    tab.closed.connect(loader.close)
    return tab


class ExplorerTab(QWidget):
    """Actions and menus, and the workbench once its libraries are loaded."""

    made = pyqtSignal()
    """The workbench is there."""
    closed = pyqtSignal()

    def __init__(self, make: MakeWorkbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explorer_tab")
        self._make = make
        self._workbench: Workbench | None = None
        self._asked: list[TabRequest] = []
        self._actions = build_actions(Do, self)
        self._menus = build_menus(self._actions, Menu, self)
        update_actions(self._actions, Situation())
        self._waiting = QLabel("One moment…", self)
        self._waiting.setProperty("role", "muted")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._waiting)
        # Most of a second of imports, which the window lives through on a thread of their own.
        self._loading = BackgroundTask(_load)
        self._loading.finished.connect(self._on_loaded)
        self._loading.start()

    @property
    def workbench(self) -> Workbench | None:
        """None until its libraries are loaded."""
        return self._workbench

    def menus(self) -> Sequence[QMenu]:
        """The menus for the window's bar."""
        return self._menus

    def show_request(self, request: TabRequest) -> bool:
        """Shows a photo or uses a run that another tab asks for (`core.qt.tab_requests`)."""
        if not isinstance(request, ShowInExplorer | UseRun):
            return False
        if self._workbench is None:
            self._asked.append(request)
            return True
        return self._workbench.show_request(request)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._loading.cancel()
        if self._workbench is not None:
            self._workbench.close()
        super().closeEvent(event)
        self.closed.emit()

    def _on_loaded(self, _: object) -> None:
        workbench = self._workbench = self._make(self._actions, self._menus, self)
        for request in self._asked:
            workbench.show_request(request)
        had_focus = self.hasFocus()
        self._layout.removeWidget(self._waiting)
        self._waiting.deleteLater()
        self._layout.addWidget(workbench)
        workbench.show()
        self.setFocusProxy(workbench)
        if had_focus:
            workbench.setFocus()
        self.made.emit()


def _load(_: JobContext) -> None:
    """Imports what the workbench is made of, beside the GUI thread."""
    import explorer.workbench  # noqa: F401


def _make(
    open_project: OpenProject,
    loader: PhotoLoader,
    actions: Actions,
    menus: Sequence[QMenu],
    parent: QWidget,
) -> Workbench:
    from explorer.workbench import Workbench

    return Workbench(open_project, loader, actions, menus, parent)
