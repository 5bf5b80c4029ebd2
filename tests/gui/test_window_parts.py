import json
import os
import sys
import threading
from pathlib import Path

import pytest
from made_catalogue import write_photo
from PyQt5.QtCore import QMimeData, Qt, QUrl
from PyQt5.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from core.errors import UserError
from core.jobs.context import Progress
from core.project import create_project
from core.qt.background import BackgroundTask
from core.qt.bugs import BugCatcher
from core.qt.details_dialog import DetailsDialog
from core.qt.drop_overlay import dropped_path
from core.qt.import_dialog import ImportDialog
from core.qt.job_status import describe
from core.qt.messages import MessageArea
from core.qt.project_work import ImportRequest
from core.qt.scrape_projects import default_project_root

LOOKING_MS = 30_000


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress("Counting items", 0, None, 0.0), "Counting items…"),
        (Progress("Counting items", 1200, None, 400.0), "Counting items: 1,200"),
        (Progress("Reading photos", 0, 5000, 0.0), "Reading photos: 0 of 5,000"),
        (
            Progress("Reading photos", 1000, 5000, 400.0),
            "Reading photos: 1,000 of 5,000 · 400/s · 10 s left",
        ),
        (Progress("Slow", 1, 3601, 0.5), "Slow: 1 of 3,601 · 0.5/s · 2.0 h left"),
        (Progress("Medium", 10, 610, 2.0), "Medium: 10 of 610 · 2.0/s · 5 min left"),
        (Progress("Done", 7, 7, 10.0), "Done: 7 of 7 · 10/s"),
        (Progress("Asking", 1, 3, 0.03), "Asking: 1 of 3 · 67 s left"),
        (Progress("Packing", 0, 0, 0.0), "Packing…"),
    ],
)
def test_progress_is_told_in_words(progress, text):
    assert describe(progress) == text


# Looking through a scrape


@pytest.fixture
def scrape(tmp_path):
    for item in ("dress", "skirt"):
        for number in range(2):
            write_photo(tmp_path / "scrape" / item / f"{number}.jpg")
    return tmp_path / "scrape"


def looked(qtbot, dialog):
    qtbot.addWidget(dialog)
    dialog.open()
    button = dialog.findChild(QPushButton, "import")
    qtbot.waitUntil(button.isEnabled, timeout=LOOKING_MS)
    return button


def shown_texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_the_import_dialog_shows_what_was_found_before_anything_is_stored(scrape, qtbot):
    dialog = ImportDialog(scrape, None, None)
    button = looked(qtbot, dialog)

    texts = shown_texts(dialog)
    assert texts[texts.index("items") - 1] == "2"
    assert texts[texts.index("photos") - 1] == "4"
    assert not (scrape.parent / "scrape.pickglass").exists()

    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert dialog.request == ImportRequest(scrape, scrape.parent / "scrape.pickglass")
    assert not (scrape.parent / "scrape.pickglass").exists()


def test_remarks_in_the_import_dialog_take_no_room_from_the_preview(scrape, qtbot):
    dialog = ImportDialog(scrape, None, None)
    looked(qtbot, dialog)
    remarks = [
        label
        for label in dialog.findChildren(QLabel)
        if label.wordWrap() and label.isVisible() and "decisions" in label.text()
    ]
    assert len(remarks) == 1
    assert remarks[0].height() == remarks[0].heightForWidth(remarks[0].width())


def test_the_import_dialog_leaves_room_for_a_taskbar(scrape, qtbot):
    dialog = ImportDialog(scrape, None, None)
    looked(qtbot, dialog)
    assert dialog.height() <= dialog.screen().availableGeometry().height() - 100


def test_fields_of_the_import_dialog_that_are_hidden_have_no_label_either(scrape, qtbot):
    dialog = ImportDialog(scrape, None, None)
    looked(qtbot, dialog)
    assert "" not in shown_texts(dialog)


def test_another_layout_can_be_chosen(scrape, qtbot):
    dialog = ImportDialog(scrape, None, None)
    button = looked(qtbot, dialog)
    layouts = dialog.findChild(QComboBox, "layout")
    wanted = layouts.findData("item folders")
    layouts.setCurrentIndex(wanted)
    layouts.activated.emit(wanted)
    assert not button.isEnabled()
    qtbot.waitUntil(button.isEnabled, timeout=LOOKING_MS)
    dialog.accept()

    assert dialog.request.layout == "item folders"


