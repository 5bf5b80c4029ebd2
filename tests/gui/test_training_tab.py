"""The keys of the training tab, and what becomes of runs when the window closes."""

import subprocess
import sys

import pytest
from made_runs import make_run, occupy
from PyQt5.QtCore import QSettings, Qt
from PyQt5.QtGui import QIcon
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QDialog,
    QLabel,
    QPushButton,
    QWidget,
)
from training import LONG_MS, add_photos

from core.qt.main_window import MainWindow
from core.qt.project_tabs import TabSpec
from core.qt.training.closing import ask_about_training
from core.qt.training.tab import build_training_tab
from core.training.run_events import (
    RunState,
)
from core.training.runs import read_state


def test_the_sheet_shows_the_keys_of_this_tab(training):
    now = training()

    now.press(Qt.Key.Key_F1)

    sheet = now.dialog("shortcuts_sheet")
    words = [label.text() for label in sheet.findChildren(QLabel)]
    assert "Start training" in words and "Ctrl+Return" in words
    assert "Accept hints" not in words
    sheet.close()


def test_every_action_has_a_key_a_tip_and_a_place_in_a_menu(training):
    now = training()
    in_menus = {action for menu in now.tab.menus() for action in menu.actions()}

    for do, action in now.tab.actions_by_name.items():
        assert action.shortcuts(), do
        assert do.value.tip in action.toolTip(), do
        assert action in in_menus, do
    keys = [key.toString() for a in now.tab.actions_by_name.values() for key in a.shortcuts()]
    assert len(keys) == len(set(keys))


@pytest.fixture
def window(qtbot, project):
    QSettings().clear()
    add_photos(project)
    window = MainWindow(
        (sys.executable, "-c", "pass"), (TabSpec("Train", build_training_tab),), QIcon()
    )
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close_unasked()


def open_at_work(qtbot, window, project):
    """Opens the project and waits until its run at work is seen."""
    window.open_project(project.root)

    def is_seen():
        workbench = window.findChild(QWidget, "workbench")
        return workbench is not None and bool(workbench.running())

    qtbot.waitUntil(is_seen, timeout=LONG_MS)


def test_closing_the_window_asks_what_becomes_of_a_run_at_work(qtbot, window, project):
    run = make_run(project, "live", state=RunState.RUNNING)
    occupy(run)
    open_at_work(qtbot, window, project)

    assert not window.close()
    question = window.findChild(QDialog, "question")
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert window.isVisible() and window.opened is not None

    assert not window.close()
    question = window.findChildren(QDialog, "question")[-1]
    QTest.mouseClick(question.findChild(QPushButton, "answer_k"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG_MS)
    assert not run.stop_file.exists()


def test_a_run_is_stopped_with_the_window_if_the_user_says_so(qtbot, window, project):
    run = make_run(project, "live", state=RunState.RUNNING)
    occupy(run)
    later = make_run(project, "later", state=RunState.QUEUED, epochs_done=0)
    open_at_work(qtbot, window, project)

    window.close()
    QTest.keyClick(window.findChild(QDialog, "question"), Qt.Key.Key_S)

    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG_MS)
    assert run.stop_file.exists()
    assert read_state(later) is RunState.STOPPED


def test_the_window_stays_if_the_run_at_work_cannot_be_stopped(qtbot, window, project):
    run = make_run(project, "live", state=RunState.RUNNING)
    occupy(run)
    run.stop_file.symlink_to(project.root / "gone" / "stop")
    open_at_work(qtbot, window, project)
    failed = []
    window.opened.failed.connect(failed.append)

    window.close()
    QTest.keyClick(window.findChild(QDialog, "question"), Qt.Key.Key_S)

    qtbot.waitUntil(lambda: bool(failed), timeout=LONG_MS)
    assert "cannot be written" in str(failed[0])
    assert window.isVisible()


@pytest.mark.parametrize(
    ("queued", "words"), [(0, "at work. Training"), (1, "1 more waits in"), (2, "2 more wait in")]
)
def test_it_says_how_many_runs_wait(qtbot, queued, words):
    parent = QWidget()
    qtbot.addWidget(parent)
    question = ask_about_training(["one"], queued, parent)
    assert any(words in label.text() for label in question.findChildren(QLabel))


def test_nothing_is_asked_where_no_worker_lives(qtbot, window, project):
    run = make_run(project, "dead", state=RunState.RUNNING)
    worker = subprocess.Popen([sys.executable, "-c", ""])
    occupy(run, worker.pid)
    worker.wait()
    window.open_project(project.root)
    qtbot.waitUntil(lambda: window.findChild(QWidget, "workbench") is not None, timeout=LONG_MS)

    assert window.close()


def test_a_run_at_work_is_shown_when_the_window_comes_back(training, project):
    make_run(project, "finished")
    run = make_run(project, "live", state=RunState.RUNNING, epochs_done=1)
    occupy(run)

    now = training()

    now.wait(lambda: now.text("run_name") == "live")
    assert now.part("run_page").isVisible()
