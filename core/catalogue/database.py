"""Opening the catalogue, bringing it up to date, and transactions.

A `Catalogue` belongs to the thread that opened it; every thread and process opens its own. SQLite's
write-ahead log lets them read while one writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.catalogue.schema import STEPS
from core.errors import UserError
from core.project import Project

_BUSY_TIMEOUT_S = 30.0

_NOT_WRITABLE = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
    }
)


@dataclass(frozen=True)
class Catalogue:
    """An open catalogue; rows are `sqlite3.Row`."""

    project: Project
    connection: sqlite3.Connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; nests (an inner one joins the outer).

        Raises:
            UserError: The disk is full or may no longer be written to; nothing was stored.
        """
        if self.connection.in_transaction:
            yield self.connection
            return
        try:
            # IMMEDIATE: a transaction that reads first and writes later would fail, not wait, if
            # another process wrote in between.
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.commit()
            except BaseException:
                # Also where the commit itself failed: left open, it would swallow what follows.
                self.connection.rollback()
                raise
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _NOT_WRITABLE:
                raise
            raise UserError(
                f"Nothing could be stored ({error})",
                path=self.project.catalogue_file,
                remedy="Make room on the disk, see that you may write to it, and try again.",
            ) from error

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Catalogue:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_catalogue(project: Project) -> Catalogue:
    """Opens, and makes or brings up to date where needed.

    Raises:
        UserError: The file is from a newer program, damaged, or not writable.
    """
    file = project.catalogue_file
    try:
        connection = sqlite3.connect(file, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
    except sqlite3.Error as error:
        raise _cannot_open(project, error) from error
    try:
        connection.row_factory = sqlite3.Row
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(STEPS):
            raise UserError(
                "This catalogue was written by a newer Pickglass",
                path=file,
                remedy="Update Pickglass and open it again; nothing was changed.",
            )
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: a decision that was shown as made survives a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA mmap_size = 1073741824")
        catalogue = Catalogue(project, connection)
        if version < len(STEPS):
            _bring_up_to_date(catalogue)
    except sqlite3.Error as error:
        connection.close()
        raise _cannot_open(project, error) from error
    except BaseException:
        connection.close()
        raise
    return catalogue


def _bring_up_to_date(catalogue: Catalogue) -> None:
    with catalogue.transaction() as connection:
        # Read again: another process may have done it while this one waited for the lock.
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for number, step in enumerate(STEPS[version:], start=version + 1):
            for statement in _statements(step):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    # Not executescript: that one commits the transaction it is called in.
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def _cannot_open(project: Project, error: sqlite3.Error) -> UserError:
    return UserError(
        f"The project's catalogue cannot be opened ({error})",
        path=project.catalogue_file,
        remedy=(
            "Check that the disk is not full and that you may write to the folder. If the file is "
            "damaged, put back a copy of it from a backup; the photos themselves are untouched."
        ),
    )
