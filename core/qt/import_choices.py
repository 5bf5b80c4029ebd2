"""How a scrape is read and into which project it goes: what the user chooses of an import."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from core.errors import displayable
from core.number_words import plural
from core.project import Project, is_project
from core.qt.scrape_look import ScrapeLook
from core.qt.scrape_projects import default_project_root
from core.scrape.found import Layout
from core.scrape.item_columns import ItemColumn


class ImportChoices(QWidget):
    """The fields below the preview.

    Signals:
        reading_changed(): the user reads the scrape in another way; it is to be looked at again.
    """

    reading_changed = pyqtSignal()

    def __init__(self, scrape: Path, into: Project | None, parent: QWidget) -> None:
        """Offers what is known before the scrape has been looked at.

        Args:
            scrape: A folder, table or dump.
            into: The open project that it is added to; None to make a new one.
            parent: The dialog.
        """
        super().__init__(parent)
        self._scrape = scrape
        self._into = into
        # A form layout gives wrapped text the height that it would have if it were narrow.
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setVerticalSpacing(6)
        self._rows.setHorizontalSpacing(14)
        self._rows.setColumnStretch(1, 1)
        self._add_reading()
        self._add_project()
        self._download = QCheckBox(self)
        self._download.setObjectName("download")
        self._download.hide()
        self._add_unnamed(self._download)

    @property
    def layout_chosen(self) -> Layout | None:
        """The layout that the user insists on; None where it is to be recognised."""
        chosen = self._layout.currentData()
        return None if chosen is None else Layout(chosen)

    @property
    def item_column(self) -> str:
        """The table's column that tells items apart; "" for what is known by itself."""
        return self._item.currentData() or ""

    @property
    def wants_download(self) -> bool:
        """Whether photos known by their addresses only are to be downloaded afterwards."""
        return self._download.isVisibleTo(self) and self._download.isChecked()

    @property
    def project_root(self) -> Path:
        """The project's folder."""
        if self._into is not None:
            return self._into.root
        if self._where.text() == displayable(self._default_root):
            return self._default_root  # which may hold bytes that no text does
        return Path(self._where.text().strip()).expanduser().absolute()

    def is_complete(self) -> bool:
        """Whether one can go on; if not, it says there why."""
        if self._into is None and is_project(self.project_root):
            self._where_problem.setText("There is a project already; choose another name.")
            self._where_problem.show()
            return False
        return True

    def show_look(self, look: ScrapeLook) -> None:
        """Says how the scrape was recognised, and offers what is left open."""
        found = look.preview
        if found.item_columns:  # none once the user has chosen one
            each = "each photo by itself" if found.items == found.photos else "as the folders say"
            if self._item.count() == 1:
                self._offer_item_columns(found.item_columns, each)
        why = found.why
        if found.layout is not None and self._layout.currentIndex() == 0:
            self._layout.setItemText(0, f"{_LAYOUT_NAMES[found.layout]} (recognised)")
            also = "; ".join(
                f"or {_LAYOUT_NAMES[layout]}: {why}" for layout, why in found.alternatives
            )
            why = f"Told by: {found.why}" + (f" ({also})" if also else "")
        self._why.setText(why)
        if found.to_download:
            hosts = _hosts(look)
            self._download.setText(
                f"Download {plural(found.to_download, 'photo')} after importing; contacts {hosts}"
            )
        self._download.setVisible(found.to_download > 0)

    def _add(self, name: str, field: QWidget | QLayout) -> QLabel:
        label = QLabel(name, self)
        row = self._rows.rowCount()
        self._rows.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
        if isinstance(field, QWidget):
            label.setBuddy(field)
            self._rows.addWidget(field, row, 1)
        else:
            self._rows.addLayout(field, row, 1)
        return label

    def _add_unnamed(self, field: QWidget) -> None:
        """Without a label, which would take room where the field is hidden."""
        self._rows.addWidget(field, self._rows.rowCount(), 1)

    def _add_remark(self, text: str) -> QLabel:
        remark = QLabel(text, self)
        remark.setProperty("role", "muted")
        remark.setWordWrap(True)
        self._add_unnamed(remark)
        return remark

    def _add_reading(self) -> None:
        self._layout = QComboBox(self)
        self._layout.setObjectName("layout")
        self._layout.addItem("Recognised by itself", None)
        for layout in Layout:
            self._layout.addItem(_LAYOUT_NAMES[layout], str(layout))
        self._layout.activated.connect(self._on_layout_chosen)
        self._add("Read it as", self._layout)
        self._why = self._add_remark("")
        self._item = QComboBox(self)
        self._item.setObjectName("item_column")
        self._item.activated.connect(lambda: self.reading_changed.emit())
        self._item_label = self._add("Items are", self._item)
        self._item_why = self._add_remark(_ABOUT_ITEM_COLUMN)
        self._offer_item_columns(())

    def _add_project(self) -> None:
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
            self._add("Project folder", row)
            self._add_remark(_ABOUT_PROJECT_FOLDER)
        else:
            self._add("Add to", QLabel(self._into.name, self))
            self._add_remark("Nothing that you decided is forgotten; what is new is added.")
        self._where_problem = QLabel(self)
        self._where_problem.setProperty("role", "error")
        self._where_problem.hide()
        self._add_unnamed(self._where_problem)

    def _on_layout_chosen(self) -> None:
        self._offer_item_columns(())
        self.reading_changed.emit()

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

    def _choose_where(self) -> None:
        before = self.project_root
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
