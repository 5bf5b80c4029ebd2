"""Paths as people write them into instructions: anything may stand there.

`Path` raises for a user that there is not and for a name that is too long for any disk. Here the
first is a path like any other, and at the second there is nothing.
"""

from __future__ import annotations

import os
from pathlib import Path


def named_path(text: str) -> Path:
    """The path that a text names, where "~" stands for a home."""
    return Path(os.path.expanduser(text))  # noqa: PTH111 - see above


def is_file(path: Path) -> bool:
    """Whether there is a file."""
    return os.path.isfile(path)  # noqa: PTH113 - see above


def is_folder(path: Path) -> bool:
    """Whether there is a folder."""
    return os.path.isdir(path)  # noqa: PTH112 - see above
