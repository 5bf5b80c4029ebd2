"""`map`: makes the map of a run's photos and keeps it."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from core.embedding.map_store import save_map
from core.embedding.projection import Method, make_map
from core.embedding.run_index import read_run_index
from core.errors import UserError
from core.jobs.context import JobContext
from core.number_words import plural
from core.project import open_project
from core.training.runs import find_run

HELP = "make a map of a run's photos in two dimensions"
DESCRIPTION = """
Makes a map of all photos that the run has embedded, and keeps it in the project's cache for the
explorer. PCA is made in no time, PaCMAP takes some seconds for ten thousand photos, t-SNE a minute
or more. Says what share of each photo's ten nearest neighbours the map keeps.

examples:
  python main.py map --project dresses.pickglass --run first
  python main.py map --project dresses.pickglass --run first --method t-SNE
"""
WRITES = False


@dataclass(frozen=True)
class MapMade:
    """A map, kept in a file."""

    file: Path
    method: str
    photos: int
    kept_share: float
    seconds: float

    def __str__(self) -> str:
        return (
            f"Made a map of {plural(self.photos, 'photo')} by {self.method}"
            f" in {self.seconds:.1f} s\n"
            f"It keeps {self.kept_share:.0%} of the ten nearest neighbours."
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which run, and how."""
    parser.add_argument("--run", required=True, metavar="NAME", help="whose photos")
    parser.add_argument(
        "--method",
        choices=[str(method) for method in Method],
        default=str(Method.PACMAP),
        help="how (PaCMAP)",
    )


def run(arguments: argparse.Namespace, context: JobContext) -> MapMade:
    """Makes the map."""
    project = open_project(arguments.project)
    index = read_run_index(find_run(project, arguments.run))
    made = make_map(index, Method(arguments.method), context)
    try:
        file = save_map(project, made)
    except OSError as error:
        raise UserError(
            f"The map could not be stored ({error.strerror or error})",
            path=project.root,
            remedy="Make room on the disk, see that you may write to the folder, and try again.",
        ) from error
    return MapMade(file, str(made.method), len(made.photo_ids), made.kept_share, made.seconds)
