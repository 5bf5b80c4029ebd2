"""`apply`: moves rejected files to the project's quarantine."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass

from core.catalogue.database import Catalogue, open_catalogue
from core.catalogue.records import RejectReason
from core.cleaning.apply import ApplyPlan, apply, plan_apply
from core.cleaning.move_journal import Moved, Problem, unfinished
from core.cleaning.moves import finish_or_roll_back
from core.commands.problem_lines import files, megabytes, problem_lines
from core.jobs.context import JobContext
from core.project import open_project

HELP = "move rejected files to the project's quarantine, and files that are wanted again back"
DESCRIPTION = """
Moves the files of rejected photos (and of rejected items) to the project's quarantine, and files
whose rejection was undone back to where they were. Nothing is deleted, overwritten or changed:
files on the disk that the project is on are renamed, others are copied, verified, and then removed
from their old place. Every move is written down before a file is touched.

It can be stopped at any point, by Ctrl-C or a power cut. The next `apply` finishes what was begun
before it does anything else; `--roll-back` takes back all that the interrupted one has moved. The
decisions stay as they are in either case. `restore` brings files back and keeps them.

Left where they are, and named: files that changed since they were looked at, that are gone, that
are links, that also hold a photo that is kept, and files in read-only folders.

examples:
  python main.py apply --project ~/dresses.pickglass --plan
  python main.py apply --project ~/dresses.pickglass
  python main.py apply --project ~/dresses.pickglass --roll-back
"""
WRITES = True

_PROBLEMS_TOLD = 1000


@dataclass(frozen=True)
class PlanSummary:
    """What applying would do.

    Attributes:
        to_quarantine: Files that would be moved there, and
        to_bring_back: files that would be moved back.
        byte_count: Of both together.
        by_reason: Rejected photos in them, by reason.
        problems: Files that would be left, the first thousand of them, and
        problem_count: how many there are.
        no_room: Why it cannot be done at all, if a disk is too full.
        interrupted: Whether an earlier Apply or Restore has to be finished or rolled back first.
    """

    to_quarantine: int
    to_bring_back: int
    byte_count: int
    by_reason: Mapping[RejectReason, int]
    problems: tuple[Problem, ...]
    problem_count: int
    no_room: Problem | None
    interrupted: bool

    def __str__(self) -> str:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in self.by_reason.items())
        lines = [
            f"To the quarantine: {files(self.to_quarantine)}" + (reasons and f" ({reasons})"),
            f"Back to their places: {files(self.to_bring_back)}",
            f"Together {megabytes(self.byte_count)}",
            *problem_lines(self.problems),
        ]
        if self.no_room is not None:
            lines.append(f"There is not enough room in {self.no_room.path}: {self.no_room.why}.")
        if self.interrupted:
            lines.append("Moving files was interrupted before; that would be finished first.")
        return "\n".join(lines)


@dataclass(frozen=True)
class Applied:
    """What was done.

    Attributes:
        finished: What came of one that had been interrupted, if one had been.
        rolled_back: Whether that was rolled back rather than finished.
        applied: What came of this one; None if there was none to be begun.
    """

    finished: Moved | None
    rolled_back: bool
    applied: Moved | None

    def __str__(self) -> str:
        lines: list[str] = []
        if self.finished is not None:
            how = "rolled back" if self.rolled_back else "finished"
            lines += [f"The interrupted one is {how}:", *moved_lines(self.finished)]
        elif self.applied is None:
            lines.append("Nothing was interrupted.")
        if self.applied is not None:
            lines += moved_lines(self.applied)
        return "\n".join(lines)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do instead of applying."""
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--plan", action="store_true", help="show what would be done; do nothing")
    instead.add_argument(
        "--finish", action="store_true", help="finish an interrupted one and begin no other"
    )
    instead.add_argument(
        "--roll-back", action="store_true", help="take back what an interrupted one has moved"
    )


def only_reads(arguments: argparse.Namespace) -> bool:
    """A plan moves nothing: it can be looked at beside the window."""
    return bool(arguments.plan)


def run(arguments: argparse.Namespace, context: JobContext) -> PlanSummary | Applied:
    """Plans, applies, finishes or rolls back."""
    with open_catalogue(open_project(arguments.project)) as catalogue:
        if arguments.plan:
            return _summary(catalogue, plan_apply(catalogue, context))
        finished = None
        if unfinished(catalogue) is not None:
            finished = finish_or_roll_back(catalogue, context, roll_back=arguments.roll_back)
        applied = None
        if not (arguments.finish or arguments.roll_back):
            applied = apply(catalogue, plan_apply(catalogue, context), context)
        return Applied(finished, arguments.roll_back, applied)


def moved_lines(moved: Moved) -> list[str]:
    """What came of moving files, for people."""
    return [
        f"{files(moved.quarantined)} moved to the quarantine,"
        f" {files(moved.brought_back)} back to their places ({megabytes(moved.byte_count)})",
        *problem_lines(moved.problems),
    ]


def _summary(catalogue: Catalogue, plan: ApplyPlan) -> PlanSummary:
    return PlanSummary(
        to_quarantine=len(plan.to_quarantine),
        to_bring_back=len(plan.to_bring_back),
        byte_count=plan.byte_count,
        by_reason=plan.by_reason,
        problems=plan.problems[:_PROBLEMS_TOLD],
        problem_count=len(plan.problems),
        no_room=plan.no_room,
        interrupted=unfinished(catalogue) is not None,
    )
