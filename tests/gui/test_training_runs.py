"""The list of runs, and what the page of one run shows of it."""

import json
import subprocess
import sys

from made_runs import BEGAN, draw_again, draw_sheet, make_run, occupy, write_report
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QLabel,
    QPlainTextEdit,
    QSlider,
    QTableView,
)

from core.qt.theme import DARK, LIGHT, Theme
from core.qt.training.actions import Do
from core.training.instruction import Instruction
from core.training.run_events import (
    Ended,
    RunState,
    SheetDrawn,
    Stepped,
    Told,
    append_event,
)
from core.training.run_facts import change_facts

# The list of runs


def test_without_runs_it_says_what_to_do_and_shows_the_instruction_of_the_first(training):
    now = training()

    assert "No run yet" in [label.text() for label in now.part("runs_panel").findChildren(QLabel)]
    assert now.part("setup_page").isVisible()
    assert not now.action(Do.STOP).isEnabled()


def test_runs_are_listed_the_newest_first_and_sort_by_any_column(training, project):
    make_run(project, "first", best=0.2)
    make_run(project, "second", best=0.4)
    make_run(project, "unborn", epochs_done=0, has_model=False, state=RunState.QUEUED)
    now = training()
    now.wait(lambda: len(now.rows()) == 3)
    assert now.rows() == ["unborn", "second", "first"]
    assert now.rows(1) == ["queued", "finished", "finished"]

    now.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert now.rows() == ["second", "first", "unborn"]
    now.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert now.rows() == ["first", "second", "unborn"], "what is not known comes last either way"


def test_a_runs_best_figure_is_seen_without_widening_the_list(training, project):
    make_run(project, "first")
    now = training()
    now.wait(lambda: now.rows() == ["first"])

    top_1 = [now.table.model().headerData(c, Qt.Orientation.Horizontal) for c in range(4)].index(
        "Top-1"
    )
    right = now.table.columnViewportPosition(top_1) + now.table.columnWidth(top_1)
    assert right <= now.table.viewport().width()


def test_a_run_that_comes_or_goes_elsewhere_appears_and_disappears(training, project):
    run = make_run(project, "first")
    now = training()
    now.choose("first")

    make_run(project, "second")
    now.wait(lambda: now.rows() == ["second", "first"])
    run.folder.rename(project.root / "elsewhere")
    now.wait(lambda: now.rows() == ["second"])

    assert now.part("setup_page").isVisible(), "the run that was shown is gone"


# One run


def test_the_colour_of_a_runs_state_follows_the_theme(training, project, show_theme):
    make_run(project, "first")
    show_theme(Theme.LIGHT)
    now = training()
    now.choose("first")
    now.wait(lambda: LIGHT.success in now.text("run_state"))

    show_theme(Theme.DARK)

    assert DARK.success in now.text("run_state")
    assert LIGHT.success not in now.text("run_state")


def test_a_run_shows_progress_figures_log_and_instruction(training, project):
    make_run(project, "first", instruction=Instruction(sampler={"items": 8}))
    now = training()
    now.choose("first")

    now.wait(lambda: "step 60 of 600" in now.text("run_progress"))
    assert now.text("run_name") == "first"
    assert "finished" in now.text("run_state")
    assert now.text("figure_device") == "a CPU"
    assert now.text("figure_Top-1").endswith("%")
    log = now.part("run_log", QPlainTextEdit).toPlainText()
    assert log.splitlines()[0] == "Training begins on a CPU with tensorflow."
    assert log.splitlines()[-1] == "Training is finished."
    changes = now.part("run_changes", QTableView).model()
    assert changes.index(0, 0).data() == "sampler.items"
    assert changes.index(0, 1).data() == "8"
    whole = json.loads(now.part("run_instruction", QPlainTextEdit).toPlainText())
    assert whole["sampler"]["items"] == 8


def test_a_run_that_goes_on_no_longer_says_why_it_ended(training, project):
    run = make_run(project, "again", state=RunState.STOPPED)
    change_facts(run.facts_file, reason="stopped as asked")
    append_event(run.events_file, Ended(RunState.STOPPED, "stopped as asked", BEGAN))
    now = training()
    now.choose("again")
    now.wait(lambda: "stopped as asked" in now.text("run_progress"))

    change_facts(run.facts_file, state=RunState.RUNNING, reason="")
    occupy(run)

    now.wait(lambda: "Getting ready" in now.text("run_progress"))


def test_what_a_worker_tells_is_shown_as_it_comes(training, project):
    run = make_run(project, "live", state=RunState.RUNNING, epochs_done=0, has_model=False)
    occupy(run)
    now = training()
    now.choose("live")
    now.wait(lambda: "Reading the photos' pack" in now.text("run_progress"))

    append_event(run.events_file, Stepped(7, 1, 0.5, 1e-3, 123.4, 0.05, at=1.0))
    now.wait(lambda: "step 7 of 600" in now.text("run_progress"))
    assert now.text("figure_images/s") == "123"
    assert now.text("figure_waits for photos") == "5.0 %"
    append_event(run.events_file, Told("The batch was halved", "warning"))
    log = now.part("run_log", QPlainTextEdit)
    now.wait(lambda: log.toPlainText().endswith("The batch was halved"))
    now.wait(lambda: now.text("figure_CPU").endswith("%"))


