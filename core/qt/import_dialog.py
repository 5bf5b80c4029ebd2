"""Looking through a scrape and deciding whether, how and into which project it is imported."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError, displayable
from core.jobs.context import JobContext, Progress
from core.project import Project, is_project
from core.qt.background import BackgroundTask
from core.qt.job_status import describe
from core.qt.preview_panel import PreviewPanel
from core.qt.project_work import ImportRequest
from core.qt.scrape_look import ScrapeLook, look_at
from core.qt.theme import scaled_font
from core.qt.window_dialogs import documents_folder
from core.scrape.found import Layout
from core.scrape.item_columns import ItemColumn

_LOOKING, _FOUND, _FAILED = range(3)


class ImportDialog(QDialog):
    """Accepted, it holds the user's `request`."""

    def __init__(self, scrape: Path, into: Project | None, parent: QWidget | None) -> None:
        """Looks through the scrape at once.

        Args:
            scrape: A folder, table or dump.
            into: The open project that it is added to; None to make a new one.
            parent: The window.
        """
        super().__init__(parent)
        self.setObjectName("import_dialog")
        self.setWindowTitle("Import a scrape")
        self.resize(920, 720)
        self.request: ImportRequest | None = None
        self._scrape = scrape
        self._into = into
        self._task: BackgroundTask | None = None
        self._build()
        self._look(None)

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.cancel()
        super().done(result)

    def accept(self) -> None:
        root = self._project_root()
        if self._into is None and is_project(root):
            self._where_problem.setText("There is a project already; choose another name.")
            self._where_problem.show()
            return
        layout = self._layout.currentData()
        self.request = ImportRequest(
            self._scrape,
            root,
            layout="" if self._layout.currentIndex() == 0 else str(layout),
            download=self._download.isVisibleTo(self) and self._download.isChecked(),
            item_column=self._item.currentData() or "",
        )
        super().accept()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(14)
        title = QLabel(displayable(self._scrape.name), self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setFont(scaled_font(self, 1.5, bold=True))
        title.setToolTip(displayable(self._scrape))
        column.addWidget(title)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._looking_page())
        self._panel = PreviewPanel(self)
        self._pages.addWidget(self._panel)
        self._failure = QLabel(self)
        self._failure.setWordWrap(True)
        self._failure.setProperty("role", "error")
        self._failure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(self._failure)
        column.addWidget(self._pages, 1)
        column.addLayout(self._choices())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._import = QPushButton("Import", self)
        self._import.setObjectName("import")
        self._import.setProperty("role", "main")
        self._import.setDefault(True)
        self._import.setEnabled(False)
        buttons.addButton(self._import, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _looking_page(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.addStretch(1)
        self._progress = QLabel("Looking at the scrape…", page)
        self._progress.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._progress)
        bar = QProgressBar(page)
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedWidth(260)
        column.addWidget(bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def _choices(self) -> QFormLayout:
        form = QFormLayout()
        form.setVerticalSpacing(6)
        form.setHorizontalSpacing(14)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._layout = QComboBox(self)
        self._layout.setObjectName("layout")
        self._layout.addItem("Recognised by itself", None)
        for layout in Layout:
            self._layout.addItem(_LAYOUT_NAMES[layout], str(layout))
        self._layout.activated.connect(self._on_layout_chosen)
        self._why = _muted("")
        form.addRow("Read it as", self._layout)
        form.addRow("", self._why)
        self._item = QComboBox(self)
        self._item.setObjectName("item_column")
        self._item.activated.connect(lambda: self._look(self._chosen_layout()))
        self._item_label = QLabel("Items are", self)
        form.addRow(self._item_label, self._item)
        self._item_why = _muted(_ABOUT_ITEM_COLUMN)
        form.addRow("", self._item_why)
        self._offer_item_columns(())
        if self._into is None:
            row = QHBoxLayout()
            self._default_root = default_project_root(self._scrape)
            self._where = QLineEdit(displayable(self._default_root), self)
            self._where.setObjectName("where")
            row.addWidget(self._where, 1)
            choose = QPushButton("Choose…", self)
            choose.setAutoDefault(False)
            choose.clicked.connect(self._choose_where)
            row.addWidget(choose)
            form.addRow("Project folder", row)
            form.addRow("", _muted(_ABOUT_PROJECT_FOLDER))
        else:
            form.addRow("Add to", QLabel(self._into.name, self))
            form.addRow("", _muted("Nothing that you decided is forgotten; what is new is added."))
        self._where_problem = QLabel(self)
        self._where_problem.setProperty("role", "error")
        self._where_problem.hide()
        form.addRow("", self._where_problem)
        self._download = QCheckBox(self)
        self._download.setObjectName("download")
        self._download.hide()
        form.addRow("", self._download)
        return form

    def _look(self, layout: Layout | None) -> None:
        if self._task is not None:
            self._task.cancel()
        self._import.setEnabled(False)
        self._pages.setCurrentIndex(_LOOKING)

        column = self._item.currentData() or ""

        def work(context: JobContext) -> ScrapeLook:
            return look_at(self._scrape, layout, context, item_column=column)

        self._task = BackgroundTask(work)
        self._task.progressed.connect(self._on_progressed)
        self._task.finished.connect(self._on_found)
        self._task.failed.connect(self._on_failed)
        self._task.start()

    def _on_layout_chosen(self) -> None:
        self._offer_item_columns(())
        self._look(self._chosen_layout())

    def _chosen_layout(self) -> Layout | None:
        chosen = self._layout.currentData()
        return None if chosen is None else Layout(chosen)

    def _offer_item_columns(self, columns: Sequence[ItemColumn], as_it_is: str = "") -> None:
        """Lets the user choose what tells items apart, where the table leaves it open."""
        self._item.clear()
        self._item.addItem(as_it_is, "")
        for column in columns:
            self._item.addItem(
                f"photos with the same “{column.name}” ({column.values:,} of them,"
                f" {column.rows_each:.1f} photos each)",
                column.name,
            )
        for widget in (self._item, self._item_label, self._item_why):
            widget.setVisible(bool(columns))

    def _on_progressed(self, progress: Progress) -> None:
        self._progress.setText(describe(progress))

    def _on_found(self, look: ScrapeLook) -> None:
        found = look.preview
        self._panel.show_look(look)
        self._pages.setCurrentIndex(_FOUND)
        self._import.setEnabled(found.layout is not None and found.items > 0)
        if found.item_columns:  # none once the user has chosen one
            each = "each photo by itself" if found.items == found.photos else "as the folders say"
            if self._item.count() == 1:
                self._offer_item_columns(found.item_columns, each)
        if found.layout is None:
            self._why.setText(found.why)
        elif self._layout.currentIndex() == 0:
            self._layout.setItemText(0, f"{_LAYOUT_NAMES[found.layout]} (recognised)")
            also = "; ".join(
                f"or {_LAYOUT_NAMES[layout]}: {why}" for layout, why in found.alternatives
            )
            self._why.setText(f"Told by: {found.why}" + (f" ({also})" if also else ""))
        else:
            self._why.setText(found.why)
        if found.to_download:
            hosts = _hosts(look)
            self._download.setText(
                f"Download {found.to_download:,} photos after importing; contacts {hosts}"
            )
        self._download.setVisible(found.to_download > 0)

    def _on_failed(self, error: UserError) -> None:
        self._failure.setText(str(error))
        self._pages.setCurrentIndex(_FAILED)

    def _choose_where(self) -> None:
        before = self._project_root()
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            "Where to make the project",
            str(before),
            "Pickglass projects (*.pickglass)",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if chosen:
            path = Path(chosen)
            if path.suffix != ".pickglass":
                path = path.with_name(path.name + ".pickglass")
            self._where.setText(str(path))
            self._where_problem.hide()

    def _project_root(self) -> Path:
        if self._into is not None:
            return self._into.root
        if self._where.text() == displayable(self._default_root):
            return self._default_root  # which may hold bytes that no text does
        return Path(self._where.text().strip()).expanduser().absolute()


_LAYOUT_NAMES = {
    Layout.ITEM_FOLDERS: "A folder per item with its saved page",
    Layout.VINTED_DOWNLOADER: "Folders of vinted-downloader (item.json)",
    Layout.CATALOGUE_DUMP: "A dump of the catalogue API (JSON)",
    Layout.TABLE: "A table, one row a photo (CSV, Parquet)",
    Layout.DEEPFASHION2: "DeepFashion2 (annos and image)",
    Layout.OWN_PHOTOS: "A folder of photos per item",
}

_ABOUT_ITEM_COLUMN = (
    "No column of the table is known to say which item a photo is of. If one does, choose it."
)

_ABOUT_PROJECT_FOLDER = (
    "Your decisions and a cache go there; the photos stay where they are. It lies next to the "
    "scrape, so that setting rejected photos aside is a rename on one disk, not a copy."
)


def default_project_root(scrape: Path) -> Path:
    """Where a project for this scrape is made if the user says nothing.

    Beside the scrape (never in it), so that Apply's quarantine is on the same disk and moving a
    photo there is a rename; in the user's documents where that folder cannot be written to. A
    number is added where the name is taken.
    """
    scrape = scrape.absolute()
    folder = scrape.parent
    if folder == scrape or not _is_writable(folder):
        folder = documents_folder()
    name = (scrape.stem if scrape.is_file() else scrape.name) or "scrape"
    root = folder / f"{name}.pickglass"
    number = 2
    while root.exists():
        root = folder / f"{name} {number}.pickglass"
        number += 1
    return root


def _is_writable(folder: Path) -> bool:
    """Whether one may and should write there: an administrator may, where nobody is meant to."""
    return os.access(folder, os.W_OK) and bool(folder.stat().st_mode & 0o222)


def _hosts(look: ScrapeLook) -> str:
    hosts = sorted(
        {
            urlsplit(photo.url).hostname or ""
            for item in look.preview.examples
            for photo in item.photos
            if photo.url
        }
    )
    return ", ".join(hosts[:3]) + (" and others" if len(hosts) > 3 else "")


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    return label
