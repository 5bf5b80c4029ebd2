"""A project with a training tab, used with keys and clicks; no network is trained here."""

from __future__ import annotations

import sys

from made_catalogue import add_file, add_item, add_source
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QApplication,
    QLabel,
    QTableView,
    QWidget,
)

from core.catalogue.database import open_catalogue
from core.qt.open_project import OpenProject
from core.qt.training.tab import build_training_tab

LONG_MS = 30_000


class Training:
    """A project with a training tab, and what a test looks for in it."""

    def __init__(self, qtbot, project, program=(sys.executable, "-c", "pass"), answers=()):
        self.qtbot = qtbot
        self.project = project
        self.opened = OpenProject(project, program, answers=answers)
        self.refused = []
        self.opened.failed.connect(self.refused.append)
        self.tab = build_training_tab(self.opened, None)
        self.tab.resize(1366, 700)
        self.tab.show()
        self.wait(lambda: self.tab.findChild(QWidget, "workbench") is not None)
        self.tab.activateWindow()

    def close(self):
        self.tab.close()
        self.opened.close()
        self.tab.deleteLater()

    def wait(self, holds):
        self.qtbot.waitUntil(holds, timeout=LONG_MS)

    def part(self, name, kind=QWidget):
        found = self.tab.findChild(kind, name)
        assert found is not None, name
        return found

    def text(self, name):
        return self.part(name, QLabel).text()

    def action(self, do):
        return self.tab.actions_by_name[do]

    def press(self, key, modifiers=Qt.KeyboardModifier.NoModifier):
        if QApplication.activeWindow() is None:
            QApplication.setActiveWindow(self.tab)
        target = QApplication.activeModalWidget() or self.tab
        QTest.keyClick(target.focusWidget() or target, key, modifiers)

    @property
    def table(self):
        return self.part("runs_table", QTableView)

    def rows(self, column=0):
        model = self.table.model()
        return [model.index(row, column).data() for row in range(model.rowCount())]

    def choose(self, *names):
        """Clicks on runs, the further ones with Ctrl."""
        self.wait(lambda: set(names) <= set(self.rows()))
        for at, name in enumerate(names):
            index = self.table.model().index(self.rows().index(name), 0)
            held = Qt.KeyboardModifier.ControlModifier if at else Qt.KeyboardModifier.NoModifier
            QTest.mouseClick(
                self.table.viewport(),
                Qt.MouseButton.LeftButton,
                held,
                self.table.visualRect(index).center(),
            )

    def dialog(self, name):
        def found():
            widget = QApplication.activeModalWidget()
            return widget if widget is not None and widget.objectName() == name else None

        self.wait(lambda: found() is not None)
        return found()


def add_photos(project, items=8, pairs=12):
    """Items with three photos, and pairs to judge by."""
    with open_catalogue(project) as catalogue:
        source = add_source(catalogue, project.root / "scrape")
        for number in range(items + pairs):
            item = add_item(catalogue, source, f"item {number}")
            for photo in range(3 if number < items else 2):
                add_file(catalogue, item, f"item {number}/{photo}.jpg")


def answering(**results):
    """A program whose verbs have these results, with their last argument's value beside."""
    code = (
        "import sys; from core.jobs.events import Finished, to_line\n"
        f"result = {results!r}[sys.argv[1].replace('-', '_')]\n"
        "sys.stdout.buffer.write(to_line(Finished('done', result)))"
    )
    return (sys.executable, "-c", code)


def noting(file):
    """A program that notes what it is called with, a line a call."""
    code = f"import sys; open({str(file)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')"
    return (sys.executable, "-c", code)
