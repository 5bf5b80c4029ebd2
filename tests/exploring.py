"""A project with an index of its photos, and the explorer on it, used with keys and clicks."""

from __future__ import annotations

import hashlib

import numpy as np
from made_catalogue import add_hint, add_item, add_photo, add_source
from mouse import drag
from PyQt5.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt5.QtGui import QDragEnterEvent, QDropEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QAction, QApplication, QMainWindow, QWidget

from core.catalogue.database import open_catalogue
from core.embedding.index import Index, unit, write_index
from core.embedding.projection import Method
from core.project import create_project, open_project
from core.qt.open_project import OpenProject
from core.qt.photo_loader import PhotoLoader
from core.qt.tab_requests import ShowItem, TrainModel
from core.training.instruction import Instruction
from core.training.runs import Run, create_run
from explorer.tab import ExplorerTab
from explorer.workbench import Workbench

DIMENSIONS = 6
KINDS = ("dress", "top", "skirt", "coat")


class Exploring:
    """Fill the project with `items`, `index` it, then `open` the tab."""

    def __init__(self, qtbot, root, source):
        self._qtbot = qtbot
        self._pixels = source
        self.root = root
        self.project = create_project(root)
        self.catalogue = open_catalogue(self.project)
        self._source = add_source(self.catalogue)
        self.photo_ids = []
        self.tab = self.whole_tab = self.opened = self._window = self._loader = None
        self.failures, self.requests = [], []

    # Before it is opened

    def items(self, count=24, photos=2):
        """Items of four kinds by turns, each kind around a corner of its own."""
        for number in range(count):
            kind = KINDS[number % len(KINDS)]
            item_id = add_item(
                self.catalogue,
                self._source,
                f"item_{number}",
                title=f"{kind} {number}",
                category=kind,
                brand=("Nike", "Zara")[number % 2],
                price=float(number),
                currency="EUR",
                url=f"https://shop.example/{number}",
            )
            for position in range(photos):
                self.photo_ids.append(
                    add_photo(self.catalogue, item_id, f"{number}/{position:02}.jpg")
                )
        return self

    def vectors(self, seed=0):
        """(n, d): photos of an item lie close together, items of a kind not far."""
        rng = np.random.default_rng(seed)
        corners = rng.normal(size=(len(KINDS), DIMENSIONS))
        rows = self.catalogue.connection.execute(
            "SELECT item_id FROM photo WHERE id IN"
            f" ({','.join(map(str, self.photo_ids))}) ORDER BY id"
        ).fetchall()
        items = sorted({row[0] for row in rows})
        of_item = {
            item: corners[n % len(KINDS)] + 0.3 * rng.normal(size=DIMENSIONS)
            for n, item in enumerate(items)
        }
        found = [of_item[row[0]] + 0.03 * rng.normal(size=DIMENSIONS) for row in rows]
        return unit(np.array(found, np.float32))

    def index(self, run="first", vectors=None, model_hash="weights"):
        """Writes a run with an index of all photos; returns the run."""
        made = create_run(self.project, Instruction(), run)
        vectors = self.vectors() if vectors is None else vectors
        ids = np.array(self.photo_ids, np.int64)
        hashes = tuple(self._hash_of(id_) for id_ in self.photo_ids)
        write_index(
            Index(vectors, ids, hashes, model_hash, "angular", run, 64, "pad"), made.index_file
        )
        return made

    def _hash_of(self, photo_id):
        (content,) = self.catalogue.connection.execute(
            "SELECT content_hash FROM photo WHERE id = ?", [photo_id]
        ).fetchone()
        return content or hashlib.sha256(b"").digest()

    def hint(self, kind, photo_id, other=None):
        return add_hint(self.catalogue, kind, photo_id, other)

    # The tab

    def open(self, *, size=(1366, 768), worker=None, until_open=True):
        self.opened = OpenProject(
            open_project(self.root), ("false",), answers=(ShowItem, TrainModel)
        )
        self.opened.failed.connect(self.failures.append)
        self.opened.requested.connect(self.requests.append)
        self._loader = PhotoLoader(self._pixels.open, limit_bytes=50_000_000, thread_count=2)
        self._window = QMainWindow()
        self.whole_tab = ExplorerTab(
            lambda actions, menus, parent: Workbench(
                self.opened,
                self._loader,
                actions,
                menus,
                parent,
                worker=worker,
                first_map=Method.PCA,
            ),
            self._window,
        )
        self._window.setCentralWidget(self.whole_tab)
        for menu in self.whole_tab.menus():
            self._window.menuBar().addMenu(menu)
        self._qtbot.addWidget(self._window)
        self._window.resize(*size)
        with self._qtbot.waitActive(self._window):
            self._window.show()
            self._window.activateWindow()
        if self.whole_tab.workbench is None:
            with self._qtbot.waitSignal(self.whole_tab.made):
                pass
        self.tab = self.whole_tab.workbench
        if until_open:
            self._qtbot.waitUntil(lambda: self.state.opened is not None and self.has_map)
        return self

    def open_indexed(self, **arguments):
        """Opens it with items and an index of them."""
        self.items()
        self.index()
        return self.open(**arguments)

    def close(self):
        """Closes tab and project as the window does."""
        if self.opened is None:
            return
        self._pixels.release()
        self.whole_tab.close()
        self._loader.close()
        self.opened.close()
        self._window.close()
        self._window.setParent(None)
        self._window.deleteLater()
        self._qtbot.wait(1)
        self.opened = self.tab = self.whole_tab = self._window = None

    def close_everything(self):
        self.close()
        self.catalogue.close()

    def part(self, name, kind=QWidget):
        found = self.tab.findChild(kind, name)
        assert found is not None, name
        return found

    def action(self, name):
        found = self.whole_tab.findChild(QAction, f"action_{name}")
        assert found is not None, name
        return found

    @property
    def state(self):
        return self.tab._exploring

    @property
    def selection(self):
        return self.state.selection

    @property
    def gallery(self):
        return self.part("gallery")

    @property
    def map(self):
        return self.part("map")

    @property
    def has_map(self):
        return self.map.position_of(0) is not None

    @property
    def message(self):
        return self.part("explorer_message").text()

    def listed(self):
        """The rows in the gallery in front."""
        return self.gallery.rows().tolist()

    def says(self, text):
        """Whether some label that can be seen has this text in it."""
        return any(
            text in label.text()
            for label in self.tab.findChildren(QWidget)
            if hasattr(label, "text") and label.isVisible()
        )

    def wait(self, condition):
        self._qtbot.waitUntil(condition, timeout=60_000)

    def wait_for_filter(self):
        """Until the filter that was asked for holds."""
        self.wait(lambda: self.state.wanted == self.state.asked_filter)

    def press(self, key, modifiers=Qt.KeyboardModifier.NoModifier):
        active = QApplication.activeWindow()
        if active is None or not active.isVisible():  # a popup that was closed just now
            QApplication.setActiveWindow(self._window)
        focused = QApplication.focusWidget()
        at = self.tab if focused is None or not focused.isVisible() else focused
        QTest.keyClick(at, key, modifiers)

    def double_click(self, row):
        """On a row's photo in the gallery."""
        at = self.gallery.entry_rect(row).center()
        QTest.mouseClick(self.gallery.viewport(), Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseDClick(self.gallery.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def click(self, row, modifiers=Qt.KeyboardModifier.NoModifier):
        at = self.gallery.entry_rect(row).center()
        QTest.mouseClick(self.gallery.viewport(), Qt.MouseButton.LeftButton, modifiers, at)

    def point(self, row):
        """Where a row lies on the map, as a whole pixel."""
        return self.map.position_of(row).toPoint()

    def drag(self, *points, modifiers=Qt.KeyboardModifier.NoModifier):
        """Draws across the map with the left button."""
        drag(self.map, *points, modifiers=modifiers)

    def box_around(self, rows, room=6):
        """Corners of a rectangle that holds these rows' points."""
        points = [self.point(row) for row in rows]
        left, right = min(p.x() for p in points), max(p.x() for p in points)
        top, bottom = min(p.y() for p in points), max(p.y() for p in points)
        return QPoint(left - room, top - room), QPoint(right + room, bottom + room)

    def drop(self, *files):
        """Drops files onto the tab as a file browser does; returns whether they are taken."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        at, copy = QPoint(300, 300), Qt.DropAction.CopyAction
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enters = QDragEnterEvent(at, copy, data, left, none)
        enters.ignore()
        QApplication.sendEvent(self.tab, enters)
        if enters.isAccepted():
            QApplication.sendEvent(self.tab, QDropEvent(QPointF(at), copy, data, left, none))
        return enters.isAccepted()


def run_folder(exploring, name="first"):
    return Run(exploring.project.runs / name)
