"""`hash`: reads every photo that has not been read yet."""

from __future__ import annotations

import argparse

from core.catalogue.database import open_catalogue
from core.cleaning.hash_photos import HashResult, hash_pending
from core.jobs.context import JobContext
from core.project import open_project

HELP = "read new photos: content hash, features and thumbnails"
DESCRIPTION = """
Reads every photo that is new or was changed: its content hash, by which decisions and duplicates
are known, what the hints compare, and a thumbnail of large ones. Files that cannot be shown are
listed with their reason. No photo is written, moved or deleted.

A photo that was only renamed or moved is not decoded again. Stop at any time with Ctrl-C: what was
read stays read, and the same command goes on there.

examples:
  python main.py hash --project dresses.pickglass
  python main.py hash --project dresses.pickglass --workers 2
"""
WRITES = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many processes."""
    parser.add_argument(
        "--workers", type=int, metavar="N", help="processes that read; one a processor by default"
    )


def run(arguments: argparse.Namespace, context: JobContext) -> HashResult:
    """Reads."""
    with open_catalogue(open_project(arguments.project)) as catalogue:
        return hash_pending(catalogue, context, workers=arguments.workers)