def test_a_worker_that_dies_is_seen_with_its_last_words(training, project):
    make_run(project, "other")
    run = make_run(project, "doomed", state=RunState.RUNNING, epochs_done=2)
    worker = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    run.log_file.write_text("---- worker begins now\nOut of memory\n")
    occupy(run, worker.pid)
    now = training()
    now.choose("doomed")
    now.wait(lambda: "training" in now.text("run_state"))

    worker.kill()
    worker.wait()
    worker.stdin.close()

    # Two looks of less than half a second each: within two seconds on a machine that has time.
    now.wait(lambda: "died" in now.text("run_state"))
    now.wait(lambda: "Out of memory" in now.text("last_words"))
    assert now.text("training_message") == "“doomed”: died"
    assert now.part("run_trouble").isVisible()
    assert now.action(Do.RESUME).isEnabled()
    assert not now.action(Do.STOP).isEnabled()

    now.choose("other")
    assert not now.part("run_trouble").isVisible()
    now.choose("doomed")
    assert "Out of memory" in now.text("last_words"), "they are there when one comes back"


def test_a_failed_run_says_why(training, project):
    make_run(project, "failed", state=RunState.FAILED)
    now = training()
    now.choose("failed")

    now.wait(lambda: now.part("run_trouble").isVisible())
    words = [label.text() for label in now.part("run_trouble").findChildren(QLabel)]
    assert "The disk is full" in words


def test_what_a_failed_worker_printed_is_shown_without_the_reason_again(training, project):
    run = make_run(project, "failed", state=RunState.FAILED)
    run.log_file.write_text("---- worker begins now\nA library warns\nError: The disk is full\n")
    now = training()
    now.choose("failed")

    now.wait(lambda: now.text("last_words") != "")
    assert now.text("last_words") == "A library warns"


def test_neighbour_sheets_follow_the_newest_until_an_earlier_one_is_chosen(training, project):
    run = make_run(project, "seen", state=RunState.RUNNING, epochs_done=2, has_sheets=True)
    occupy(run)
    now = training()
    now.choose("seen")
    now.press(Qt.Key.Key_2)
    now.wait(lambda: now.text("sheet_epoch") == "after epoch 2 of 2")
    slider = now.part("sheet_slider", QSlider)

    def draw(epoch):
        draw_sheet(run.folder / f"sheets/{epoch}.png", epoch)
        append_event(run.events_file, SheetDrawn(epoch, f"sheets/{epoch}.png"))

    draw(3)
    now.wait(lambda: now.text("sheet_epoch") == "after epoch 3 of 3")
    slider.setValue(0)
    assert now.text("sheet_epoch") == "after epoch 1 of 3"
    draw(4)
    now.wait(lambda: slider.maximum() == 3)
    assert now.text("sheet_epoch") == "after epoch 1 of 4"
    now.wait(lambda: not now.part("sheet_picture").is_empty)


def test_what_an_autoencoder_draws_is_shown_beside_its_neighbours(training, project):
    run = make_run(project, "drawing", state=RunState.RUNNING, epochs_done=1, has_sheets=True)
    occupy(run)
    now = training()
    now.choose("drawing")
    now.press(Qt.Key.Key_2)
    picture = now.part("sheet_picture")
    now.wait(lambda: not picture.is_empty)
    assert not now.part("sheet_drawn_again").isVisible()
    width = picture.picture.width()

    draw_sheet(run.folder / "sheets/2.png", 2)
    draw_again(run.folder / "reconstructions/2.png", 2)
    append_event(run.events_file, SheetDrawn(2, "sheets/2.png", "reconstructions/2.png"))

    now.wait(lambda: picture.picture.width() > width)
    assert now.part("sheet_drawn_again").isVisible()
    now.part("sheet_slider", QSlider).setValue(0)
    now.wait(lambda: picture.picture.width() == width)
    assert not now.part("sheet_drawn_again").isVisible()


def test_an_evaluation_is_shown_beside_the_baselines(training, project):
    run = make_run(project, "first")
    now = training()
    now.choose("first")
    now.press(Qt.Key.Key_4)
    now.wait(lambda: now.part("evaluate_now").isVisible())

    write_report(run, top_1=0.4321)

    now.wait(lambda: now.tab.findChild(QTableView, "report_table") is not None)
    table = now.part("report_table", QTableView).model()
    lines = [[table.index(row, column).data() for column in (0, 1)] for row in (0, 1)]
    assert lines == [
        ["colour histogram", "25.0 % (20–30)"],
        ["first", "43.2 % (38–48)"],
    ]
    parts = now.part("report_parts", QTableView).model()
    assert [parts.index(0, column).data() for column in (0, 1)] == ["dresses", "80"]
    assert "50 pairs" in now.text("report_words")
