"""A project with items in it, and the cleaning view on it, used with keys and clicks."""

from __future__ import annotations

from held_keys import repeat_key
from made_catalogue import add_hint, add_item, add_photo, add_source
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QAction, QApplication, QMainWindow, QWidget

from cleaner.sight import Sight
from cleaner.tab import CleanerTab
from core.catalogue.database import open_catalogue
from core.catalogue.items import read_item
from core.catalogue.photos import read_photos
from core.catalogue.records import Verdict
from core.project import create_project, open_project
from core.qt.open_project import OpenProject
from core.qt.photo_loader import PhotoLoader

KEYS = {
    "enter": Qt.Key.Key_Return,
    "space": Qt.Key.Key_Space,
    "esc": Qt.Key.Key_Escape,
    "right": Qt.Key.Key_Right,
    "left": Qt.Key.Key_Left,
    "up": Qt.Key.Key_Up,
    "down": Qt.Key.Key_Down,
    "home": Qt.Key.Key_Home,
    "end": Qt.Key.Key_End,
    "del": Qt.Key.Key_Delete,
    "/": Qt.Key.Key_Slash,
    "f1": Qt.Key.Key_F1,
    "f8": Qt.Key.Key_F8,
    "f9": Qt.Key.Key_F9,
}
MODIFIERS = {
    "ctrl": Qt.KeyboardModifier.ControlModifier,
    "shift": Qt.KeyboardModifier.ShiftModifier,
}


