import pytest
from made_catalogue import add_item, add_source
from PyQt5.QtCore import QSettings, Qt
from PyQt5.QtGui import QIcon, QKeySequence
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QAction, QApplication, QMenu, QWidget

from core.catalogue.database import open_catalogue
from core.project import create_project
from core.qt.main_window import MainWindow
from core.qt.project_tabs import TabSpec
from core.qt.tab_requests import ShowInExplorer, ShowItem, UseRun


class Page(QWidget):
    """A tab with a menu, an action on the key N, and an answer to requests."""

    def __init__(self, name, opened, parent, log):
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.name = name
        self.opened = opened
        self.log = log
        self.accepts = True
        self._menu = QMenu(name, self)
        action = QAction("Next", self)
        action.setShortcut(QKeySequence("N"))
        action.triggered.connect(lambda: log.append(f"{name}: next"))
        self.addAction(action)
        self._menu.addAction(action)
        log.append(f"{name}: made")

    def menus(self):
        return [self._menu]

    def show_request(self, request):
        self.log.append(f"{self.name}: {request}")
        return self.accepts

    def closeEvent(self, event):
        self.log.append(f"{self.name}: closed")
        super().closeEvent(event)


@pytest.fixture
def log():
    return []


@pytest.fixture
def at_work():
    """The names of the tabs that have something going on."""
    return set()


@pytest.fixture
def window(qtbot, tmp_path, log, at_work):
    QSettings().clear()
    specs = [
        TabSpec(
            name,
            lambda opened, parent, name=name: Page(name, opened, parent, log),
            shows,
            lambda _opened, name=name: name in at_work,
        )
        for name, shows in (("Clean", (ShowItem,)), ("Train", ()), ("Explore", (ShowInExplorer,)))
    ]
    project = create_project(tmp_path / "shop.pickglass")
    with open_catalogue(project) as catalogue:
        add_item(catalogue, add_source(catalogue), "item 1")
    window = MainWindow(("false",), specs, QIcon())
    qtbot.addWidget(window)
    window.open_project(project.root)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    log.clear()
    yield window
    window.close()


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def ctrl(digit):
    press(ord(str(digit)), Qt.KeyboardModifier.ControlModifier)


def in_front(window):
    tabs = window.findChild(QWidget, "project_tabs")
    return tabs.tabText(tabs.currentIndex())


def menu_titles(window):
    return [action.text() for action in window.menuBar().actions()]


def test_control_and_a_digit_show_a_tab_with_its_menus(window):
    ctrl(3)
    assert in_front(window) == "Explore"
    assert menu_titles(window) == ["&File", "Explore", "&Window", "&Help"]

    ctrl(1)
    assert in_front(window) == "Clean"
    assert menu_titles(window) == ["&File", "Clean", "&Window", "&Help"]


def test_a_tab_is_made_when_it_is_first_shown(window, log):
    assert log == []
    ctrl(2)
    ctrl(1)
    ctrl(2)

    assert log == ["Train: made"]


def test_tabs_that_were_never_shown_are_not_made_to_be_closed(window, log):
    ctrl(2)
    window.close_project()

    assert log == ["Train: made", "Clean: closed", "Train: closed"]


def test_a_key_that_two_tabs_know_goes_to_the_one_in_front(window, log):
    ctrl(2)
    press(Qt.Key.Key_N)
    ctrl(1)
    press(Qt.Key.Key_N)

    assert log == ["Train: made", "Train: next", "Clean: next"]


def test_a_key_works_after_a_click_on_the_tab_itself(window, log, qtbot):
    bar = window.findChild(QWidget, "project_tabs").tabBar()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    press(Qt.Key.Key_N)

    assert log == ["Train: made", "Train: next"]


def test_a_project_opens_on_the_tab_that_is_at_work(window, log, at_work):
    root = window.opened.project.root
    window.close_project()
    at_work |= {"Train"}
    log.clear()
    window.open_project(root)

    assert in_front(window) == "Train"
    assert menu_titles(window) == ["&File", "Train", "&Window", "&Help"]
    press(Qt.Key.Key_N)
    assert log == ["Train: made", "Train: next"]


def test_a_request_brings_the_tab_to_the_front_that_takes_it(window, log):
    window.opened.requested.emit(ShowInExplorer(7))

    assert in_front(window) == "Explore"
    assert log == ["Explore: made", "Explore: ShowInExplorer(photo_id=7)"]
    press(Qt.Key.Key_N)
    assert log[-1] == "Explore: next"


def test_a_request_that_no_tab_takes_changes_nothing(window, log):
    window.opened.requested.emit(UseRun("first"))
    window.findChild(Page).accepts = False
    window.opened.requested.emit(ShowItem(1, None))

    assert in_front(window) == "Clean"
    assert log == ["Clean: ShowItem(item_id=1, photo_id=None)"]


def test_tabs_know_what_others_take(window):
    assert window.opened.answers == {ShowItem, ShowInExplorer}


def test_a_single_tab_needs_no_key(qtbot, tmp_path, log):
    QSettings().clear()
    create_project(tmp_path / "shop.pickglass")
    window = MainWindow(
        ("false",), [TabSpec("Clean", lambda *both: Page("Clean", *both, log))], QIcon()
    )
    qtbot.addWidget(window)
    window.open_project(tmp_path / "shop.pickglass")

    assert window.findChild(QAction, "action_tab_1") is None
    window.close()
