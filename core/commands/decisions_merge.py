"""`decisions-merge`: takes over the decisions of a colleague."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.database import open_catalogue
from core.cleaning.decision_compare import compare_decisions
from core.cleaning.decision_file import BadLine
from core.cleaning.decision_merge import Choice, Difference, merge_decisions
from core.jobs.context import JobContext
from core.project import open_project

HELP = "take over a colleague's decisions from a file"
DESCRIPTION = """
Takes over decisions that a colleague has written with `decisions-export`, as one step that the
window can undo. What is decided in this project already is a conflict where the colleague says
otherwise, and so are rejections that would leave nothing of an item or neither of two copies; it
stays as it is unless --conflicts theirs is given. The window lets you choose in each.

examples:
  python main.py decisions-merge --project ~/dresses.pickglass ~/bens_decisions.jsonl --compare
  python main.py decisions-merge --project ~/dresses.pickglass ~/bens_decisions.jsonl
"""
WRITES = True

_SHOWN = 20


@dataclass(frozen=True)
class Merged:
    """What was taken over, or would be.

    Attributes:
        by: Who wrote the file.
        summary: What was done, as the history shows it; "" where nothing was.
        new: Decisions on what is not decided here.
        agreements: Decisions that are the same here.
        conflicts: Contradictions.
        unknown: Decisions on what this project does not have.
        bad_lines: Lines that could not be understood, the first thousand of them, and
        bad_line_count: how many there were.
    """

    by: str
    summary: str
    new: int
    agreements: int
    conflicts: tuple[Difference, ...]
    unknown: int
    bad_lines: tuple[BadLine, ...]
    bad_line_count: int

    def __str__(self) -> str:
        lines = [
            f"Decisions of {self.by}: {self.new:,} new, {self.agreements:,} as here,"
            f" {len(self.conflicts):,} in conflict, {self.unknown:,} on what is not here"
        ]
        for conflict in self.conflicts[:_SHOWN]:
            lines.append(
                f"  {conflict.subject} {conflict.name}: here {conflict.mine}, there"
                f" {conflict.theirs}{conflict.why and '. '}{conflict.why}"
            )
        if len(self.conflicts) > _SHOWN:
            lines.append(f"  … and {len(self.conflicts) - _SHOWN:,} more conflicts")
        lines += [
            f"  line {bad.number} is passed over: {bad.why}" for bad in self.bad_lines[:_SHOWN]
        ]
        if self.bad_line_count > _SHOWN:
            lines.append(f"  … and {self.bad_line_count - _SHOWN:,} more lines")
        return "\n".join([*lines, *([self.summary] if self.summary else [])])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and what to do about conflicts."""
    parser.add_argument("file", type=Path, help="what the colleague's decisions-export has written")
    parser.add_argument(
        "--compare", action="store_true", help="show what would be taken over; change nothing"
    )
    parser.add_argument(
        "--conflicts",
        choices=[str(choice) for choice in Choice],
        default=str(Choice.MINE),
        help="whose word counts in conflicts (default: mine)",
    )


def only_reads(arguments: argparse.Namespace) -> bool:
    """A comparison decides nothing: it can be looked at beside the window."""
    return bool(arguments.compare)


def run(arguments: argparse.Namespace, context: JobContext) -> Merged:
    """Compares, and merges."""
    with open_catalogue(open_project(arguments.project)) as catalogue:
        merge = compare_decisions(catalogue, arguments.file, context)
        summary = ""
        if not arguments.compare:
            choices = dict.fromkeys(range(len(merge.conflicts)), Choice(arguments.conflicts))
            summary = merge_decisions(catalogue, merge, choices).summary
    return Merged(
        by=merge.by,
        summary=summary,
        new=merge.new_count,
        agreements=merge.agreements,
        conflicts=merge.conflicts,
        unknown=merge.unknown,
        bad_lines=merge.bad_lines,
        bad_line_count=merge.bad_line_count,
    )
