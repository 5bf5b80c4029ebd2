"""Photos from outside of the catalogue: dragged here, on the clipboard, from the web."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from PyQt5.QtCore import QMimeData, QObject, pyqtSignal
from PyQt5.QtGui import QImage

from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.qt.background import BackgroundTask

_WEB = ("http", "https")


@dataclass(frozen=True)
class Incoming:
    """What a drop or the clipboard holds: files, addresses, or a picture itself."""

    files: tuple[Path, ...] = ()
    urls: tuple[str, ...] = ()
    image: QImage | None = None

    def __bool__(self) -> bool:
        return bool(self.files or self.urls or self.image is not None)


def incoming(data: QMimeData | None) -> Incoming:
    """What of this could be photos; folders are not: they are scrapes, and the window's."""
    if data is None:
        return Incoming()
    files: list[Path] = []
    urls: list[str] = []
    for url in data.urls() if data.hasUrls() else ():
        if url.isLocalFile():
            path = Path(url.toLocalFile())
            if path.is_file() and path.name != "project.json":
                files.append(path)
        elif url.scheme() in _WEB:
            urls.append(url.toString())
    if files:
        return Incoming(files=tuple(files))
    # A browser that drags a photo gives its address and its pixels: the pixels need no network.
    if data.hasImage():
        image = QImage(data.imageData())
        if not image.isNull():
            return Incoming(image=image)
    text = data.text().strip() if data.hasText() else ""
    if not urls and text.split("://")[0] in _WEB and len(text.split()) == 1:
        urls = [text]
    return Incoming(urls=tuple(urls[:1]))


class PhotoFetcher(QObject):
    """Makes files of what is no file yet, in a folder that goes with the tab."""

    fetched = pyqtSignal(object, str)
    """The file, and the address it came from ("" for the clipboard)."""
    failed = pyqtSignal(object)
    """`UserError`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._folder = tempfile.TemporaryDirectory(prefix="pickglass-query-")
        self._numbers = count(1)
        self._task: BackgroundTask | None = None

    def store(self, image: QImage) -> None:
        """Makes a file of a picture."""
        file = self._next_file(".png")
        if image.save(str(file), "PNG"):
            self.fetched.emit(file, "")
        else:
            self.failed.emit(
                UserError(
                    "The picture on the clipboard cannot be stored",
                    path=file,
                    remedy="Make room on the disk for temporary files, and paste again.",
                )
            )

    def fetch(self, url: str) -> None:
        """Fetches one photo from the web, off the GUI thread; a later one replaces it."""
        self.cancel()
        file = self._next_file("")
        self._task = BackgroundTask(partial(_fetch, url, file))
        self._task.finished.connect(lambda _: self.fetched.emit(file, url))
        self._task.failed.connect(self.failed)
        self._task.start()

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def close(self) -> None:
        """Lets the files go."""
        self.cancel()
        self._folder.cleanup()

    def _next_file(self, ending: str) -> Path:
        return Path(self._folder.name) / f"photo {next(self._numbers)}{ending}"


def _fetch(url: str, file: Path, context: JobContext) -> None:
    # Imported here: requests takes a tenth of a second, and few sessions need it.
    from core.scrape.fetch import FetchFailed, Limits, Stopped, fetch, is_private, new_session

    def is_stopped() -> bool:
        try:
            context.check_cancelled()
        except Cancelled:
            return True
        return False

    try:
        # The user names it, so the own network may be asked; a public server must not lead there.
        limits = Limits(allow_private=is_private(url))
        with new_session() as session:
            fetch(session, url, file, limits, is_stopped)
    except Stopped as error:
        raise Cancelled from error
    except FetchFailed as error:
        raise UserError(
            f"The photo could not be fetched ({error.reason}): {url}",
            remedy="Open the address in a browser; if it shows a photo, save it and drop the file.",
        ) from error
    except OSError as error:
        raise UserError(
            f"The fetched photo cannot be stored ({error.strerror})",
            path=file,
            remedy="Make room on the disk for temporary files.",
        ) from error


def names_of(files: Sequence[Path]) -> str:
    """Files as one says them: "a.jpg", "a.jpg and 3 more"."""
    more = len(files) - 1
    return files[0].name if not more else f"{files[0].name} and {more} more"
