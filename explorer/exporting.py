"""Asks where to write what is listed, reads the photos that it takes, and writes it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PyQt5.QtCore import QBuffer, QIODevice, QObject, pyqtSignal
from PyQt5.QtWidgets import QFileDialog, QWidget

from core.catalogue.records import Photo
from core.errors import UserError, displayable
from core.images import Pixels
from core.number_words import plural
from core.project import write_atomically
from core.qt.background import BackgroundTask
from explorer.exports import Listed, read_thumbnails, to_csv, to_html, to_picture

MOST_ON_PAGE = 500
"""Photos on an exported page: a browser takes no more with ease."""


class Exporting(QObject):
    """Writes lists and pages; a file is there whole or not at all."""

    said = pyqtSignal(str)
    failed = pyqtSignal(object)
    """`UserError`."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._task: BackgroundTask | None = None

    def ask_for_list(self, listed: Sequence[Listed]) -> None:
        """Asks for a file and writes the list into it."""
        name, _ = QFileDialog.getSaveFileName(
            self._owner, "Export the list", "neighbours.csv", "Tables (*.csv)"
        )
        if name:
            self.write_list(listed, Path(name))

    def write_list(self, listed: Sequence[Listed], file: Path) -> None:
        """Writes the list as CSV."""
        self._write(file, to_csv(listed), plural(len(listed), "photo"))

    def ask_for_page(self, title: str, query: Photo | None, listed: Sequence[Listed]) -> None:
        """Asks for a file and writes the page into it."""
        name, chosen = QFileDialog.getSaveFileName(
            self._owner,
            "Export the page",
            "neighbours.html",
            "Web page with its photos (*.html);;Picture (*.png)",
        )
        if name:
            file = Path(name)
            if not file.suffix:
                file = file.with_suffix(".png" if "png" in chosen else ".html")
            self.write_page(title, query, listed, file)

    def write_page(
        self, title: str, query: Photo | None, listed: Sequence[Listed], file: Path
    ) -> None:
        """Writes the page, as a picture where the name ends in .png, else as HTML."""
        what = plural(len(listed), "photo")
        if len(listed) > MOST_ON_PAGE:
            what = f"the first {MOST_ON_PAGE:,} of {what}"
        listed = listed[:MOST_ON_PAGE]
        photos = [query, *(one.facts.photo for one in listed)]
        self.close()
        self._task = BackgroundTask(partial(read_thumbnails, photos))
        self._task.finished.connect(partial(self._on_read, title, listed, file, what))
        self._task.start()
        self.said.emit("Reading the photos…")

    def close(self) -> None:
        """Drops what is being written."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _on_read(
        self,
        title: str,
        listed: Sequence[Listed],
        file: Path,
        what: str,
        pixels: list[Pixels | None],
    ) -> None:
        if file.suffix.lower() == ".png":
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            to_picture(title, pixels[0], listed, pixels[1:], self._owner).save(buffer, "PNG")
            data = bytes(buffer.data())
        else:
            data = to_html(title, pixels[0], listed, pixels[1:])
        self._write(file, data, what)

    def _write(self, file: Path, data: bytes, what: str) -> None:
        try:
            write_atomically(file, data)
        except OSError as error:
            self.failed.emit(
                UserError(
                    f"The file cannot be written ({error.strerror})",
                    path=file,
                    remedy="Choose a folder that you may write to, on a disk with space left.",
                )
            )
        else:
            self.said.emit(f"Wrote {what} to {displayable(file)}")
