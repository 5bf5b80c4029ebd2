"""The training tab over run folders that are written by hand: no network is trained here."""

import json
import subprocess
import sys
import threading

import numpy as np
import pytest
from made_catalogue import add_file, add_item, add_source
from made_runs import BASELINE, draw_again, draw_sheet, make_run, occupy, write_report
from PyQt5.QtCore import QPoint, QSettings, Qt
from PyQt5.QtGui import QIcon
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QApplication,
    QDialog,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QTableView,
    QWidget,
)

from core.catalogue.database import open_catalogue
from core.jobs.events import to_json
from core.project import create_project
from core.qt.main_window import MainWindow
from core.qt.open_project import OpenProject
from core.qt.project_tabs import TabSpec
from core.qt.tab_requests import UseRun
from core.qt.training.actions import Do
from core.qt.training.tab import build_training_tab
from core.training.backend_probe import BackendSpeed
from core.training.instruction import Instruction
from core.training.run_events import (
    Ended,
    RunState,
    SheetDrawn,
    Started,
    Stepped,
    Told,
    append_event,
)
from core.training.runs import list_runs, read_note, read_state

LONG_MS = 30_000


class Training:
    """A project with a training tab, and what a test looks for in it."""

    def __init__(self, qtbot, project, program=(sys.executable, "-c", "pass"), answers=()):
        self.qtbot = qtbot
        self.project = project
        self.opened = OpenProject(project, program, answers=answers)
        self.refused = []
        self.opened.failed.connect(self.refused.append)
        self.tab = build_training_tab(self.opened, None)
        self.tab.resize(1366, 700)
        self.tab.show()
        self.wait(lambda: self.tab.findChild(QWidget, "workbench") is not None)
        self.tab.activateWindow()

    def close(self):
        self.tab.close()
        self.opened.close()
        self.tab.deleteLater()

    def wait(self, holds):
        self.qtbot.waitUntil(holds, timeout=LONG_MS)

    def part(self, name, kind=QWidget):
        found = self.tab.findChild(kind, name)
        assert found is not None, name
        return found

    def text(self, name):
        return self.part(name, QLabel).text()

    def action(self, do):
        return self.tab.actions_by_name[do]

    def press(self, key, modifiers=Qt.KeyboardModifier.NoModifier):
        if QApplication.activeWindow() is None:
            QApplication.setActiveWindow(self.tab)
        target = QApplication.activeModalWidget() or self.tab
        QTest.keyClick(target.focusWidget() or target, key, modifiers)

    @property
    def table(self):
        return self.part("runs_table", QTableView)

    def rows(self, column=0):
        model = self.table.model()
        return [model.index(row, column).data() for row in range(model.rowCount())]

    def choose(self, *names):
        """Clicks on runs, the further ones with Ctrl."""
        self.wait(lambda: set(names) <= set(self.rows()))
        for at, name in enumerate(names):
            index = self.table.model().index(self.rows().index(name), 0)
            held = Qt.KeyboardModifier.ControlModifier if at else Qt.KeyboardModifier.NoModifier
            QTest.mouseClick(
                self.table.viewport(),
                Qt.MouseButton.LeftButton,
                held,
                self.table.visualRect(index).center(),
            )

    def dialog(self, name):
        def found():
            widget = QApplication.activeModalWidget()
            return widget if widget is not None and widget.objectName() == name else None

        self.wait(lambda: found() is not None)
        return found()


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


def add_photos(project, items=8, pairs=12):
    """Items with three photos, and pairs to judge by."""
    with open_catalogue(project) as catalogue:
        source = add_source(catalogue, project.root / "scrape")
        for number in range(items + pairs):
            item = add_item(catalogue, source, f"item {number}")
            for photo in range(3 if number < items else 2):
                add_file(catalogue, item, f"item {number}/{photo}.jpg")


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


# The instruction


