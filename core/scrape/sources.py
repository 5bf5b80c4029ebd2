"""The scrapes of a project: which there are, how each is read, and where each lies now."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

from core.catalogue.database import Catalogue
from core.catalogue.paths import from_stored, to_stored
from core.catalogue.settings import read_setting, write_setting
from core.errors import UserError, displayable
from core.scrape.found import Layout
from core.scrape.layouts import Recognised

_FOLDER_LAYOUTS = (Layout.ITEM_FOLDERS, Layout.VINTED_DOWNLOADER, Layout.OWN_PHOTOS)


def as_before(catalogue: Catalogue, path: Path) -> Recognised | None:
    """How this very path was imported before."""
    try:
        asked = path.expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return None
    for stored, id_ in catalogue.connection.execute("SELECT root, id FROM source"):
        before = read_setting(catalogue, _setting(id_))
        root = from_stored(stored)
        if before is None or _from_here(root, before["asked"]) != asked:
            continue
        read = _from_here(root, before["path"])
        if read.exists():
            return Recognised(
                read,
                root,
                Layout(before["layout"]),
                "how it was imported before",
                before["columns"],
            )
    return None


def beside_other_sources(catalogue: Catalogue, recognised: Recognised) -> Recognised:
    """Sees to it that no file becomes a photo twice, under two sources.

    Raises:
        UserError: The scrape is part of one that was imported, or it cannot be read without one
            that lies in it.
    """
    if recognised.layout is Layout.CATALOGUE_DUMP:
        return recognised  # its photos are the project's own
    inside: list[str] = []
    for stored, layout in catalogue.connection.execute("SELECT root, layout FROM source"):
        other = from_stored(stored)
        if other == recognised.root or layout == Layout.CATALOGUE_DUMP:
            continue
        if recognised.root.is_relative_to(other):
            raise UserError(
                f"This folder is a part of {displayable(other)}, which is in the project already",
                path=recognised.root,
                remedy="Import that one again: it brings what is new.",
            )
        if other.is_relative_to(recognised.root):
            inside.append(other.relative_to(recognised.root).as_posix())
    if inside and recognised.layout not in _FOLDER_LAYOUTS:
        raise UserError(
            f"A part of this folder is in the project already: {displayable(inside[0])}",
            path=recognised.root,
            remedy="Make a new project for it.",
        )
    return replace(recognised, passed_over=tuple(inside))


def source_of(catalogue: Catalogue, recognised: Recognised, asked: Path) -> int:
    """The id of the scrape's source, a new one where its root has none.

    How it was read is kept with it, so that importing it again reads it the same way.

    Args:
        catalogue: Where to.
        recognised: How the scrape is read.
        asked: The folder or file that the user named.
    """
    root = to_stored(recognised.root)
    with catalogue.transaction() as connection:
        connection.execute(
            "INSERT INTO source (root, layout, added_at) VALUES (?, ?, ?)"
            " ON CONFLICT (root) DO UPDATE SET layout = excluded.layout",
            [root, recognised.layout, time.time()],
        )
        id_: int = connection.execute("SELECT id FROM source WHERE root = ?", [root]).fetchone()[0]
        how = {
            # From the root on, so that they stay true when the scrape moves.
            "asked": os.path.relpath(asked.expanduser().resolve(), recognised.root),
            "path": os.path.relpath(recognised.path, recognised.root),
            "layout": recognised.layout,
            "columns": dict(recognised.chosen_columns),
        }
        write_setting(catalogue, _setting(id_), how)
    return id_


def source_at(catalogue: Catalogue, root: Path) -> int:
    """The source that was imported from a folder, which need not be there any more.

    Raises:
        UserError: There is none; names those that there are.
    """
    sources = catalogue.connection.execute("SELECT id, root FROM source").fetchall()
    wanted = {Path(os.path.abspath(root.expanduser())), root.expanduser().resolve()}  # noqa: PTH100
    for id_, stored in sources:
        if from_stored(stored) in wanted:
            return int(id_)
    known = ", ".join(displayable(from_stored(stored)) for _, stored in sources)
    raise UserError(
        "Nothing was imported from this folder",
        path=root,
        remedy=f"The project's scrapes lie in {known}." if known else "The project has no scrapes.",
    )


def relocate_source(catalogue: Catalogue, source_id: int, new_root: Path) -> None:
    """Has a source's photos found in the folder that they were moved to.

    Photos that were missed meanwhile are looked at again by the next import.

    Args:
        catalogue: Of the project.
        source_id: Which source.
        new_root: Its folder, or a table in it.

    Raises:
        UserError: The folder is not there, holds none of the photos, or is another source's; or
            an Apply or Restore was interrupted, whose journal names the old folder.
    """
    try:
        root = new_root.expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise UserError(
            "There is no such folder",
            path=new_root,
            remedy="Choose the folder that the scrape was moved to.",
        ) from error
    if root.is_file():
        root = root.parent
    with catalogue.transaction() as connection:
        _check_move(connection, source_id, root)
        connection.execute("UPDATE source SET root = ? WHERE id = ?", [to_stored(root), source_id])


def _check_move(connection: sqlite3.Connection, source_id: int, root: Path) -> None:
    if connection.execute("SELECT 1 FROM file_move WHERE state = 'planned' LIMIT 1").fetchone():
        raise UserError(
            "An Apply or Restore was interrupted",
            path=root,
            remedy="Finish it or roll it back first; it knows the files by their old place.",
        )
    taken = connection.execute(
        "SELECT 1 FROM source WHERE root = ? AND id <> ?", [to_stored(root), source_id]
    ).fetchone()
    if taken is not None:
        raise UserError(
            "Another scrape of this project lies in this folder already",
            path=root,
            remedy="Choose the folder that this one was moved to.",
        )
    sample = connection.execute(
        "SELECT path FROM photo WHERE source_id = ? AND url = '' AND quarantine IS NULL"
        " ORDER BY random() LIMIT 50",
        [source_id],
    ).fetchall()
    if sample and not any(os.path.lexists(root / from_stored(path)) for (path,) in sample):
        raise UserError(
            "None of the scrape's photos is in this folder",
            path=root,
            remedy="Choose the folder whose inside is as it was when it was imported.",
        )


def _from_here(root: Path, relative: str) -> Path:
    return Path(os.path.normpath(root / relative))


def _setting(source_id: int) -> str:
    return f"import of source {source_id}"
