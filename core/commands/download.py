"""`download`: fetches the photos that a scrape names by URL only."""

from __future__ import annotations

import argparse

from core.catalogue.database import open_catalogue
from core.jobs.context import JobContext
from core.project import open_project
from core.scrape.download import DownloadResult, download_pending
from core.scrape.fetch import Limits

HELP = "fetch the photos that the scrape names by URL only"
DESCRIPTION = """
Downloads the photos of imported dumps and tables that are known by their address only, into the
project's own folder (downloads/). A bounded number is fetched at once, few of them from any one
server. Busy servers (429, 5xx, time-outs) are asked again later, or when they say; a server that
fails again and again is left alone until the next download. A photo that cannot be had stays in
the project as a row with its reason.

After Ctrl-C or a crash the same command carries on; photos that have come are not asked for again.

Only http and https addresses are used, redirects included, and none in your own network unless
you say --allow-private. No cookies are kept and no passwords sent.

examples:
  python main.py download --project ~/shop.pickglass
  python main.py download --project ~/shop.pickglass --retry-failed --per-host 1
"""
WRITES = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How much at once, and what again."""
    parser.add_argument(
        "--retry-failed", action="store_true", help="try those again that failed before"
    )
    parser.add_argument(
        "--at-once",
        type=_positive,
        default=8,
        metavar="N",
        help="connections in all (default: %(default)s)",
    )
    parser.add_argument(
        "--per-host",
        type=_positive,
        default=2,
        metavar="N",
        help="connections to one server (default: %(default)s)",
    )
    parser.add_argument(
        "--max-mb",
        type=_positive,
        default=30,
        metavar="MB",
        help="refuse larger photos (default: %(default)s)",
    )
    parser.add_argument(
        "--allow-private",
        action="store_true",
        help="also fetch from servers in your own network",
    )


def run(arguments: argparse.Namespace, context: JobContext) -> DownloadResult:
    """Downloads what waits."""
    limits = Limits(max_bytes=arguments.max_mb * 1_000_000, allow_private=arguments.allow_private)
    with open_catalogue(open_project(arguments.project)) as catalogue:
        return download_pending(
            catalogue,
            retry_failed=arguments.retry_failed,
            max_at_once=arguments.at_once,
            max_per_host=arguments.per_host,
            limits=limits,
            context=context,
        )


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError("a number from 1 to 1000 is needed")
    return number
