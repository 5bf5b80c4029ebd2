"""Export: what would be in the clean data set, where it goes and how, and then the writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QUrl, pyqtSignal
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from cleaner.job_dialog import JobDialog, Problem, problems_of
from core.catalogue.database import Catalogue
from core.cleaning.export_photo import ExportMode
from core.cleaning.export_selection import Selection, select
from core.cleaning.splits import Split
from core.errors import displayable
from core.jobs.context import JobContext
from core.number_words import bytes_text, plural
from core.project import Project
from core.qt.figure import Figure
from core.qt.job_runner import Job
from core.qt.open_project import OpenProject

_SEED = 0

_MODES = (
    (ExportMode.COPY, "Copies of the photos", "Independent of the originals; takes room."),
    (
        ExportMode.HARDLINK,
        "Hard links",
        "The same files under a second name, on the same disk: takes no room, but whoever edits "
        "one edits both.",
    ),
    (ExportMode.MANIFEST, "Only the table", "It says where each original lies."),
)


@dataclass(frozen=True)
class _Choice:
    everything: Selection
    only_done: Selection


def open_export_dialog(parent: QWidget, open_project: OpenProject) -> JobDialog:
    """Shows what an export would hold, over the window."""
    dialog = ExportDialog(open_project, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


class ExportDialog(JobDialog):
    """Counts at once; writes only when told to, and never touches an original."""

    def __init__(self, open_project: OpenProject, parent: QWidget | None) -> None:
        super().__init__(open_project, "Export the clean data set", "Export", parent)
        self.setObjectName("export_dialog")
        self._page: _ExportPage | None = None
        self.look(_select_both, self._on_counted)

    def jobs(self) -> Sequence[Job]:
        assert self._page is not None
        return [Job("export", "Exporting photos", self._page.arguments())]

    def outcome(self, result: Mapping[str, Any]) -> tuple[str, list[Problem]]:
        exported = result["result"]
        folder = str(exported["folder"])
        self.offer(
            "Show the folder",
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder)),
        )
        splits = ", ".join(
            f"{count:,} {name}" for name, count in exported["items_by_split"].items()
        )
        said = [
            f"{plural(exported['photos'], 'photo')} of {plural(exported['items'], 'item')} are in "
            f"{displayable(folder)}.",
            f"{exported['written']:,} written, {exported['unchanged']:,} as before, "
            f"{exported['removed']:,} removed.",
            f"Items: {splits}.",
        ]
        if exported["not_ready"]:
            said.append(
                f"{plural(exported['not_ready'], 'photo')} left out: not shown or not read."
            )
        return "\n".join(said), problems_of(exported)

    def _on_counted(self, choice: _Choice) -> None:
        self._page = _ExportPage(self.open_project.project, choice, self)
        self._page.changed.connect(self._update_button)
        self.show_plan(self._page, can_do=True)
        self._update_button()

    def _update_button(self) -> None:
        assert self._page is not None
        count = self._page.selection().photos
        self.do_button.setText(f"Export {plural(count, 'photo')}")
        self.do_button.setEnabled(self._page.is_complete())


class _ExportPage(QWidget):
    """Where, how and what, with the counts that follow."""

    changed = pyqtSignal()

    def __init__(self, project: Project, choice: _Choice, parent: QWidget) -> None:
        super().__init__(parent)
        self._choice = choice
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        figures = QHBoxLayout()
        figures.setSpacing(36)
        self._items, self._photos, self._bytes = (
            Figure(label, self) for label in ("items", "photos", "to write")
        )
        for each in (self._items, self._photos, self._bytes):
            figures.addWidget(each)
        figures.addStretch(1)
        column.addLayout(figures)
        self._remark = QLabel(self)
        self._remark.setProperty("role", "muted")
        self._remark.setWordWrap(True)
        column.addWidget(self._remark)
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(16)
        form.addRow("Folder", self._folder_row(project))
        form.addRow("Items", self._which_items())
        form.addRow("Photos", self._how())
        form.addRow("Table", self._tables())
        form.addRow("Split", self._split())
        column.addLayout(form)
        column.addStretch(1)
        self._show_counts()

    def arguments(self) -> tuple[str, ...]:
        """What follows the verb."""
        arguments = [str(self._target()), "--mode", str(self._mode())]
        for box in self._formats:
            if box.isChecked():
                arguments += ["--format", box.objectName()]
        if self._only_done.isChecked():
            arguments.append("--only-done")
        return (*arguments, "--seed", str(self._seed.value()))

    def is_complete(self) -> bool:
        """Whether it can be exported like this."""
        return (
            bool(self._where.text().strip())
            and any(box.isChecked() for box in self._formats)
            and self.selection().photos > 0
        )

    def selection(self) -> Selection:
        """What would be exported."""
        done = self._only_done.isChecked()
        return self._choice.only_done if done else self._choice.everything

    def _folder_row(self, project: Project) -> QWidget:
        widget = QWidget(self)
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        self._default = project.root.with_name(f"{project.name} clean")
        self._where = QLineEdit(displayable(self._default), widget)
        self._where.setObjectName("where")
        self._where.textChanged.connect(lambda _: self.changed.emit())
        row.addWidget(self._where, 1)
        choose = QPushButton("Choose…", widget)
        choose.setAutoDefault(False)
        choose.clicked.connect(self._choose_folder)
        row.addWidget(choose)
        return widget

    def _which_items(self) -> QWidget:
        done, everything = len(self._choice.only_done.splits), len(self._choice.everything.splits)
        widget = QWidget(self)
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        self._only_done = QRadioButton(f"Only those marked as done ({done:,})", widget)
        self._only_done.setObjectName("only_done")
        every = QRadioButton(f"All that are not rejected ({everything:,})", widget)
        every.setObjectName("every_item")
        (self._only_done if done else every).setChecked(True)
        self._only_done.toggled.connect(self._show_counts)
        column.addWidget(self._only_done)
        column.addWidget(every)
        return widget

    def _how(self) -> QWidget:
        widget = QWidget(self)
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        self._modes = QButtonGroup(widget)
        for number, (mode, title, about) in enumerate(_MODES):
            button = QRadioButton(title, widget)
            button.setObjectName(f"mode_{mode}")
            button.setToolTip(about)
            button.setChecked(number == 0)
            self._modes.addButton(button, number)
            column.addWidget(button)
        self._about_mode = QLabel(widget)
        self._about_mode.setProperty("role", "muted")
        self._about_mode.setWordWrap(True)
        column.addWidget(self._about_mode)
        self._modes.buttonToggled.connect(lambda *_: self._show_counts())
        return widget

    def _tables(self) -> QWidget:
        widget = QWidget(self)
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        self._formats = []
        for name, title in (("csv", "CSV"), ("parquet", "Parquet")):
            box = QCheckBox(title, widget)
            box.setObjectName(name)
            box.setChecked(True)
            box.toggled.connect(lambda _: self.changed.emit())
            row.addWidget(box)
            self._formats.append(box)
        row.addStretch(1)
        return widget

    def _split(self) -> QWidget:
        widget = QWidget(self)
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        self._seed = QSpinBox(widget)
        self._seed.setRange(0, 999_999)
        self._seed.setValue(_SEED)
        self._seed.setPrefix("seed ")
        row.addWidget(self._seed)
        self._splits = QLabel(widget)
        row.addWidget(self._splits, 1)
        column.addLayout(row)
        about = QLabel(
            "Items with exactly two photos are held out for validation and test, by the seed; all "
            "others are for training.",
            widget,
        )
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        column.addWidget(about)
        return widget

    def _show_counts(self) -> None:
        selection = self.selection()
        self._items.show_count(len(selection.splits), "item")
        self._photos.show_count(selection.photos, "photo")
        copies = self._mode() is ExportMode.COPY
        self._bytes.show_number(bytes_text(selection.byte_count if copies else 0))
        left_out = selection.not_ready
        self._remark.setText(
            f"Left out: {plural(left_out, 'photo')} not to be shown, or not looked at yet."
        )
        self._remark.setVisible(left_out > 0)
        self._about_mode.setText(next(about for mode, _, about in _MODES if mode is self._mode()))
        count = dict.fromkeys(Split, 0)
        for split in selection.splits.values():
            count[split] += 1
        self._splits.setText(
            " · ".join(f"{number:,} {split}" for split, number in count.items()) + " (items)"
        )
        self.changed.emit()

    def _mode(self) -> ExportMode:
        return _MODES[self._modes.checkedId()][0]

    def _target(self) -> Path:
        text = self._where.text().strip()
        if text == displayable(self._default):
            return self._default  # which may hold bytes that no text does
        return Path(text).expanduser().absolute()

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, "Where to write the clean data set", str(self._target().parent)
        )
        if chosen:
            self._where.setText(chosen)


def _select_both(catalogue: Catalogue, context: JobContext) -> _Choice:
    everything = select(catalogue, only_done=False, seed=_SEED)
    context.check_cancelled()
    return _Choice(everything, select(catalogue, only_done=True, seed=_SEED))
