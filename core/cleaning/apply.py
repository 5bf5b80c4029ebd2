"""Apply: rejected files go to the project's quarantine, and files that are wanted again come back.

First a plan, which touches nothing, then the moving, which `core.cleaning.moves` makes safe.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.database import Catalogue
from core.catalogue.records import RejectReason
from core.cleaning.disk import Disk, hash_file
from core.cleaning.move_journal import (
    Direction,
    FileMove,
    Moved,
    Problem,
    journal_moves,
    next_batch,
    refuse_unfinished,
)
from core.cleaning.move_planner import MovePlanner
from core.cleaning.moves import carry_out
from core.cleaning.photo_files import FiledPhoto
from core.errors import UserError, displayable
from core.jobs.context import JobContext

_SPARE_BYTES = 16_000_000
"""Left free on a disk that files are copied to."""

_SLICE = 2000
"""Moves journalled in one transaction, so that a decision never waits for long."""


@dataclass(frozen=True)
class ApplyPlan:
    """What applying would do.

    Attributes:
        to_quarantine: Rejected files that are still at their places.
        to_bring_back: Files in the quarantine whose photos are no longer rejected.
        byte_count: Of all of them.
        by_reason: Rejected photos in the files to quarantine, by reason.
        problems: Files that will be left as they are.
        no_room: Why it cannot be done at all, if a disk has not enough room.
    """

    to_quarantine: tuple[FileMove, ...]
    to_bring_back: tuple[FileMove, ...]
    byte_count: int
    by_reason: Mapping[RejectReason, int]
    problems: tuple[Problem, ...]
    no_room: Problem | None

    @property
    def is_empty(self) -> bool:
        return not self.to_quarantine and not self.to_bring_back


def plan_apply(catalogue: Catalogue, context: JobContext | None = None) -> ApplyPlan:
    """Finds out what Apply would do, from the decisions and a look at each file concerned."""
    context = context or JobContext()
    planner = MovePlanner(catalogue)
    rejected = _by_file(planner.files.to_quarantine())
    quarantined = _by_file(photo for photo in planner.files.quarantined() if not photo.rejected)
    total = len(rejected) + len(quarantined)
    by_reason: Counter[RejectReason] = Counter()
    to_quarantine = []
    for number, photos in enumerate(rejected, start=1):
        context.check_cancelled()
        move = planner.away(photos[0])
        if move is not None:
            to_quarantine.append(move)
            by_reason.update(photo.reason for photo in photos if photo.reason is not None)
        context.report("Looking at the files", number, total)
    to_bring_back = []
    for number, photos in enumerate(quarantined, start=len(rejected) + 1):
        context.check_cancelled()
        move = planner.back(photos[0])
        if move is not None:
            to_bring_back.append(move)
        context.report("Looking at the files", number, total)
    moves = (*to_quarantine, *to_bring_back)
    return ApplyPlan(
        to_quarantine=tuple(to_quarantine),
        to_bring_back=tuple(to_bring_back),
        byte_count=sum(move.byte_count for move in moves),
        by_reason=dict(by_reason),
        problems=tuple(planner.problems),
        no_room=_lack_of_room(catalogue, moves),
    )


def apply(
    catalogue: Catalogue, plan: ApplyPlan, context: JobContext, *, disk: Disk | None = None
) -> Moved:
    """Does what was planned, as far as the decisions still say so.

    Raises:
        UserError: An earlier Apply or Restore is not finished, or a disk has not enough room.
        Cancelled: What is moved is recorded; the rest can be finished or all be rolled back.
    """
    refuse_unfinished(catalogue)
    if plan.no_room is not None:
        raise UserError(plan.no_room.why, path=Path(plan.no_room.path), remedy=plan.no_room.remedy)
    moves, problems = _hashed([*plan.to_quarantine, *plan.to_bring_back], context)
    batch = next_batch(catalogue.connection)
    for first in range(0, len(moves), _SLICE):
        with catalogue.transaction() as connection:
            journal_moves(connection, batch, moves[first : first + _SLICE])
    moved = carry_out(catalogue, context, disk=disk)
    return dataclasses.replace(moved, problems=(*plan.problems, *problems, *moved.problems))


def _by_file(photos: Iterable[FiledPhoto]) -> list[list[FiledPhoto]]:
    """The photos, those of one file together."""
    files: dict[Path, list[FiledPhoto]] = {}
    for photo in photos:
        files.setdefault(photo.original, []).append(photo)
    return list(files.values())


def _hashed(moves: Sequence[FileMove], context: JobContext) -> tuple[list[FileMove], list[Problem]]:
    """The moves with every file's hash known; reads those files where it is not."""
    hashed: list[FileMove] = []
    problems: list[Problem] = []
    for number, move in enumerate(moves):
        if move.content_hash is None:
            context.check_cancelled()
            context.report("Reading files", number, len(moves))
            try:
                move = dataclasses.replace(move, content_hash=hash_file(move.original))
            except OSError as error:
                problems.append(
                    Problem(
                        move.photo_id,
                        displayable(move.original),
                        f"It cannot be read ({error.strerror})",
                        "Give yourself permission to read it, and try again.",
                    )
                )
                continue
        hashed.append(move)
    return hashed, problems


def _lack_of_room(catalogue: Catalogue, moves: Iterable[FileMove]) -> Problem | None:
    """Whether the files that have to be copied to another disk fit on it."""
    quarantine = catalogue.project.quarantine
    devices: dict[Path, int] = {}
    needed: Counter[int] = Counter()
    folders: dict[int, tuple[Path, int]] = {}
    for move in moves:
        original = _existing(move.original.parent)
        if original not in devices:
            devices[original] = original.stat().st_dev
        here, there = devices[original], quarantine.stat().st_dev
        if here == there:
            continue
        to, folder = (
            (there, quarantine) if move.direction is Direction.QUARANTINE else (here, original)
        )
        needed[to] += move.byte_count
        folders.setdefault(to, (folder, move.photo_id))
    for device, byte_count in needed.items():
        folder, photo_id = folders[device]
        free = shutil.disk_usage(folder).free
        if byte_count + _SPARE_BYTES > free:
            return Problem(
                photo_id,
                displayable(folder),
                f"{byte_count / 1e6:,.0f} MB have to be copied there,"
                f" and {free / 1e6:,.0f} MB are free",
                "Make room on that disk, or move the project to the disk that the photos are on.",
            )
    return None


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    while not folder.exists():
        folder = folder.parent
    return folder
