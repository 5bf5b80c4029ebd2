"""Which project a scrape belongs to: the one that it was imported into before, or a new one."""

from __future__ import annotations

import os
from pathlib import Path

from core.catalogue.database import Catalogue, open_catalogue
from core.errors import UserError
from core.project import is_project, open_project
from core.qt.window_dialogs import documents_folder


def default_project_root(scrape: Path) -> Path:
    """Where a project for this scrape is made if the user says nothing.

    Beside the scrape (never in it), so that Apply's quarantine is on the same disk and moving a
    photo there is a rename; in the user's documents where that folder cannot be written to. A
    number is added where the name is taken.
    """
    wanted = root = _first_root(scrape)
    number = 2
    while root.exists():
        root = wanted.with_name(f"{wanted.stem} {number}{wanted.suffix}")
        number += 1
    return root


def was_imported(catalogue: Catalogue, scrape: Path) -> bool:
    """Whether this very scrape is in the project already."""
    from core.scrape.sources import as_before  # brings the readers, which starting need not

    return as_before(catalogue, scrape) is not None


def project_beside(scrape: Path) -> Path | None:
    """The project that this scrape was imported into, if it lies where it would be made."""
    root = _first_root(scrape)
    if not is_project(root):
        return None
    try:
        with open_catalogue(open_project(root)) as catalogue:
            return root if was_imported(catalogue, scrape) else None
    except UserError:
        return None  # of a newer Pickglass, say: it cannot be gone on with here


def _first_root(scrape: Path) -> Path:
    """Where its project is made first."""
    scrape = scrape.absolute()
    folder = scrape.parent
    if folder == scrape or not _is_writable(folder):
        folder = documents_folder()
    name = (scrape.stem if scrape.is_file() else scrape.name) or "scrape"
    return folder / f"{name}.pickglass"


def _is_writable(folder: Path) -> bool:
    """Whether one may and should write there: an administrator may, where nobody is meant to."""
    return os.access(folder, os.W_OK) and bool(folder.stat().st_mode & 0o222)
