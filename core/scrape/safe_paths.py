"""Turning what a table or JSON says is a path into a file of the scrape, and of nothing else."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.jobs.context import JobContext
from core.scrape.found import FoundPhoto, Notes
from core.scrape.walk import walk

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_DRIVE = re.compile(r"[a-z]:[\\/]", re.IGNORECASE)


class Refused(Exception):  # noqa: N818 - reads as what it is
    """A path that must not be opened; the text says why."""


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    byte_count: int | None
    mtime_ns: int | None


class PhotoFinder:
    """Finds the photos that a table or dump names by path.

    A path may start from the root or from the file that names it, be absolute if it leads into
    the root, lack its extension, or come from another computer, as long as its end is the end of
    one file's path in the root.
    """

    def __init__(self, root: Path, named_in: Path, context: JobContext) -> None:
        """Takes the root (resolved), the folder of the file that names the photos, and the job."""
        self._root = os.fspath(root)
        self._bases = list(dict.fromkeys([os.fspath(named_in), self._root]))
        self._context = context
        self._index: dict[str, list[str]] | None = None

    def find(self, named: str) -> FoundPhoto:
        """The photo at that path; without a size where there is no such file.

        Raises:
            Refused: The path leads out of the root, by itself or through a link, or is none.
        """
        refusal: Refused | None = None
        missing: _Place | None = None
        for spelled in _spellings(named):
            for base in self._bases:
                try:
                    place = self._inside(Path(base, spelled))
                except Refused as error:
                    refusal = refusal or error
                    continue
                if place.byte_count is not None:
                    return FoundPhoto(
                        place.path, byte_count=place.byte_count, mtime_ns=place.mtime_ns
                    )
                missing = missing or place
        alike = self._ends_alike(named)
        if alike is not None:
            place = self._inside(Path(self._root, alike))
            return FoundPhoto(place.path, byte_count=place.byte_count, mtime_ns=place.mtime_ns)
        if missing is not None:
            return FoundPhoto(missing.path)
        raise refusal or Refused("it is no path")

    def _inside(self, joined: Path) -> _Place:
        path = os.path.normpath(joined)
        if not _is_under(path, self._root):
            raise Refused("it leads out of the folder")
        try:
            real = os.path.realpath(path)
        except (OSError, ValueError) as error:
            raise Refused(str(error)) from error
        if not _is_under(real, self._root):
            raise Refused("a link on it leads out of the folder")
        relative = os.path.relpath(real, self._root).replace(os.sep, "/")
        try:
            found = Path(real).stat(follow_symlinks=False)
        except (OSError, ValueError):
            return _Place(relative, None, None)
        if not stat.S_ISREG(found.st_mode):
            return _Place(relative, None, None)
        return _Place(relative, found.st_size, found.st_mtime_ns)

    def _ends_alike(self, named: str) -> str | None:
        """The one file whose path ends as the named one does, folder and all; its extension free.

        A bare name need only be alone in having that name. A name with folders must agree in the
        last one too: there is a `00.jpg` in every folder.
        """
        parts = [p for p in _plain(named).replace("\\", "/").split("/") if p not in ("", ".", "..")]
        if not parts:
            return None
        if self._index is None:
            self._index = _index(Path(self._root), self._context)
        candidates = self._index.get(parts[-1], [])
        if len(parts) > 1:
            folder = parts[-2]
            candidates = [c for c in candidates if _plain(c).split("/")[-2:-1] == [folder]]
        return candidates[0] if len(candidates) == 1 else None


def _spellings(named: str) -> Iterator[str]:
    """The path as it is written, and as another system or encoding would have it."""
    if "\0" in named:
        raise Refused("it holds a NUL")
    if not named.strip():
        raise Refused("it is empty")
    if _SCHEME.match(named) and not _DRIVE.match(named):
        raise Refused("only http and https addresses are downloaded")
    yield named
    if "\\" in named and os.sep == "/" and not _DRIVE.match(named):
        yield named.replace("\\", "/")
    if not named.isascii() and os.name == "posix":
        # A file name that is not UTF-8, in a table that is read as Windows' encoding.
        try:
            yield os.fsdecode(named.encode("cp1252"))
        except UnicodeEncodeError:
            return


def _index(root: Path, context: JobContext) -> dict[str, list[str]]:
    """The paths of all files by name and by name without extension."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in walk(root, Notes(), context):
        for file in folder.files:
            path = folder.child(file.name)
            name = _plain(file.name)
            found[name].append(path)
            stem = name.rpartition(".")[0]
            if stem:
                found[stem].append(path)
    return found


def _plain(text: str) -> str:
    """The text in one of the several ways of writing an accented letter."""
    return unicodedata.normalize("NFC", text.strip())


def _is_under(path: str, root: str) -> bool:
    return path.startswith(root.rstrip(os.sep) + os.sep)
