"""Paths in the catalogue: any file name Linux allows, and back unchanged."""

from __future__ import annotations

import os
from pathlib import Path

StoredPath = str | bytes


def to_stored(path: str | os.PathLike[str]) -> StoredPath:
    """The path as SQLite takes it: TEXT, or BLOB for names that are not UTF-8."""
    text = os.fspath(path)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(text)
    return text


def from_stored(stored: StoredPath) -> Path:
    """What `to_stored` was given."""
    return Path(os.fsdecode(stored))
