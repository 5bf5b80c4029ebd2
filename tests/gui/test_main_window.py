import os

import pytest
from fakes.obliging_verb import Nothing
from made_catalogue import add_file, add_item, add_photo, add_source
from main_windows import make_project, page, shown_texts
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QCloseEvent, QIcon
from PyQt5.QtWidgets import QAction, QMessageBox, QWidget

from core.catalogue.database import open_catalogue
from core.catalogue.records import Changes, RejectReason
from core.cleaning import decisions
from core.cleaning.apply import apply, plan_apply
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.project import lock_for_writing
from core.qt import recent_projects
from core.qt.job_runner import Job
from core.qt.main_window import MainWindow
from explorer.actions import Menu


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "dresses.pickglass", items=1)


def menu_titles(window):
    return [action.text() for action in window.menuBar().actions()]


def choose(window, name):
    window.findChild(QAction, f"action_{name}").trigger()


def test_it_begins_with_the_welcome_page(window):
    assert page(window).objectName() == "welcome"
    assert window.windowTitle() == "Pickglass"
    assert not window.findChild(QAction, "action_add_scrape").isEnabled()


def test_an_opened_project_shows_its_tabs_and_their_menus(window, project):
    assert window.open_project(project.root)

    assert shown_texts(page(window)) == ["dresses"]
    assert window.windowTitle() == "dresses – Pickglass"
    assert menu_titles(window) == ["&File", "Photos", "&Window", "&Help"]
    assert window.findChild(QAction, "action_add_scrape").isEnabled()


def test_closing_a_project_gives_its_lock_back_and_shows_the_welcome_page(window, project):
    window.open_project(project.root)
    choose(window, "close_project")

    assert page(window).objectName() == "welcome"
    assert menu_titles(window) == ["&File", "&Window", "&Help"]
    assert recent_projects.last_project() is None
    assert recent_projects.recent_projects() == [project.root]
    with lock_for_writing(project):
        pass


def test_opening_another_project_closes_the_one_before(window, project, tmp_path):
    other = make_project(tmp_path / "tops.pickglass", items=1)
    window.open_project(project.root)
    window.open_project(other.root)

    assert shown_texts(page(window)) == ["tops"]
    with lock_for_writing(project):
        pass
    assert recent_projects.recent_projects() == [other.root, project.root]
    assert recent_projects.last_project() == other.root


def test_a_project_that_cannot_be_opened_leaves_the_one_before_open(window, project, tmp_path):
    window.open_project(project.root)

    assert not window.open_project(tmp_path / "nothing.pickglass")
    assert shown_texts(page(window))[0] == "dresses"
    (card,) = window.messages.cards()
    assert "There is no Pickglass project" in card.text


def test_a_project_that_is_open_elsewhere_is_told_with_a_choice(window, project, qtbot):
    with lock_for_writing(project):
        assert not window.open_project(project.root)
        box = window.findChild(QMessageBox, "refusal")
        assert "already open in another Pickglass" in box.text()
        assert f"process {os.getpid()}" in box.text()
        buttons = {button.text(): button for button in box.buttons()}
        assert set(buttons) == {"Try again", "Open another…", "Close"}

    qtbot.mouseClick(buttons["Try again"], Qt.MouseButton.LeftButton)
    assert window.opened.project == project


def test_an_empty_project_offers_to_add_a_scrape_until_items_come(window, tmp_path):
    empty = make_project(tmp_path / "empty.pickglass")
    window.open_project(empty.root)
    assert page(window).objectName() == "preparing"

    with open_catalogue(empty) as catalogue:
        add_item(catalogue, 1, "first")
    window.opened.publish(Changes("", frozenset(), items_added=True, everything=True))

    assert shown_texts(page(window)) == ["empty"]


def test_an_error_of_a_decision_is_shown_with_file_and_remedy(window, project, qtbot):
    window.open_project(project.root)

    def fail(_):
        raise UserError("It is gone", path="/a/photo.jpg", remedy="Import it again.")

    with qtbot.waitSignal(window.opened.failed):
        window.opened.decide(fail)

    (card,) = window.messages.cards()
    assert shown_texts(card) == ["It is gone", "/a/photo.jpg", "Import it again."]


def test_the_same_error_is_not_piled_up(window):
    for _ in range(3):
        window.messages.tell_error(UserError("The disk is full"))
    for number in range(6):
        window.messages.tell_error(UserError(f"Problem {number}"))

    assert [card.text for card in window.messages.cards()] == [f"Problem {n}" for n in (2, 3, 4, 5)]


def test_what_came_of_an_interrupted_apply_is_told(window, project, tmp_path, qtbot, monkeypatch):
    with open_catalogue(project) as catalogue:
        item = add_item(catalogue, add_source(catalogue, tmp_path / "scrape"), "coat")
        decisions.reject(catalogue, [add_file(catalogue, item, "coat/0.jpg")], RejectReason.TAG)
        with pytest.raises(Cancelled):
            apply(catalogue, plan_apply(catalogue), JobContext(is_cancelled=lambda: True))
    window.open_project(project.root)
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "unfinished_moves") is not None)
    box = window.findChild(QMessageBox, "unfinished_moves")
    assert "Of 1 file, 0 are where they were to go." in box.informativeText()

    with qtbot.waitSignal(window.opened.jobs.finished, timeout=60_000):
        box.defaultButton().click()

    (card,) = window.messages.cards()
    assert card.text == str(Nothing())


