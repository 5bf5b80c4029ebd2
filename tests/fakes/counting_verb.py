"""A verb with every way to end, for the tests of the frame around verbs."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.database import open_catalogue
from core.errors import UserError
from core.jobs.context import JobContext
from core.project import open_project

HELP = "count, for the tests of the frame"
DESCRIPTION = "Counts slowly."
WRITES = True


@dataclass(frozen=True)
class Counted:
    reached: int
    project: Path

    def __str__(self) -> str:
        return f"Counted to {self.reached}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=int, default=1, metavar="N", help="how far")
    parser.add_argument("--store", action="store_true", help="open the catalogue")


def run(arguments: argparse.Namespace, context: JobContext) -> Counted:
    if arguments.to < 0:
        raise UserError(f"Nobody counts to {arguments.to}", remedy="Choose a positive number.")
    if arguments.store:
        open_catalogue(open_project(arguments.project)).close()
    for number in range(arguments.to + 1):
        context.check_cancelled()
        context.report("Counting", number, arguments.to)
        if arguments.to == number == 13:
            1 / (number - 13)
        if number == 0 and arguments.events:
            print("a library says 0")
    return Counted(arguments.to, arguments.project)
