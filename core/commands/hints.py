"""`hints`: finds copies, bad photos and items that may be one."""

from __future__ import annotations

import argparse

from core.catalogue.database import open_catalogue
from core.cleaning.cross_item import RADIUS
from core.cleaning.find_hints import HintResult, find_hints
from core.jobs.context import JobContext
from core.project import open_project

HELP = "look for copies, bad photos, and photos that other items have too"
DESCRIPTION = """
Looks at every item whose photos have changed since the last time and says what it suspects:
  exact copy         the same bytes, or the same pixels in another kind of file
  near copy          re-encoded or resized
  altered copy       cropped, bordered, mirrored, turned or watermarked
  in another item    the same photo is in another item: one listing twice?
  low quality        blurred, nearly black, tiny, a screenshot
  odd one out        unlike the item's other photos in colour and texture

Hints decide nothing. A pair that was marked as no duplicates is not brought up again. Run `hash`
first. Stop at any time with Ctrl-C: the same command goes on there.

examples:
  python main.py hints --project dresses.pickglass
  python main.py hints --project dresses.pickglass --radius 4
  python main.py hints --project dresses.pickglass --again
"""
WRITES = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many processes, how near is near, and whether all is looked at."""
    parser.add_argument(
        "--workers", type=int, metavar="N", help="processes that look; one a processor by default"
    )
    parser.add_argument(
        "--radius",
        type=int,
        choices=range(17),
        metavar="BITS",
        help="bits by which a photo's hashes in two items may differ, 0 to 16 (as the last time; "
        f"at first {RADIUS})",
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="look at all items, as after an update of Pickglass that knows more",
    )


def run(arguments: argparse.Namespace, context: JobContext) -> HintResult:
    """Looks."""
    with open_catalogue(open_project(arguments.project)) as catalogue:
        return find_hints(
            catalogue,
            context,
            workers=arguments.workers,
            radius=arguments.radius,
            again=arguments.again,
        )
