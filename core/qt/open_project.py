"""The window's one open project: its lock, its catalogue on three threads, and its jobs.

The GUI thread makes point reads only. What scans or writes is handed to the reader's or the
writer's thread, each with a catalogue of its own, and comes back as a call on the GUI thread.
"""

from __future__ import annotations

import queue
import sqlite3
import sys
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from PyQt5 import sip
from PyQt5.QtCore import QObject, pyqtSignal

from core.catalogue.database import Catalogue, open_catalogue
from core.catalogue.records import Changes
from core.errors import UserError
from core.jobs.logs import log_to
from core.project import Project, lock_for_writing
from core.qt.job_runner import JobRunner
from core.qt.tab_requests import TabRequest

T = TypeVar("T")

_STEPS_BETWEEN_CHECKS = 50_000
"""Of SQLite's virtual machine: some milliseconds."""

Decision = Callable[[Catalogue], Changes | None]


@dataclass(frozen=True)
class _Decided:
    decision: Decision
    then: Callable[[Changes | None], None] | None


@dataclass(frozen=True)
class _Read:
    key: str
    serial: int
    query: Callable[[Catalogue], Any]
    then: Callable[[Any], None]


class OpenProject(QObject):
    """A project while the window has it open; nobody else can write to it meanwhile.

    Attributes:
        project: Where its files lie.
        catalogue: The GUI thread's, for point reads (an item with its photos, < 1 ms).
        jobs: Its long work, in processes of their own.
        answers: The requests that some tab takes (`core.qt.tab_requests`).
        program: Command line that runs a verb when its name and arguments are appended.
    """

    changed = pyqtSignal(object)
    """`Changes`, always on the GUI thread."""
    failed = pyqtSignal(object)
    """`UserError` of a decision or a read."""
    requested = pyqtSignal(object)
    """`TabRequest`: what one tab wants another to show; emitted by the tab, heard by the window."""
    _posted = pyqtSignal(object)

    def __init__(
        self,
        project: Project,
        program: Sequence[str],
        parent: QObject | None = None,
        *,
        answers: Collection[type[TabRequest]] = (),
    ) -> None:
        """Takes the project's lock and starts the threads.

        Args:
            project: An existing project.
            program: Command line that runs a verb when its name and arguments are appended.
            parent: The owner in Qt's sense.
            answers: The requests that some tab takes.

        Raises:
            UserError: Another window or command has it open, or the catalogue cannot be opened.
        """
        super().__init__(parent)
        self.project = project
        self.answers = frozenset(answers)
        self.program = tuple(program)
        with ExitStack() as stack:
            stack.enter_context(lock_for_writing(project))
            stack.enter_context(log_to(project, "window"))
            self.catalogue = stack.enter_context(open_catalogue(project))
            self._resources = stack.pop_all()
        self._posted.connect(self._on_posted)
        self._decisions: queue.SimpleQueue[_Decided | None] = queue.SimpleQueue()
        self._reads: queue.SimpleQueue[_Read | None] = queue.SimpleQueue()
        self._reads_lock = threading.Lock()
        self._newest_read: dict[str, int] = {}
        self._reads_made = 0
        self._reading: _Read | None = None  # the reader thread's alone
        self._is_closed = False
        self._writer = threading.Thread(target=self._write_all, name="catalogue-writer")
        self._reader = threading.Thread(target=self._read_all, name="catalogue-reader")
        self._writer.start()
        self._reader.start()
        self.jobs = JobRunner(project, program, self)

    def decide(
        self, decision: Decision, then: Callable[[Changes | None], None] | None = None
    ) -> None:
        """Runs a decision on the writer's thread, in the order of calls, and publishes it.

        Then, but before the views hear of it, calls `then` with what has changed on the GUI
        thread: None where the decision changed nothing or failed. A decision that fails is told by
        `failed`; those behind it still run. One that is stored while the project is being closed
        is told to nobody.
        """
        if self._is_closed:
            raise RuntimeError("the project is closed")
        self._decisions.put(_Decided(decision, then))

    def read(
        self, query: Callable[[Catalogue], T], then: Callable[[T], None], *, key: str = ""
    ) -> None:
        """Runs a query on the reader's thread, then `then` with its result on the GUI thread.

        A newer read of the same key (other than "") supersedes this one: a query that has not
        ended by then is broken off and `then` is not called. Nor is a method of a widget that is
        gone by then: a dialog may be closed while it looks for something.
        """
        if self._is_closed:
            raise RuntimeError("the project is closed")
        with self._reads_lock:
            self._reads_made += 1
            read = _Read(key, self._reads_made, query, then)
            if key:
                self._newest_read[key] = read.serial
        self._reads.put(read)

    def publish(self, changes: Changes) -> None:
        """Tells every view what has changed; on the GUI thread only."""
        self.changed.emit(changes)

    def close(self) -> None:
        """Stops the jobs, waits until every decision is stored, and gives the lock back."""
        if self._is_closed:
            return
        self._is_closed = True
        self.jobs.shut_down()
        self._decisions.put(None)
        self._reads.put(None)
        self._writer.join()
        self._reader.join()
        self._resources.close()

    def _on_posted(self, call: Callable[[], None]) -> None:
        if not self._is_closed:
            call()

    def _write_all(self) -> None:
        with self._open_in_thread() as catalogue:
            while (decided := self._decisions.get()) is not None:
                changes = None
                try:
                    changes = decided.decision(catalogue)
                except Exception as error:  # noqa: BLE001 - told or raised on the GUI thread
                    self._post_error(error)
                if decided.then is not None:
                    self._post(_tell, decided.then, changes)
                if changes is not None:
                    self._post(self.changed.emit, changes)

    def _read_all(self) -> None:
        with self._open_in_thread() as catalogue:
            # Not Connection.interrupt: it does nothing to a query that is just about to begin.
            catalogue.connection.set_progress_handler(
                lambda: self._reading is not None and self._is_superseded(self._reading),
                _STEPS_BETWEEN_CHECKS,
            )
            while (read := self._reads.get()) is not None:
                if self._is_superseded(read):
                    continue
                self._reading = read
                try:
                    result = read.query(catalogue)
                except Exception as error:  # noqa: BLE001 - told or raised on the GUI thread
                    broken_off = isinstance(error, sqlite3.OperationalError)
                    if not (broken_off and self._is_superseded(read)):
                        self._post_error(error)
                else:
                    self._post(self._deliver, read, result)
                finally:
                    self._reading = None

    def _open_in_thread(self) -> Catalogue:
        return open_catalogue(self.project)

    def _is_superseded(self, read: _Read) -> bool:
        with self._reads_lock:
            newest = self._newest_read.get(read.key, read.serial)
        return self._is_closed or newest != read.serial

    def _deliver(self, read: _Read, result: object) -> None:
        if not self._is_superseded(read):
            _tell(read.then, result)

    def _post(self, function: Callable[..., None], *arguments: object) -> None:
        self._posted.emit(lambda: function(*arguments))

    def _post_error(self, error: Exception) -> None:
        if isinstance(error, sqlite3.OperationalError):
            told = UserError(
                f"The project's catalogue refused ({error})",
                path=self.project.catalogue_file,
                remedy="Check that the disk is not full and that no backup program holds the file;"
                " then do it again.",
            )
            told.__cause__ = error
            self._post(self.failed.emit, told)
        elif isinstance(error, UserError):
            self._post(self.failed.emit, error)
        else:
            self._post(_raise, error)


def _tell(then: Callable[[Any], None], result: object) -> None:
    """Calls what waits for a result, unless it belongs to what is gone by now."""
    method = then.func if isinstance(then, partial) else then
    owner = getattr(method, "__self__", None)
    if not (isinstance(owner, QObject) and sip.isdeleted(owner)):
        then(result)


def _raise(error: Exception) -> None:
    # Not `raise`: PyQt would abort the program where no hook is installed, and a bug in one
    # decision must not take the others with it.
    sys.excepthook(type(error), error, error.__traceback__)
