import sqlite3
import threading

import pytest
from PyQt5 import sip
from PyQt5.QtCore import QObject

from core.catalogue.records import Changes
from core.catalogue.settings import read_setting, write_setting
from core.errors import UserError
from core.project import create_project, lock_for_writing
from core.qt.open_project import OpenProject


@pytest.fixture
def opened(tmp_path, qapp):
    project = OpenProject(create_project(tmp_path / "shop.pickglass"), ("false",))
    yield project
    project.close()


def setting(key, value):
    def decide(catalogue):
        write_setting(catalogue, key, value)
        return Changes(f"{key} is {value}", frozenset({value}))

    return decide


def test_decisions_are_stored_in_the_order_they_were_made(opened, qtbot):
    told = []
    opened.changed.connect(told.append)

    for value in range(50):
        opened.decide(setting("at", value))

    qtbot.waitUntil(lambda: len(told) == 50)
    assert [changes.item_ids for changes in told] == [frozenset({value}) for value in range(50)]
    assert read_setting(opened.catalogue, "at") == 49


def test_a_decision_runs_off_the_gui_thread_and_is_published_on_it(opened, qtbot):
    threads = []
    opened.changed.connect(lambda _: threads.append(threading.current_thread()))

    def decide(_):
        threads.append(threading.current_thread())
        return Changes("", frozenset())

    with qtbot.waitSignal(opened.changed):
        opened.decide(decide)

    decided_on, published_on = threads
    assert decided_on is not published_on
    assert published_on is threading.main_thread()


def test_a_failed_decision_is_told_and_those_behind_it_still_run(opened, qtbot):
    def fail(_):
        raise UserError("That item is gone")

    with qtbot.waitSignals([opened.failed, opened.changed]) as signals:
        opened.decide(fail)
        opened.decide(setting("at", 1))

    (error,) = signals.all_signals_and_args[0].args
    assert error.message == "That item is gone"


def test_a_full_disk_is_told_with_a_remedy(opened, qtbot):
    def fail(_):
        raise sqlite3.OperationalError("database or disk is full")

    with qtbot.waitSignal(opened.failed) as told:
        opened.decide(fail)

    assert "disk is full" in told.args[0].message
    assert "disk" in told.args[0].remedy


def test_a_bug_in_a_decision_reaches_the_exception_hook(opened, qtbot):
    def fail(_):
        raise ZeroDivisionError

    with qtbot.captureExceptions() as bugs:
        opened.decide(fail)
        qtbot.waitUntil(lambda: bool(bugs))

    assert bugs[0][0] is ZeroDivisionError


def test_closing_waits_until_every_decision_is_stored(tmp_path, qapp):
    project = create_project(tmp_path / "shop.pickglass")
    opened = OpenProject(project, ("false",))
    for value in range(100):
        opened.decide(setting("at", value))
    opened.close()

    again = OpenProject(project, ("false",))
    try:
        assert read_setting(again.catalogue, "at") == 99
    finally:
        again.close()


def test_a_read_runs_off_the_gui_thread_and_its_result_comes_back_on_it(opened, qtbot):
    seen = []

    def query(catalogue):
        seen.append(threading.current_thread())
        return read_setting(catalogue, "at", "nowhere")

    opened.read(query, lambda result: seen.extend([result, threading.current_thread()]))

    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen[0] is not threading.main_thread()
    assert seen[1:] == ["nowhere", threading.main_thread()]


def test_a_newer_read_of_the_same_key_breaks_the_older_one_off(opened, qtbot):
    running = threading.Event()
    answers = []

    def endless(catalogue):
        running.set()
        # Ends only by being interrupted.
        catalogue.connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        ).fetchone()

    opened.read(endless, lambda _: answers.append("old"), key="queue")
    running.wait()
    for attempt in range(3):
        opened.read(lambda _, n=attempt: n, answers.append, key="queue")

    qtbot.waitUntil(lambda: 2 in answers)
    assert answers == [2]


def test_reads_without_a_key_are_all_answered(opened, qtbot):
    answers = []
    for number in range(5):
        opened.read(lambda _, n=number: n, answers.append)

    qtbot.waitUntil(lambda: len(answers) == 5)
    assert answers == [0, 1, 2, 3, 4]


def test_nothing_is_delivered_after_closing(opened, qtbot):
    answers = []
    opened.read(lambda _: 1, answers.append)
    opened.close()

    qtbot.wait(1)  # lets what was queued arrive
    assert answers == []


def test_a_project_that_is_open_elsewhere_is_refused_by_name(tmp_path, qapp):
    project = create_project(tmp_path / "shop.pickglass")
    with lock_for_writing(project), pytest.raises(UserError, match="already open in another"):
        OpenProject(project, ("false",))

    OpenProject(project, ("false",)).close()  # and nothing was left behind


class Asker(QObject):
    """Wants an answer."""

    def __init__(self, answers):
        super().__init__()
        self._answers = answers

    def take(self, answer):
        self.objectName()  # as any widget's method would, it needs the object behind it
        self._answers.append(answer)


def test_who_is_gone_by_then_is_told_nothing(opened, qtbot):
    answers = []
    gone, there = Asker(answers), Asker(answers)
    opened.read(lambda _: "to the one who is gone", gone.take)
    opened.read(lambda _: "to the one who is there", there.take)
    sip.delete(gone)

    qtbot.waitUntil(lambda: bool(answers))
    assert answers == ["to the one who is there"]
