"""Restore: photos come back from the quarantine to where they were, byte for byte.

Restoring a photo also takes its rejection back, as a decision like any other; else the next Apply
would put it away again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes, ItemState, Verdict
from core.cleaning.disk import Disk
from core.cleaning.journal import CURRENT_USER, OperationKind, recording
from core.cleaning.move_journal import (
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
from core.jobs.context import JobContext
from core.number_words import plural


@dataclass(frozen=True)
class Restored:
    """What came of it.

    Attributes:
        moved: The files.
        changes: The decisions that were taken back.
    """

    moved: Moved
    changes: Changes


def restore(
    catalogue: Catalogue,
    context: JobContext,
    *,
    photo_ids: Iterable[int] = (),
    item_ids: Iterable[int] = (),
    everything: bool = False,
    who: str = CURRENT_USER,
    disk: Disk | None = None,
) -> Restored:
    """Brings files back whose photos are in the quarantine; photos that are not are left out.

    A file whose place has been taken, or that is not what was put into the quarantine, stays there
    with its rejection, and is a problem of the result.

    Args:
        catalogue: Says where files came from.
        context: May cancel; what is left can then be finished or rolled back.
        photo_ids: Photos to restore, and
        item_ids: items whose every photo to restore, or
        everything: all there are.
        who: In whose name the rejections are taken back.
        disk: Takes the steps.

    Raises:
        UserError: An earlier Apply or Restore is not finished, or a disk is full.
        Cancelled: The files moved until then are recorded.
    """
    refuse_unfinished(catalogue)
    planner = MovePlanner(catalogue)
    wanted = {
        photo.id: photo
        for photo in (
            planner.files.quarantined()
            if everything
            else [*planner.files.by_id(photo_ids), *planner.files.of_items(item_ids)]
        )
        if photo.quarantine is not None
    }
    moves: dict[Path, FileMove] = {}
    restored: list[FiledPhoto] = []
    refused: set[Path] = set()
    for number, photo in enumerate(wanted.values(), start=1):
        context.check_cancelled()
        if photo.original not in moves and photo.original not in refused:
            move = planner.back(photo, verify=True)
            if move is None:
                refused.add(photo.original)
            else:
                moves[photo.original] = move
        if photo.original in moves:
            restored.append(photo)
        context.report("Verifying files", number, len(wanted))
    changes = _take_back_and_plan(catalogue, restored, list(moves.values()), who)
    moved = carry_out(catalogue, context, disk=disk)
    problems: tuple[Problem, ...] = (*planner.problems, *moved.problems)
    return Restored(dataclasses.replace(moved, problems=problems), changes)


def _take_back_and_plan(
    catalogue: Catalogue, photos: list[FiledPhoto], moves: list[FileMove], who: str
) -> Changes:
    """Takes the rejections back and writes the moves down: both or, after a crash, neither."""
    with (
        catalogue.transaction() as connection,
        recording(catalogue, OperationKind.RESTORE, who) as record,
    ):
        ids = {photo.id for photo in photos}
        for item_id in sorted({photo.item_id for photo in photos}):
            item = record.item(item_id)
            if item["state"] != ItemState.REJECTED:
                continue
            # The others of a rejected item stay rejected, each by itself.
            record.set_item(item, state=str(ItemState.OPEN), reason="")
            for photo in record.photos_of(item_id):
                if photo["id"] not in ids and photo["verdict"] != Verdict.REJECTED:
                    record.set_photo(photo, verdict=str(Verdict.REJECTED), reason=item["reason"])
        for photo in record.photos(ids) if ids else []:
            record.set_verdict(photo, Verdict.KEPT)
        record.item_id = photos[0].item_id if photos else None
        record.summary = f"Restored {plural(len(ids), 'photo')}"
        if moves:
            journal_moves(connection, next_batch(connection), moves)
    return record.changes
