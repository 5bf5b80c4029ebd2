"""`restore`: brings files back from the quarantine."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass

from core.catalogue.database import Catalogue, open_catalogue
from core.catalogue.paths import from_stored, to_stored
from core.cleaning.move_journal import Moved
from core.cleaning.restore import restore
from core.commands.apply import moved_lines
from core.errors import UserError, displayable
from core.jobs.context import JobContext
from core.project import open_project

HELP = "bring photos back from the quarantine, byte for byte, and keep them"
DESCRIPTION = """
Brings the files of photos that `apply` has put into the quarantine back to where they were, byte
for byte: each is verified against the hash that it had. Folders that are gone are made again. Their
rejections are taken back, as a decision that the window can undo; the next `apply` leaves them.

Where another file has taken a photo's place, the photo stays in the quarantine, and is named.

It can be stopped at any point; `apply --finish` then finishes it, `apply --roll-back` takes back
what it has moved.

examples:
  python main.py restore --project ~/dresses.pickglass --everything
  python main.py restore --project ~/dresses.pickglass --item item_000123 --item item_000124
  python main.py restore --project ~/dresses.pickglass --photo item_000123/02.jpg
"""
WRITES = True


@dataclass(frozen=True)
class Restored:
    """What was done.

    Attributes:
        moved: The files.
        summary: The decision that was taken, as the history shows it.
    """

    moved: Moved
    summary: str

    def __str__(self) -> str:
        return "\n".join([self.summary, *moved_lines(self.moved)])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which photos."""
    parser.add_argument("--everything", action="store_true", help="all that is in the quarantine")
    parser.add_argument(
        "--item", action="append", default=[], metavar="KEY", help="an item, as the scrape calls it"
    )
    parser.add_argument(
        "--photo",
        action="append",
        default=[],
        metavar="PATH",
        help="a photo, by its path in the scrape",
    )
    parser.add_argument(
        "--item-id", action="append", default=[], type=int, metavar="N", help="an item, by number"
    )
    parser.add_argument(
        "--photo-id", action="append", default=[], type=int, metavar="N", help="a photo, by number"
    )


def run(arguments: argparse.Namespace, context: JobContext) -> Restored:
    """Restores."""
    chosen = (arguments.item, arguments.photo, arguments.item_id, arguments.photo_id)
    if not arguments.everything and not any(chosen):
        raise UserError(
            "It was not said what to restore",
            remedy="Name photos (--photo), items (--item) or --everything.",
        )
    with open_catalogue(open_project(arguments.project)) as catalogue:
        restored = restore(
            catalogue,
            context,
            photo_ids=[
                *arguments.photo_id,
                *_ids(catalogue, "photo", "path", map(to_stored, arguments.photo)),
            ],
            item_ids=[*arguments.item_id, *_ids(catalogue, "item", "key", arguments.item)],
            everything=arguments.everything,
        )
    return Restored(restored.moved, restored.changes.summary)


def _ids(catalogue: Catalogue, table: str, column: str, names: Iterable[str | bytes]) -> list[int]:
    ids: list[int] = []
    for name in names:
        found = catalogue.connection.execute(
            f"SELECT id FROM {table} WHERE {column} = ?", [name]
        ).fetchall()
        if not found:
            raise UserError(
                f"The project has no {table} “{displayable(from_stored(name))}”",
                remedy="Write its name as the scrape does; the window shows it in the details.",
            )
        ids += [row[0] for row in found]
    return ids