def test_a_changed_value_is_marked_and_taken_back(training, project):
    now = training()
    form = now.part("instruction_form")
    now.wait(lambda: form.findChild(QWidget, "row_fitting.epochs") is not None)
    row = form.findChild(QWidget, "row_fitting.epochs")
    line = row.findChild(QLineEdit)
    before = line.text()
    assert not row._reset.isVisibleTo(row)

    line.selectAll()
    QTest.keyClicks(line, "7")

    assert row._reset.isVisibleTo(row)
    whole = now.part("instruction_json", QPlainTextEdit)
    assert json.loads(whole.toPlainText())["fitting"]["epochs"] == 7
    assert "1 value changed" in now.text("draft_origin")
    row._reset.click()
    assert line.text() == before
    assert not row._reset.isVisibleTo(row)


def test_a_wrong_value_is_told_at_its_field_and_its_line(training):
    now = training()
    form = now.part("instruction_form")
    now.wait(lambda: form.findChild(QWidget, "row_data.share") is not None)
    row = form.findChild(QWidget, "row_data.share")
    line = row.findChild(QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, "3")

    assert row.findChild(QLabel, "fault").text() == "Must be 1 or less"
    text = now.part("instruction_json", QPlainTextEdit).toPlainText()
    at = next(n for n, words in enumerate(text.splitlines(), 1) if '"share"' in words)
    assert now.text("json_fault").startswith(f"Line {at}: data.share: ")
    assert not now.action(Do.START).isEnabled()


def test_what_is_typed_as_json_is_in_the_form(training, qtbot):
    now = training()
    form = now.part("instruction_form")
    now.wait(lambda: form.findChild(QWidget, "row_fitting.epochs") is not None)
    text = now.part("instruction_json", QPlainTextEdit)

    text.setPlainText('{"fitting": {"epochs": 12}, "model": {"name": "simple_conv"}}')

    line = form.findChild(QWidget, "row_fitting.epochs").findChild(QLineEdit)
    now.wait(lambda: line.text() == "12")
    assert form.findChild(QWidget, "row_model.batch_norm") is not None
    text.setPlainText('{"fitting": {"epochs": 12},\n "modell": 3}')
    now.wait(lambda: "Line 2" in now.text("json_fault"))
    assert "Did you mean “model”?" in now.text("json_fault")
    text.setPlainText('{"fitting":\n {"epochs": 12')
    now.wait(lambda: "no JSON" in now.text("json_fault"))
    assert line.text() == "12", "the form keeps the last that was right"


def test_another_network_has_other_fields_and_the_loss_that_suits_it(training):
    now = training()
    form = now.part("instruction_form")
    now.wait(lambda: form.findChild(QWidget, "row_loss.name") is not None)
    draft = now.part("workbench").draft

    draft.set_value(("model", "name"), "vae")

    now.wait(lambda: form.findChild(QWidget, "row_model.beta") is not None)
    assert draft.value(("loss", "name")) == "elbo"
    assert draft.instruction is not None


def test_a_teams_file_is_loaded_with_an_account_of_what_became_of_it(training, tmp_path):
    file = tmp_path / "theirs.json"
    file.write_text(
        json.dumps(
            {
                "train_data": {"kwargs": {"batch_size": 64}},
                "model": {"factory": "a.b.SimpleConv2DTripletModelFactory"},
                "loss": {"loss": "tensorflow_addons.losses.TripletSemiHardLoss"},
                "cleanup_cmd": "rm -rf /",
            }
        )
    )
    now = training()

    now.part("workbench").drafting.read_file(file)

    dialog = now.dialog("details_dialog")
    report = dialog.findChild(QPlainTextEdit).toPlainText()
    assert "commands in files are never run" in report
    dialog.close()
    whole = json.loads(now.part("instruction_json", QPlainTextEdit).toPlainText())
    assert whole["model"]["name"] == "simple_conv"
    assert whole["sampler"]["method"] == "one_item"


