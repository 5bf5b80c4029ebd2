"""Moving photos between their places and the quarantine so that nothing can be lost.

Every move is a row of `file_move` before its file is touched, and done once the file is where it
should be. What to do about a row that is neither is read off the disk: at every moment the file is
whole at its old place, at its new one, or at both. So carrying a batch out, going on with it after
a crash and rolling it back are one and the same procedure.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Row

from core.catalogue.database import Catalogue
from core.catalogue.paths import from_stored
from core.cleaning.disk import (
    Disk,
    FileProblem,
    arrive,
    changed,
    hash_file,
    is_disk_full,
    is_unchanged,
    make_folders,
    remove_empty_folders,
    taken,
)
from core.cleaning.move_journal import (
    MOVES_A_COMMIT,
    Direction,
    Moved,
    MoveState,
    Problem,
)
from core.cleaning.photo_files import PhotoFiles
from core.errors import UserError, displayable
from core.jobs.context import JobContext


def finish_or_roll_back(
    catalogue: Catalogue,
    context: JobContext,
    *,
    roll_back: bool = False,
    disk: Disk | None = None,
) -> Moved:
    """Settles an Apply or Restore that was interrupted; does nothing if none was.

    Args:
        catalogue: Says what was planned; the disk says what has happened.
        context: May cancel; what is left is then still unfinished.
        roll_back: Take back all that the interrupted batch has done, too, instead of finishing it.
            The decisions stay as they are.
        disk: Takes the steps.

    Raises:
        UserError: The disk is full; it can be settled once there is room.
    """
    if roll_back:
        with catalogue.transaction() as connection:
            connection.execute(
                "UPDATE file_move SET state = 'rolling back' WHERE state IN ('planned', 'done')"
                " AND batch IN (SELECT batch FROM file_move WHERE state = 'planned')"
            )
    return carry_out(catalogue, context, disk=disk)


def carry_out(catalogue: Catalogue, context: JobContext, *, disk: Disk | None = None) -> Moved:
    """Makes all moves that are planned or being rolled back, in order.

    Raises:
        UserError: The disk is full. All that was moved is recorded, the rest is still planned.
        Cancelled: Likewise.
    """
    mover = _Mover(catalogue, disk or Disk())
    (total,) = catalogue.connection.execute(
        "SELECT count(*) FROM file_move WHERE state IN ('planned', 'rolling back')"
    ).fetchone()
    done = 0
    while rows := catalogue.connection.execute(
        "SELECT file_move.* FROM file_move WHERE state IN ('planned', 'rolling back')"
        " ORDER BY id LIMIT ?",
        [MOVES_A_COMMIT],
    ).fetchall():
        context.report("Moving files", done, total)
        mover.move(rows, context)
        done += len(rows)
    context.report("Moving files", done, total)
    return mover.moved()


@dataclass(frozen=True)
class _Task:
    """A row of the journal, turned so that the file has to get from `source` to `target`."""

    row: Row
    source: Path
    target: Path
    photo_ids: tuple[int, ...]
    to_quarantine: bool
    wanted: bool

    @property
    def part(self) -> Path:
        """What the file is called beside its target while it is copied."""
        return self.target.parent / self._part_name

    @property
    def part_before_turning(self) -> Path:
        """Likewise, before the row was turned to be rolled back."""
        return self.source.parent / self._part_name

    @property
    def _part_name(self) -> str:
        return f".{self.row['id']}.pickglass-part"

    @property
    def goal(self) -> MoveState:
        rolling_back = self.row["state"] == MoveState.ROLLING_BACK
        return MoveState.ROLLED_BACK if rolling_back else MoveState.DONE


class _Mover:
    """Moves chunks of files and counts what came of it."""

    def __init__(self, catalogue: Catalogue, disk: Disk) -> None:
        self._catalogue = catalogue
        self._disk = disk
        self._files = PhotoFiles(catalogue)
        self._counts = dict.fromkeys(Direction, 0)
        self._byte_count = 0
        self._problems: list[Problem] = []

    def moved(self) -> Moved:
        return Moved(
            quarantined=self._counts[Direction.QUARANTINE],
            brought_back=self._counts[Direction.RESTORE],
            byte_count=self._byte_count,
            problems=tuple(self._problems),
        )

    def move(self, rows: Iterable[Row], context: JobContext) -> None:
        """Moves the files of these rows and records it, also where it is stopped half-way."""
        settled: list[tuple[_Task, MoveState]] = []
        leaving: list[_Task] = []
        try:
            for row in rows:
                context.check_cancelled()
                task = self._task(row)
                try:
                    if self._arrive(task):
                        leaving.append(task)
                    else:
                        settled.append((task, MoveState.DROPPED))
                except (FileProblem, OSError) as error:
                    settled.append((task, self._failure(task, error)))
        finally:
            self._sync(task.target.parent for task in leaving)
            for task in leaving:
                try:
                    self._leave(task)
                    settled.append((task, task.goal))
                except (FileProblem, OSError) as error:
                    settled.append((task, self._failure(task, error)))
            self._sync(task.source.parent for task in leaving)
            self._record(settled)
        for folder in {task.source.parent for task in leaving if not task.to_quarantine}:
            remove_empty_folders(self._disk, folder, self._catalogue.project.quarantine)

    def _task(self, row: Row) -> _Task:
        (photo,) = self._files.by_id([row["photo_id"]])
        sharing = self._files.sharing(photo)
        in_quarantine = self._catalogue.project.quarantine / from_stored(row["quarantine"])
        rolling_back = row["state"] == MoveState.ROLLING_BACK
        to_quarantine = (row["direction"] == Direction.QUARANTINE) != rolling_back
        rejected = all(photo.rejected for photo in sharing)
        source, target = photo.original, in_quarantine
        if not to_quarantine:
            source, target = target, source
        return _Task(
            row=row,
            source=source,
            target=target,
            photo_ids=tuple(photo.id for photo in sharing),
            to_quarantine=to_quarantine,
            wanted=rolling_back or rejected == to_quarantine,
        )

    def _arrive(self, task: _Task) -> bool:
        """Sees to it that the file is at its new place; False if it is no longer to go there."""
        for part in (task.part, task.part_before_turning):
            if os.path.lexists(part):
                self._disk.unlink(part)  # of a copy that was interrupted
        source, target = _stat(task.source), _stat(task.target)
        if source is None:
            if target is None:
                raise FileProblem(
                    "The file is gone",
                    "Put it back in its place if you have it elsewhere, and try again.",
                )
            if not _is_the_file(task, task.target, target):
                raise changed()
            return True
        if target is not None:
            # Both: it was interrupted before the file had left its old place.
            if not os.path.samestat(source, target) and (
                hash_file(task.target) != task.row["content_hash"]
            ):
                raise taken(task.target)
            if not task.wanted:
                self._disk.unlink(task.target)
            return task.wanted
        if not task.wanted:
            return False
        if not _is_the_file(task, task.source, source):
            raise changed()
        make_folders(self._disk, task.target.parent)
        arrive(
            self._disk,
            task.source,
            task.target,
            task.part,
            task.row["content_hash"],
            task.row["mtime_ns"],
        )
        return True

    def _leave(self, task: _Task) -> None:
        """Takes the file from its old place, now that it is safe at the new one."""
        source, target = _stat(task.source), _stat(task.target)
        if source is None:
            return  # it was renamed
        if target is None:
            raise FileProblem("The file went away while it was moved", "Try again.")
        try:
            if not os.path.samestat(source, target) and not _is_the_file(task, task.source, source):
                raise changed()
            self._disk.unlink(task.source)
        except (FileProblem, OSError):
            if not os.path.lexists(task.source):
                return  # network shares report failure of what succeeded at the second attempt
            self._disk.unlink(task.target)
            raise

    def _failure(self, task: _Task, error: FileProblem | OSError) -> MoveState:
        """Notes why a file stays where it is; stops everything if the disk is full."""
        if isinstance(error, FileProblem):
            why, remedy = error.why, error.remedy
        elif is_disk_full(error):
            raise UserError(
                "The disk is full, so not all files could be moved",
                path=task.target.parent,
                remedy="Make room on it and start again: it goes on where it stopped.",
            ) from error
        else:
            why = f"It cannot be moved ({error.strerror})"
            remedy = "Give yourself write permission on its folder and the disk, and try again."
        self._problems.append(Problem(task.photo_ids[0], displayable(task.source), why, remedy))
        return MoveState.FAILED

    def _sync(self, folders: Iterable[Path]) -> None:
        for folder in sorted(set(folders)):
            if folder.exists():  # where nothing was left to move, its old folder may be gone
                self._disk.sync_folder(folder)

    def _record(self, settled: Iterable[tuple[_Task, MoveState]]) -> None:
        with self._catalogue.transaction() as connection:
            for task, state in settled:
                connection.execute(
                    "UPDATE file_move SET state = ? WHERE id = ?", [state, task.row["id"]]
                )
                if state is not task.goal:
                    continue
                connection.executemany(
                    "UPDATE photo SET quarantine = ? WHERE id = ?",
                    [
                        (task.row["quarantine"] if task.to_quarantine else None, id_)
                        for id_ in task.photo_ids
                    ],
                )
                direction = Direction.QUARANTINE if task.to_quarantine else Direction.RESTORE
                self._counts[direction] += 1
                self._byte_count += task.row["byte_count"]


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_the_file(task: _Task, file: Path, found: os.stat_result) -> bool:
    """Whether a file is the one that the journal means.

    By its size and time, as everywhere; by its bytes where only the time differs, since not every
    disk keeps times to the nanosecond.
    """
    byte_count: int = task.row["byte_count"]
    if is_unchanged(found, byte_count, task.row["mtime_ns"]):
        return True
    return is_unchanged(found, byte_count, found.st_mtime_ns) and (
        hash_file(file) == task.row["content_hash"]
    )
