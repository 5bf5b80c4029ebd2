"""Stands for any verb: takes any arguments, does nothing, and fails where a test wants it to."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass

from core.errors import UserError
from core.jobs.context import JobContext

HELP = "nothing"
DESCRIPTION = "Nothing."
WRITES = True


@dataclass(frozen=True)
class Nothing:
    to_download: int = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("anything", nargs="*")
    parser.add_argument("--finish", action="store_true")
    parser.add_argument("--retry-failed", action="store_true")
    parser.add_argument("--again", action="store_true")


def run(arguments: argparse.Namespace, context: JobContext) -> Nothing:
    context.report("Doing nothing", 1, 1)
    if problem := os.environ.get("PICKGLASS_TEST_FAILS"):
        raise UserError(problem)
    return Nothing()
