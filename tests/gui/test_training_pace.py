"""The training tab's views take long histories bit by bit, so that the window stays alive."""

import numpy as np
import pytest
from made_runs import make_run
from PyQt5.QtCore import QSettings, QTimer
from PyQt5.QtWidgets import QPlainTextEdit, QToolButton, QWidget

from core.project import create_project
from core.qt.section import Section
from core.qt.training.curves_view import DrawnRun, build_curves
from core.qt.training.log_view import LogView
from core.qt.training.plot_curve import PlotCurve
from core.qt.training.plot_line import Line
from core.qt.training.plot_panel import PlotPanel
from core.qt.training.run_rows import RunReader
from core.qt.training.run_watcher import RunWatcher
from core.qt.training.runs_model import RunsModel
from core.training.run_events import Stepped, Told, to_line
from core.training.run_history import LogLine, RunHistory


@pytest.fixture
def project(tmp_path):
    QSettings().clear()
    return create_project(tmp_path / "shop.pickglass")


@pytest.fixture
def owner(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    return owner


def made(pieces):
    """What is made in pieces, whole."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            return end.value


def lines(count, level="info"):
    return tuple(LogLine(f"line {number}", level) for number in range(count))


def test_a_long_log_is_written_over_many_turns_of_the_event_loop(qtbot, owner):
    view = LogView(owner)
    text = view.findChild(QPlainTextEdit, "run_log")
    many = lines(10_000)

    view.show_lines("talker", many)
    assert text.blockCount() < 5000, "the window is not held up for all of it"

    qtbot.waitUntil(lambda: text.blockCount() == 10_000)
    assert text.toPlainText().splitlines() == [line.text for line in many]


def test_a_log_is_continued_and_that_of_another_run_replaces_it(qtbot, owner):
    view = LogView(owner)
    text = view.findChild(QPlainTextEdit, "run_log")
    first = lines(2)
    view.show_lines("one", first)
    view.show_lines("one", (*first, LogLine("<b>out of memory</b>", "error")))
    assert text.toPlainText() == "line 0\nline 1\n<b>out of memory</b>"
    colours = {
        text.document()
        .findBlockByNumber(at)
        .begin()
        .fragment()
        .charFormat()
        .foreground()
        .color()
        .name()
        for at in (1, 2)
    }
    assert len(colours) == 2, "an error has its own colour"

    view.show_lines("other", lines(1))
    assert text.toPlainText() == "line 0"


def test_nothing_more_is_told_until_the_window_has_shown_what_was(qtbot, project, owner):
    run = make_run(project, "long", epochs_done=0)
    with run.events_file.open("ab") as file:
        for step in range(1, 20_001):
            file.write(to_line(Stepped(step, 1, 0.5, 1e-3, 100.0, 0.01, float(step))))
    watcher = RunWatcher(project, owner)
    told, loops = [], [0]
    counting = QTimer(owner)
    counting.timeout.connect(lambda: loops.__setitem__(0, loops[0] + 1))
    counting.start(0)
    watcher.told.connect(lambda news: told.append((loops[0], len(news["long"].step))))
    watcher.follow(["long"])
    watcher.start()

    qtbot.waitUntil(lambda: bool(told) and told[-1][1] == 20_000, timeout=30_000)
    watcher.close()
    turns = [turn for turn, _ in told]
    assert len(set(turns)) == len(turns), "no two in one turn of the event loop"


def test_what_was_told_is_whole_after_a_pause(qtbot, project, owner):
    run = make_run(project, "live", epochs_done=0)
    watcher = RunWatcher(project, owner)
    logs = []
    watcher.told.connect(lambda news: logs.append([line.text for line in news["live"].log]))
    watcher.follow(["live"])
    watcher.start()
    qtbot.waitUntil(lambda: bool(logs))
    with run.events_file.open("ab") as file:
        file.write(to_line(Told("one more")))

    qtbot.waitUntil(lambda: logs[-1][-1] == "one more")
    watcher.close()


def test_many_runs_come_into_the_table_at_once(project, owner):
    for number in range(12):
        make_run(project, f"run {number}", epochs_done=0)
    model = RunsModel(owner)
    inserted = []
    model.rowsInserted.connect(lambda _, first, last: inserted.append((first, last)))

    model.show_rows(RunReader(project).read())

    assert inserted == [(0, 11)]


def test_the_mean_of_a_run_that_tells_nothing_new_is_reckoned_once(qtbot, owner):
    curves = made(build_curves(owner))
    owner.show()
    curves.show()

    def snapshot(seed):
        history = RunHistory()
        rng = np.random.default_rng(seed)
        history.add(
            Stepped(step, 1, float(rng.random()), 1e-3, 1.0, 0.0, float(step))
            for step in range(1, 501)
        )
        return history.snapshot()

    still, grown = snapshot(0), snapshot(1)
    curves.show_runs([DrawnRun("still", still), DrawnRun("live", snapshot(2), 1)])
    before = {line.name: line.y for line in curves.loss._lines}
    curves.show_runs([DrawnRun("still", still), DrawnRun("live", grown, 1)])
    after = {line.name: line.y for line in curves.loss._lines}

    assert after["still"] is before["still"]
    assert after["live"] is not before["live"]


def test_dots_are_laid_out_once_however_a_plot_is_panned(qtbot, owner, monkeypatch):
    laid_out = []
    lay_out = PlotCurve.setData
    monkeypatch.setattr(
        PlotCurve,
        "setData",
        lambda curve, *args, **named: laid_out.append(curve) or lay_out(curve, *args, **named),
    )
    panel = PlotPanel("top", "Top-k accuracy", owner)
    panel.resize(600, 200)
    owner.show()
    panel.show_lines([Line("Top-1", "#ff0000", np.arange(50.0), np.linspace(0.1, 0.9, 50))])
    panel.show_steps(0, 20)
    qtbot.waitUntil(lambda: not panel._redraw.isActive())
    before, heights = len(laid_out), panel._box.viewRange()[1]

    for first in range(1, 21):
        panel.show_steps(first, first + 20)
    assert len(laid_out) == before
    assert panel._box.viewRange()[1] != heights, "the height fits what is in view all the same"

    panel.show_lines([Line("Top-1", "#00ff00", np.arange(51.0), np.linspace(0.1, 0.9, 51))])
    qtbot.waitUntil(lambda: not panel._redraw.isActive())
    assert len(laid_out) == before + 1


def test_a_section_writes_to_the_settings_only_what_the_user_changes(owner):
    QSettings().clear()
    section = Section("training", "loss", "Loss", QWidget(owner), owner)
    assert not QSettings().contains("training/section_loss_open")

    section.findChild(QToolButton, "fold_loss").click()
    assert QSettings().value("training/section_loss_open", True, type=bool) is False
