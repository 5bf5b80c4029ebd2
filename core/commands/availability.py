"""`availability`: asks shops whether items are still for sale."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.catalogue.database import open_catalogue
from core.catalogue.items import ItemFilter, find_items
from core.embedding.availability import FRESH_S, AvailabilityResult, check_availability
from core.embedding.shop_visit import Manners
from core.errors import UserError
from core.jobs.context import JobContext
from core.project import open_project

HELP = "ask the pages of chosen items whether they are still for sale"
DESCRIPTION = """
Asks each chosen item's page and notes what it says: available, sold, removed or unknown. Each shop
is asked for one page at a time, with a pause in between; its robots.txt is read first and kept to;
a shop that asks to be left alone is. What was asked within six hours is not asked again.

Nothing is asked unless you name items, by --items, --items-from, --text or --all.

examples:
  python main.py availability --project dresses.pickglass --items 12 15 23
  python main.py availability --project dresses.pickglass --text "linen dress"
"""
WRITES = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which items, and how patiently."""
    parser.add_argument("--items", type=int, nargs="+", metavar="ID", help="the catalogue's ids")
    parser.add_argument("--items-from", type=Path, metavar="FILE", help="a file of ids, one a line")
    parser.add_argument("--text", metavar="WORDS", help="items in which all these words occur")
    parser.add_argument("--all", action="store_true", help="all items")
    parser.add_argument(
        "--pause-s",
        type=float,
        default=Manners.pause_s,
        metavar="S",
        help=f"between two pages of a shop, at least 1 ({Manners.pause_s:g})",
    )
    parser.add_argument("--again", action="store_true", help="also what was asked lately")


def run(arguments: argparse.Namespace, context: JobContext) -> AvailabilityResult:
    """Asks."""
    with open_catalogue(open_project(arguments.project)) as catalogue:
        wanted = [*(arguments.items or ())]
        if arguments.items_from is not None:
            wanted += _ids_in(arguments.items_from)
        if arguments.text is not None or arguments.all:
            wanted += find_items(catalogue, ItemFilter(text=arguments.text or "")).tolist()
        if not wanted:
            raise UserError(
                "There are no items to ask for",
                remedy="Name them by --items, --items-from or --text, or ask for --all.",
            )
        return check_availability(
            catalogue,
            wanted,
            fresh_s=0.0 if arguments.again else FRESH_S,
            manners=Manners(pause_s=max(1.0, arguments.pause_s)),
            context=context,
        )


def _ids_in(file: Path) -> list[int]:
    try:
        return [int(line) for line in file.read_text("utf-8").split()]
    except (OSError, ValueError) as error:
        raise UserError(
            f"The file of ids cannot be read ({error})",
            path=file,
            remedy="It should hold the catalogue's item ids, one a line.",
        ) from error
