"""A verb that gets stuck for years, in code that is not Python."""

from __future__ import annotations

import argparse
import hashlib

from core.jobs import stop_deadline
from core.jobs.context import JobContext

HELP = "get stuck, for the tests of the frame"
DESCRIPTION = "Gets stuck."
WRITES = False


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_arguments: argparse.Namespace, context: JobContext) -> object:
    stop_deadline.SAVING_AFTER_S = stop_deadline.LEAVING_AFTER_S = 0.0
    context.report("Getting stuck", 0)
    return hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)