def test_a_file_that_is_none_is_refused_with_the_reason(training, tmp_path):
    file = tmp_path / "broken.json"
    file.write_text('{"fitting": {"epoch": 3}}')
    now = training()

    now.part("workbench").drafting.read_file(file)

    now.wait(lambda: bool(now.refused))
    assert "fitting.epoch" in now.refused[0].message
    assert "epochs" in now.refused[0].remedy


def test_an_instruction_is_saved_as_what_differs_from_the_defaults(training, tmp_path):
    now = training()
    drafting = now.part("workbench").drafting

    drafting.write_file(Instruction(fitting={"epochs": 3}), tmp_path / "mine.json")
    now.wait(lambda: "mine.json" in now.text("training_message"))
    assert json.loads((tmp_path / "mine.json").read_text()) == {"fitting": {"epochs": 3}}

    drafting.write_file(Instruction(), tmp_path / "no folder" / "mine.json")
    now.wait(lambda: bool(now.refused))
    assert "cannot be written" in now.refused[0].message


# The data set


def test_the_data_set_is_counted_and_the_run_can_start(training, project):
    add_photos(project)
    now = training()

    now.wait(lambda: now.action(Do.START).isEnabled())
    texts = [label.text() for label in now.part("data_panel").findChildren(QLabel)]
    assert "20" in texts and "48" in texts
    assert any("pairs" in text for text in texts if text.startswith("⚠"))


def test_without_items_it_says_why_nothing_can_start(training):
    now = training()

    now.wait(lambda: now.part("data_fault", QLabel).isVisibleTo(now.part("data_panel")))
    assert "Import a scrape" in now.text("data_fault")
    assert not now.action(Do.START).isEnabled()


# What is tried out


def answering(**results):
    """A program whose verbs have these results, with their last argument's value beside."""
    code = (
        "import sys; from core.jobs.events import Finished, to_line\n"
        f"result = {results!r}[sys.argv[1].replace('-', '_')]\n"
        "sys.stdout.buffer.write(to_line(Finished('done', result)))"
    )
    return (sys.executable, "-c", code)


def test_augmented_photos_are_drawn_and_grow_stale(training, project, tmp_path):
    add_photos(project)
    draw_sheet(tmp_path / "drawn.png", 1)
    now = training(program=answering(augment={"file": str(tmp_path / "drawn.png"), "photos": 6}))
    now.wait(lambda: now.action(Do.PREVIEW).isEnabled())

    now.press(Qt.Key.Key_P)

    panel = now.part("augmentation_panel")
    now.wait(lambda: not panel.is_empty)
    assert panel.isVisible()
    assert panel.button.isEnabled()
    now.part("workbench").draft.set_value(("augmentation", "zoom"), 0.7)
    assert now.text("augmentation_status") == "The instruction has changed since."


def test_a_rate_that_was_found_is_taken_into_the_instruction(training, project):
    add_photos(project)
    rates = [10.0 ** (-6 + at / 5) for at in range(30)]
    losses, note = [1 - at / 60 for at in range(30)], "Memory ran out: this is with 4 items."
    found = {"rates": rates, "losses": losses, "suggested": 0.00312, "note": note}
    now = training(program=answering(find_rate={"found": found}))
    now.wait(lambda: now.action(Do.FIND_RATE).isEnabled())

    now.press(Qt.Key.Key_F)

    now.wait(lambda: "0.0031" in now.text("rates_status"))
    assert now.text("rates_status").endswith(note)
    panel = now.part("rates_panel")

    def left(name):
        return now.part(name).mapTo(panel, QPoint()).x()

    now.wait(lambda: left("heading_rates") == left("rates_status"))
    now.part("use_rate", QPushButton).click()
    assert now.part("workbench").draft.value(("optimizer", "learning_rate")) == 0.0031


def speed(name, device, images_per_s, note=""):
    """As `benchmark` tells it."""
    return to_json(BackendSpeed(name, device, images_per_s, batch_size=32, note=note))


