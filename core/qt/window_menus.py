"""The window's own menus; those of the current tab stand between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QActionGroup, QMainWindow, QMenu

from core.errors import displayable
from core.project import is_project
from core.qt.theme import Theme


@dataclass(frozen=True)
class _Entry:
    name: str
    text: str
    keys: str
    tip: str
    needs_project: bool = False


_FILE = (
    _Entry(
        "new_from_scrape",
        "New project from a scrape…",
        "Ctrl+N",
        "Look through a scrape and make a project of it",
    ),
    _Entry("open_project", "Open a project…", "Ctrl+O", "Open a .pickglass folder"),
    _Entry("make_demo", "Open the demo", "Ctrl+Shift+O", "Draw the demo scrape and open it"),
    _Entry(
        "add_scrape",
        "Add a scrape to this project…",
        "Ctrl+Shift+N",
        "Import a further scrape, or what is new in one that was imported before",
        needs_project=True,
    ),
    _Entry(
        "download",
        "Download missing photos…",
        "Ctrl+Shift+D",
        "Fetch the photos that the scrape knows by their web address only",
        needs_project=True,
    ),
    _Entry(
        "look_again",
        "Look for hints again",
        "Ctrl+Shift+H",
        "Look at all items anew, as after an update that knows more; what was decided stays",
        needs_project=True,
    ),
    _Entry(
        "show_folder",
        "Show the project's folder",
        "Ctrl+Shift+F",
        "Open the folder with the catalogue, the quarantine and the logs",
        needs_project=True,
    ),
    _Entry(
        "close_project",
        "Close the project",
        "Ctrl+W",
        "Back to the welcome page",
        needs_project=True,
    ),
    _Entry("quit", "Quit", "Ctrl+Q", "Close the window; everything is stored already"),
)
_SEPARATE_BEFORE = frozenset({"add_scrape", "show_folder", "quit"})


class WindowMenus(QObject):
    """Makes the menus and says what was chosen."""

    chosen = pyqtSignal(str)
    """The name of an entry of the File or Help menu: "open_project"."""
    recent_chosen = pyqtSignal(object)
    """`Path`."""
    theme_chosen = pyqtSignal(object)
    """`Theme`."""
    full_screen_chosen = pyqtSignal(bool)
    tab_chosen = pyqtSignal(int)
    """The tab's index."""

    def __init__(
        self, window: QMainWindow, theme: Theme, recent: Callable[[], Sequence[Path]]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._recent = recent
        self._actions: dict[str, QAction] = {}
        self._of_project: list[QAction] = []
        self._tab_menus: list[QAction] = []
        self._tab_actions: list[QAction] = []
        bar = window.menuBar()
        self._fill_file_menu(bar.addMenu("&File"))
        self._after_tabs = bar.addMenu("&Window")
        self._fill_window_menu(self._after_tabs, theme)
        help_menu = bar.addMenu("&Help")
        help_menu.addAction(
            self._action(_Entry("about", "About Pickglass", "", "Version and licence"))
        )
        for menu in (self._after_tabs, help_menu):
            menu.setToolTipsVisible(True)

    def set_has_project(self, has_project: bool) -> None:
        """Enables what needs an open project, or not."""
        for action in self._of_project:
            action.setEnabled(has_project)

    def show_tab_menus(self, menus: Sequence[QMenu]) -> None:
        """Puts these menus in place of the last tab's."""
        bar = self._window.menuBar()
        for action in self._tab_menus:
            bar.removeAction(action)
        self._tab_menus = [bar.insertMenu(self._after_tabs.menuAction(), menu) for menu in menus]

    def set_tabs(self, titles: Sequence[str]) -> None:
        """Offers the tabs in the Window menu, each with its number for a key."""
        menu = self._after_tabs
        for action in self._tab_actions:
            menu.removeAction(action)
            action.deleteLater()
        self._tab_actions = []
        if len(titles) < 2:
            return
        above = menu.actions()[0]
        for number, title in enumerate(titles, start=1):
            keys = f"Ctrl+{number}"
            action = QAction(title, self._window)
            action.setObjectName(f"action_tab_{number}")
            action.setShortcut(QKeySequence(keys))
            action.setToolTip(f"Show the tab “{title}” ({keys})")
            action.triggered.connect(lambda _=False, at=number - 1: self.tab_chosen.emit(at))
            menu.insertAction(above, action)
            self._tab_actions.append(action)
        self._tab_actions.append(menu.insertSeparator(above))

    def _fill_file_menu(self, menu: QMenu) -> None:
        menu.setToolTipsVisible(True)
        for entry in _FILE:
            if entry.name in _SEPARATE_BEFORE:
                menu.addSeparator()
            action = self._action(entry)
            menu.addAction(action)
            if entry.needs_project:
                self._of_project.append(action)
            if entry.name == "open_project":
                self._add_recent_menu(menu)

    def _add_recent_menu(self, menu: QMenu) -> None:
        recent = menu.addMenu("Recent projects")
        recent.setObjectName("recent_menu")
        recent.aboutToShow.connect(lambda: self._fill_recent_menu(recent))

    def _fill_recent_menu(self, menu: QMenu) -> None:
        menu.clear()
        for root in self._recent():
            there = is_project(root)
            name = displayable(root.name).removesuffix(".pickglass").replace("&", "&&")
            action = menu.addAction(name if there else f"{name} (no longer there)")
            action.setToolTip(displayable(root))
            action.setEnabled(there)
            action.triggered.connect(lambda _=False, path=root: self.recent_chosen.emit(path))
        if menu.isEmpty():
            menu.addAction("None yet").setEnabled(False)

    def _fill_window_menu(self, menu: QMenu, theme: Theme) -> None:
        themes = menu.addMenu("Theme")
        group = QActionGroup(menu)
        for each, text in (
            (Theme.SYSTEM, "As the system"),
            (Theme.LIGHT, "Light"),
            (Theme.DARK, "Dark"),
        ):
            action = themes.addAction(text)
            action.setCheckable(True)
            action.setChecked(each is theme)
            action.setObjectName(f"theme_{each}")
            action.triggered.connect(lambda _=False, chosen=each: self.theme_chosen.emit(chosen))
            group.addAction(action)
        full_screen = menu.addAction("Full screen")
        full_screen.setCheckable(True)
        full_screen.setShortcut(QKeySequence("F11"))
        full_screen.setToolTip("Fill the screen, and back (F11)")
        full_screen.toggled.connect(self.full_screen_chosen)

    def _action(self, entry: _Entry) -> QAction:
        action = QAction(entry.text, self._window)
        action.setObjectName(f"action_{entry.name}")
        if entry.keys:
            action.setShortcut(QKeySequence(entry.keys))
            action.setAutoRepeat(False)
        keys = f" ({entry.keys})" if entry.keys else ""
        action.setToolTip(entry.tip + keys)
        action.triggered.connect(lambda _=False: self.chosen.emit(entry.name))
        self._actions[entry.name] = action
        return action