class Cleaning:
    """Fill the project with `item` and `hint`, then `open` the view."""

    def __init__(self, qtbot, root, source):
        self._qtbot = qtbot
        self._pixels = source
        self.root = root
        self._catalogue = open_catalogue(create_project(root))
        self._source = add_source(self._catalogue)
        self.tab = self.opened = self._window = self._loader = None
        self.failures = []

    # Before it is opened

    def item(self, title, photos=3, **columns):
        """Photo n of the k-th item that is made has the id that `photo(title, n)` gives."""
        source_id = columns.pop("source_id", self._source)
        item_id = add_item(self._catalogue, source_id, f"item_{title}", title=title, **columns)
        for position in range(photos):
            self.add_photo(title, f"{title}/{position:02}.jpg", item_id=item_id)
        return item_id

    def add_photo(self, title, path, item_id=None, **columns):
        return add_photo(self._catalogue, item_id or self.id_of(title), path, **columns)

    def add(self, make, *arguments, **columns):
        """Makes something with a function of `made_catalogue`."""
        return make(self._catalogue, *arguments, **columns)

    def hint(self, title, kind, number, other=None, score=1.0):
        """Accuses a photo by its number; `other` is a number too, or (title, number)."""
        if isinstance(other, tuple):
            other_id = self.photo(*other)
        else:
            other_id = None if other is None else self.photo(title, other)
        return add_hint(self._catalogue, kind, self.photo(title, number), other_id, score)

    # What is stored

    def id_of(self, title):
        (id_,) = self._catalogue.connection.execute(
            "SELECT id FROM item WHERE title = ? ORDER BY id", [title]
        ).fetchone()
        return id_

    def photo(self, title, number):
        """The id of the n-th photo of an item."""
        return self.photo_ids(title)[number - 1]

    def photo_ids(self, title):
        """The ids of all photos of an item, in order."""
        item_id = self.id_of(title)
        return [photo.id for photo in read_photos(self._catalogue, [item_id])[item_id]]

    def state(self, title):
        return str(read_item(self._catalogue, self.id_of(title)).state)

    def stored_item(self, title):
        return read_item(self._catalogue, self.id_of(title))

    def rejected(self, title):
        """The numbers of the rejected photos, with the reasons."""
        photos = read_photos(self._catalogue, [self.id_of(title)])[self.id_of(title)]
        return {
            number: str(photo.reason)
            for number, photo in enumerate(photos, start=1)
            if photo.verdict is Verdict.REJECTED
        }

    def kept_by_hand(self, title):
        photos = read_photos(self._catalogue, [self.id_of(title)])[self.id_of(title)]
        return [n for n, photo in enumerate(photos, start=1) if photo.verdict is Verdict.KEPT]

    def operations(self):
        """How many rows the journal has."""
        return self._catalogue.connection.execute("SELECT count(*) FROM operation").fetchone()[0]

    def decide(self, decision, *arguments):
        """Decides as another program would have, before the view is opened."""
        return decision(self._catalogue, *arguments)

    # The view

    def open(self, *, until="painted", size=(1366, 768), answers=()):
        """Opens the view and waits until it shows an item (or that there is none)."""
        self.opened = OpenProject(open_project(self.root), ("false",), answers=answers)
        self.opened.failed.connect(self.failures.append)
        self._loader = PhotoLoader(self._pixels.open, limit_bytes=50_000_000, thread_count=2)
        self._window = QMainWindow()
        self.tab = CleanerTab(self.opened, self._loader, self._window)
        self._window.setCentralWidget(self.tab)
        for menu in self.tab.menus():
            self._window.menuBar().addMenu(menu)
        self._qtbot.addWidget(self._window)
        self._window.resize(*size)
        with self._qtbot.waitActive(self._window):
            self._window.show()
            self._window.activateWindow()
        if until == "painted":
            self.wait_until_painted()
        elif until == "shown":
            self._qtbot.waitUntil(lambda: self.title != "")
        else:
            self._qtbot.waitUntil(lambda: self.says(until))
        return self

    def close(self):
        """Closes view and project as the window does."""
        if self.opened is None:
            return
        self._pixels.release()
        self.tab.close()
        self._loader.close()
        self.opened.close()
        self._window.close()
        self._window.setParent(None)
        self._window.deleteLater()
        self._qtbot.wait(1)
        self.opened = self.tab = self._window = None

    def close_everything(self):
        self.close()
        self._catalogue.close()

    def part(self, name, kind=QWidget):
        found = self.tab.findChild(kind, name)
        assert found is not None, name
        return found

    @property
    def board(self):
        return self.part("board")

    @property
    def title(self):
        return self.part("item_title").text()

    @property
    def message(self):
        return self.part("status_message").text()

    def says(self, text):
        """Whether some label that can be seen has this text in it."""
        return any(
            text in label.text()
            for label in self.tab.findChildren(QWidget)
            if hasattr(label, "text") and label.isVisible()
        )

    def selected(self):
        """The numbers of the selected photos."""
        numbers = {photo.id: n for n, photo in enumerate(self._photos_shown(), start=1)}
        return [numbers[id_] for id_ in self.board.selected_ids()]

    def _photos_shown(self):
        return read_photos(self._catalogue, [self.board.item_id])[self.board.item_id]

    def listed(self):
        """The titles in the queue, in order."""
        model = self.part("queue_list").model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def enabled(self, name):
        return self.part(f"action_{name}", QAction).isEnabled()

    def press(self, *names):
        """Presses keys, one after the other: "u", "ctrl+z", "enter"."""
        for name in names:
            *held, key = name.split("+") if name != "+" else ["+"]
            modifiers = Qt.KeyboardModifiers()
            for modifier in held:
                modifiers |= MODIFIERS[modifier]
            QTest.keyClick(self._target(), KEYS.get(key, key), modifiers)

    def hold(self, key, times=5):
        """Presses a key and keeps it down while it repeats."""
        self.press(key)
        self.repeat(key, times)

    def repeat(self, key, times=5):
        """What a key that is held down sends after its first press."""
        code = KEYS.get(key) or ord(key.upper())
        for _ in range(times):
            repeat_key(self._target(), code, "" if key in KEYS else key)

    def type(self, text):
        QTest.keyClicks(self._target(), text)

    def _target(self):
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            return dialog.focusWidget() or dialog
        active = QApplication.activeWindow()
        if active is None or not active.isVisible():
            # A window manager would have given the keys back when the dialog was closed.
            QApplication.setActiveWindow(self._window)
        return QApplication.focusWidget() or self.tab

    def wait_until_visible_painted(self):
        """Until the view knows that what is in view of the item has been painted."""
        self._qtbot.waitUntil(lambda: self.tab.findChild(Sight).is_painted)

    def wait_until_painted(self, title=None):
        """Until the item (of this title) is on the screen with all its photos."""

        def is_painted():
            ids = {photo.id for photo in self._photos_shown()} if self.board.item_id else set()
            return (
                (title is None or self.title == title)
                and self.board.item_id is not None
                and self.board.painted_ids() >= ids
                and self.tab.findChild(Sight).is_painted
            )

        self._qtbot.waitUntil(is_painted)

    def settle(self):
        """Until every decision is stored and shown."""
        done = []
        self.opened.decide(lambda _: done.append(True))
        self._qtbot.waitUntil(lambda: bool(done))
        read = []
        self.opened.read(lambda _: None, read.append)
        self._qtbot.waitUntil(lambda: bool(read))
