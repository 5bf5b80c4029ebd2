import sys
from pathlib import Path

import pytest
from made_catalogue import add_file, add_item, add_source
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QLineEdit, QMessageBox, QPushButton, QRadioButton, QTableView

from cleaner.apply_dialog import ApplyDialog
from cleaner.data_menu import build_data_menu
from cleaner.export_dialog import ExportDialog
from cleaner.merge_dialog import MergeDialog
from cleaner.restore_dialog import RestoreDialog
from core.catalogue.database import open_catalogue
from core.catalogue.photos import read_photos
from core.catalogue.records import RejectReason, Verdict
from core.cleaning.apply import apply, plan_apply
from core.cleaning.decision_file import export_decisions
from core.cleaning.decisions import keep, mark_done, reject
from core.jobs.context import Cancelled, JobContext
from core.project import create_project
from core.qt.open_project import OpenProject
from core.qt.unfinished_moves import settle_unfinished_moves

PROGRAM = (sys.executable, str(Path(__file__).resolve().parents[2] / "main.py"))


@pytest.fixture
def project(tmp_path):
    """Two items of three photos, the second photo of each rejected."""
    project = create_project(tmp_path / "shop.pickglass")
    with open_catalogue(project) as catalogue:
        source = add_source(catalogue, tmp_path / "scrape")
        for name in ("dress", "skirt"):
            item = add_item(catalogue, source, name, title=f"A {name}")
            photos = [add_file(catalogue, item, f"{name}/{n}.jpg") for n in range(3)]
            reject(catalogue, [photos[1]], RejectReason.TAG)
            mark_done(catalogue, item)
    return project


@pytest.fixture
def opened(project, qapp):
    opened = OpenProject(project, PROGRAM)
    yield opened
    opened.close()


def shown(qtbot, dialog):
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


