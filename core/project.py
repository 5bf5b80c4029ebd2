"""One project folder: where its catalogue, caches, quarantine and results lie, and who has it open.

A project never holds the user's originals (they stay where they were scraped) except those that
Apply has moved into its quarantine and those that the downloader fetched.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import UserError

FORMAT = 1
"""Version of the folder's layout; a newer one is refused."""

_MARKER = "project.json"

_MARKER_PARTS = f".{_MARKER}.*.part"

_FOLDERS = ("cache", "quarantine", "downloads", "logs")


@dataclass(frozen=True)
class Project:
    """The paths of a project folder."""

    root: Path

    @property
    def name(self) -> str:
        return self.root.name.removesuffix(".pickglass")

    @property
    def catalogue_file(self) -> Path:
        return self.root / "catalogue.sqlite"

    @property
    def thumbnails_file(self) -> Path:
        """A cache: may be deleted at any time."""
        return self.root / "cache" / "thumbnails.sqlite"

    @property
    def quarantine(self) -> Path:
        """Where Apply moves rejected files; nothing in here is ever deleted by the program."""
        return self.root / "quarantine"

    @property
    def downloads(self) -> Path:
        """Photos that a scrape named by URL only."""
        return self.root / "downloads"

    @property
    def runs(self) -> Path:
        """A folder for each training run; may not be there yet."""
        return self.root / "runs"

    @property
    def packs(self) -> Path:
        """Photos made small for training. A cache: may be deleted while nothing trains."""
        return self.root / "cache" / "packs"

    @property
    def logs(self) -> Path:
        return self.root / "logs"


def create_project(root: Path) -> Project:
    """Makes an empty project folder.

    Raises:
        UserError: The folder exists and is not empty, or cannot be written.
    """
    root = root.absolute()
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not all(map(_is_of_begun_project, root.iterdir())):
            raise UserError(
                "The folder for the new project is not empty",
                path=root,
                remedy="Choose a new or an empty folder, or open the project that is in it.",
            )
        for folder in _FOLDERS:
            (root / folder).mkdir(exist_ok=True)
        for part in root.glob(_MARKER_PARTS):
            part.unlink()
        write_atomically(
            root / _MARKER,
            json.dumps({"pickglass_project": FORMAT, "created": time.time()}).encode(),
        )
    except OSError as error:
        raise UserError(
            f"The project folder cannot be made ({error.strerror})",
            path=root,
            remedy="Choose a folder that you may write to, on a disk with space left.",
        ) from error
    return Project(root)


def _is_of_begun_project(path: Path) -> bool:
    """Whether it is what the making of a project leaves that was killed before it had ended."""
    if path.name in _FOLDERS:
        return path.is_dir() and not any(path.iterdir())
    return path.match(_MARKER_PARTS)


def open_project(root: Path) -> Project:
    """The project in a folder.

    Raises:
        UserError: There is no project there, or it was made by a newer program.
    """
    root = root.absolute()
    try:
        marker = json.loads((root / _MARKER).read_bytes())
        made_by = int(marker["pickglass_project"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            "There is no Pickglass project in this folder",
            path=root,
            remedy="Open a folder that ends in .pickglass, or import a scrape to make a project.",
        ) from error
    if made_by > FORMAT:
        raise UserError(
            "This project was made by a newer Pickglass",
            path=root,
            remedy="Update Pickglass and open it again; nothing was changed.",
        )
    return Project(root)


def is_project(root: Path) -> bool:
    """Whether the folder holds a project, of whatever version."""
    return (root / _MARKER).is_file()


@contextmanager
def lock_for_writing(project: Project) -> Iterator[None]:
    """Keeps the project to one writing program (window or command) at a time.

    Raises:
        UserError: Another one has it open; names that program.
    """
    lock = FileLock(project.root / "lock")
    holder = project.root / "lock.holder"
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UserError(
            f"This project is already open in {_holder_name(holder)}",
            path=project.root,
            remedy="Use that one, or close it and try again.",
        ) from error
    except OSError as error:
        raise UserError(
            f"This project cannot be written to ({error.strerror})",
            path=project.root,
            remedy="Give yourself write permission on the folder, or copy the project elsewhere.",
        ) from error
    try:
        who = {"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()}
        with suppress(OSError):  # a full disk; whoever is refused is told no name
            write_atomically(holder, json.dumps(who).encode())
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def write_atomically(path: Path, data: bytes) -> None:
    """Writes a file that is either there whole or not at all, whenever the power fails."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes renames in a folder survive a power cut (POSIX; Windows does so by itself)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _holder_name(holder: Path) -> str:
    try:
        who = json.loads(holder.read_bytes())
        since = time.strftime("%H:%M", time.localtime(who["since"]))
        return f"another Pickglass (process {who['pid']} on {who['host']}, since {since})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another Pickglass"
