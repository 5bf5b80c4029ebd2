"""The projects that were opened last, in the user's settings."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QSettings

_KEY = "recent_projects"
_LAST = "last_project"
_KEPT = 12


def recent_projects() -> list[Path]:
    """Newest first; those that are no longer there among them."""
    stored = QSettings().value(_KEY, [])
    # An ini file gives a list of one back as a plain string.
    names = [stored] if isinstance(stored, str) else stored or []
    return [Path(name) for name in names]


def remember_project(root: Path) -> None:
    """Puts a project first, and has it opened at the next start."""
    others = [path for path in recent_projects() if path != root]
    _store([root, *others][:_KEPT])
    QSettings().setValue(_LAST, str(root))


def forget_project(root: Path) -> None:
    """Takes a project off the list; the project itself is not touched."""
    _store([path for path in recent_projects() if path != root])


def last_project() -> Path | None:
    """What was open when the program was closed, or None if that was the welcome page."""
    stored = QSettings().value(_LAST, "")
    return Path(stored) if stored else None


def leave_last_project() -> None:
    """Has the welcome page shown at the next start."""
    QSettings().remove(_LAST)


def _store(paths: list[Path]) -> None:
    QSettings().setValue(_KEY, [str(path) for path in paths])
