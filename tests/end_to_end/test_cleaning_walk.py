"""One person's way through the program: from a scrape to a clean data set, by the keyboard.

The real window, without a screen, on a demo scrape whose every photo is known: the result is held
against that ground truth.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections import Counter
from pathlib import Path

import pytest
from PyQt5.QtCore import QSettings, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QTableView

import main
from core.catalogue.items import read_item, tally
from core.catalogue.photos import read_photos
from core.catalogue.records import ItemState, Photo, PhotoStatus, Verdict
from core.qt.application import program_icon
from core.qt.main_window import MainWindow
from core.qt.photo_board import PhotoBoard
from core.qt.recent_projects import last_project
from core.scrape.demo.scrape import make_demo_scrape
from core.scrape.demo.truth import (
    CLEAN_KINDS,
    COPY_KINDS,
    UNREADABLE_KINDS,
    Kind,
    TruthRow,
    read_ground_truth,
)

PROGRAM = (sys.executable, str(Path(main.__file__)))
ITEMS = 14
LONG_MS = 120_000

SURE_COPIES = frozenset({Kind.BYTE_COPY, Kind.REENCODED, Kind.RESIZED})
"""Copies that hints find without exception."""

REASON_KEYS = {
    **dict.fromkeys(COPY_KINDS - {Kind.RELISTED}, Qt.Key.Key_U),
    Kind.TAG: Qt.Key.Key_T,
    Kind.OTHER_ITEM: Qt.Key.Key_O,
    Kind.SCREENSHOT: Qt.Key.Key_O,
    Kind.BLURRED: Qt.Key.Key_L,
    Kind.DARK: Qt.Key.Key_L,
}


class Person:
    """Sits at the window: presses keys once everything is painted, and looks."""

    def __init__(self, qtbot, scrape: Path, truth: dict[str, TruthRow]) -> None:
        self.qtbot = qtbot
        self.scrape = scrape
        self.truth = truth
        self.window = MainWindow(PROGRAM, main.tabs(), program_icon())
        self.window.resize(1366, 768)
        self.window.show()
        self.window.activateWindow()

    @property
    def opened(self):
        return self.window.opened

    @property
    def board(self) -> PhotoBoard:
        return self.window.findChild(PhotoBoard)

    @property
    def item(self):
        return read_item(self.opened.catalogue, self.board.item_id)

    def photos(self, item_id: int | None = None) -> list[Photo]:
        item_id = self.board.item_id if item_id is None else item_id
        return read_photos(self.opened.catalogue, [item_id])[item_id]

    def truth_of(self, photo: Photo) -> TruthRow:
        return self.truth[photo.name]

    def press(self, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
        if QApplication.activeWindow() is None:
            # A window manager would have given the keys back when the dialog was closed.
            QApplication.setActiveWindow(self.window)
        target = QApplication.activeModalWidget() or self.window
        QTest.keyClick(target.focusWidget() or target, key, modifiers)

    def press_on_photos(self, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
        """Presses a key once all photos are on the screen, and waits until it is stored."""
        self.wait_painted()
        self.press(key, modifiers)
        self.settle()

    def wait_painted(self) -> None:
        def is_painted() -> bool:
            board = self.board
            if board is None or not board.item_id:
                return False
            return board.painted_ids() >= {photo.id for photo in self.photos()}

        self.qtbot.waitUntil(is_painted, timeout=LONG_MS)

    def settle(self) -> None:
        """Waits until all decisions made so far are stored and shown."""
        stored = []
        self.opened.decide(lambda _: stored.append(True))
        self.qtbot.waitUntil(lambda: bool(stored), timeout=LONG_MS)
        told = []
        self.opened.read(lambda _: None, told.append)
        self.qtbot.waitUntil(lambda: bool(told), timeout=LONG_MS)

    def wait_idle(self) -> None:
        jobs = self.opened.jobs
        self.qtbot.waitUntil(lambda: jobs.current is None and not jobs.waiting, timeout=LONG_MS)
        self.settle()

    def dialog(self, name: str):
        found = []

        def is_open() -> bool:
            widget = QApplication.activeModalWidget()
            if widget is not None and widget.objectName() == name:
                found.append(widget)
            return bool(found)

        self.qtbot.waitUntil(is_open, timeout=LONG_MS)
        return found[0]

    def go_through(self, dialog) -> str:
        """Waits for the plan, presses Enter, and returns what came of it."""
        button = dialog.findChild(QPushButton, "do")
        self.qtbot.waitUntil(button.isEnabled, timeout=LONG_MS)
        self.press(Qt.Key.Key_Return)
        outcome = dialog.findChild(QLabel, "outcome")
        self.qtbot.waitUntil(outcome.isVisible, timeout=LONG_MS)
        said = outcome.text()
        dialog.close()
        self.settle()
        return said

    def verdicts(self) -> dict[int, Verdict]:
        rows = self.opened.catalogue.connection.execute("SELECT id, verdict FROM photo")
        return {row[0]: Verdict(row[1]) for row in rows}

    def leave(self) -> None:
        self.window.close()
        self.window.deleteLater()


@pytest.fixture
def person(tmp_path, qtbot):
    QSettings().clear()
    demo = make_demo_scrape(tmp_path / "demo", items=ITEMS, seed=3, side_px=320)
    truth = {row.path: row for row in read_ground_truth(demo.ground_truth)}
    person = Person(qtbot, demo.scrape, truth)
    yield person
    person.leave()


@pytest.mark.slow
def test_from_a_scrape_to_a_clean_data_set(person, qtbot, tmp_path):
    before = contents_of(person.scrape)
    import_and_look_for_hints(person)
    undo_and_redo_a_rejection(person)

    hinted = [accept_hints(person) for _ in range(ITEMS // 2)]
    judged = [judge_by_the_truth(person) for _ in range(ITEMS - ITEMS // 2)]
    assert len({*hinted, *judged}) == ITEMS
    assert tally(person.opened.catalogue).items_by_state[ItemState.DONE] == ITEMS
    copies_are_single(person, hinted)

    rejected = {photo.name for photo in all_photos(person) if photo.verdict is Verdict.REJECTED}
    assert rejected
    apply_the_decisions(person)
    assert set(before) - set(contents_of(person.scrape)) == rejected
    quarantined = Counter(contents_of(person.opened.project.quarantine).values())
    assert quarantined == Counter(before[name] for name in rejected)

    person.press(Qt.Key.Key_Home)
    person.press_on_photos(Qt.Key.Key_N)
    person.wait_painted()
    shown = person.board.item_id
    start_again(person)
    assert person.board.item_id == shown

    restored = restore_one(person, sorted(rejected)[0])
    after = contents_of(person.scrape)
    assert after == {name: before[name] for name in before if name not in rejected - {restored}}

    exported = export(person, tmp_path / "clean")
    kept = {photo.name for photo in all_photos(person) if photo.is_kept}
    assert restored in kept
    assert exported == Counter(before[name] for name in kept)
    for item_id in judged:
        names = {photo.name for photo in person.photos(item_id) if photo.is_kept} - {restored}
        assert names == {
            photo.name for photo in person.photos(item_id) if is_clean(person.truth_of(photo))
        }
    assert contents_of(person.scrape) == after


def import_and_look_for_hints(person):
    person.window.open_path(person.scrape)
    dialog = person.dialog("import_dialog")
    person.qtbot.waitUntil(dialog.findChild(QPushButton, "import").isEnabled, timeout=LONG_MS)
    dialog.findChild(QPushButton, "import").setFocus()
    person.press(Qt.Key.Key_Return)
    person.qtbot.waitUntil(lambda: person.opened is not None, timeout=LONG_MS)
    person.wait_idle()
    person.wait_painted()

    found = tally(person.opened.catalogue)
    assert found.items == ITEMS
    assert found.photos == len(person.truth)
    unreadable = sum(row.kind in UNREADABLE_KINDS for row in person.truth.values())
    assert found.photos_by_status.get(PhotoStatus.UNREADABLE, 0) == unreadable
    assert found.photos_by_status[PhotoStatus.READY] == len(person.truth) - unreadable


def undo_and_redo_a_rejection(person):
    undecided = person.verdicts()
    person.press_on_photos(Qt.Key.Key_1)
    person.press_on_photos(Qt.Key.Key_T)
    rejected = person.verdicts()
    assert list(rejected.values()).count(Verdict.REJECTED) == 1

    person.press_on_photos(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert person.verdicts() == undecided
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    person.press_on_photos(Qt.Key.Key_Z, both)
    assert person.verdicts() == rejected
    person.press_on_photos(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert person.verdicts() == undecided


def accept_hints(person):
    item_id = person.board.item_id
    person.press_on_photos(Qt.Key.Key_Return)
    return item_id


def judge_by_the_truth(person):
    """Rejects each photo that does not belong, one by one, for its reason."""
    person.wait_painted()
    item_id = person.board.item_id
    for number, photo in enumerate(person.photos(), start=1):
        key = REASON_KEYS.get(person.truth_of(photo).kind)
        if key is None:
            continue
        for _ in range((number - 1) // 10):
            person.press_on_photos(Qt.Key.Key_X)
        person.press_on_photos(Qt.Key(Qt.Key.Key_0 + number % 10))
        person.press_on_photos(key)
        assert {p.id: p.verdict for p in person.photos()}[photo.id] is Verdict.REJECTED
    person.press_on_photos(Qt.Key.Key_Space)
    return item_id


def is_clean(row: TruthRow) -> bool:
    return row.kind in CLEAN_KINDS or row.kind is Kind.RELISTED


def all_photos(person) -> list[Photo]:
    ids = [row[0] for row in person.opened.catalogue.connection.execute("SELECT id FROM item")]
    return [photo for id_ in ids for photo in person.photos(id_)]


def copies_are_single(person, item_ids):
    """Of a photo and its byte-for-byte, re-encoded and resized copies one is kept, in each item."""
    for item_id in item_ids:
        kept: Counter[str] = Counter()
        groups = set()
        for photo in person.photos(item_id):
            row = person.truth_of(photo)
            original = row.source if row.kind in SURE_COPIES else row.path
            groups.add(original)
            kept[original] += photo.is_kept
        copied = {
            person.truth_of(photo).source
            for photo in person.photos(item_id)
            if person.truth_of(photo).kind in SURE_COPIES
        }
        assert {original: kept[original] for original in copied} == dict.fromkeys(copied, 1)
        assert kept.total() > 0


def apply_the_decisions(person):
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    person.press(Qt.Key.Key_A, both)
    assert "moved to the quarantine" in person.go_through(person.dialog("apply_dialog"))


def start_again(person):
    person.leave()
    person.window = MainWindow(PROGRAM, main.tabs(), program_icon())
    person.window.show()
    person.window.activateWindow()
    person.window.open_project(last_project())
    person.wait_painted()


def restore_one(person, name: str) -> str:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    person.press(Qt.Key.Key_R, both)
    dialog = person.dialog("restore_dialog")
    person.qtbot.waitUntil(
        lambda: dialog.findChild(QTableView, "quarantine") is not None, timeout=LONG_MS
    )
    QTest.keyClicks(dialog.findChild(QLineEdit, "search"), name)
    table = dialog.findChild(QTableView, "quarantine")
    assert table.model().rowCount() == 1
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    dialog.findChild(QPushButton, "do").setFocus()
    assert "1 file brought back" in person.go_through(dialog)
    return name


def export(person, folder: Path) -> Counter[str]:
    """Exports by the dialog; returns the contents of the files, held against the manifest."""
    person.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = person.dialog("export_dialog")
    person.qtbot.waitUntil(dialog.findChild(QPushButton, "do").isEnabled, timeout=LONG_MS)
    dialog.findChild(QLineEdit, "where").setText(str(folder))
    dialog.findChild(QPushButton, "do").setFocus()
    person.go_through(dialog)
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    on_disk = contents_of(folder)
    for row in rows:
        assert on_disk[row["path"]] == row["content_hash"]
    photos = {name for name in on_disk if not name.startswith(("manifest", "."))}
    assert photos == {row["path"] for row in rows}
    return Counter(row["content_hash"] for row in rows)


def contents_of(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but saved pages, by its path below the folder."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file() and file.name != "soup.html"
    }
