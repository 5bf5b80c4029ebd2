"""Telling which layout a scrape has, from what lies in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import UserError
from core.jobs.context import JobContext
from core.scrape.found import FoundItem, Layout, Notes, Reading
from core.scrape.item_folders import read_item_folders
from core.scrape.sidecars import names_an_item

_SURVEY_ITEMS = 300
_SURVEY_S = 2.0

FOLDER_LAYOUTS = frozenset({Layout.ITEM_FOLDERS, Layout.VINTED_DOWNLOADER, Layout.OWN_PHOTOS})


@dataclass(frozen=True)
class Recognised:
    """What is to be imported, and how.

    Attributes:
        path: What the user named: a folder, a table or a dump.
        root: The folder that the photos' paths start from.
        layout: How it lies.
        why: What it was told by, in a sentence.
        columns: For tables, which column holds which field, where the user said so.
        alternatives: What else it could be read as, with the reason.
    """

    path: Path
    root: Path
    layout: Layout
    why: str
    columns: Mapping[str, str] = field(default_factory=dict)
    alternatives: tuple[tuple[Layout, str], ...] = ()


def recognise(
    path: Path,
    *,
    layout: Layout | None = None,
    columns: Mapping[str, str] | None = None,
    context: JobContext,
    clock: Callable[[], float] = time.monotonic,
) -> Recognised:
    """How the scrape at that path lies; looks at a few hundred items and two seconds at most.

    Args:
        path: A folder, or a table or dump.
        layout: What the user says it is; nothing is guessed then.
        columns: For tables: field to column, as `core.scrape.table_columns` names fields.
        context: Of the job it is part of.
        clock: Seconds, for the time limit.

    Raises:
        UserError: There is nothing at the path, or nothing in it that can be imported.
    """
    root = _existing_folder(path)
    if layout is not None:
        return Recognised(root, root, layout, "as you chose", columns or {})
    found = _survey_folders(root, context, clock)
    if found is None:
        raise UserError(
            "No photos were found in this folder",
            path=path,
            remedy=(
                "Choose the folder that holds the items' folders, or the table or JSON dump that"
                " lists the photos."
            ),
        )
    return found


def read_scrape(recognised: Recognised, notes: Notes, context: JobContext) -> Reading:
    """The reader for the layout, at the start of the scrape."""
    return read_item_folders(recognised.root, notes, context)


def _existing_folder(path: Path) -> Path:
    try:
        resolved = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise UserError(
            "There is no such file or folder",
            path=path,
            remedy="Check the spelling, and that the disk it lies on is connected.",
        ) from error
    return resolved


def _survey_folders(
    root: Path, context: JobContext, clock: Callable[[], float]
) -> Recognised | None:
    until = clock() + _SURVEY_S
    items: list[FoundItem] = []
    for item in read_item_folders(root, Notes(), context).items:
        items.append(item)
        if len(items) >= _SURVEY_ITEMS or clock() > until:
            break
    if not items:
        return None
    names = [Path(sidecar).name.lower() for item in items for sidecar in item.sidecars]
    with_json = [s for item in items for s in item.sidecars if s.lower().endswith(".json")]
    if with_json and names_an_item(root / with_json[0]):
        return Recognised(
            root, root, Layout.VINTED_DOWNLOADER, "folders of photos with an item.json beside them"
        )
    if names:
        return Recognised(
            root, root, Layout.ITEM_FOLDERS, f"folders of photos with a {names[0]} beside them"
        )
    return Recognised(root, root, Layout.OWN_PHOTOS, "folders of photos with nothing beside them")
