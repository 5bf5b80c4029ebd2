"""Curves of a run, and several runs compared."""

import numpy as np
from made_runs import BASELINE, make_run
from PyQt5.QtCore import QSettings, Qt
from PyQt5.QtWidgets import (
    QTableView,
)

from core.qt.theme import DARK, Theme, contrast
from core.training.instruction import Instruction
from core.training.run_events import (
    RunState,
)

# Curves


def test_the_mouse_reads_the_curves_off(training, project):
    make_run(project, "first", steps_per_epoch=20)
    now = training()
    now.choose("first")
    now.wait(lambda: "step 60" in now.text("run_progress"))
    curves = now.part("run_page").curves
    plot = curves.top

    plot.pointed_at.emit(40.0)

    assert [words.split()[0] for words in plot.readout().split("·")] == [
        "Top-1",
        "Top-5",
        "Top-10",
    ], "the step is told once, by the plot of the loss"
    assert plot.readout().endswith(" %")
    assert curves.loss.readout().startswith("step 40")


def test_the_colours_of_compared_runs_follow_the_theme(training, project, show_theme):
    make_run(project, "first")
    make_run(project, "second")
    show_theme(Theme.LIGHT)
    now = training()
    now.choose("first", "second")
    curves = now.part("compare_page").curves
    now.wait(lambda: len(curves.rate._lines) == 2)
    before = [line.colour for line in curves.rate._lines]

    show_theme(Theme.DARK)

    now.wait(lambda: not {line.colour for line in curves.rate._lines} & set(before))
    first, second = (line.colour for line in curves.rate._lines)
    assert first != second
    assert min(contrast(colour, DARK.panel) for colour in (first, second)) > 3
    assert first in curves.loss._legend.text()


def test_steps_on_a_logarithmic_scale_are_remembered(training, project):
    make_run(project, "first")
    now = training()
    now.choose("first")
    curves = now.part("run_page").curves
    assert not curves.is_log_x

    now.press(Qt.Key.Key_L)

    assert curves.is_log_x
    assert QSettings().value("training/log_x", False, type=bool)


def test_a_hundred_thousand_points_are_drawn_as_the_screen_has_pixels(training, project):
    run = make_run(project, "long", epochs_done=0, state=RunState.STOPPED)
    rng = np.random.default_rng(0)
    losses = rng.random(100_000)
    with run.events_file.open("wb") as file:
        for at, loss in enumerate(losses, start=1):
            file.write(
                b'{"event":"stepped","step":%d,"epoch":1,"loss":%.4f,"learning_rate":0.001,'
                b'"images_per_s":1,"wait_share":0,"at":%d}\n' % (at, loss, at)
            )
    now = training()
    now.choose("long")
    plot = now.part("run_page").curves.loss

    now.wait(lambda: bool(plot._lines) and len(plot._lines[0].x) == 100_000)
    now.wait(lambda: not plot._redraw.isActive())

    drawn, _ = plot._curves[0].getData()
    assert 100 < len(drawn) <= 2 * plot.width() + 2


# Several runs


def test_selected_runs_are_compared(training, project):
    make_run(project, "ours", best=0.4)
    make_run(project, "theirs", best=0.2, instruction=Instruction(sampler={"items": 8}))
    now = training()
    now.choose("ours", "theirs")

    assert now.part("compare_page").isVisible()
    table = now.part("compare_table", QTableView).model()
    names = [table.headerData(at, Qt.Orientation.Horizontal) for at in range(3)]
    assert names == ["", "theirs", "ours"]
    lines = {
        table.index(row, 0).data(): (table.index(row, 1).data(), table.index(row, 2).data())
        for row in range(table.rowCount())
    }
    assert lines["sampler.items"] == ("8", "32")
    assert lines["State"] == ("finished", "finished")
    assert "model.name" not in lines, "it does not differ"
    page = now.part("compare_page")
    now.wait(lambda: len(page.curves.loss._lines) == 2)
    dashed = [line for line in page.curves.top._lines if line.is_dashed]
    assert [line.y[0] for line in dashed] == [BASELINE[1]], "one baseline for both"


def test_compare_lays_the_best_of_the_others_beside_the_selected_run(training, project):
    make_run(project, "good", best=0.4)
    make_run(project, "bad", best=0.1)
    make_run(project, "this", best=0.3)
    now = training()
    now.choose("this")

    now.press(Qt.Key.Key_C)

    table = now.part("compare_table", QTableView).model()
    names = {table.headerData(at, Qt.Orientation.Horizontal) for at in (1, 2)}
    assert names == {"this", "good"}