def rows(table):
    model = table.model()
    return [
        tuple(model.index(row, column).data() for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def visible_table(dialog):
    (table,) = [table for table in dialog.findChildren(QTableView) if table.isVisible()]
    return table


def outcome(qtbot, dialog):
    label = dialog.findChild(QLabel, "outcome")
    qtbot.waitUntil(label.isVisible, timeout=60_000)
    return label.text()


def planned(qtbot, dialog):
    qtbot.waitUntil(dialog.do_button.isEnabled, timeout=30_000)
    return dialog.do_button.text()


def press(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_apply_shows_its_plan_and_moves_nothing_until_told_to(opened, qtbot, tmp_path):
    dialog = shown(qtbot, ApplyDialog(opened, None))

    assert planned(qtbot, dialog) == "Move 2 files"
    names = [Path(file).relative_to(tmp_path) for file, _ in rows(visible_table(dialog))]
    assert names == [Path("scrape/dress/1.jpg"), Path("scrape/skirt/1.jpg")]
    assert (tmp_path / "scrape/dress/1.jpg").exists()

    press(qtbot, dialog.do_button)
    assert outcome(qtbot, dialog) == "2 files moved to the quarantine."
    assert not (tmp_path / "scrape/dress/1.jpg").exists()
    assert (tmp_path / "scrape/dress/0.jpg").exists()


def test_apply_names_what_it_has_to_leave(opened, qtbot, tmp_path):
    (tmp_path / "scrape/dress/1.jpg").write_bytes(b"another photo now")
    dialog = shown(qtbot, ApplyDialog(opened, None))
    assert planned(qtbot, dialog) == "Move 1 file"

    press(qtbot, dialog.do_button)

    assert "1 file left as they are" in outcome(qtbot, dialog)
    ((file, why, remedy),) = rows(visible_table(dialog))
    assert file.endswith("dress/1.jpg")
    assert why
    assert remedy


def test_nothing_to_apply_is_said(opened, qtbot):
    with open_catalogue(opened.project) as catalogue:
        keep(catalogue, [photo.id for photo in photos(catalogue) if not photo.is_kept])
    dialog = shown(qtbot, ApplyDialog(opened, None))

    qtbot.waitUntil(lambda: "nothing to move" in texts(dialog), timeout=30_000)
    assert not dialog.do_button.isEnabled()


def texts(dialog):
    return " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def photos(catalogue):
    return [photo for each in read_photos(catalogue, [1, 2]).values() for photo in each]


def test_closing_the_dialog_leaves_the_job_running(opened, qtbot, tmp_path):
    dialog = shown(qtbot, ApplyDialog(opened, None))
    planned(qtbot, dialog)
    press(qtbot, dialog.do_button)
    with qtbot.waitSignal(opened.jobs.became_idle, timeout=60_000):
        dialog.reject()

    assert not (tmp_path / "scrape/dress/1.jpg").exists()


@pytest.fixture
def applied(opened, qtbot):
    dialog = shown(qtbot, ApplyDialog(opened, None))
    planned(qtbot, dialog)
    press(qtbot, dialog.do_button)
    outcome(qtbot, dialog)
    return opened


def test_restore_brings_back_what_is_selected(applied, qtbot, tmp_path):
    dialog = shown(qtbot, RestoreDialog(applied, None))
    qtbot.waitUntil(lambda: bool(dialog.findChildren(QTableView, "quarantine")), timeout=30_000)
    table = dialog.findChild(QTableView, "quarantine")
    assert [row[:3] for row in rows(table)] == [
        ("A dress", "dress/1.jpg", "tag"),
        ("A skirt", "skirt/1.jpg", "tag"),
    ]
    assert not dialog.do_button.isEnabled()

    dialog.findChild(QLineEdit, "search").setText("skirt")
    assert [row[1] for row in rows(table)] == ["skirt/1.jpg"]
    table.selectRow(0)
    assert dialog.do_button.text() == "Restore 1 photo"
    press(qtbot, dialog.do_button)

    assert outcome(qtbot, dialog) == "Restored 1 photo. 1 file brought back."
    assert (tmp_path / "scrape/skirt/1.jpg").exists()
    assert not (tmp_path / "scrape/dress/1.jpg").exists()


def test_in_an_empty_quarantine_there_is_nothing_to_search_or_select(opened, qtbot):
    dialog = shown(qtbot, RestoreDialog(opened, None))
    qtbot.waitUntil(lambda: bool(dialog.findChildren(QTableView, "quarantine")), timeout=30_000)
    assert "The quarantine is empty." in texts(dialog)
    assert not dialog.findChild(QLineEdit, "search").isEnabled()
    assert not dialog.findChild(QPushButton, "select_all").isEnabled()


def test_in_a_full_quarantine_all_can_be_selected(applied, qtbot):
    dialog = shown(qtbot, RestoreDialog(applied, None))
    qtbot.waitUntil(lambda: bool(dialog.findChildren(QTableView, "quarantine")), timeout=30_000)
    press(qtbot, dialog.findChild(QPushButton, "select_all"))
    assert dialog.do_button.text() == "Restore 2 photos"


def test_export_writes_what_is_kept(opened, qtbot, tmp_path):
    dialog = shown(qtbot, ExportDialog(opened, None))
    assert planned(qtbot, dialog) == "Export 4 photos"
    dialog.findChild(QLineEdit, "where").setText(str(tmp_path / "clean"))
    press(qtbot, dialog.do_button)

    said = outcome(qtbot, dialog)
    assert said.startswith(f"4 photos of 2 items are in {tmp_path / 'clean'}.")
    assert (tmp_path / "clean" / "manifest.csv").is_file()
    assert len(list((tmp_path / "clean").rglob("*.jpg"))) == 4


def test_export_says_why_it_cannot_write_there(opened, qtbot, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    dialog = shown(qtbot, ExportDialog(opened, None))
    planned(qtbot, dialog)
    dialog.findChild(QLineEdit, "where").setText(str(tmp_path / "full"))
    press(qtbot, dialog.do_button)

    assert str(tmp_path / "full") in outcome(qtbot, dialog)
    assert (tmp_path / "full" / "thesis.txt").read_text() == "mine"


def test_export_of_the_table_alone_counts_no_bytes(opened, qtbot):
    dialog = shown(qtbot, ExportDialog(opened, None))
    planned(qtbot, dialog)
    dialog.findChild(QRadioButton, "mode_manifest").setChecked(True)

    assert "0 bytes" in texts(dialog)


def a_colleagues_decisions(project, tmp_path):
    """They keep the dress's second photo, and reject the skirt's third, which is new here."""
    theirs = create_project(tmp_path / "theirs.pickglass")
    with (
        open_catalogue(project) as mine,
        open_catalogue(theirs) as catalogue,
    ):
        mine.connection.execute(f"VACUUM INTO '{tmp_path / 'copy.sqlite'}'")
        catalogue.close()
    (tmp_path / "copy.sqlite").replace(theirs.catalogue_file)
    for extra in ("-wal", "-shm"):
        theirs.catalogue_file.with_name(theirs.catalogue_file.name + extra).unlink(missing_ok=True)
    with open_catalogue(theirs) as catalogue:
        keep(catalogue, [2])
        reject(catalogue, [6], RejectReason.LOW_QUALITY)
        export_decisions(catalogue, tmp_path / "anna.jsonl", who="Anna")
    return tmp_path / "anna.jsonl"


def verdicts(project):
    with open_catalogue(project) as catalogue:
        return {photo.id: photo.verdict for photo in photos(catalogue)}


@pytest.mark.parametrize("takes_theirs", [False, True])
def test_merging_takes_what_is_new_and_asks_where_two_differ(
    opened, project, qtbot, tmp_path, takes_theirs
):
    file = a_colleagues_decisions(project, tmp_path)
    dialog = shown(qtbot, MergeDialog(opened, file, None))
    assert planned(qtbot, dialog) == "Take over 1 decision"
    table = dialog.findChild(QTableView, "conflicts")
    assert rows(table) == [("A dress: dress/1.jpg", "●  rejected: tag", "○  kept")]

    if takes_theirs:
        qtbot.keyClick(table, Qt.Key.Key_T)
        assert rows(table) == [("A dress: dress/1.jpg", "○  rejected: tag", "●  kept")]
        assert dialog.do_button.text() == "Take over 2 decisions"
    press(qtbot, dialog.do_button)

    taken = 2 if takes_theirs else 1
    assert outcome(qtbot, dialog).startswith(f"Took over {taken} decision")
    found = verdicts(project)
    assert found[6] is Verdict.REJECTED
    assert found[2] is (Verdict.KEPT if takes_theirs else Verdict.REJECTED)


def test_a_file_that_is_no_decisions_file_is_told(opened, qtbot, tmp_path):
    (tmp_path / "notes.jsonl").write_text("hello")
    dialog = shown(qtbot, MergeDialog(opened, tmp_path / "notes.jsonl", None))

    assert "This is no decisions file" in outcome(qtbot, dialog)


@pytest.mark.parametrize(
    ("answer", "where"), [("Finish it", "quarantine"), ("Roll it back", "scrape")]
)
def test_an_interrupted_apply_is_finished_or_rolled_back(opened, qtbot, tmp_path, answer, where):
    interrupt_apply(opened.project)
    window = QLabel()
    qtbot.addWidget(window)
    settle_unfinished_moves(window, opened)
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "unfinished_moves") is not None)
    box = window.findChild(QMessageBox, "unfinished_moves")

    (button,) = [each for each in box.findChildren(QPushButton) if each.text() == answer]
    with qtbot.waitSignal(opened.jobs.finished, timeout=60_000):
        press(qtbot, button)

    in_scrape = (tmp_path / "scrape/dress/1.jpg").exists()
    in_quarantine = any(opened.project.quarantine.rglob("*.jpg"))
    assert (in_scrape, in_quarantine) == (where == "scrape", where == "quarantine")


def interrupt_apply(project):
    """What a power cut leaves after all moves were written down and one was made."""
    asked = []

    def is_cancelled():
        asked.append(None)
        return len(asked) > 1

    with open_catalogue(project) as catalogue:
        plan = plan_apply(catalogue)
        with pytest.raises(Cancelled):
            apply(catalogue, plan, JobContext(is_cancelled=is_cancelled))


def test_nothing_is_asked_where_nothing_was_interrupted(opened, qtbot):
    window = QLabel()
    qtbot.addWidget(window)
    asked = []
    settle_unfinished_moves(window, opened)
    opened.read(lambda _: None, asked.append)

    qtbot.waitUntil(lambda: bool(asked))
    assert window.findChild(QMessageBox, "unfinished_moves") is None


def test_every_entry_of_the_data_menu_has_keys_and_says_what_it_does(opened, qtbot):
    window = QLabel()
    qtbot.addWidget(window)
    menu = build_data_menu(opened, window)
    actions = [action for action in menu.actions() if not action.isSeparator()]

    assert [action.objectName() for action in actions] == [
        "action_apply",
        "action_restore",
        "action_export",
        "action_decisions_export",
        "action_decisions_merge",
    ]
    for action in actions:
        keys = action.shortcut().toString()
        assert keys
        assert keys in action.toolTip()
    assert len({action.shortcut().toString() for action in actions}) == len(actions)
