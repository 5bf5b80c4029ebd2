"""`status`: the project in numbers."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.database import Catalogue, open_catalogue
from core.catalogue.items import Tally, tally
from core.catalogue.paths import from_stored
from core.cleaning.move_journal import Unfinished, unfinished
from core.cleaning.photo_files import PhotoFiles
from core.errors import displayable
from core.jobs.context import JobContext
from core.number_words import plural
from core.project import open_project

HELP = "show the project in numbers: items, photos, decisions, what is left to do"
DESCRIPTION = """
Shows how many items and photos there are, how far the cleaning is, what was rejected and why, how
many files `apply` would move, and the imported folders with their numbers. Changes nothing; works
while the window has the project open.

example:
  python main.py status --project ~/dresses.pickglass --json
"""
WRITES = False


@dataclass(frozen=True)
class Source:
    """An imported folder.

    Attributes:
        id: Its number.
        is_there: Whether the folder can be found just now.
    """

    id: int
    root: str
    layout: str
    photos: int
    is_there: bool


@dataclass(frozen=True)
class Status:
    """The project in numbers.

    Attributes:
        hinted_items: Items not done yet that some hint accuses.
        to_quarantine: Rejected photos whose files are still at their places.
        to_bring_back: Photos in the quarantine that are no longer rejected.
        unfinished: An Apply or Restore that was interrupted.
    """

    project: Path
    sources: tuple[Source, ...]
    items: int
    items_by_state: Mapping[str, int]
    hinted_items: int
    photos: int
    photos_by_status: Mapping[str, int]
    rejected_by_reason: Mapping[str, int]
    quarantined: int
    to_quarantine: int
    to_bring_back: int
    unfinished: Unfinished | None

    def __str__(self) -> str:
        rejected = sum(self.rejected_by_reason.values())
        lines = [
            f"Project  {displayable(self.project)}",
            *(
                f"Source {source.id}  {source.root}"
                f" ({source.layout}, {plural(source.photos, 'photo')})"
                f"{'' if source.is_there else ' – NOT THERE'}"
                for source in self.sources
            ),
            f"Items    {self.items:,}{_in_words(self.items_by_state)}"
            f"; {self.hinted_items:,} to do with hints",
            f"Photos   {self.photos:,}{_in_words(self.photos_by_status)}",
            f"Rejected {rejected:,}{_in_words(self.rejected_by_reason)}",
            f"Apply would move {plural(self.to_quarantine, 'photo')} to the quarantine and"
            f" {self.to_bring_back:,} back; {self.quarantined:,} are there",
        ]
        if self.unfinished is not None:
            lines.append(
                f"Moving files was interrupted: {self.unfinished.done:,} moved,"
                f" {self.unfinished.left:,} left. Settle it by `apply --finish` or"
                " `apply --roll-back`."
            )
        return "\n".join(lines)


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace, _context: JobContext) -> Status:
    """Counts."""
    with open_catalogue(open_project(arguments.project)) as catalogue:
        return _status(catalogue, tally(catalogue))


def _status(catalogue: Catalogue, counted: Tally) -> Status:
    photo_files = PhotoFiles(catalogue)
    (hinted,) = catalogue.connection.execute(
        "SELECT count(*) FROM item WHERE state = 'open' AND hint_mask <> 0"
    ).fetchone()
    return Status(
        project=catalogue.project.root,
        sources=_sources(catalogue),
        items=counted.items,
        items_by_state={str(state): n for state, n in counted.items_by_state.items() if n},
        hinted_items=hinted,
        photos=counted.photos,
        photos_by_status=counted.photos_by_status,
        rejected_by_reason=counted.rejected_by_reason,
        quarantined=counted.quarantined,
        to_quarantine=len(photo_files.to_quarantine()),
        to_bring_back=sum(not photo.rejected for photo in photo_files.quarantined()),
        unfinished=unfinished(catalogue),
    )


def _sources(catalogue: Catalogue) -> tuple[Source, ...]:
    rows = catalogue.connection.execute(
        "SELECT id, root, layout,"
        " (SELECT count(*) FROM photo WHERE source_id = source.id) AS photos"
        " FROM source ORDER BY id"
    )
    return tuple(
        Source(
            id=row["id"],
            root=displayable(from_stored(row["root"])),
            layout=row["layout"],
            photos=row["photos"],
            is_there=from_stored(row["root"]).exists(),
        )
        for row in rows
    )


def _in_words(counts: Mapping[str, int]) -> str:
    """What a number is made up of, to be put behind it; nothing where it is made up of nothing."""
    words = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    return words and f": {words}"