def test_backends_are_asked_once_measured_and_chosen(training, project):
    backends = [
        {"name": "tensorflow", "version": "2", "gpus": [], "cpu": "a CPU", "fault": ""},
        {"name": "torch", "version": "3", "gpus": ["a GPU", "another"], "cpu": "", "fault": ""},
        {"name": "jax", "version": "", "gpus": [], "cpu": "", "fault": ""},
    ]
    speeds = [
        speed("tensorflow", "a CPU", 340.0, note="Memory ran out: this is with 16 items."),
        speed("torch", "a GPU", 9100.4),
    ]
    program = answering(backends={"backends": backends}, benchmark={"speeds": speeds})
    now = training(program=program)
    panel = now.part("backend_panel")
    now.part("setup_sides").setCurrentWidget(panel)
    now.wait(lambda: "a GPU" in panel.device_of("torch"))
    assert "sees no GPU, computes on a CPU" in panel.device_of("tensorflow")
    assert "uses one; TensorFlow and JAX share" in panel.device_of("torch")
    now.wait(panel.button.isEnabled)

    now.press(Qt.Key.Key_K)

    now.wait(lambda: panel.speed_of("torch") == "9,100 images/s")
    assert panel.speed_of("tensorflow") == "340 images/s (memory: 32 a batch)"
    assert now.text("backend_status") == "torch is the fastest here."
    again = training(program=answering())
    again.part("setup_sides").setCurrentWidget(again.part("backend_panel"))
    assert "a GPU" in again.part("backend_panel").device_of("torch"), "known from before"


def test_backends_are_measured_at_the_first_press_of_the_key(training, project):
    found = [{"name": "torch", "version": "3", "gpus": ["a GPU"], "cpu": "", "fault": ""}]
    speeds = [speed("torch", "a GPU", 9100.4)]
    program = answering(backends={"backends": found}, benchmark={"speeds": speeds})
    now = training(program=program)
    panel = now.part("backend_panel")

    now.press(Qt.Key.Key_K)  # which shows the panel, so that GPUs are looked for, too

    now.wait(lambda: panel.speed_of("torch") == "9,100 images/s")
    assert "a GPU" in panel.device_of("torch")


def test_a_trial_that_fails_says_why(training, project):
    add_photos(project)
    now = training(program=(sys.executable, "-c", "raise SystemExit(3)"))
    now.wait(lambda: now.action(Do.FIND_RATE).isEnabled())

    now.press(Qt.Key.Key_F)

    now.wait(lambda: "exit code 3" in now.text("rates_status"))


# What is done to runs


def test_starting_makes_a_run_and_shows_it(training, project):
    add_photos(project)
    worker = "import sys; print(sys.argv[1:], file=sys.stderr)"
    now = training(program=(sys.executable, "-c", worker))
    now.wait(lambda: now.action(Do.START).isEnabled())
    now.part("run_name_field", QLineEdit).setText("my run")

    now.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    now.wait(lambda: now.part("run_page").isVisible() and now.text("run_name") == "my run")
    now.wait(lambda: "died" in now.text("run_state"))
    now.wait(lambda: "--run" in now.text("last_words"))


def test_a_run_that_ended_before_its_first_new_step_says_where_it_is(training, project):
    run = make_run(project, "halted", state=RunState.STOPPED)
    append_event(run.events_file, Started(0.0, "a CPU", "jax", 30, 20, 64, 700, from_step=60))
    append_event(run.events_file, Ended(RunState.STOPPED, "stopped as asked", 1.0))
    now = training()

    now.choose("halted")

    now.wait(lambda: "Step 60 of 600" in now.text("run_progress"))


def test_stop_asks_the_worker_by_its_folder(training, project):
    run = make_run(project, "live", state=RunState.RUNNING)
    occupy(run)
    now = training()
    now.choose("live")
    now.wait(lambda: now.action(Do.STOP).isEnabled())

    now.press(Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)

    now.wait(run.stop_file.exists)


