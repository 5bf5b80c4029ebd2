"""How scrapes come into the window: chosen, dropped, gone on with, and drawn."""

from pathlib import Path

import pytest
from made_catalogue import write_photo
from main_windows import make_project, page, shown_texts
from PyQt5.QtCore import QMimeData, QPoint, Qt, QUrl
from PyQt5.QtGui import QDropEvent
from PyQt5.QtWidgets import QDialog, QPushButton, QWidget

from core.catalogue.database import open_catalogue
from core.project import create_project, is_project
from core.qt.open_project import OpenProject
from core.qt.project_work import ImportRequest, ProjectWork
from core.scrape.importing import import_scrape


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "dresses.pickglass", items=1)


def test_importing_makes_a_project_and_runs_the_chain(window, qtbot, tmp_path):
    write_photo(tmp_path / "scrape" / "item 1" / "0.jpg")
    write_photo(tmp_path / "scrape" / "item 1" / "1.jpg")
    window.import_scrape(tmp_path / "scrape")
    dialog = window.findChild(QDialog, "import_dialog")
    button = dialog.findChild(QWidget, "import")
    qtbot.waitUntil(button.isEnabled, timeout=30_000)
    done = []

    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    jobs = window.opened.jobs
    jobs.finished.connect(lambda job, _: done.append((job.verb, *job.arguments)))
    qtbot.waitSignal(jobs.became_idle, timeout=60_000).wait()

    assert is_project(tmp_path / "scrape.pickglass")
    assert window.opened.project.root == tmp_path / "scrape.pickglass"
    assert done == [("import", str(tmp_path / "scrape")), ("hash",), ("hints",)]


def test_an_import_that_was_broken_off_goes_on_when_the_project_is_opened(
    window, qtbot, project, program
):
    before = OpenProject(project, program)
    ProjectWork(before).import_scrape(ImportRequest(Path("/scrape"), project.root))
    before.close()

    started = []
    window.open_project(project.root)
    window.opened.jobs.started.connect(lambda job: started.append((job.verb, *job.arguments)))
    qtbot.waitSignal(window.opened.jobs.became_idle, timeout=60_000).wait()
    assert started == [("import", "/scrape"), ("hash",), ("hints",)]

    window.close_project()
    window.open_project(project.root)
    told = []
    window.opened.read(lambda _: None, lambda _: told.append(window.opened.jobs.current))
    qtbot.waitUntil(lambda: bool(told))
    assert told == [None]


def test_dropping_a_project_opens_it(window, project):
    drop(window, project.root)

    assert window.opened.project == project


def test_dropping_anything_else_looks_through_it(window, tmp_path, qtbot):
    write_photo(tmp_path / "scrape" / "item" / "0.jpg")
    drop(window, tmp_path / "scrape")

    dialog = window.findChild(QDialog, "import_dialog")
    qtbot.waitUntil(dialog.findChild(QWidget, "import").isEnabled, timeout=30_000)
    dialog.reject()
    assert window.opened is None


def test_dropping_the_open_project_s_scrape_looks_for_what_is_new_in_it(window, tmp_path):
    imported(tmp_path / "scrape.pickglass", tmp_path / "scrape")
    window.open_project(tmp_path / "scrape.pickglass")
    drop(window, tmp_path / "scrape")

    dialog = window.findChild(QDialog, "import_dialog")
    assert "Add to" in shown_texts(dialog)
    dialog.reject()


@pytest.mark.parametrize(
    ("answer", "is_opened", "text"), [("g", True, "Add to"), ("a", False, "Project folder")]
)
def test_a_scrape_with_a_project_is_not_made_one_of_again_unasked(
    window, tmp_path, answer, is_opened, text
):
    imported(tmp_path / "scrape.pickglass", tmp_path / "scrape")
    drop(window, tmp_path / "scrape")
    assert window.findChild(QDialog, "import_dialog") is None

    window.findChild(QPushButton, f"answer_{answer}").click()

    assert (window.opened is not None) == is_opened
    dialog = window.findChild(QDialog, "import_dialog")
    assert text in shown_texts(dialog)
    dialog.reject()


def test_a_project_of_the_same_name_that_knows_another_scrape_is_no_reason_to_ask(window, tmp_path):
    make_project(tmp_path / "scrape.pickglass", items=1)
    write_photo(tmp_path / "scrape" / "item" / "0.jpg")
    drop(window, tmp_path / "scrape")

    dialog = window.findChild(QDialog, "import_dialog")
    assert "Project folder" in shown_texts(dialog)
    dialog.reject()


def imported(root, scrape):
    write_photo(scrape / "item" / "0.jpg")
    with open_catalogue(create_project(root)) as catalogue:
        import_scrape(catalogue, scrape)


def drop(window, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(
        QDropEvent(
            QPoint(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_the_demo_is_drawn_into_a_project_of_its_own(window, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("core.qt.window_dialogs.demo_root", lambda: tmp_path / "demo.pickglass")
    started = []

    window.make_demo()
    window.opened.jobs.finished.connect(lambda job, _: started.append(job.verb))
    assert page(window).objectName() == "preparing"
    qtbot.waitSignal(window.opened.jobs.became_idle, timeout=60_000).wait()

    assert is_project(tmp_path / "demo.pickglass")
    assert started == ["demo", "hash", "hints"]
