"""The window: the welcome page or one open project with its tabs, and what goes on around them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt5.QtCore import QSettings, QUrl
from PyQt5.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QIcon,
    QResizeEvent,
)
from PyQt5.QtWidgets import QApplication, QMainWindow, QStackedWidget

from core.errors import UserError, displayable
from core.jobs.events import Finished
from core.number_words import plural
from core.project import create_project, is_project, open_project
from core.qt import recent_projects, window_dialogs
from core.qt.drop_overlay import DropOverlay, dropped_path
from core.qt.job_runner import Job
from core.qt.job_status import JobStatus
from core.qt.messages import MessageArea
from core.qt.open_project import OpenProject
from core.qt.preparing_page import PreparingPage
from core.qt.project_tabs import ProjectTabs, TabSpec
from core.qt.project_work import ImportRequest, ProjectWork
from core.qt.scrape_projects import project_beside, was_imported
from core.qt.theme import Theme, choose_theme, chosen_theme
from core.qt.unfinished_moves import settle_unfinished_moves, settles
from core.qt.welcome import WelcomePage
from core.qt.window_menus import WindowMenus


class MainWindow(QMainWindow):
    """Opens and closes projects; the tabs do the rest."""

    def __init__(self, program: Sequence[str], tabs: Sequence[TabSpec], icon: QIcon) -> None:
        """Makes the window with the welcome page.

        Args:
            program: Command line that runs a verb when its name and arguments are appended.
            tabs: What to show of a project.
            icon: The program's.
        """
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowIcon(icon)
        self.setAcceptDrops(True)
        self.setMinimumSize(760, 520)
        self.opened: OpenProject | None = None
        self._program = program
        self._tab_specs = tabs
        self._work: ProjectWork | None = None
        self._was_answered = False

        self._pages = QStackedWidget(self)
        self._welcome = WelcomePage(icon, self._pages)
        self._preparing = PreparingPage(self._pages)
        self._tabs = ProjectTabs(tabs, self._pages)
        for page in (self._welcome, self._preparing, self._tabs):
            self._pages.addWidget(page)
        self.setCentralWidget(self._pages)
        self.messages = MessageArea(self._pages)
        self._drop_overlay = DropOverlay(self._pages)
        self._job_status = JobStatus(self)
        if sys.platform == "darwin":  # whose menu bar is the screen's and takes no widgets
            self.statusBar().addPermanentWidget(self._job_status)
        else:
            self.menuBar().setCornerWidget(self._job_status)
        self._menus = WindowMenus(self, chosen_theme(), recent_projects.recent_projects)
        self._connect()
        self._restore_geometry()
        self._show_welcome()

    def open_path(self, path: Path) -> None:
        """Opens a project, or looks through a scrape: for what is new, or to make a project."""
        if is_project(path):
            self.open_project(path)
        elif self.opened is not None and was_imported(self.opened.catalogue, path):
            self.import_scrape(path, into_open_project=True)
        elif (root := project_beside(path)) is not None:
            window_dialogs.ask_about_known_scrape(
                self, root, lambda: self._look_for_new(root, path), lambda: self.import_scrape(path)
            )
        else:
            self.import_scrape(path)

    def open_project(self, root: Path) -> bool:
        """Opens a project in place of the one before and goes on with what was broken off.

        Says so where it cannot be opened.
        """
        if self.opened is not None and self.opened.project.root == root.absolute():
            return True
        if self._asks_before(lambda: self.open_project(root)) or not self._open(root):
            return False
        assert self.opened is not None and self._work is not None
        settle_unfinished_moves(self, self.opened)
        self._work.resume()
        return True

    def import_scrape(self, path: Path, *, into_open_project: bool = False) -> None:
        """Shows what is in a scrape and imports it if the user wants it."""
        into = self.opened.project if into_open_project and self.opened is not None else None
        window_dialogs.preview_import(self, path, into, self._on_import_wanted)

    def _look_for_new(self, root: Path, scrape: Path) -> None:
        if self.open_project(root):
            self.import_scrape(scrape, into_open_project=True)

    def make_demo(self) -> None:
        """Opens the demo project, and makes it first where that has not been done."""
        root = window_dialogs.demo_root()
        if is_project(root):
            self.open_project(root)
            return
        try:
            create_project(root)
        except UserError as error:
            self.messages.tell_error(error)
            return
        if self._open(root):
            assert self._work is not None
            self._work.make_demo()

    def close_project(self) -> None:
        """Stores what is left to store and goes back to the welcome page."""
        if self._asks_before(self.close_project):
            return
        self._let_go()
        recent_projects.leave_last_project()
        self._show_welcome()

    def close_unasked(self) -> None:
        """Closes without a question: there may be nobody to answer it."""
        self._go_on(self.close)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._asks_before(self.close):
            event.ignore()
            return
        QSettings().setValue("window/geometry", self.saveGeometry())
        self.hide()  # what is left to store may take a moment
        self._let_go()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._job_status.give_room(self.width())

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event is not None and dropped_path(event.mimeData()) is not None:
            event.acceptProposedAction()
            self._drop_overlay.show_over()

    def dragLeaveEvent(self, event: QDragLeaveEvent | None) -> None:
        self._drop_overlay.hide()

    def dropEvent(self, event: QDropEvent | None) -> None:
        self._drop_overlay.hide()
        path = None if event is None else dropped_path(event.mimeData())
        if event is not None and path is not None:
            event.acceptProposedAction()
            self.open_path(path)

    def _connect(self) -> None:
        self._tabs.menus_changed.connect(self._show_tab_menus)
        self._menus.tab_chosen.connect(self._tabs.show_tab)
        self._menus.chosen.connect(self._on_menu_chosen)
        self._menus.recent_chosen.connect(self.open_project)
        self._menus.theme_chosen.connect(self._on_theme_chosen)
        self._menus.full_screen_chosen.connect(
            lambda full: self.showFullScreen() if full else self.showNormal()
        )
        self._welcome.scrape_wanted.connect(self._choose_scrape)
        self._welcome.project_wanted.connect(self._choose_project)
        self._welcome.demo_wanted.connect(self.make_demo)
        self._welcome.recent_chosen.connect(self.open_project)
        self._welcome.recent_removed.connect(self._on_recent_removed)
        self._preparing.scrape_wanted.connect(lambda: self._choose_scrape(into_open_project=True))

    def _asks_before(self, go_on: Callable[[], object]) -> bool:
        """Whether a tab has a question first; after its answer `go_on` is called."""
        if self.opened is None or self._was_answered:
            return False
        return self._tabs.ask_before_closing(lambda: self._go_on(go_on))

    def _go_on(self, act: Callable[[], object]) -> None:
        self._was_answered = True
        try:
            act()
        finally:
            self._was_answered = False

    def _open(self, root: Path) -> bool:
        try:
            self._take_over(
                OpenProject(
                    open_project(root),
                    self._program,
                    self,
                    answers={kind for spec in self._tab_specs for kind in spec.shows},
                )
            )
        except UserError as error:
            self._refuse(error, root)
            return False
        return True

    def _take_over(self, opened: OpenProject) -> None:
        self._let_go()
        self.opened = opened
        recent_projects.remember_project(opened.project.root)
        opened.changed.connect(lambda _: self._show_project_page())
        opened.failed.connect(self.messages.tell_error)
        opened.jobs.failed.connect(lambda _, error, details: self._tell_failure(error, details))
        opened.jobs.finished.connect(self._on_job_finished)
        self._job_status.watch(opened.jobs)
        self._preparing.watch(opened.jobs)
        self._work = ProjectWork(opened)
        self._work.downloads_waiting.connect(self._offer_download)
        self._tabs.show_project(opened)
        self._menus.set_has_project(True)
        self._show_project_page()

    def _let_go(self) -> None:
        if self.opened is None:
            return
        self._menus.set_has_project(False)
        self._menus.show_tab_menus([])
        self._menus.set_tabs([])
        self._tabs.close_project()
        opened, self.opened, self._work = self.opened, None, None
        opened.close()
        opened.deleteLater()
        self._job_status.hide()
        self.messages.clear()

    def _show_welcome(self) -> None:
        self._welcome.show_recent(recent_projects.recent_projects())
        self._pages.setCurrentWidget(self._welcome)
        self._menus.set_has_project(False)
        self.setWindowTitle("Pickglass")

    def _show_project_page(self) -> None:
        if self.opened is None:
            return
        self.setWindowTitle(f"{displayable(self.opened.project.name)} – Pickglass")
        page = self._tabs if self._tabs.count() and self._has_items() else self._preparing
        if self._pages.currentWidget() is not page:
            self._pages.setCurrentWidget(page)
            self._show_tab_menus()
            if page is self._tabs:
                self._tabs.focus_current()
            else:
                page.setFocus()

    def _has_items(self) -> bool:
        if self.opened is None:
            return False
        row = self.opened.catalogue.connection.execute("SELECT EXISTS (SELECT 1 FROM item)")
        return bool(row.fetchone()[0])

    def _show_tab_menus(self) -> None:
        are_seen = self.opened is not None and self._pages.currentWidget() is self._tabs
        self._menus.show_tab_menus(self._tabs.menus() if are_seen else [])
        self._menus.set_tabs([spec.title for spec in self._tab_specs] if are_seen else [])

    def _on_menu_chosen(self, name: str) -> None:
        match name:
            case "new_from_scrape":
                self._choose_scrape()
            case "open_project":
                self._choose_project()
            case "make_demo":
                self.make_demo()
            case "add_scrape":
                self._choose_scrape(into_open_project=True)
            case "download":
                self._confirm_download()
            case "look_again" if self._work is not None:
                self._work.look_again()
            case "show_folder" if self.opened is not None:
                folder = QUrl.fromLocalFile(str(self.opened.project.root))
                QDesktopServices.openUrl(folder)
            case "close_project":
                self.close_project()
            case "about":
                window_dialogs.show_about(self)
            case "quit":
                self.close()

    def _choose_scrape(self, *, into_open_project: bool = False) -> None:
        path = window_dialogs.choose_scrape(self)
        if path is not None:
            self.import_scrape(path, into_open_project=into_open_project)

    def _choose_project(self) -> None:
        root = window_dialogs.choose_project(self)
        if root is not None:
            self.open_project(root)

    def _on_import_wanted(self, request: ImportRequest) -> None:
        if self.opened is None or self.opened.project.root != request.project_root:
            try:
                create_project(request.project_root)
            except UserError as error:
                self.messages.tell_error(error)
                return
            if not self._open(request.project_root):
                return
        assert self._work is not None
        self._work.import_scrape(request)

    def _refuse(self, error: UserError, root: Path) -> None:
        if is_project(root):
            window_dialogs.tell_refusal(
                self, error, lambda: self.open_project(root), self._choose_project
            )
        else:
            self.messages.tell_error(error)

    def _on_job_finished(self, job: Job, finished: Finished) -> None:
        if job.verb in _TOLD_WHEN_DONE or settles(job) or "--again" in job.arguments:
            self.messages.tell(finished.summary)

    def _tell_failure(self, error: UserError, details: str) -> None:
        self.messages.tell_error(error, details)

    def _offer_download(self, waiting: int) -> None:
        self.messages.tell(
            f"{plural(waiting, 'photo is', 'photos are')} known by web address only.",
            action=("Download…", self._confirm_download),
        )

    def _confirm_download(self) -> None:
        if self.opened is not None and self._work is not None:
            window_dialogs.confirm_download(self, self.opened, self._work.download)

    def _on_recent_removed(self, root: Path) -> None:
        recent_projects.forget_project(root)
        self._welcome.show_recent(recent_projects.recent_projects())

    def _on_theme_chosen(self, theme: Theme) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        choose_theme(app, theme)

    def _restore_geometry(self) -> None:
        stored = QSettings().value("window/geometry")
        if stored is None or not self.restoreGeometry(stored):
            screen = self.screen().availableGeometry()
            self.resize(min(1600, screen.width() * 9 // 10), min(1000, screen.height() * 9 // 10))


_TOLD_WHEN_DONE = frozenset({"import", "download", "demo", "decisions-export"})
