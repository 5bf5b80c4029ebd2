"""A first look at a table: whether and how it names photos."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.jobs.context import JobContext
from core.scrape.found import Notes
from core.scrape.item_columns import ItemColumn, ItemColumns
from core.scrape.safe_paths import PhotoFinder, Refused
from core.scrape.table import columns_of_photos, photos_named
from core.scrape.table_rows import open_table

_TRIED_ROWS = 200
_LIMIT_S = 1.0


@dataclass(frozen=True)
class TableLook:
    """What a look at a table told.

    Attributes:
        path: The table.
        columns: Field to column; several columns are joined by commas.
        unused_columns: Those that stand for no field.
        rows: How many it has; at least so many in a very large one.
        found_share: Of the photos that its first rows name, the share that can be had: files that
            are there, or addresses. 0 to 1.
        why: What it is recognised by, in words.
        item_columns: Where no column is known to say which item a photo belongs to: those that
            could.
    """

    path: Path
    columns: Mapping[str, str]
    unused_columns: tuple[str, ...]
    rows: int
    found_share: float
    why: str
    item_columns: tuple[ItemColumn, ...]

    @property
    def usable(self) -> float:
        """How many photos it brings, roughly."""
        return self.rows * self.found_share


def look_at_table(
    path: Path,
    root: Path,
    chosen: Mapping[str, str] | None,
    context: JobContext,
    clock: Callable[[], float],
) -> TableLook:
    """Reads the table's rows for a second at most, and looks for the first rows' photos.

    Raises:
        UserError: It is no table, or says nowhere where its photos are.
    """
    finder = PhotoFinder(root, path.parent, context)
    until = clock() + _LIMIT_S
    rows = named = found = 0
    with open_table(path, Notes()) as table:
        columns = columns_of_photos(table.header, chosen, path)
        at = {name: position for position, name in enumerate(table.header)}
        used = {name for names in columns.values() for name in names}
        counted = ItemColumns(table.header, used)
        places = [at[columns[field][0]] for field in ("path", "url") if field in columns]
        for row in table.rows:
            rows += 1
            if "item_id" not in columns:
                counted.add(row)
            if rows <= _TRIED_ROWS:
                for photo in photos_named(row, places):
                    named += 1
                    found += _can_be_had(photo, finder)
            elif rows % 1000 == 0:
                context.check_cancelled()
                if clock() > until:
                    break
    by = " or ".join(columns[field][0] for field in ("path", "url") if field in columns)
    share = found / named if named else 0.0
    return TableLook(
        path=path,
        columns={field: ",".join(names) for field, names in columns.items()},
        unused_columns=tuple(name for name in table.header if name not in used),
        rows=rows,
        found_share=share,
        why=f"{path.name}, whose column {by} names photos"
        + ("" if share > 0.99 else f" ({share:.0%} of the first can be found)"),
        item_columns=counted.likely(),
    )


def _can_be_had(photo: str, finder: PhotoFinder) -> bool:
    if photo.lower().startswith(("http://", "https://")):
        return True
    try:
        return finder.find(photo).byte_count is not None
    except Refused:
        return False
