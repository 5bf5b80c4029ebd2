"""Restore: shows what lies in the quarantine, and brings back what the user selects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from cleaner.apply_dialog import moved_text
from cleaner.job_dialog import JobDialog, Problem, problems_of
from cleaner.photo_pane import PhotoPane
from core.catalogue.database import Catalogue
from core.catalogue.items import read_items
from core.cleaning.photo_files import FiledPhoto, PhotoFiles
from core.errors import displayable
from core.jobs.context import JobContext
from core.number_words import bytes_text, plural
from core.qt.job_runner import Job
from core.qt.open_project import OpenProject
from core.qt.rows_model import RowsModel, rows_table

_EXPLANATION = (
    "Apply set these files aside. Restoring brings them back to where they were, byte for byte, "
    "and takes their rejection back. Ctrl and Shift select several."
)


_TITLE = "Bringing files back"

_AT_ONCE = 1000
"""Photos named on one command line; Windows takes 32,767 characters."""


@dataclass(frozen=True)
class _Quarantined:
    photo: FiledPhoto
    item_title: str
    file: Path

    @property
    def row(self) -> tuple[str, ...]:
        return (
            self.item_title,
            displayable(self.photo.path),
            str(self.photo.reason or "no longer rejected"),
            bytes_text(self.photo.byte_count or 0),
        )


def open_restore_dialog(parent: QWidget, open_project: OpenProject) -> JobDialog:
    """Shows the quarantine over the window."""
    dialog = RestoreDialog(open_project, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


class RestoreDialog(JobDialog):
    """Lists at once; restores only when told to."""

    def __init__(self, open_project: OpenProject, parent: QWidget | None) -> None:
        super().__init__(open_project, "Restore photos", "Restore", parent)
        self.setObjectName("restore_dialog")
        self.resize(1040, 620)
        self._page: _QuarantinePage | None = None
        self.look(_read_quarantine, self._on_listed)

    def jobs(self) -> Sequence[Job]:
        assert self._page is not None
        ids = self._page.selected_ids()
        if len(ids) == self._page.total:
            return [Job("restore", _TITLE, ("--everything",))]
        return [
            Job("restore", _TITLE, tuple(f"--photo-id={id_}" for id_ in ids[at : at + _AT_ONCE]))
            for at in range(0, len(ids), _AT_ONCE)
        ]

    def outcome(self, result: Mapping[str, Any]) -> tuple[str, list[Problem]]:
        moved = result["moved"]
        return f"{result['summary']}. {moved_text(moved)}", problems_of(moved)

    def _on_listed(self, quarantined: list[_Quarantined]) -> None:
        self._page = _QuarantinePage(quarantined, self)
        self._page.selected.connect(self._on_selected)
        self.show_plan(self._page, can_do=False)

    def _on_selected(self, count: int) -> None:
        self.do_button.setEnabled(count > 0)
        self.do_button.setText(f"Restore {plural(count, 'photo')}" if count else "Restore")


class _QuarantinePage(QWidget):
    """A searchable list and the photo that is at hand in it."""

    selected = pyqtSignal(int)
    """So many photos are selected."""

    def __init__(self, quarantined: list[_Quarantined], parent: QWidget) -> None:
        super().__init__(parent)
        self.total = len(quarantined)
        self._all = quarantined
        self._shown = quarantined
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        about = QLabel(_EXPLANATION if quarantined else "The quarantine is empty.", self)
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        column.addWidget(about)
        tools = QHBoxLayout()
        self._search = QLineEdit(self)
        self._search.setObjectName("search")
        self._search.setPlaceholderText("Search titles, files and reasons")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._filter)
        tools.addWidget(self._search, 1)
        select_all = QPushButton("Select all", self)
        select_all.setObjectName("select_all")
        select_all.setAutoDefault(False)
        tools.addWidget(select_all)
        for tool in (self._search, select_all):
            tool.setEnabled(bool(quarantined))
        column.addLayout(tools)
        row = QHBoxLayout()
        self._model = RowsModel(("Item", "File", "Rejected as", "Size"), self)
        self._table = rows_table(self._model, self, stretched=1)
        self._table.setObjectName("quarantine")
        self._table.setColumnWidth(0, 180)
        self._table.setColumnWidth(2, 100)
        self._table.setColumnWidth(3, 80)
        self._table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._table.selectionModel().currentRowChanged.connect(self._on_selection_changed)
        select_all.clicked.connect(self._table.selectAll)
        row.addWidget(self._table, 2)
        self._pane = PhotoPane(self)
        row.addWidget(self._pane, 1)
        column.addLayout(row, 1)
        self._filter("")

    def selected_ids(self) -> list[int]:
        """Photo ids, in the order of the list."""
        rows = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        return [self._shown[row].photo.id for row in rows]

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        self._shown = [
            each
            for each in self._all
            if all(word in " ".join(each.row).casefold() for word in words)
        ]
        self._model.show_rows([each.row for each in self._shown])
        self._on_selection_changed()

    def _on_selection_changed(self, *_: object) -> None:
        current = self._table.selectionModel().currentIndex()
        self._pane.show_file(self._shown[current.row()].file if current.isValid() else None)
        self.selected.emit(len(self._table.selectionModel().selectedRows()))


def _read_quarantine(catalogue: Catalogue, context: JobContext) -> list[_Quarantined]:
    photos = PhotoFiles(catalogue).quarantined()
    context.check_cancelled()
    items = read_items(catalogue, {photo.item_id for photo in photos})
    titles = {item.id: item.title for item in items}
    return [
        _Quarantined(photo, titles[photo.item_id], catalogue.project.quarantine / photo.quarantine)
        for photo in photos
        if photo.quarantine is not None
    ]