def test_downloads_that_failed_are_tried_again_from_the_menu(window, project, qtbot):
    with open_catalogue(project) as catalogue:
        add_photo(catalogue, 1, "1/0", url="https://shop.example/0.jpg", status="not downloaded")
    window.open_project(project.root)
    choose(window, "download")
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "confirm_download") is not None)
    box = window.findChild(QMessageBox, "confirm_download")
    assert box.text() == "Download 1 photo?"
    assert "tried again: 1." in box.informativeText()

    with qtbot.waitSignal(window.opened.jobs.started) as started:
        box.defaultButton().click()

    assert "--retry-failed" in started.args[0].arguments


def test_hints_are_looked_for_again_when_asked(window, project, qtbot):
    window.open_project(project.root)
    ran = []
    window.opened.jobs.finished.connect(lambda job, _: ran.append((job.verb, job.arguments)))

    with qtbot.waitSignal(window.opened.jobs.became_idle, timeout=60_000):
        choose(window, "look_again")

    assert ran == [("hash", ()), ("hints", ("--again",))]


def test_a_job_that_fails_says_why(window, project, qtbot, monkeypatch):
    monkeypatch.setenv("PICKGLASS_TEST_FAILS", "The page of the item cannot be read")
    window.open_project(project.root)

    with qtbot.waitSignal(window.opened.jobs.failed, timeout=60_000):
        window._work.download()

    (card,) = window.messages.cards()
    assert card.text == "The page of the item cannot be read"


@pytest.mark.usefixtures("show_theme")
def test_size_and_theme_are_remembered(window, qtbot, program):
    window.resize(903, 611)
    window.findChild(QAction, "theme_dark").trigger()
    window.closeEvent(QCloseEvent())

    again = MainWindow(program, (), QIcon())
    qtbot.addWidget(again)
    assert (again.width(), again.height()) == (903, 611)
    assert again.findChild(QAction, "theme_dark").isChecked()


def test_recent_projects_that_are_gone_are_grey_and_can_be_removed(window, project, qtbot):
    recent_projects.remember_project(project.root.parent / "gone.pickglass")
    recent_projects.remember_project(project.root)
    window._show_welcome()
    entries = page(window).findChildren(QWidget, "recent_project")
    assert [(entry.text(), entry.isEnabled()) for entry in entries] == [
        ("dresses", True),
        ("gone", False),
    ]
    qtbot.keyClick(entries[0], Qt.Key.Key_Space)
    assert window.opened.project == project
    window.close_project()

    page(window).recent_removed.emit(project.root.parent / "gone.pickglass")
    assert recent_projects.recent_projects() == [project.root]


def test_return_opens_the_project_that_has_the_focus(window, project, qtbot):
    recent_projects.remember_project(project.root)
    window._show_welcome()
    entry = page(window).findChild(QWidget, "recent_project")
    entry.setFocus()
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert window.opened.project == project


def test_a_project_without_items_has_no_menus_of_tabs_yet(window, tmp_path):
    root = make_project(tmp_path / "empty.pickglass").root
    window.open_project(root)
    assert page(window).objectName() == "preparing"
    assert menu_titles(window) == ["&File", "&Window", "&Help"]

    with open_catalogue(window.opened.project) as catalogue:
        add_item(catalogue, 1, "item")
    window.opened.publish(Changes("imported", frozenset(), everything=True))
    assert menu_titles(window) == ["&File", "Photos", "&Window", "&Help"]


def test_what_a_job_says_is_not_covered_when_the_window_grows(window, project, qtbot):
    window.resize(900, 600)
    window.open_project(project.root)
    status = window.findChild(QWidget, "job_status")
    status._on_started(Job("hash", "Reading photos"))
    with qtbot.waitExposed(window):
        window.resize(1600, 900)
    qtbot.waitUntil(lambda: status.width() >= status.sizeHint().width())
    label, stop = (status.findChild(QWidget, name) for name in ("job_label", "job_stop"))
    assert label.geometry().right() < stop.geometry().left() - 110


def test_what_a_job_says_hides_no_menu_of_the_tab_that_has_most(window, project, qtbot):
    window.open_project(project.root)
    for menu in list(Menu)[1:]:  # the tab that is here has one already
        window.menuBar().addMenu(menu.value)
    status = window.findChild(QWidget, "job_status")
    status._on_started(Job("hash", "Reading photos, of which there are very many this time"))
    with qtbot.waitExposed(window):
        window.resize(1228, 691)
    bar = window.menuBar()

    def all_are_shown():
        return all(not bar.actionGeometry(action).isEmpty() for action in bar.actions())

    qtbot.waitUntil(all_are_shown)
    assert bar.actionGeometry(bar.actions()[-1]).right() < status.geometry().left()
