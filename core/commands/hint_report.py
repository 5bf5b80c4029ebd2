"""`hint-report`: how many copies the hints find, and how many false alarms they raise."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cleaning.hint_report import HintReport, report_on_demo, report_on_photos
from core.errors import UserError
from core.jobs.context import JobContext

HELP = "measure the hints: copies found and false alarms, on photos that are known"
DESCRIPTION = """
Measures how good the hints are and prints a table.

With --photos, copies of a folder's photos are made in memory (cropped, bordered, mirrored, turned,
watermarked, re-encoded, resized, and several of these) and must be found; and photos known to
differ are put together ten to an item, by contributor and class where a photos.csv says them
(columns image, sender_id, label), and must raise no alarm. The thresholds were set on the half
"tune" of the photos (by the hash of the name); the report is on the other half.

With --demo, the hints are held against a demo scrape's ground truth.

examples:
  python main.py hint-report --photos ~/photos --most 300
  python main.py hint-report --demo "demo scrape"

It needs no project.
"""
WRITES = False
NEEDS_PROJECT = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to measure on."""
    parser.add_argument("--photos", type=Path, metavar="DIR", help="a folder of different photos")
    parser.add_argument(
        "--demo", type=Path, metavar="DIR", help="a folder with scrape/ and ground_truth.csv"
    )
    parser.add_argument(
        "--most", type=int, default=200, metavar="N", help="make copies of so many photos (200)"
    )
    parser.add_argument(
        "--half", choices=["report", "tune", "all"], default="report", help="of the photos (report)"
    )
    parser.add_argument("--workers", type=int, metavar="N", help="processes; one a processor")


def run(arguments: argparse.Namespace, context: JobContext) -> HintReport:
    """Measures."""
    if (arguments.photos is None) == (arguments.demo is None):
        raise UserError(
            "There is nothing to measure on", remedy="Name a folder by --photos or by --demo."
        )
    if arguments.demo is not None:
        return report_on_demo(arguments.demo, context, workers=arguments.workers)
    return report_on_photos(
        arguments.photos,
        context,
        most=arguments.most,
        half=arguments.half,
        workers=arguments.workers,
    )
