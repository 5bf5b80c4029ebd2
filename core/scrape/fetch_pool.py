"""Threads that fetch photos, each with a session of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import requests

from core.scrape.fetch import FetchFailed, Limits, Stopped, fetch

_END_S = 0.5


@dataclass(frozen=True)
class Task:
    """One photo to fetch.

    Attributes:
        photo_id: Its row.
        item_id: Its item's row.
        url: Where from.
        host: The server that counts for how many connections it gets.
        file: Where to.
        tries: How often it was tried before.
    """

    photo_id: int
    item_id: int
    url: str
    host: str
    file: Path
    tries: int = 0


@dataclass(frozen=True)
class Outcome:
    """How fetching one photo ended.

    Attributes:
        task: Which.
        byte_count: What came over the wire; 0 for a file that was there already.
        failure: Why it did not come, or None.
        disk_error: Why it could not be stored, or None.
        bug: What should never have happened, or None; the job fails with it.
    """

    task: Task
    byte_count: int = 0
    failure: FetchFailed | None = None
    disk_error: OSError | None = None
    bug: Exception | None = None


class FetchPool:
    """A bounded number of threads; used by one thread, as a context manager.

    Leaving it tells the threads to stop and waits half a second for them. One that hangs in a
    connection ends by itself once the connection's time-out is over, and stores nothing.
    """

    def __init__(self, size: int, limits: Limits, session: Callable[[], requests.Session]) -> None:
        self._limits = limits
        self._session = session
        self._stop = threading.Event()
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        # Daemons: a hanging connection must not keep the program from ending.
        self._threads = [
            threading.Thread(target=self._work, name=f"fetch {number}", daemon=True)
            for number in range(size)
        ]

    def start(self, task: Task) -> None:
        """Has a thread fetch the photo."""
        self._tasks.put(task)

    def finished(self, timeout_s: float) -> list[Outcome]:
        """What has ended; waits for at most that long if nothing has.

        Raises:
            Exception: What no server's answer should have caused.
        """
        found: list[Outcome] = []
        try:
            found.append(self._outcomes.get(timeout=timeout_s))
            while True:
                found.append(self._outcomes.get_nowait())
        except queue.Empty:
            pass
        for outcome in found:
            if outcome.bug is not None:
                raise outcome.bug
        return found

    def __enter__(self) -> FetchPool:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join(_END_S if error is not None else None)

    def _work(self) -> None:
        with self._session() as session:
            while (task := self._tasks.get()) is not None:
                if self._stop.is_set():
                    return
                outcome = self._fetch(session, task)
                if outcome is not None:
                    self._outcomes.put(outcome)

    def _fetch(self, session: requests.Session, task: Task) -> Outcome | None:
        try:
            size = fetch(session, task.url, task.file, self._limits, self._stop.is_set)
        except Stopped:
            return None
        except FetchFailed as failure:
            return Outcome(task, failure=failure)
        except OSError as error:
            return Outcome(task, disk_error=error)
        except Exception as error:  # noqa: BLE001 - carried to the job's thread, and raised there
            return Outcome(task, bug=error)
        return Outcome(task, size)
