"""Fields that are typed or chosen: categories of the catalogue, sources, a file of weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from core.jobs.context import JobContext
from core.qt.background import run_in_background
from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.training.field_editors import FieldEditor, TextEditor, build_editor
from core.qt.training.form_fields import FormField, Picks
from core.qt.training.tick_popup import TickPopup

ReadCategories = Callable[[JobContext], Sequence[tuple[str, int]]]
"""The catalogue's categories, each with its number of items; runs on a thread of its own."""

_CATALOGUE = "catalogue"
_TABLES = "Manifests (*.csv *.parquet);;All files (*)"
_WEIGHTS = "Weights (*.h5 *.weights.h5 *.keras);;All files (*)"


def build_form_editor(
    field: FormField, read_categories: ReadCategories, parent: QWidget
) -> FieldEditor:
    """The editor for a field, with a button where the program knows what there is to choose."""
    match field.picks:
        case Picks.CATEGORIES:
            return CategoriesEditor(field, read_categories, parent)
        case Picks.SOURCES:
            return SourcesEditor(field, parent)
        case Picks.WEIGHTS:
            return WeightsEditor(field, parent)
        case _:
            return build_editor(field, parent)


class _PickEditor(TextEditor):
    """A line of text with a button beside it."""

    def __init__(self, field: FormField, text: str, tip: str, parent: QWidget) -> None:
        super().__init__(field, parent)
        name = ".".join(field.path)
        self._value: Any = None
        self._button = QPushButton(text, self)
        self._button.setObjectName(f"pick_{name}")
        self._button.setToolTip(tip)
        self._button.setAccessibleName(tip)
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(self._button, BUTTON_KEYS)
        self._button.clicked.connect(self._choose)
        self._row.setSpacing(6)
        self._row.addWidget(self._button)
        self.edited.connect(self._remember)

    def show_value(self, value: Any) -> None:
        self._value = value
        super().show_value(value)

    def _choose(self) -> None:
        raise NotImplementedError

    def _take(self, value: Any) -> None:
        self.show_value(value)
        self.edited.emit(value)

    def _remember(self, value: Any) -> None:
        self._value = value

    def _listed(self) -> list[str]:
        """The texts that are there now."""
        return [str(each) for each in self._value] if isinstance(self._value, list) else []


class CategoriesEditor(_PickEditor):
    """Categories: those of the catalogue to tick, any others to type."""

    def __init__(self, field: FormField, read: ReadCategories, parent: QWidget) -> None:
        super().__init__(field, "Choose…", "Choose among the catalogue's categories", parent)
        self._read = read
        self._line.setPlaceholderText("all")
        self._popup = TickPopup("category_popup", "categories", self)
        self._popup.ticked.connect(lambda names: self._take(list(names)))

    def _choose(self) -> None:
        def show(names: Sequence[tuple[str, int]]) -> None:
            self._popup.show_names(names, self._listed())
            self._popup.open_at(self)

        run_in_background(self, self._read, show, lambda _: show(()))


class SourcesEditor(_PickEditor):
    """Sources: the catalogue, manifests and folders, in any number."""

    def __init__(self, field: FormField, parent: QWidget) -> None:
        super().__init__(field, "Add…", "Add the catalogue, a manifest or a folder", parent)
        self._is_folders_only = len(field.path) and field.path[0] == "pretraining"

    def _choose(self) -> None:
        if self._is_folders_only:
            self._add_folder()
            return
        menu = QMenu(self)
        menu.setObjectName("source_menu")
        catalogue = menu.addAction("The project's catalogue", lambda: self._add_source(_CATALOGUE))
        catalogue.setEnabled(_CATALOGUE not in self._listed())
        menu.addAction("An exported manifest…", self._add_file)
        menu.addAction("A DeepFashion2 folder…", self._add_folder)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._button.mapToGlobal(QPoint(0, self._button.height() + 2)))

    def _add_file(self) -> None:
        file, _ = QFileDialog.getOpenFileName(self, "Add a manifest", "", _TABLES)
        self._add_source(file)

    def _add_folder(self) -> None:
        self._add_source(QFileDialog.getExistingDirectory(self, "Add a folder of photos"))

    def _add_source(self, source: str) -> None:
        if source and source not in self._listed():
            self._take([*self._listed(), source])


class WeightsEditor(_PickEditor):
    """Where a network's first weights come from: a name, or a file."""

    def __init__(self, field: FormField, parent: QWidget) -> None:
        super().__init__(field, "Choose…", "ImageNet's weights, random ones, or a file", parent)

    def _choose(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("weights_menu")
        menu.addAction("ImageNet's, fetched by Keras", lambda: self._take("imagenet"))
        menu.addAction("Random ones", lambda: self._take("random"))
        menu.addAction("A file…", self._take_file)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._button.mapToGlobal(QPoint(0, self._button.height() + 2)))

    def _take_file(self) -> None:
        folder = str(Path(str(self._value)).parent) if self._value else ""
        file, _ = QFileDialog.getOpenFileName(self, "Weights of the network", folder, _WEIGHTS)
        if file:
            self._take(file)
