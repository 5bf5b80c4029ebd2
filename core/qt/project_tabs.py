"""The tabs of the open project: each made when it is first wanted, and closed before the project.

Making a tab late is what keeps the window quick to start, however many tabs there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from PyQt5.QtCore import QSignalBlocker, pyqtSignal
from PyQt5.QtWidgets import QMenu, QTabWidget, QVBoxLayout, QWidget

from core.qt.open_project import OpenProject
from core.qt.tab_requests import CanShow, TabRequest


@runtime_checkable
class HasMenus(Protocol):
    """A tab's widget with menus, shown between the window's own while it is the current tab."""

    def menus(self) -> Sequence[QMenu]: ...


@runtime_checkable
class AsksBeforeClosing(Protocol):
    """A tab's widget that may have a question before its project is closed."""

    def ask_before_closing(self, go_on: Callable[[], None]) -> bool:
        """Whether it asks; then calls `go_on` after an answer, and not if the user stays."""
        ...


@dataclass(frozen=True)
class TabSpec:
    """A tab that every opened project gets.

    Attributes:
        title: On the tab.
        build: Makes its widget, when the tab is first shown or asked for something. The widget may
            have `menus` (`HasMenus`) and is closed (`QWidget.close`) before its project is.
        shows: The requests of other tabs that it takes; its widget is a `CanShow` then.
        is_at_work: Whether something that outlived the last window is going on in it; then a
            project opens on it.
    """

    title: str
    build: Callable[[OpenProject, QWidget], QWidget]
    shows: tuple[type[TabRequest], ...] = ()
    is_at_work: Callable[[OpenProject], bool] = lambda _opened: False


class ProjectTabs(QTabWidget):
    """Shows the tabs of one project at a time."""

    menus_changed = pyqtSignal()
    """Another tab is in front."""

    def __init__(self, specs: Sequence[TabSpec], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("project_tabs")
        self.setDocumentMode(True)
        self.setTabBarAutoHide(True)
        self._specs = specs
        self.currentChanged.connect(self._on_current_changed)

    def show_project(self, opened: OpenProject) -> None:
        """Makes a tab for each spec; only the one in front gets its widget at once."""
        at_work = [place for place, spec in enumerate(self._specs) if spec.is_at_work(opened)]
        with QSignalBlocker(self):
            for spec in self._specs:
                self.addTab(_Page(spec, opened, self), spec.title)
            self.setCurrentIndex(at_work[0] if at_work else 0)
        self._on_current_changed(self.currentIndex())
        opened.requested.connect(self._on_requested)

    def ask_before_closing(self, go_on: Callable[[], None]) -> bool:
        """Whether a tab asks something first; it calls `go_on` once that is answered."""
        pages = [self.widget(index) for index in range(self.count())]
        return any(isinstance(page, _Page) and page.ask_before_closing(go_on) for page in pages)

    def close_project(self) -> None:
        """Closes what was made."""
        pages = [self.widget(index) for index in range(self.count())]
        # All at once: were they removed singly, each would be in front for a moment, and made.
        with QSignalBlocker(self):
            self.clear()
        for page in pages:
            page.close()
            page.deleteLater()

    def show_tab(self, index: int) -> None:
        """Brings a tab to the front and gives it the keys."""
        self.setCurrentIndex(index)
        self.focus_current()

    def menus(self) -> Sequence[QMenu]:
        """Those of the tab in front."""
        page = self.currentWidget()
        made = page.made() if isinstance(page, _Page) else None
        return made.menus() if isinstance(made, HasMenus) else []

    def focus_current(self) -> None:
        """Gives the keys to the tab in front: its shortcuts work where the focus is in it."""
        page = self.currentWidget()
        if isinstance(page, _Page):
            page.made().setFocus()

    def _on_current_changed(self, index: int) -> None:
        page = self.widget(index)
        if isinstance(page, _Page):
            page.made()
            self.menus_changed.emit()

    def _on_requested(self, request: TabRequest) -> None:
        for index, spec in enumerate(self._specs):
            if type(request) not in spec.shows:
                continue
            page = self.widget(index)
            assert isinstance(page, _Page)
            made = page.made()
            if isinstance(made, CanShow) and made.show_request(request):
                self.show_tab(index)
                return


class _Page(QWidget):
    """Keeps a tab's place until its widget is wanted."""

    def __init__(self, spec: TabSpec, opened: OpenProject, parent: QWidget) -> None:
        super().__init__(parent)
        self._spec = spec
        self._opened = opened
        self._made: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def made(self) -> QWidget:
        """The tab's widget."""
        if self._made is None:
            self._made = self._spec.build(self._opened, self)
            self._layout.addWidget(self._made)
            self._made.show()  # a layout would only do so later, after it is given the keys
            self.setFocusProxy(self._made)
        return self._made

    def ask_before_closing(self, go_on: Callable[[], None]) -> bool:
        made: object = self._made
        return isinstance(made, AsksBeforeClosing) and made.ask_before_closing(go_on)

    def close(self) -> bool:
        return self._made is None or self._made.close()