def test_stop_takes_a_waiting_run_out_of_the_queue(training, project):
    run = make_run(project, "later", state=RunState.QUEUED, epochs_done=0)
    now = training()
    now.choose("later")
    now.wait(lambda: now.action(Do.STOP).isEnabled())

    now.action(Do.STOP).trigger()

    now.wait(lambda: read_state(run) is RunState.STOPPED)


def noting(file):
    """A program that notes what it is called with, a line a call."""
    code = f"import sys; open({str(file)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')"
    return (sys.executable, "-c", code)


def test_a_new_run_waits_in_the_queue(training, project, tmp_path):
    add_photos(project)
    now = training(program=noting(tmp_path / "calls"))
    now.wait(lambda: now.action(Do.QUEUE).isEnabled())

    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    now.press(Qt.Key.Key_Return, held)

    now.wait(lambda: now.part("run_page").isVisible() and "queued" in now.text("run_state"))
    assert "Waits in the queue" in now.text("run_progress")
    now.wait(lambda: (tmp_path / "calls").exists() and (tmp_path / "calls").read_text() != "")
    assert (tmp_path / "calls").read_text().endswith("--queue\n")


def test_a_stopped_run_goes_on(training, project, tmp_path):
    make_run(project, "halted", state=RunState.STOPPED)
    now = training(program=noting(tmp_path / "calls"))
    now.choose("halted")
    now.wait(lambda: now.action(Do.RESUME).isEnabled())

    now.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)

    now.wait(lambda: (tmp_path / "calls").exists() and (tmp_path / "calls").read_text() != "")
    assert "--run halted --worker" in (tmp_path / "calls").read_text()


def test_a_finished_run_never_goes_on(training, project):
    make_run(project, "done")
    now = training()
    now.choose("done")
    now.wait(lambda: "finished" in now.text("run_state"))

    assert not now.action(Do.RESUME).isEnabled()
    assert not now.action(Do.QUEUE).isEnabled()


def test_arrow_keys_go_through_the_runs(training, project):
    make_run(project, "first")
    make_run(project, "second")
    now = training()
    now.choose("second")
    now.wait(lambda: now.text("run_name") == "second")

    now.press(Qt.Key.Key_Down)

    now.wait(lambda: now.text("run_name") == "first")


