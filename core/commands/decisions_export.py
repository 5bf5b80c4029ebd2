"""`decisions-export`: writes all decisions to a file for a colleague."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.catalogue.database import open_catalogue
from core.cleaning.decision_file import DecisionsExported, export_decisions
from core.jobs.context import JobContext
from core.project import open_project

HELP = "write all decisions to a file that a colleague can merge"
DESCRIPTION = """
Writes what was decided on photos and items, notes and denied duplicates to a file of JSON lines.
Photos are named by their contents (SHA-256), so that a colleague can take the decisions over with
`decisions-merge` wherever the same scrape lies on another machine. Moved photos, split and merged
items are not in the file.

example:
  python main.py decisions-export --project ~/dresses.pickglass ~/my_decisions.jsonl
"""
WRITES = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("file", type=Path, help="the file to write; replaced if it is there")


def run(arguments: argparse.Namespace, _context: JobContext) -> DecisionsExported:
    """Writes the file."""
    with open_catalogue(open_project(arguments.project)) as catalogue:
        return export_decisions(catalogue, arguments.file)
