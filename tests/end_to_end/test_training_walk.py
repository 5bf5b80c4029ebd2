"""One person's way through training: a run is started, watched, stopped, resumed and used.

The real window, without a screen, and a real worker that trains a network of a few filters.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from made_catalogue import add_file, add_item, add_source
from PyQt5.QtCore import QSettings, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QTableView, QWidget

import main
from core.catalogue.database import open_catalogue
from core.embedding.index import read_index
from core.project import create_project
from core.qt.application import program_icon
from core.qt.main_window import MainWindow
from core.qt.project_tabs import ProjectTabs
from core.training.run_events import Ended, EpochEnded, RunState, Started
from core.training.runs import find_run, read_events, read_record

PROGRAM = (sys.executable, str(Path(main.__file__)))
LONG_MS = 180_000
EPOCHS = 12
INSTRUCTION = f"""
{{
  "data": {{"side_px": 32}},
  "sampler": {{"items": 4, "photos": 2}},
  "model": {{"name": "conv_bn", "filters": [8, 16], "dense": [16], "embedding_size": 8}},
  "fitting": {{"epochs": {EPOCHS}, "steps_per_epoch": 4}}
}}
"""
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


class Person:
    """Sits at the window, presses keys and looks."""

    def __init__(self, qtbot, root: Path) -> None:
        self.qtbot = qtbot
        self.window = MainWindow(PROGRAM, main.tabs(), program_icon())
        self.window.resize(1366, 768)
        self.window.show()
        self.window.activateWindow()
        assert self.window.open_project(root)

    @property
    def tabs(self) -> ProjectTabs:
        return self.window.findChild(ProjectTabs)

    def part(self, name: str, kind=QWidget):
        return self.window.findChild(kind, name)

    def text(self, name: str) -> str:
        return self.part(name, QLabel).text()

    def press(self, key: Qt.Key, modifiers=NONE) -> None:
        if QApplication.activeWindow() is None:
            QApplication.setActiveWindow(self.window)
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifiers)

    def wait(self, holds) -> None:
        self.qtbot.waitUntil(holds, timeout=LONG_MS)

    def wait_idle(self) -> None:
        jobs = self.window.opened.jobs
        self.wait(lambda: jobs.current is None and not jobs.waiting)

    def refusals(self) -> list[str]:
        return [card.text for card in self.window.messages.cards() if card.is_error]


@pytest.fixture
def root(tmp_path):
    """Items with three photos to train on, and pairs to judge by."""
    project = create_project(tmp_path / "shop.pickglass")
    with open_catalogue(project) as catalogue:
        source = add_source(catalogue, tmp_path / "scrape")
        for number in range(24):
            item = add_item(catalogue, source, f"item {number}")
            for photo in range(3 if number < 12 else 2):
                add_file(catalogue, item, f"item {number}/{photo}.jpg")
    return project.root


@pytest.fixture
def person(qtbot, root):
    QSettings().clear()
    person = Person(qtbot, root)
    yield person
    person.window.close_unasked()
    person.window.deleteLater()


@pytest.mark.slow
def test_a_run_is_started_watched_stopped_resumed_evaluated_and_used(person):
    start_training(person)
    watch_it_and_stop(person)
    resume_it_to_its_end(person)
    evaluate_it(person)
    embed_the_catalogue_and_explore(person)
    assert person.refusals() == []


def start_training(person: Person) -> None:
    person.press(Qt.Key.Key_2, CTRL)
    assert person.tabs.tabText(person.tabs.currentIndex()) == "Train"
    person.wait(lambda: person.part("workbench") is not None)
    # Once the first preset is there: it would take the place of what is typed.
    person.wait(lambda: bool(person.text("draft_origin")))
    person.part("instruction_json", QPlainTextEdit).setPlainText(INSTRUCTION)
    person.part("run_name_field", QLineEdit).setText("first")
    start = person.part("button_start")
    person.wait(
        lambda: (
            '"epochs": 12' in person.part("instruction_json", QPlainTextEdit).toPlainText()
            and "changed" in person.text("draft_origin")
            and start.isEnabled()
        )
    )

    person.press(Qt.Key.Key_Return, CTRL)

    person.wait(lambda: person.text("run_name") == "first")
    person.wait(lambda: "training" in person.text("run_state"))


def watch_it_and_stop(person: Person) -> None:
    curves = person.part("run_page").curves
    person.wait(lambda: bool(curves.top._lines) and len(curves.loss._lines[0].x) > 1)
    assert f"of {4 * EPOCHS}" in person.text("run_progress")
    assert any(line.is_dashed for line in curves.top._lines), "the colour histogram's baseline"
    assert person.text("figure_images/s") != "–"

    person.press(Qt.Key.Key_Period, CTRL)

    person.wait(lambda: "stopped" in person.text("run_state"))
    record = read_record(find_run(person.window.opened.project, "first"))
    assert 0 < record.epochs_done < EPOCHS
    assert record.has_model


def resume_it_to_its_end(person: Person) -> None:
    run = find_run(person.window.opened.project, "first")
    done = read_record(run).steps_done

    person.press(Qt.Key.Key_R, CTRL)

    person.wait(lambda: "finished" in person.text("run_state"))
    events, _ = read_events(run)
    starts = [event for event in events if isinstance(event, Started)]
    first, second = (start.from_step for start in starts)
    assert first == 0
    assert done <= second < 4 * EPOCHS, "it goes on where it was stopped, in mid-epoch if need be"
    ends = [event.state for event in events if isinstance(event, Ended)]
    assert ends == [RunState.STOPPED, RunState.FINISHED]
    epochs = [event.epoch for event in events if isinstance(event, EpochEnded)]
    assert epochs == list(range(1, EPOCHS + 1)), "none twice, none left out"


def evaluate_it(person: Person) -> None:
    run = find_run(person.window.opened.project, "first")
    before = run.report_file.stat().st_mtime_ns if run.report_file.exists() else 0

    person.press(Qt.Key.Key_V)
    person.press(Qt.Key.Key_4)

    person.wait(lambda: run.report_file.exists() and run.report_file.stat().st_mtime_ns > before)
    person.wait_idle()
    person.wait(lambda: person.part("report_table", QTableView) is not None)
    table = person.part("report_table", QTableView).model()
    names = [table.index(row, 0).data() for row in range(table.rowCount())]
    assert names[0] == "colour histogram"
    assert "first" in names


def embed_the_catalogue_and_explore(person: Person) -> None:
    run = find_run(person.window.opened.project, "first")

    person.press(Qt.Key.Key_B)

    person.wait(run.index_file.exists)
    person.wait_idle()
    assert len(read_index(run.index_file).photo_ids) == 12 * 3 + 12 * 2

    explore = person.part("button_explore")
    person.wait(explore.isEnabled)
    person.press(Qt.Key.Key_W)

    person.wait(lambda: person.tabs.tabText(person.tabs.currentIndex()) == "Explore")
