"""`export`: writes the clean data set to another folder."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.database import open_catalogue
from core.cleaning.export import ExportResult, export
from core.cleaning.export_photo import ExportMode
from core.cleaning.manifest import ManifestFormat
from core.commands.problem_lines import problem_lines
from core.errors import displayable
from core.jobs.context import JobContext
from core.number_words import plural
from core.project import open_project

HELP = "write the clean data set to another folder, with a manifest"
DESCRIPTION = """
Writes all photos that were not rejected to a new folder, as <category>/<item>/<number>.<extension>,
with manifest.csv and manifest.parquet beside them: a row a photo, with item, path, content hash
(SHA-256), metadata, original path, and split. Originals are only read.

  --mode copy      the photos are copied and verified against their hashes
  --mode hardlink  the same files under a second name: takes no room, but only on the same disk, and
                   whoever edits an exported file edits the original
  --mode manifest  no photos, the manifest alone

The split follows the evaluation protocol: items with exactly two photos are held out, half for
validation and half for test, if neither of their photos is in any other item; all others train.
The same seed gives the same split.

Export again to the same folder to bring it up to date: only what is new is copied, and what the
earlier export wrote and is no longer wanted is removed. A folder that is neither empty nor an
earlier export of this project is refused, and so is any folder inside the scrape or the project.
After Ctrl-C, a crash or a full disk the same command goes on where it stopped.

examples:
  python main.py export --project ~/dresses.pickglass ~/clean_dresses
  python main.py export --project ~/dresses.pickglass ~/clean_dresses --only-done --mode hardlink
  python main.py export --project ~/dresses.pickglass ~/dresses_list --mode manifest --format csv
"""
WRITES = True


@dataclass(frozen=True)
class Exported:
    """What was exported."""

    result: ExportResult

    def __str__(self) -> str:
        result = self.result
        split = ", ".join(f"{count:,} {split}" for split, count in result.items_by_split.items())
        lines = [
            f"Exported {plural(result.photos, 'photo')} of {plural(result.items, 'item')} to"
            f" {displayable(result.folder)}",
            f"{result.written:,} written, {result.unchanged:,} as before,"
            f" {result.removed:,} removed",
            f"Items: {split}",
        ]
        if result.not_ready:
            lines.append(
                f"Left out: {plural(result.not_ready, 'photo')} not to be read, or not hashed yet."
            )
        return "\n".join([*lines, *problem_lines(result.problems)])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to and what."""
    parser.add_argument("target", type=Path, help="a new or empty folder, or an earlier export")
    parser.add_argument(
        "--mode",
        choices=[str(mode) for mode in ExportMode],
        default=str(ExportMode.COPY),
        help="how photos get there (default: copy)",
    )
    parser.add_argument(
        "--format",
        action="append",
        choices=[str(format_) for format_ in ManifestFormat],
        help="of the manifest; may be repeated (default: both)",
    )
    parser.add_argument(
        "--only-done", action="store_true", help="only items that are marked as done"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the split (default: 0)")


def run(arguments: argparse.Namespace, context: JobContext) -> Exported:
    """Exports."""
    formats = arguments.format or [str(format_) for format_ in ManifestFormat]
    with open_catalogue(open_project(arguments.project)) as catalogue:
        return Exported(
            export(
                catalogue,
                arguments.target,
                mode=ExportMode(arguments.mode),
                formats=[ManifestFormat(format_) for format_ in formats],
                only_done=arguments.only_done,
                seed=arguments.seed,
                context=context,
            )
        )
