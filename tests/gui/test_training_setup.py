"""The instruction of a new run: as form, JSON and file; its data set, and what is tried out."""

import json
import shutil
import sys

from made_runs import draw_sheet, make_run
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from training import add_photos, answering

from core.jobs.events import to_json
from core.qt.theme import DARK, LIGHT, Theme
from core.qt.training.actions import Do
from core.training.backend_probe import BackendSpeed
from core.training.instruction import Instruction

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


def test_the_mark_of_a_changed_value_follows_the_theme(training, show_theme):
    show_theme(Theme.LIGHT)
    now = training()
    form = now.part("instruction_form")
    now.wait(lambda: form.findChild(QWidget, "row_fitting.epochs") is not None)
    now.part("workbench").draft.set_value(("fitting", "epochs"), 7)

    show_theme(Theme.DARK)

    title = next(
        label
        for label in form.findChild(QWidget, "row_fitting.epochs").findChildren(QLabel)
        if "●" in label.text()
    )
    assert DARK.accent in title.text()
    assert LIGHT.accent not in title.text()


def test_changes_are_dropped_once_the_user_says_so(training):
    now = training()
    preset, draft = now.part("preset", QComboBox), now.part("workbench").draft
    now.wait(lambda: preset.currentText() == "ours")
    draft.set_value(("fitting", "epochs"), 7)

    choose(preset, "demo")

    now.dialog("question")
    now.press(Qt.Key.Key_Escape)
    assert draft.value(("fitting", "epochs")) == 7
    assert preset.currentText() == "ours"

    choose(preset, "demo")
    now.dialog("question")
    now.press(Qt.Key.Key_D)
    assert draft.changes() == 0
    assert preset.currentText() == "demo"


def test_what_is_in_a_file_can_be_begun_anew_unasked(training, tmp_path):
    now = training()
    preset, draft = now.part("preset", QComboBox), now.part("workbench").draft
    now.wait(lambda: preset.currentText() == "ours")
    draft.set_value(("fitting", "epochs"), 7)
    file = tmp_path / "mine.json"
    now.part("workbench").drafting.write_file(draft.instruction, file)
    now.wait(lambda: "The instruction is in" in now.text("training_message"))

    choose(preset, "demo")

    assert preset.currentText() == "demo"
    assert draft.changes() == 0


def choose(box, name):
    """Chooses as a click in the list does."""
    box.setCurrentIndex(box.findText(name))
    box.activated.emit(box.currentIndex())


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


def test_a_run_whose_instruction_is_damaged_says_so_where_it_is_wanted(training, project):
    run = make_run(project, "damaged")
    run.instruction_file.write_text("{")
    now = training()
    now.choose("damaged")

    for do in (Do.COPY, Do.SAVE):
        now.action(do).trigger()
        now.wait(lambda: len(now.refused) == 1)
        assert "instruction.json" in str(now.refused.pop())


# What is tried out


def test_a_trial_needs_no_cache_to_be_there(training, project, tmp_path):
    add_photos(project)
    draw_sheet(tmp_path / "drawn.png", 1)
    now = training(program=answering(augment={"file": str(tmp_path / "drawn.png"), "photos": 6}))
    now.wait(lambda: now.action(Do.PREVIEW).isEnabled())
    shutil.rmtree(project.root / "cache")

    now.action(Do.PREVIEW).trigger()

    now.wait(lambda: (project.root / "cache" / "draft-augment.json").exists())


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
