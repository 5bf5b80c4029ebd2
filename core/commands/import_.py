"""`import`: brings a scrape into the project, or shows what would come."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from core.catalogue.database import open_catalogue
from core.errors import UserError
from core.jobs.context import JobContext
from core.project import open_project
from core.scrape.found import Layout
from core.scrape.importing import ImportResult, import_scrape
from core.scrape.recognise import Preview, preview
from core.scrape.sources import relocate_source, source_at

HELP = "bring a scrape into the project, or what is new in it"
DESCRIPTION = """
Brings the items and photos of a scrape into the project. The scrape itself is only read; no file
in it is written, moved or deleted. The project is made if it is not there yet.

The layout is recognised by itself:
  item-folders       a folder per item, its photos beside the saved page (soup.html)
  vinted-downloader  a folder per item, its photos beside item.json
  catalogue-dump     JSON of the catalogue API (a list, {"items": [...]} or JSON lines), photos by
                     URL; fetch them afterwards with `download`
  table              CSV or Parquet, a row a photo, by path or by URL
  deepfashion2       annos/ beside image/
  own-photos         a folder per item and nothing but photos in it

Import the same scrape again at any time: what is new is added, what the scrape says differently is
brought up to date, files that were changed are hashed again, and no decision is lost. After
Ctrl-C or a crash the same command carries on.

If the scrape's folder was moved or renamed, say where it was, and all decisions go with it.

examples:
  python main.py import --project ~/dresses.pickglass ~/scrapes/vinted_dresses --preview
  python main.py import --project ~/dresses.pickglass ~/scrapes/vinted_dresses
  python main.py import --project ~/shop.pickglass photos.csv --column item_id=sender_id
  python main.py import --project ~/dresses.pickglass /mnt/new/dresses --moved-from /mnt/old/dresses
"""
WRITES = True
CREATES = True


def _layout_name(text: str) -> str:
    """A layout's name without spaces, whether it is given with or without."""
    return text.lower().replace(" ", "-")


_LAYOUTS = {_layout_name(layout): layout for layout in Layout}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The scrape and how to read it."""
    parser.add_argument("scrape", type=Path, help="the scrape's folder, table or JSON dump")
    parser.add_argument(
        "--layout",
        type=_layout_name,
        choices=list(_LAYOUTS),
        help="read it as this, whatever it looks like",
    )
    parser.add_argument(
        "--column",
        action="append",
        metavar="FIELD=COLUMN",
        default=[],
        help="for tables: the column that holds a field, as in item_id=sender_id; may be repeated",
    )
    parser.add_argument(
        "--photos",
        type=Path,
        metavar="DIR",
        help="for tables: the folder that the photos lie in, if it is not the table's own",
    )
    parser.add_argument(
        "--moved-from",
        type=Path,
        metavar="DIR",
        help="the scrape's folder was moved or renamed: where it was when it was imported",
    )
    parser.add_argument(
        "--preview", action="store_true", help="show what would be imported and store nothing"
    )


def run(arguments: argparse.Namespace, context: JobContext) -> ImportResult | Preview:
    """Imports, or previews."""
    layout = _LAYOUTS[arguments.layout] if arguments.layout else None
    columns = columns_of(arguments.column)
    if arguments.preview:
        return preview(
            arguments.scrape,
            context,
            layout=layout,
            columns=columns,
            photos_folder=arguments.photos,
        )
    with open_catalogue(open_project(arguments.project)) as catalogue:
        if arguments.moved_from is not None:
            source_id = source_at(catalogue, arguments.moved_from)
            relocate_source(catalogue, source_id, arguments.scrape)
        return import_scrape(
            catalogue,
            arguments.scrape,
            layout=layout,
            columns=columns,
            photos_folder=arguments.photos,
            context=context,
        )


def columns_of(assignments: Sequence[str]) -> dict[str, str] | None:
    """`["item_id=sender_id"]` as a mapping; None where nothing was said.

    Raises:
        UserError: One of them is not of the form FIELD=COLUMN.
    """
    columns: dict[str, str] = {}
    for assignment in assignments:
        field, equals, column = assignment.partition("=")
        if not (equals and field and column):
            raise UserError(
                f'"{assignment}" does not say which column holds which field',
                remedy="Write FIELD=COLUMN, as in --column item_id=sender_id.",
            )
        columns[field] = column
    return columns or None
