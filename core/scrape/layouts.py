"""Telling which layout a scrape has, from what lies in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.errors import UserError
from core.jobs.context import JobContext
from core.scrape.catalogue_dump import holds_dumps, is_dump, read_catalogue_dump
from core.scrape.deepfashion2 import (
    looks_like_anno,
    pairs_of_folders,
    read_anno,
    read_deepfashion2,
)
from core.scrape.found import FoundItem, Layout, Notes, Reading
from core.scrape.item_columns import ItemColumn
from core.scrape.item_folders import read_item_folders
from core.scrape.sidecars import names_an_item
from core.scrape.table import read_table
from core.scrape.table_look import TableLook, look_at_table
from core.scrape.table_rows import TABLE_SUFFIXES
from core.scrape.walk import walk

_SURVEY_ITEMS = 5000
_SURVEY_S = 2.0
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zX")
_CHOOSE = (
    "Choose the folder that holds the items' folders, or the table or JSON dump that lists the"
    " photos."
)


@dataclass(frozen=True)
class Recognised:
    """What is to be imported, and how.

    Attributes:
        path: The folder, table or dump to read.
        root: The folder that the photos' paths start from; nothing outside it is read.
        layout: How it lies.
        why: What it was told by, to stand after "told by".
        chosen_columns: For tables: field to column, where the user said so.
        columns: For tables: field to column, as it will be read.
        unused_columns: For tables: the columns kept as further metadata.
        item_columns: For tables that do not say which item a photo belongs to: the columns that
            could.
        alternatives: What else it could be read as, with the reason.
        passed_over: Folders (relative to the root) that belong to another source already.
    """

    path: Path
    root: Path
    layout: Layout
    why: str
    chosen_columns: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    unused_columns: tuple[str, ...] = ()
    item_columns: tuple[ItemColumn, ...] = ()
    alternatives: tuple[tuple[Layout, str], ...] = ()
    passed_over: tuple[str, ...] = ()


def recognise(
    path: Path,
    *,
    layout: Layout | None = None,
    columns: Mapping[str, str] | None = None,
    photos_folder: Path | None = None,
    context: JobContext,
    clock: Callable[[], float] = time.monotonic,
) -> Recognised:
    """How the scrape at that path lies; looks at a few thousand items and a few seconds at most.

    Args:
        path: A folder, or a table or dump.
        layout: What the user says it is; nothing is guessed then.
        columns: For tables: field to column, as `core.scrape.table_columns` names fields.
        photos_folder: For tables: where the photos lie, if not beside the table.
        context: Of the job it is part of.
        clock: Seconds, for the time limit.

    Raises:
        UserError: There is nothing at the path, or nothing in it that can be imported.
    """
    found = _resolved(path)
    if not (found.is_file() or found.is_dir()):
        raise UserError(
            "This is neither a file nor a folder",
            path=path,
            remedy="Choose a scrape's folder, a table or a JSON dump.",
        )
    root = found if found.is_dir() else found.parent
    if photos_folder is not None:
        root = _resolved(photos_folder)
    if found.is_file():
        return _recognise_file(found, root, layout, columns, context, clock)
    if layout is Layout.TABLE:
        return _only_table(found, root, columns, context, clock)
    if layout is not None:
        return Recognised(found, root, layout, "your choice")
    return _recognise_folder(found, root, columns, context, clock)


def read_scrape(recognised: Recognised, notes: Notes, context: JobContext) -> Reading:
    """The reader for the layout, at the start of the scrape."""
    match recognised.layout:
        case Layout.TABLE:
            return read_table(
                recognised.path, recognised.root, notes, context, recognised.chosen_columns
            )
        case Layout.CATALOGUE_DUMP:
            return read_catalogue_dump(recognised.path, notes, context)
        case Layout.DEEPFASHION2:
            return read_deepfashion2(recognised.root, notes, context)
    return read_item_folders(recognised.root, notes, context, recognised.passed_over)


def scrapes_below(root: Path, context: JobContext) -> list[str]:
    """Direct subfolders that are scrapes in their own right: with a table, dump or annotations."""
    top = next(walk(root, Notes(), context, max_depth=0), None)
    found: list[str] = []
    for name in top.subfolders[:100] if top else ():
        context.check_cancelled()
        below = root / name
        if (
            _tables(below, below, None, context, time.monotonic)
            or _is_deepfashion2(below, context)
            or holds_dumps(below, context, max_depth=0)
        ):
            found.append(name)
    return found


def _resolved(path: Path) -> Path:
    try:
        return path.expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise UserError(
            "There is no such file or folder",
            path=path,
            remedy="Check the spelling, and that the disk it lies on is connected.",
        ) from error


def _recognise_file(
    path: Path,
    root: Path,
    layout: Layout | None,
    columns: Mapping[str, str] | None,
    context: JobContext,
    clock: Callable[[], float],
) -> Recognised:
    if layout not in (None, Layout.TABLE, Layout.CATALOGUE_DUMP):
        raise UserError(
            f"A single file cannot be read as {layout}", path=path, remedy="Choose its folder."
        )
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise UserError(
            f"The file cannot be read ({error.strerror})",
            path=path,
            remedy="Give yourself permission to read it.",
        ) from error
    if start.startswith(_ARCHIVES):
        raise UserError("This is an archive", path=path, remedy="Unpack it and import the folder.")
    if layout is Layout.CATALOGUE_DUMP or (layout is None and is_dump(path)):
        return Recognised(path, root, Layout.CATALOGUE_DUMP, "items of the catalogue API in JSON")
    look = look_at_table(path, root, columns, context, clock)
    return _as_table(look, root, columns)


def _recognise_folder(
    path: Path,
    root: Path,
    columns: Mapping[str, str] | None,
    context: JobContext,
    clock: Callable[[], float],
) -> Recognised:
    if _is_deepfashion2(path, context):
        return Recognised(path, path, Layout.DEEPFASHION2, "annotations in annos beside image")
    notes = Notes()
    folders, photos = _survey_folders(path, notes, context, clock)
    tables = _tables(path, root, columns, context, clock)
    if tables:
        best = max(tables, key=lambda look: look.usable)
        table = _as_table(best, root, columns)
        # Item pages say more than a table beside them mostly does, and a table that names few of
        # the photos is about something else.
        if folders is None or (
            folders.layout is Layout.OWN_PHOTOS
            and best.found_share >= 0.5
            and best.rows >= 0.5 * photos
        ):
            other = () if folders is None else ((folders.layout, folders.why),)
            return _with(table, other)
        if best.found_share > 0:
            return _with(folders, ((table.layout, table.why),))
    if folders is not None:
        return folders
    if holds_dumps(path, context):
        return Recognised(
            path, path, Layout.CATALOGUE_DUMP, "items of the catalogue API in JSON files"
        )
    said = "".join(f" {str(warning).rstrip('.')}." for warning in notes.warnings())
    raise UserError("No photos were found in this folder", path=path, remedy=f"{_CHOOSE}{said}")


def _survey_folders(
    root: Path, notes: Notes, context: JobContext, clock: Callable[[], float]
) -> tuple[Recognised | None, int]:
    """How the folders of photos lie if there are any, and how many photos were seen."""
    until = clock() + _SURVEY_S
    items: list[FoundItem] = []
    for item in read_item_folders(root, notes, context).items:
        items.append(item)
        if len(items) >= _SURVEY_ITEMS or clock() > until:
            break
    photos = sum(len(item.photos) for item in items)
    if not items:
        return None, 0
    sidecars = [sidecar for item in items for sidecar in item.sidecars]
    dumps = [sidecar for sidecar in sidecars if sidecar.lower().endswith(".json")]
    pages = [sidecar for sidecar in sidecars if not sidecar.lower().endswith(".json")]
    if dumps and any(names_an_item(root / dump) for dump in dumps[:5]):
        layout, why = Layout.VINTED_DOWNLOADER, "folders of photos with an item.json in them"
    elif pages:
        name = pages[0].rpartition("/")[2]
        layout, why = Layout.ITEM_FOLDERS, f"folders of photos with a {name} in them"
    else:
        layout, why = Layout.OWN_PHOTOS, "folders with nothing but photos in them"
    return Recognised(root, root, layout, why), photos


def _tables(
    folder: Path,
    root: Path,
    columns: Mapping[str, str] | None,
    context: JobContext,
    clock: Callable[[], float],
) -> list[TableLook]:
    """The tables in the folder itself that name photos."""
    top = next(walk(folder, Notes(), context, max_depth=0), None)
    found: list[TableLook] = []
    for file in top.files if top else ():
        if file.name.lower().endswith(TABLE_SUFFIXES) and len(found) < 20:
            try:
                found.append(look_at_table(folder / file.name, root, columns, context, clock))
            except UserError:
                continue  # a table about something else
    return [look for look in found if look.usable]


def _only_table(
    path: Path,
    root: Path,
    columns: Mapping[str, str] | None,
    context: JobContext,
    clock: Callable[[], float],
) -> Recognised:
    tables = _tables(path, root, columns, context, clock)
    if not tables:
        raise UserError(
            "No table in this folder names photos",
            path=path,
            remedy="Choose the table itself to see what it lacks.",
        )
    return _as_table(max(tables, key=lambda look: look.usable), root, columns)


def _as_table(look: TableLook, root: Path, columns: Mapping[str, str] | None) -> Recognised:
    return Recognised(
        look.path,
        root,
        Layout.TABLE,
        look.why,
        columns or {},
        look.columns,
        look.unused_columns,
        look.item_columns,
    )


def _with(recognised: Recognised, alternatives: tuple[tuple[Layout, str], ...]) -> Recognised:
    return replace(recognised, alternatives=alternatives)


def _is_deepfashion2(path: Path, context: JobContext) -> bool:
    for annos, _ in pairs_of_folders(path, context):
        some = [file.name for file in annos.files if file.name.endswith(".json")][:5]
        if any(looks_like_anno(read_anno(path / annos.child(name))) for name in some):
            return True
    return False
