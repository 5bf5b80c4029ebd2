"""The explorer's tab before what it is made of is loaded."""

import subprocess
import sys

import pytest
from PyQt5.QtWidgets import QAction, QMainWindow

from core.project import open_project
from core.qt.open_project import OpenProject
from core.qt.tab_requests import ShowInExplorer, TrainModel
from explorer.tab import build_explorer_tab


@pytest.fixture
def build(exploring, qtbot):
    """Builds the tab within the test: between fixture and test, events are handled."""
    exploring.items()
    exploring.index()
    opened = OpenProject(open_project(exploring.root), ("false",))
    window = QMainWindow()

    def build():
        tab = build_explorer_tab(opened, window)
        window.setCentralWidget(tab)
        return tab

    yield build
    window.centralWidget().close()
    opened.close()
    window.centralWidget()._loading.end()
    window.deleteLater()
    qtbot.wait(1)


def test_its_place_and_its_menus_are_there_before_its_libraries_are(build, qtbot):
    tab = build()

    assert tab.workbench is None
    assert tab.menus()[0].title() == "&Query"
    assert not tab.findChild(QAction, "action_lasso").isEnabled()
    with qtbot.waitSignal(tab.made):
        pass
    assert tab.workbench.isVisibleTo(tab)


def test_what_another_tab_asks_for_early_is_shown_once_it_can_be(build, exploring, qtbot):
    tab = build()

    assert tab.show_request(ShowInExplorer(exploring.photo_ids[9]))
    assert not tab.show_request(TrainModel())
    tab.window().show()
    qtbot.waitUntil(
        lambda: tab.workbench is not None and tab.workbench._exploring.query is not None
    )
    assert tab.workbench._exploring.query.rows == [9]


def test_a_tab_that_is_closed_before_it_is_loaded_makes_nothing(build, qtbot):
    tab = build()

    tab.close()

    tab._loading.end()
    qtbot.wait(1)
    assert tab.workbench is None


def test_the_thread_that_draws_imports_little_for_it():
    program = "import sys, explorer.tab; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert b"explorer.workbench" not in loaded.stdout
    assert b"pydantic" not in loaded.stdout
