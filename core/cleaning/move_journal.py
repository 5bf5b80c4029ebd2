"""The journal of moved files: what is to be moved is written down before any file is touched."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from sqlite3 import Connection

from core.catalogue.database import Catalogue
from core.catalogue.paths import from_stored, to_stored
from core.errors import UserError

MOVES_A_COMMIT = 64
"""So many files are moved between two commits; their folders are synced once for all."""


class Direction(StrEnum):
    """Which way a file goes; stored in `file_move.direction`."""

    QUARANTINE = "quarantine"
    RESTORE = "restore"


class MoveState(StrEnum):
    """How far a move is; stored in `file_move.state`."""

    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"
    """Not done: by the time its turn came, the decision had been taken back."""
    FAILED = "failed"
    ROLLING_BACK = "rolling back"
    ROLLED_BACK = "rolled back"


@dataclass(frozen=True)
class FileMove:
    """One file to be moved.

    Attributes:
        photo_id: A photo in it; others may share the file.
        original: Absolute path of where it was scraped to.
        quarantine: Its place in the quarantine, relative to that.
        content_hash: SHA-256; None where it is not known yet.
    """

    photo_id: int
    direction: Direction
    original: Path
    quarantine: Path
    content_hash: bytes | None
    byte_count: int
    mtime_ns: int


@dataclass(frozen=True)
class Problem:
    """A file that was left as it was.

    Attributes:
        photo_id: Of a photo in it.
        path: For showing.
        why: In one sentence.
        remedy: What the user can do, in one sentence.
    """

    photo_id: int
    path: str
    why: str
    remedy: str


@dataclass(frozen=True)
class Moved:
    """What came of moving files.

    Attributes:
        quarantined: Files that are in the quarantine now.
        brought_back: Files that are at their places again.
        byte_count: Of both together.
        problems: Files that were left as they were.
    """

    quarantined: int
    brought_back: int
    byte_count: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Unfinished:
    """An Apply or Restore that was interrupted.

    Attributes:
        batch: Its number.
        began_at: Seconds since 1970.
        done: Files that are where they were to go.
        left: Files that are not.
        rolling_back: Whether the user had chosen to take it back; they were to go back, then.
    """

    batch: int
    began_at: float
    done: int
    left: int
    rolling_back: bool


def next_batch(connection: Connection) -> int:
    """The number for a new Apply or Restore."""
    (batch,) = connection.execute("SELECT coalesce(max(batch), 0) + 1 FROM file_move").fetchone()
    return int(batch)


def journal_moves(connection: Connection, batch: int, moves: Iterable[FileMove]) -> None:
    """Writes moves down as planned; to be called in a transaction, before a file is touched."""
    now = time.time()
    connection.executemany(
        "INSERT INTO file_move (batch, at, photo_id, direction, original, quarantine,"
        " content_hash, byte_count, mtime_ns, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                batch,
                now,
                move.photo_id,
                move.direction,
                to_stored(move.original),
                to_stored(move.quarantine),
                move.content_hash,
                move.byte_count,
                move.mtime_ns,
                MoveState.PLANNED,
            )
            for move in moves
        ),
    )


def refuse_unfinished(catalogue: Catalogue) -> None:
    """Raises `UserError` if an Apply or Restore was interrupted and is not settled yet."""
    if unfinished(catalogue) is not None:
        raise UserError(
            "Moving files was interrupted and is not finished yet",
            path=catalogue.project.root,
            remedy="Finish it or roll it back first (“python main.py apply --help” says how).",
        )


def unfinished(catalogue: Catalogue) -> Unfinished | None:
    """The Apply or Restore that was interrupted, if one was."""
    row = catalogue.connection.execute(
        "SELECT batch, at, state FROM file_move"
        " WHERE state IN ('planned', 'rolling back') ORDER BY id LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    counts = dict(
        catalogue.connection.execute(
            "SELECT state, count(*) FROM file_move WHERE batch = ? GROUP BY state", [row["batch"]]
        ).fetchall()
    )
    rolling_back = MoveState.ROLLING_BACK in counts
    gone = _moved_since_the_last_commit(catalogue)
    return Unfinished(
        batch=row["batch"],
        began_at=row["at"],
        done=counts.get(MoveState.ROLLED_BACK if rolling_back else MoveState.DONE, 0) + gone,
        left=counts.get(MoveState.PLANNED, 0) + counts.get(MoveState.ROLLING_BACK, 0) - gone,
        rolling_back=rolling_back,
    )


def _moved_since_the_last_commit(catalogue: Catalogue) -> int:
    """How many files have got to their places though the journal does not say so yet."""
    rows = catalogue.connection.execute(
        "SELECT direction, original, quarantine, state FROM file_move"
        " WHERE state IN ('planned', 'rolling back') ORDER BY id LIMIT ?",
        [MOVES_A_COMMIT],
    )
    count = 0
    for row in rows:
        source = from_stored(row["original"])
        target = catalogue.project.quarantine / from_stored(row["quarantine"])
        to_quarantine = row["direction"] == Direction.QUARANTINE
        if to_quarantine == (row["state"] == MoveState.ROLLING_BACK):
            source, target = target, source
        count += os.path.lexists(target) and not os.path.lexists(source)
    return count
