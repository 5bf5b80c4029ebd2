"""What an export folder says of itself: whose it is, and which files in it are ours.

A file of JSON lines in the export folder. A line is written before a file is put in place and
another one after, so that a crash leaves no doubt about which files may be replaced or removed, and
an interrupted export goes on where it stopped.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from core.errors import UserError

LEDGER_NAME = ".pickglass-export"
LEDGER_PART = f"{LEDGER_NAME}.part"
"""What it is called until it is whole."""
_FORMAT = 1


@dataclass(frozen=True)
class LedgerHead:
    """Whose export it is and of which kind.

    Attributes:
        project: The project's identity, which it keeps wherever it is moved to.
        mode: An `ExportMode`.
    """

    project: str
    mode: str


@dataclass(frozen=True)
class Exported:
    """A file that an export has put in place.

    Attributes:
        content: What is in it: the original's hash and the crop.
        byte_count: Its size as written.
        mtime_ns: Likewise.
    """

    content: str
    byte_count: int
    mtime_ns: int


@dataclass
class Ledger:
    """The files of one export folder, by path relative to it, with "/".

    Attributes:
        ours: Those that are there, or None for those that an interrupted export may have put
            there.
    """

    file: Path
    ours: dict[str, Exported | None] = field(default_factory=dict)
    _lines: IO[str] | None = None

    def begin(self, head: LedgerHead) -> None:
        """Starts writing, with what is known already."""
        part = self.file.with_name(LEDGER_PART)
        with part.open("w", encoding="ascii") as lines:
            lines.write(_line({"pickglass_export": _FORMAT, **vars(head)}))
            for path, exported in self.ours.items():
                lines.write(_entry(path, exported))
        part.replace(self.file)
        self._lines = self.file.open("a", encoding="ascii")

    def will_put(self, path: str) -> None:
        """Notes that a file is about to be put in place or replaced; `flush` before doing so."""
        self.ours[path] = None
        self._write(_entry(path, None))

    def has_put(self, path: str, exported: Exported) -> None:
        self.ours[path] = exported
        self._write(_entry(path, exported))

    def has_removed(self, path: str) -> None:
        self.ours.pop(path, None)
        self._write(_line({"removed": path}))

    def flush(self) -> None:
        assert self._lines is not None
        self._lines.flush()

    def close(self) -> None:
        if self._lines is None:
            return
        # What a full disk does not take any more is written again by the next export: a file with
        # a "putting" line alone, and that one was flushed, is replaced.
        with suppress(OSError):
            self._lines.close()
        self._lines = None

    def _write(self, line: str) -> None:
        assert self._lines is not None
        self._lines.write(line)


def read_ledger(folder: Path) -> tuple[LedgerHead, Ledger] | None:
    """What the export folder says of itself; None if it is none.

    Raises:
        UserError: It was written by a newer program.
    """
    file = folder / LEDGER_NAME
    try:
        with file.open(encoding="ascii", errors="replace") as lines:
            head = json.loads(next(lines, ""))
            version = head["pickglass_export"]
            if isinstance(version, int) and version > _FORMAT:
                raise UserError(
                    "This folder holds an export by a newer Pickglass",
                    path=folder,
                    remedy="Update Pickglass, or export to another folder.",
                )
            ledger = Ledger(file)
            for line in lines:
                _read_entry(line, ledger)
            return LedgerHead(str(head["project"]), str(head["mode"])), ledger
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _entry(path: str, exported: Exported | None) -> str:
    if exported is None:
        return _line({"putting": path})
    return _line(
        {"put": path, "content": exported.content, "as": [exported.byte_count, exported.mtime_ns]}
    )


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values) + "\n"


def _read_entry(line: str, ledger: Ledger) -> None:
    try:
        values = json.loads(line)
        (path,) = (values[key] for key in ("put", "putting", "removed") if key in values)
        if ".." in PurePosixPath(path).parts or PurePosixPath(path).is_absolute():
            return  # not written by this program, and nothing outside is ours to remove
        if "put" in values:
            byte_count, mtime_ns = values["as"]
            ledger.ours[path] = Exported(values["content"], byte_count, mtime_ns)
        elif "putting" in values:
            ledger.ours[path] = None
        else:
            ledger.ours.pop(path, None)
    except (ValueError, KeyError, TypeError):
        return  # the last line of an export that was killed while writing it
