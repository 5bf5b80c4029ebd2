"""What is done to runs: started, stopped, queued, named, noted, thrown away, explored."""

import sys

from made_runs import make_run, occupy
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QInputDialog,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from training import add_photos, answering, noting

from core.qt.tab_requests import UseRun
from core.qt.training.actions import Do
from core.qt.training.doing import Doing
from core.training.run_events import (
    Ended,
    RunState,
    Started,
    append_event,
)
from core.training.runs import list_runs, read_note, read_state


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


def test_what_a_run_was_made_of_can_be_begun_anew_unasked(training, project):
    add_photos(project)
    now = training()
    preset, draft = now.part("preset", QComboBox), now.part("workbench").draft
    now.wait(lambda: now.action(Do.START).isEnabled() and preset.currentText() == "ours")
    draft.set_value(("fitting", "epochs"), 7)
    now.action(Do.START).trigger()
    now.wait(lambda: now.part("run_page").isVisible())

    preset.setCurrentIndex(preset.findText("demo"))
    preset.activated.emit(preset.currentIndex())

    assert draft.changes() == 0
    assert now.part("setup_page").isVisible()


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


def test_a_run_that_is_listed_before_it_is_told_to_be_made_is_shown(training, project):
    now = training()
    make_run(project, "quick")
    now.wait(lambda: now.rows() == ["quick"])

    now.tab.findChild(Doing).made.emit("quick")

    now.wait(lambda: now.part("run_page").isVisible() and now.text("run_name") == "quick")


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


def test_an_evaluation_says_whom_it_left_out_and_who_knew_the_photos(training, project):
    make_run(project, "first")
    told = {"leaks": ["second"], "left_out": {"third": "Its split cannot be read: x\nStart anew."}}
    now = training(program=answering(evaluate=told))
    now.choose("first")

    now.press(Qt.Key.Key_V)

    now.wait(lambda: "is evaluated" in now.text("training_message"))
    assert now.text("training_message") == (
        "“first” is evaluated; “second” trained on some of these photos; "
        "“third” is left out: Its split cannot be read: x Start anew."
    )


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
