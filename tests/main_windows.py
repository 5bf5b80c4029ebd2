"""What a main window is tried out with: a tab, a project, and what of it shows."""

from __future__ import annotations

from made_catalogue import add_item, add_source
from PyQt5.QtWidgets import QLabel, QMenu

from core.catalogue.database import open_catalogue
from core.project import create_project


class Photos(QLabel):
    """A tab with a menu."""

    def __init__(self, opened, parent):
        super().__init__(opened.project.name, parent)
        self._menu = QMenu("Photos", self)

    def menus(self):
        return [self._menu]


def make_project(root, items=0):
    project = create_project(root)
    with open_catalogue(project) as catalogue:
        source = add_source(catalogue)
        for number in range(items):
            add_item(catalogue, source, f"item {number}")
    return project


def page(window):
    return window.centralWidget().currentWidget()


def shown_texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