def tabbed(now):
    """The names of what Tab goes to from the list of runs, until it is there again."""
    now.table.setFocus()
    names = []
    while len(names) < 200:
        now.press(Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        if here is now.table:
            return names
        names.append(here.objectName() or here.parent().objectName())
    raise AssertionError(f"Tab never came back: {names[-8:]}")


def test_tab_goes_through_what_is_to_be_seen_as_it_is_read(training, project):
    make_run(project, "first")
    make_run(project, "second")
    now = training()
    now.wait(lambda: len(now.rows()) == 2)
    now.wait(lambda: now.tab.findChild(QWidget, "edit_fitting.devices") is not None)
    now.wait(lambda: not now.part("instruction_form").is_being_built)

    names = tabbed(now)
    assert names[:4] == ["preset", "run_name_field", "fold_general", "edit_description"]
    end = names.index("edit_fitting.devices")
    assert names[end + 1 : end + 4] == ["qt_tabwidget_tabbar", "data_panel", "tool_new"]
    assert names[-2:] == ["tool_shortcuts", "new_run"], "nothing can be started: no items"

    now.part("setup_sides").setCurrentIndex(3)
    names = tabbed(now)
    end = names.index("qt_tabwidget_tabbar")
    assert names[end - 1 : end + 3] == [
        "edit_fitting.devices",
        "qt_tabwidget_tabbar",
        "try_rates",
        "tool_new",
    ]

    now.choose("first")
    now.action(Do.LOG).trigger()
    names = tabbed(now)
    assert names[:4] == ["qt_tabwidget_tabbar", "run_log", "worker_output", "tool_new"]
    assert names[-2:] == ["button_note", "new_run"]

    now.choose("first", "second")
    now.wait(lambda: now.part("compare_table").isVisible())
    assert tabbed(now)[:3] == ["only_different", "compare_top", "compare_table"]


def test_letters_in_a_field_are_letters(training):
    now = training()
    field = now.part("run_name_field", QLineEdit)
    field.setFocus()

    QTest.keyClicks(field, "nice ?")

    assert field.text() == "nice ?"


def test_a_note_is_written(training, project):
    run = make_run(project, "first")
    now = training()
    now.choose("first")
    now.press(Qt.Key.Key_E)
    dialog = now.dialog("text_dialog")
    assert isinstance(dialog, QInputDialog)

    text = dialog.findChild(QPlainTextEdit)
    QTest.keyClicks(text, "margin too large")
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert not text.hasFocus(), "Tab leads to the buttons"
    QTest.keyClick(text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    now.wait(lambda: read_note(run) == "margin too large")
    now.wait(lambda: now.rows(11) == ["margin too large"])


def test_a_renamed_run_stays_selected(training, project):
    make_run(project, "first")
    make_run(project, "second")
    now = training()
    now.choose("first")
    now.press(Qt.Key.Key_F2)
    dialog = now.dialog("text_dialog")

    dialog.setTextValue("better name")
    dialog.accept()

    now.wait(lambda: now.rows() == ["second", "better name"])
    now.wait(lambda: now.text("run_name") == "better name")


def test_a_run_that_is_being_evaluated_keeps_its_name_until_that_is_done(training, project):
    make_run(project, "first")
    waits = (sys.executable, "-c", "import sys; sys.stdin.read()")
    now = training(program=waits)
    now.choose("first")
    now.press(Qt.Key.Key_V)
    now.press(Qt.Key.Key_F2)

    assert "is being evaluated" in str(now.refused[-1])
    assert now.tab.findChild(QDialog, "text_dialog") is None
    now.opened.jobs.cancel()
    now.wait(lambda: now.opened.jobs.current is None)
    now.press(Qt.Key.Key_F2)
    now.dialog("text_dialog").reject()


def test_runs_go_into_the_trash_once_the_user_says_so(training, project):
    make_run(project, "first")
    make_run(project, "second")
    now = training()
    now.choose("first")
    now.press(Qt.Key.Key_Delete)
    question = now.dialog("question")
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert len(list_runs(project)) == 2

    now.press(Qt.Key.Key_Delete)
    QTest.keyClick(now.dialog("question"), Qt.Key.Key_T)

    now.wait(lambda: now.rows() == ["second"])
    assert (project.runs / ".trash" / "first").is_dir()


def test_the_explorer_is_asked_to_use_a_run_that_is_embedded(training, project):
    run = make_run(project, "first")
    run.index_file.write_bytes(b"an index")
    now = training(answers=(UseRun,))
    asked = []
    now.opened.requested.connect(asked.append)
    now.choose("first")
    now.wait(lambda: now.action(Do.EXPLORE).isEnabled())

    now.press(Qt.Key.Key_W)

    assert asked == [UseRun("first")]


def test_without_an_explorer_there_is_no_such_action(training, project):
    make_run(project, "first")
    now = training()
    now.choose("first")

    assert not now.action(Do.EXPLORE).isVisible()


# Keys and closing


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


def test_closing_the_window_asks_what_becomes_of_a_run_at_work(qtbot, window, project):
    run = make_run(project, "live", state=RunState.RUNNING)
    occupy(run)
    window.open_project(project.root)
    qtbot.waitUntil(
        lambda: (
            window.findChild(QWidget, "workbench") is not None
            and bool(window.findChild(QWidget, "workbench").running())
        ),
        timeout=LONG_MS,
    )

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
    window.open_project(project.root)
    qtbot.waitUntil(
        lambda: (
            window.findChild(QWidget, "workbench") is not None
            and bool(window.findChild(QWidget, "workbench").running())
        ),
        timeout=LONG_MS,
    )

    window.close()
    QTest.keyClick(window.findChild(QDialog, "question"), Qt.Key.Key_S)

    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG_MS)
    assert run.stop_file.exists()
    assert read_state(later) is RunState.STOPPED


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
