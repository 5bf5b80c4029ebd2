"""The one kind of error that is shown to the user; everything else is a bug with a traceback."""

from __future__ import annotations

import os
from pathlib import Path


class UserError(Exception):
    """Something the user can understand and mend.

    Attributes:
        message: What went wrong, in one sentence.
        path: The file or folder it happened to, if there is one.
        remedy: What the user can do about it, in one sentence.
    """

    def __init__(
        self, message: str, *, path: str | os.PathLike[str] | None = None, remedy: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = None if path is None else Path(path)
        self.remedy = remedy

    def __str__(self) -> str:
        where = f": {displayable(self.path)}" if self.path is not None else ""
        remedy = f"\n{self.remedy}" if self.remedy else ""
        return f"{self.message}{where}{remedy}"


def displayable(path: str | os.PathLike[str]) -> str:
    """The path as text that any screen or stream accepts.

    File names on Linux are bytes; those that are not UTF-8 reach Python as lone surrogates, which
    Qt and UTF-8 streams refuse. Here they become U+FFFD.
    """
    return os.fspath(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