def test_the_column_that_tells_items_can_be_chosen_where_a_table_does_not_say(tmp_path, qtbot):
    rows = [f"{number}.jpg,{number // 4},{number % 2}" for number in range(12)]
    for number in range(12):
        write_photo(tmp_path / "shop" / f"{number}.jpg")
    table = tmp_path / "shop" / "photos.csv"
    table.write_text("\n".join(["image,sender,side", *rows]))
    dialog = ImportDialog(table, None, None)
    button = looked(qtbot, dialog)
    choice = dialog.findChild(QComboBox, "item_column")
    assert choice.isVisible()
    assert choice.currentText() == "each photo by itself"
    assert "No column of the table is known" in " ".join(shown_texts(dialog))

    wanted = choice.findData("sender")
    choice.setCurrentIndex(wanted)
    choice.activated.emit(wanted)
    qtbot.waitUntil(button.isEnabled, timeout=LOOKING_MS)
    texts = shown_texts(dialog)
    assert texts[texts.index("items") - 1] == "3"
    assert choice.currentData() == "sender"
    dialog.accept()
    assert dialog.request.item_column == "sender"


def test_a_folder_without_photos_cannot_be_imported(tmp_path, qtbot):
    (tmp_path / "empty").mkdir()
    dialog = ImportDialog(tmp_path / "empty", None, None)
    qtbot.addWidget(dialog)
    dialog.open()

    qtbot.waitUntil(lambda: "No photos were found" in " ".join(shown_texts(dialog)))
    assert not dialog.findChild(QPushButton, "import").isEnabled()


def test_a_scrape_that_is_not_there_is_told(tmp_path, qtbot):
    dialog = ImportDialog(tmp_path / "nowhere", None, None)
    qtbot.addWidget(dialog)
    dialog.open()

    qtbot.waitUntil(lambda: str(tmp_path / "nowhere") in " ".join(shown_texts(dialog)))
    assert not dialog.findChild(QPushButton, "import").isEnabled()


def test_no_host_is_contacted_unless_the_user_ticks_it(tmp_path, qtbot):
    photos = [{"id": n, "full_size_url": f"https://photos.example/{n}.jpg"} for n in range(3)]
    dump = [{"id": 7, "title": "A dress", "photos": photos}]
    (tmp_path / "dump.json").write_text(json.dumps(dump))
    dialog = ImportDialog(tmp_path / "dump.json", None, None)
    looked(qtbot, dialog)

    box = dialog.findChild(QCheckBox, "download")
    assert box.isVisible()
    assert "3 photos" in box.text()
    assert "photos.example" in box.text()
    assert not box.isChecked()
    dialog.accept()
    assert not dialog.request.download


def test_a_project_that_exists_is_not_made_again(scrape, qtbot):
    dialog = ImportDialog(scrape, None, None)
    looked(qtbot, dialog)
    other = create_project(scrape.parent / "other.pickglass")
    dialog.findChild(QLineEdit, "where").setText(str(other.root))
    dialog.accept()

    assert dialog.request is None
    assert dialog.isVisible()


def test_a_scrape_can_be_added_to_the_open_project(scrape, qtbot):
    project = create_project(scrape.parent / "shop.pickglass")
    dialog = ImportDialog(scrape, project, None)
    looked(qtbot, dialog)
    dialog.accept()

    assert dialog.request.project_root == project.root


def test_a_new_project_lies_beside_its_scrape_under_a_name_that_is_free(scrape):
    assert default_project_root(scrape) == scrape.parent / "scrape.pickglass"

    create_project(scrape.parent / "scrape.pickglass")
    assert default_project_root(scrape) == scrape.parent / "scrape 2.pickglass"
    table = scrape.parent / "photos.csv"
    table.write_text("item_id,path\n")
    assert default_project_root(table) == scrape.parent / "photos.pickglass"


def test_where_one_may_not_write_it_lies_in_the_documents(scrape, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)

    root = default_project_root(scrape)
    assert root.name == "scrape.pickglass"
    assert root.parent.name == "Pickglass"


