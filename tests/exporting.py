"""A project to be exported, and what is looked at of an export."""

from __future__ import annotations

import csv
from contextlib import contextmanager

from made_catalogue import add_file, add_item, add_source

from core.catalogue.database import open_catalogue
from core.cleaning import decisions
from core.cleaning.export import export
from core.cleaning.export_ledger import LEDGER_NAME
from core.cleaning.export_photo import ExportMode
from core.cleaning.manifest import ManifestFormat
from core.jobs.context import JobContext
from core.project import create_project

CSV, PARQUET = ManifestFormat


@contextmanager
def three_items(folder):
    """Coat with photos 1 to 3, gown with 4 to 6, bag with 7 and 8; gown is done."""
    with open_catalogue(create_project(folder / "try.pickglass")) as catalogue:
        source = add_source(catalogue, folder / "scrape")
        for key, count in (("coat", 3), ("gown", 3), ("bag", 2)):
            item = add_item(
                catalogue,
                source,
                key,
                category="best",
                title=f"A {key}",
                price=9.5,
                extra='{"a": 1}',
            )
            for position in range(count):
                add_file(catalogue, item, f"{key}/{position}.jpg")
        decisions.mark_done(catalogue, 2)
        yield catalogue


def export_to(catalogue, target, **options):
    return export(
        catalogue,
        target,
        **{
            "mode": ExportMode.COPY,
            "formats": [CSV, PARQUET],
            "only_done": False,
            "seed": 1,
            "context": JobContext(),
            **options,
        },
    )


def files_below(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != LEDGER_NAME
    }


def photos_below(folder):
    return {name: data for name, data in files_below(folder).items() if "manifest" not in name}


def rows_of(folder):
    with open(folder / "manifest.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
