import os
import sys
import threading
from pathlib import Path

import pytest
from cleaning import Cleaning
from exploring import Exploring
from made_photos import HeldSource
from main_windows import Photos
from PyQt5.QtCore import QSettings
from PyQt5.QtGui import QIcon
from training import Training

from core.project import create_project
from core.qt.main_window import MainWindow
from core.qt.photo_board import PhotoBoard
from core.qt.photo_loader import PhotoLoader
from core.qt.project_tabs import TabSpec
from core.qt.theme import apply_theme

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def no_decoding_thread_is_left_alive():
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("decode-")]
    assert left == []


@pytest.fixture
def show_theme(qapp):
    """Gives the application a theme; after the test it looks as it did before."""
    palette, sheet, font = qapp.palette(), qapp.styleSheet(), qapp.font()
    yield lambda theme: apply_theme(qapp, theme)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)
    qapp.setFont(font)


@pytest.fixture
def source():
    return HeldSource()


@pytest.fixture
def loader(qapp, source):
    loader = PhotoLoader(source.open, limit_bytes=50_000_000, thread_count=2)
    yield loader
    source.release()
    loader.close()


@pytest.fixture
def board(loader, qtbot):
    board = PhotoBoard(loader)
    qtbot.addWidget(board)
    board.resize(800, 600)
    with qtbot.waitExposed(board):
        board.show()
    return board


@pytest.fixture
def cleaning(qtbot, tmp_path, source):
    QSettings().clear()
    cleaning = Cleaning(qtbot, tmp_path / "shop.pickglass", source)
    yield cleaning
    cleaning.close_everything()


@pytest.fixture
def exploring(qtbot, tmp_path, source):
    QSettings().clear()
    exploring = Exploring(qtbot, tmp_path / "shop.pickglass", source)
    yield exploring
    exploring.close_everything()


@pytest.fixture
def three(cleaning):
    """Three items, not opened yet."""
    for title in ("red dress", "blue shirt", "green top"):
        cleaning.item(title, photos=4)
    return cleaning


@pytest.fixture
def project(tmp_path):
    return create_project(tmp_path / "shop.pickglass")


@pytest.fixture
def training(qtbot, project):
    QSettings().clear()
    made = []

    def make(**how):
        while made:
            made.pop().close()
        made.append(Training(qtbot, project, **how))
        return made[-1]

    yield make
    for each in reversed(made):
        each.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "run-watcher"]


@pytest.fixture
def program(monkeypatch):
    """Verbs that end at once, so that jobs of the window do nothing."""
    monkeypatch.setenv("PYTHONPATH", f"{TESTS.parent}{os.pathsep}{TESTS / 'fakes'}")
    names = ("import", "hash", "hints", "download", "demo", "apply")
    code = (
        "import sys; from core.commands.frame import run_verb;"
        f"sys.exit(run_verb(dict.fromkeys({names!r}, 'obliging_verb'), sys.argv[1:]))"
    )
    return (sys.executable, "-c", code)


@pytest.fixture
def window(qtbot, program):
    QSettings().clear()
    window = MainWindow(program, (TabSpec("Photos", Photos),), QIcon())
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()
