"""Going through a folder tree that may hold anything, without leaving it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.jobs.context import JobContext
from core.project import is_project
from core.scrape.found import Notes

_LINK = "Links are not followed"
_LINK_REMEDY = "To have the photos behind them, import the folder that they lead to."
_DENIED = "Folders that cannot be opened were left out"
_DENIED_REMEDY = "Give yourself permission to read them and import again."


@dataclass(frozen=True, slots=True)
class File:
    """A regular file of a folder."""

    name: str
    byte_count: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of the tree.

    Attributes:
        path: Relative to the walk's root, with "/"; "" for the root itself.
        files: Its regular files in natural order, hidden ones left out.
        subfolders: The names of its folders in natural order, hidden ones and links left out.
    """

    path: str
    files: tuple[File, ...]
    subfolders: tuple[str, ...]

    def child(self, name: str) -> str:
        """The relative path of a file or folder in this one."""
        return f"{self.path}/{name}" if self.path else name


def walk(
    root: Path,
    notes: Notes,
    context: JobContext,
    *,
    max_depth: int | None = None,
    passed_over: Collection[str] = (),
) -> Iterator[Folder]:
    """Every folder from the root on, depth first, in natural order.

    No link is followed, so there are no loops and nothing outside the root is ever looked at.
    Hidden files (`.DS_Store`, `._photo.jpg`) and the program's own projects are passed over. With
    `max_depth` 0 only the root itself is listed, with 1 the folders in it too, and so on. Folders
    whose relative path is in `passed_over` are left out with all that is in them.
    """
    pending = [""]
    while pending:
        context.check_cancelled()
        path = pending.pop()
        folder = _list(root, path, notes, context)
        if folder is None:
            continue
        yield folder
        if max_depth is not None and path.count("/") + bool(path) >= max_depth:
            continue
        below = (folder.child(name) for name in reversed(folder.subfolders))
        pending.extend(path for path in below if path not in passed_over)


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A sort key that puts `2.jpg` before `10.jpg`."""
    return tuple(
        (int(part), "") if part.isascii() and part.isdigit() else (-1, part.casefold())
        for part in re.split(r"(\d{1,18})", name)
        if part
    )


def _list(root: Path, path: str, notes: Notes, context: JobContext) -> Folder | None:
    files: list[File] = []
    subfolders: list[str] = []
    try:
        with os.scandir(root / path) as entries:
            for number, entry in enumerate(entries):
                if number % 1000 == 999:
                    context.check_cancelled()
                if entry.name.startswith(".") or entry.name == "__MACOSX":
                    continue
                here = f"{path}/{entry.name}" if path else entry.name
                if entry.is_symlink():
                    notes.add(_LINK, here, _LINK_REMEDY)
                elif entry.is_dir(follow_symlinks=False):
                    subfolders.append(entry.name)
                elif entry.is_file(follow_symlinks=False):
                    found = _stat(entry)
                    if found is not None:
                        files.append(found)
    except OSError as error:
        notes.add(_DENIED, f"{path or root} ({error.strerror})", _DENIED_REMEDY)
        return None
    if path and any(file.name == "project.json" for file in files) and is_project(root / path):
        return None
    files.sort(key=lambda file: natural(file.name))
    subfolders.sort(key=natural)
    return Folder(path, tuple(files), tuple(subfolders))


def _stat(entry: os.DirEntry[str]) -> File | None:
    try:
        stat = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None  # gone since the folder was listed
    return File(entry.name, stat.st_size, stat.st_mtime_ns)
