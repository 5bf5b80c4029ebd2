"""`demo`: draws a scrape to practise on and makes it ready to be cleaned."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.database import open_catalogue
from core.cleaning.find_hints import HintResult, find_hints
from core.cleaning.hash_photos import HashResult, hash_pending
from core.jobs.context import JobContext
from core.number_words import plural
from core.project import open_project
from core.scrape.demo.scrape import make_demo_scrape
from core.scrape.importing import ImportResult, import_scrape

HELP = "draw a scrape with all the dirt of a real one, and make a project of it"
DESCRIPTION = """
Draws garments, photographs each several times as people do who sell clothes, and mixes in what
real scrapes suffer from: copies, cropped, mirrored and watermarked ones, tags, photos of other
items, blurred ones, broken files. Beside the photos lies ground_truth.csv, which says what each one
is. Then it is imported into the project, which is made if it is not there yet, its photos are read
and hints are looked for, as `import`, `hash` and `hints` do.

The same items, seed and side give the same files on every machine. A demo that is there already is
not drawn again.

examples:
  python main.py demo --project demo.pickglass
  python main.py demo --project large.pickglass --items 10000 --side-px 400
"""
WRITES = True
CREATES = True


@dataclass(frozen=True)
class DemoMade:
    """The demo, drawn and ready to be cleaned.

    Attributes:
        scrape: The folder that was imported.
        ground_truth: The table that says what each photo is.
        photos: How many photo files there are, broken ones included.
        imported: What the import did.
        read: What came of reading the photos.
        hints: What is suspected of them.
    """

    scrape: Path
    ground_truth: Path
    photos: int
    imported: ImportResult
    read: HashResult
    hints: HintResult

    def __str__(self) -> str:
        return (
            f"Drew {plural(self.photos, 'photo')} in {self.scrape}\n"
            f"What each one is says {self.ground_truth}\n{self.imported}\n{self.read}\n{self.hints}"
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to draw, and where."""
    parser.add_argument("--items", type=int, default=200, metavar="N", help="how many (200)")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="which ones (7)")
    parser.add_argument(
        "--side-px", type=int, default=800, metavar="N", help="longer side of the photos (800)"
    )
    parser.add_argument(
        "--scrape",
        type=Path,
        metavar="DIR",
        help="where to draw it; by default beside the project",
    )


def run(arguments: argparse.Namespace, context: JobContext) -> DemoMade:
    """Draws, imports, reads and looks for hints."""
    project = open_project(arguments.project)
    folder: Path = arguments.scrape or project.root.with_name(f"{project.name} scrape")
    demo = make_demo_scrape(
        folder,
        items=arguments.items,
        seed=arguments.seed,
        side_px=arguments.side_px,
        context=context,
    )
    with open_catalogue(project) as catalogue:
        imported = import_scrape(catalogue, demo.scrape, context=context)
        read = hash_pending(catalogue, context)
        hints = find_hints(catalogue, context)
    return DemoMade(demo.scrape, demo.ground_truth, demo.photos, imported, read, hints)
