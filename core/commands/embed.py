"""`embed`: embeds the kept photos with a run's network."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from core.cleaning.move_journal import Problem
from core.commands.problem_lines import problem_lines
from core.embedding.worker import EmbeddingResult, embed_catalogue
from core.errors import displayable
from core.jobs.context import JobContext
from core.number_words import plural
from core.project import open_project
from core.training.runs import find_run

HELP = "embed the kept photos with a run's network, for the explorer"
DESCRIPTION = """
Turns every kept photo into a point of the run's space and stores the points as the run's index,
which the explorer searches. Photos that the index has already, by their content, are not embedded
again; after Ctrl-C the same command goes on where it stopped. Photos that cannot be read are listed
with the reason. Photos that were rejected as tags are embedded as well and kept apart, so that
others can be found by them (`suspects`).

examples:
  python main.py embed --project dresses.pickglass --run first
"""
# It writes into the run's folder and the caches only: the window may have the project open.
WRITES = False

_REMEDY = "Read the photos again by `hash`, which says more, then embed again."


@dataclass(frozen=True)
class Embedded:
    """What was embedded."""

    result: EmbeddingResult

    def __str__(self) -> str:
        result = self.result
        lines = [
            f"{plural(result.photos, 'photo')} in {result.dimensions} dimensions,"
            f" {result.embedded:,} embedded now: {displayable(result.file)}"
        ]
        if result.tags:
            lines.append(
                f"Beside it, for the explorer to find others by: {plural(result.tags, 'photo')}"
                " rejected as tags"
            )
        problems = [
            Problem(problem.photo_id, displayable(problem.file), problem.why, _REMEDY)
            for problem in result.problems
        ]
        return "\n".join([*lines, *problem_lines(problems)])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which run."""
    parser.add_argument("--run", required=True, metavar="NAME", help="a run with a network")


def run(arguments: argparse.Namespace, context: JobContext) -> Embedded:
    """Embeds."""
    project = open_project(arguments.project)
    return Embedded(embed_catalogue(project, find_run(project, arguments.run), context))