def test_where_nobody_is_meant_to_write_it_lies_in_the_documents(scrape):
    scrape.parent.chmod(0o555)
    try:
        assert default_project_root(scrape).parent.name == "Pickglass"
    finally:
        scrape.parent.chmod(0o755)


# Messages


@pytest.fixture
def area(qtbot):
    parent = QWidget()
    parent.resize(800, 600)
    qtbot.addWidget(parent)
    parent.show()
    yield MessageArea(parent)
    parent.close()


def test_a_message_can_be_closed_and_acted_on(area, qtbot):
    done = []
    area.tell("3 photos wait", action=("Download…", lambda: done.append("download")))
    (card,) = area.cards()
    (button,) = card.findChildren(QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert done == ["download"]
    assert area.cards() == []
    assert not area.isVisible()


def test_messages_stay_inside_their_window(area):
    for number in range(4):
        area.tell_error(
            UserError(f"Problem {number}", path="/a/very/long/path" * 9, remedy="Do this. " * 9)
        )

    assert area.parentWidget().rect().contains(area.geometry())
    area.parentWidget().resize(300, 300)
    assert area.geometry().right() < 300


def test_markup_in_a_file_name_is_shown_as_it_is(area):
    area.tell_error(UserError("Unreadable", path="<b>bold</b>.jpg"))

    (card,) = area.cards()
    label = next(label for label in card.findChildren(QLabel) if "bold" in label.text())
    assert label.textFormat() == Qt.TextFormat.PlainText


# Bugs


@pytest.fixture
def catcher(qapp):
    hooks = sys.excepthook, threading.excepthook
    catcher = BugCatcher(qapp)
    yield catcher
    sys.excepthook, threading.excepthook = hooks
    catcher.deleteLater()


def bug_dialog():
    found = [each for each in QApplication.topLevelWidgets() if isinstance(each, DetailsDialog)]
    return next((each for each in found if each.isVisible()), None)


def test_a_bug_opens_one_dialog_whose_traceback_can_be_copied(catcher, qtbot, capfd):
    for _ in range(3):
        try:
            raise ZeroDivisionError("in painting")
        except ZeroDivisionError as error:
            sys.excepthook(type(error), error, error.__traceback__)

    dialog = bug_dialog()
    text = dialog.findChild(QPlainTextEdit).toPlainText()
    assert "ZeroDivisionError: in painting" in text
    qtbot.mouseClick(dialog.findChild(QPushButton, "copy_details"), Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == text
    dialog.reject()
    assert bug_dialog() is None


def test_a_bug_on_a_thread_opens_the_dialog_too(catcher, qtbot):
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()

    qtbot.waitUntil(lambda: bug_dialog() is not None)
    assert "ZeroDivisionError" in bug_dialog().findChild(QPlainTextEdit).toPlainText()
    bug_dialog().reject()


# Background


def test_work_runs_off_the_gui_thread_and_answers_on_it(qtbot):
    def work(context):
        context.report("Working", 1, 2)
        return threading.current_thread()

    answered_on = []
    task = BackgroundTask(work)
    task.finished.connect(lambda _: answered_on.append(threading.current_thread()))
    with qtbot.waitSignals([task.progressed, task.finished]) as told:
        task.start()

    (progress,) = told.all_signals_and_args[0].args
    assert (progress.stage, progress.done, progress.total) == ("Working", 1, 2)
    assert told.all_signals_and_args[1].args[0] is not threading.main_thread()
    assert answered_on == [threading.main_thread()]


def test_nothing_is_told_after_cancelling(qtbot):
    begun, go_on = threading.Event(), threading.Event()
    told = []

    def work(context):
        begun.set()
        go_on.wait(10)
        return "done"

    task = BackgroundTask(work)
    task.finished.connect(told.append)
    task.start()
    begun.wait(10)
    task.cancel()
    go_on.set()
    task.end()
    QApplication.processEvents()

    assert told == []


def test_only_one_local_file_can_be_dropped(qapp):
    data = QMimeData()
    assert dropped_path(data) is None
    data.setUrls([QUrl("https://example.org/a.jpg")])
    assert dropped_path(data) is None
    data.setUrls([QUrl.fromLocalFile("/a"), QUrl.fromLocalFile("/b")])
    assert dropped_path(data) is None
    data.setUrls([QUrl.fromLocalFile("/a/b")])
    assert dropped_path(data) == Path("/a/b")
