"""`evaluate`: judges runs by held-out pairs, beside what colours alone would do."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.cleaning.splits import Split
from core.errors import UserError, displayable
from core.jobs.context import JobContext
from core.project import Project, open_project
from core.training.evaluate_runs import Evaluated, evaluate_runs, finished_runs, write_report
from core.training.evaluation.report import EvaluationReport
from core.training.runs import find_run

HELP = "judge runs by held-out pairs: Top-1/5/10 beside a colour histogram and chance"
DESCRIPTION = """
Every photo of the held-out pairs looks for its partner among all others: Top-k is the share that
find it among the k nearest, with its 95 % interval. Beside the runs stand the colour histogram and
a network of the same architecture that has learned nothing. Without --run, all finished runs are
judged, on the pairs of the first one.

Writes the table as JSON, and as HTML with the figures by category, by what is wrong with the photos
and with the worst misses.

examples:
  python main.py evaluate --project dresses.pickglass
  python main.py evaluate --project dresses.pickglass --run first --run second --split validation
  python main.py evaluate --project demo.pickglass --demo "demo scrape" --out figures.json
"""
# It writes reports and caches only: the window may have the project open.
WRITES = False


@dataclass(frozen=True)
class Judged:
    """The table.

    Attributes:
        rows: Name, kind, and Top-k by k as (share, low, high), of each row.
        leaks: Runs that have trained on some of these photos.
        left_out: Runs whose network cannot be used, with the reason.
        file: The report as JSON; the HTML lies beside it.
    """

    split: str
    photos: int
    rows: tuple[Mapping[str, object], ...]
    leaks: tuple[str, ...]
    left_out: Mapping[str, str]
    file: Path
    text: str

    def __str__(self) -> str:
        lines = [self.text]
        if self.leaks:
            names = ", ".join(f"“{name}”" for name in self.leaks)
            lines.append(f"Too good to be true: {names} trained on some of these photos.")
        lines += [f"“{name}” is left out: {why}" for name, why in self.left_out.items()]
        lines.append(f"Written to {displayable(self.file)} and .html")
        return "\n".join(lines)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which runs, on which pairs."""
    parser.add_argument(
        "--run", action="append", metavar="NAME", help="a run; may be repeated (all finished ones)"
    )
    parser.add_argument(
        "--split",
        choices=[str(Split.TEST), str(Split.VALIDATION)],
        default=str(Split.TEST),
        help="which held-out pairs (test)",
    )
    parser.add_argument(
        "--demo",
        type=Path,
        metavar="DIR",
        help="a demo scrape: its ground truth, not the hints, says what is wrong with photos",
    )
    parser.add_argument(
        "--many", action="store_true", help="also R@1 and MAP@R, of items with many photos"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where to write the JSON (evaluation-test.json in the project)",
    )


def run(arguments: argparse.Namespace, context: JobContext) -> Judged:
    """Judges."""
    project = open_project(arguments.project)
    split = Split(arguments.split)
    if arguments.run is None:
        runs = finished_runs(project)
    else:
        runs = tuple(find_run(project, name) for name in dict.fromkeys(arguments.run))
    file = _file(arguments, project, split)
    evaluated = evaluate_runs(
        project, runs, split, context, demo=arguments.demo, with_many=arguments.many
    )
    write_report(evaluated.report, file)
    return _judged(evaluated, file)


def _file(arguments: argparse.Namespace, project: Project, split: Split) -> Path:
    if arguments.out is None:
        return project.root / f"evaluation-{split}.json"
    file: Path = arguments.out
    # Now, for what is judged takes minutes and would be lost.
    if not file.absolute().parent.is_dir():
        raise UserError(
            "The evaluation cannot be written: there is no such folder",
            path=file.absolute().parent,
            remedy="Make it, or choose another file.",
        )
    if file.suffix.lower() in (".html", ".htm"):
        raise UserError(
            "This file is for the JSON, and the HTML is written beside it",
            path=file,
            remedy="Name a file that ends in .json.",
        )
    return file


def _judged(evaluated: Evaluated, file: Path) -> Judged:
    report: EvaluationReport = evaluated.report
    return Judged(
        split=str(report.split),
        photos=report.n_photos,
        rows=tuple(
            {
                "name": row.name,
                "kind": str(row.kind),
                "top": {str(k): (top.share, top.low, top.high) for k, top in row.top.items()},
                "r_at_1": row.r_at_1,
                "map_at_r": row.map_at_r,
            }
            for row in report.rows
        ),
        leaks=evaluated.leaks,
        left_out=evaluated.left_out,
        file=file,
        text=report.to_text(),
    )
