"""The dialogs that the window opens, each without holding up what goes on behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from PyQt5.QtCore import QStandardPaths
from PyQt5.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget

from core.catalogue.database import Catalogue
from core.catalogue.records import PhotoStatus
from core.errors import UserError, displayable
from core.number_words import plural
from core.project import Project
from core.qt.open_project import OpenProject
from core.qt.project_work import ImportRequest
from core.qt.question import Choice, Question

_ABOUT = """<h3>Pickglass</h3>
<p>Cleans scraped photos of second-hand clothes, item by item.</p>
<p>Free software under the GNU General Public License, version 3. Built with Qt 5 and PyQt 5
(Riverbank Computing), NumPy, OpenCV, Pillow and SQLite.</p>"""


def documents_folder() -> Path:
    """Where projects go that have no better place."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents) / "Pickglass"


def demo_root() -> Path:
    """Where the demo project lies; its scrape lies beside it."""
    return documents_folder() / "demo.pickglass"


def choose_project(parent: QWidget) -> Path | None:
    """Has the user choose a project's folder."""
    chosen = QFileDialog.getExistingDirectory(
        parent, "Open a project (a folder that ends in .pickglass)", str(Path.home())
    )
    return Path(chosen) if chosen else None


def choose_scrape(parent: QWidget) -> Path | None:
    """Has the user choose a scrape: a folder, or a file by way of a second dialog."""
    box = QMessageBox(parent)
    box.setWindowTitle("Open a scrape")
    box.setText("Is the scrape a folder with photos, or a file that lists them?")
    box.setInformativeText("Tables are CSV or Parquet files; dumps are JSON files.")
    folder = box.addButton("A folder…", QMessageBox.ButtonRole.AcceptRole)
    file = box.addButton("A table or dump…", QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(folder)
    box.exec()
    chosen = ""
    if box.clickedButton() is folder:
        chosen = QFileDialog.getExistingDirectory(parent, "The scrape's folder", str(Path.home()))
    elif box.clickedButton() is file:
        chosen, _ = QFileDialog.getOpenFileName(
            parent,
            "The scrape's table or dump",
            str(Path.home()),
            "Tables and dumps (*.csv *.tsv *.parquet *.json *.jsonl *.ndjson);;All files (*)",
        )
    return Path(chosen) if chosen else None


def preview_import(
    parent: QWidget, scrape: Path, into: Project | None, then: Callable[[ImportRequest], None]
) -> None:
    """Shows what is in a scrape; calls `then` if the user wants it imported."""
    from core.qt.import_dialog import ImportDialog  # brings the readers, which starting need not

    dialog = ImportDialog(scrape, into, parent)

    def on_accepted() -> None:
        if dialog.request is not None:
            then(dialog.request)

    dialog.accepted.connect(on_accepted)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def ask_about_known_scrape(
    parent: QWidget, root: Path, go_on: Callable[[], object], make_another: Callable[[], object]
) -> None:
    """Says that a scrape has a project already, which a new one would know nothing of."""
    question = Question(
        "This scrape has a project already",
        f"{displayable(root)} knows it, with all that was decided. Going on there shows what is "
        "new in the scrape.",
        (
            Choice("Go on there", "G", go_on, "main"),
            Choice("Make another project", "A", make_another),
        ),
        parent,
        leave="Cancel",
    )
    question.answered.connect(lambda act: act())
    question.open()


def confirm_download(parent: QWidget, opened: OpenProject, download: Callable[[], None]) -> None:
    """Says which hosts would be contacted for how many photos, and downloads if that is wanted."""

    def ask(found: tuple[dict[str, int], int]) -> None:
        waiting, failed = found
        if not waiting:
            QMessageBox.information(
                parent, "Download photos", "No photo of this project is waiting for a download."
            )
            return
        hosts = sorted(waiting, key=lambda host: -waiting[host])
        named = ", ".join(hosts[:4]) + (f" and {len(hosts) - 4} more" if len(hosts) > 4 else "")
        box = QMessageBox(parent)
        box.setObjectName("confirm_download")
        box.setWindowTitle("Download photos")
        box.setText(f"Download {plural(sum(waiting.values()), 'photo')}?")
        box.setInformativeText(
            f"This contacts {named}. They are fetched a few at a time, into the project's folder; "
            "you can stop at any time and go on later."
            + (f" Failed before and tried again: {failed:,}." if failed else "")
        )
        button = box.addButton("Download", QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(button)
        button.clicked.connect(lambda: download())
        box.finished.connect(box.deleteLater)
        box.open()

    opened.read(_hosts_waiting, ask, key="hosts waiting")


def tell_refusal(
    parent: QWidget,
    error: UserError,
    again: Callable[[], object],
    other: Callable[[], object],
) -> None:
    """Says that a project cannot be opened, and offers to try again or to open another."""
    box = QMessageBox(parent)
    box.setObjectName("refusal")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("The project cannot be opened")
    box.setText(error.message)
    where = displayable(error.path) if error.path is not None else ""
    box.setInformativeText("\n\n".join(filter(None, (error.remedy, where))))
    for label, act in (("Try again", again), ("Open another…", other)):
        button = box.addButton(label, QMessageBox.ButtonRole.ActionRole)
        assert isinstance(button, QPushButton)
        button.clicked.connect(lambda _=False, chosen=act: chosen())
    box.addButton(QMessageBox.StandardButton.Close)
    box.finished.connect(box.deleteLater)
    box.open()


def show_about(parent: QWidget) -> None:
    """What the program is."""
    QMessageBox.about(parent, "About Pickglass", _ABOUT)


def _hosts_waiting(catalogue: Catalogue) -> tuple[dict[str, int], int]:
    """How many photos wait for a download, by host, and how many of them failed before."""
    waiting: dict[str, int] = {}
    failed = 0
    for url, status in catalogue.connection.execute(
        "SELECT url, status FROM photo WHERE status IN (?, ?)",
        [PhotoStatus.TO_DOWNLOAD, PhotoStatus.NOT_DOWNLOADED],
    ):
        host = urlsplit(url).hostname or "an unknown host"
        waiting[host] = waiting.get(host, 0) + 1
        failed += status == PhotoStatus.NOT_DOWNLOADED
    return waiting, failed
