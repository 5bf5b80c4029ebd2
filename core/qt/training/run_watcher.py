"""Watches the runs' folders from a thread of its own, so that the window never waits for a disk."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from core.project import Project
from core.qt.training.machine_load import LoadMeter
from core.qt.training.run_rows import RunReader, RunRow
from core.training.run_history import RunHistory, RunSnapshot
from core.training.runs import Run, RunState, read_events

POLL_S = 0.4
"""How often the folders are looked at; a dead worker is seen within two of these."""

_MOST_BYTES = 20_000
"""Read at once of one run: a hundred events, in a millisecond or two."""

_BREATH_S = 0.0003
"""Between two such pieces. Painting calls Python hundreds of times a frame, and each call may have
to wait until this thread's turn ends, which is 5 ms unless it rests by itself."""

_TELL_S = 0.5
"""How often a long history is told while it is still being read."""

_log = logging.getLogger(__name__)


@dataclass
class _Followed:
    created: float
    history: RunHistory
    offset: int = 0
    has_news: bool = False


class RunWatcher(QObject):
    """Says what changes in a project's runs; its signals arrive on the GUI thread."""

    rows_changed = pyqtSignal(object)
    """`Mapping[str, RunRow]`: all runs, the oldest first."""
    told = pyqtSignal(object)
    """`Mapping[str, RunSnapshot]`: the followed runs that there is something new in."""
    load_measured = pyqtSignal(object)
    """`MachineLoad`, while a run is at work and the tab is looked at."""
    _posted = pyqtSignal(object, tuple)
    _read = pyqtSignal(object)

    def __init__(self, project: Project, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project
        self._lock = threading.Lock()
        self._wanted: frozenset[str] = frozenset()
        self._is_seen = True
        self._is_closed = threading.Event()
        self._wake = threading.Event()
        self._is_taken = threading.Event()
        self._is_taken.set()
        # By a timer: the event loop has then painted what came, and has taken what the user did.
        self._acknowledging = QTimer(self)
        self._acknowledging.setSingleShot(True)
        self._acknowledging.setInterval(0)
        self._acknowledging.timeout.connect(self._is_taken.set)
        self._posted.connect(self._on_posted)
        self._read.connect(self._on_read)
        self._thread = threading.Thread(target=self._watch, name="run-watcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def follow(self, names: Collection[str]) -> None:
        """Tells the history of these runs from now on, and of no others."""
        with self._lock:
            self._wanted = frozenset(names)
        self._wake.set()

    def set_seen(self, is_seen: bool) -> None:
        """Whether anybody looks: the machine's load is measured only then."""
        self._is_seen = is_seen
        self._wake.set()

    def look_now(self) -> None:
        """Looks at once, not only at the next time: something was done to a run."""
        self._wake.set()

    def close(self) -> None:
        """Ends the thread and waits for it."""
        self._is_closed.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    # Below this line: on the watcher's thread

    def _watch(self) -> None:
        reader = RunReader(self._project)
        meter = LoadMeter()
        rows: Mapping[str, RunRow] | None = None
        followed: dict[str, _Followed] = {}
        told_at = 0.0
        while not self._is_closed.is_set():
            self._wake.clear()
            try:
                found = reader.read()
                if rows is None or dict(found) != dict(rows):
                    rows = found
                    self._post(self.rows_changed, rows)
                has_more = self._follow_all(rows, followed)
                until = time.monotonic() + POLL_S
                while has_more and time.monotonic() < until and not self._wake.is_set():
                    time.sleep(_BREATH_S)
                    has_more = self._follow_all(rows, followed)
            except OSError as error:  # a folder renamed or put into the trash meanwhile
                _log.info("runs cannot be looked at just now: %s", error)
                has_more = False
            is_due = not has_more or time.monotonic() - told_at > _TELL_S
            if is_due and self._tell(followed):
                told_at = time.monotonic()
            if self._is_seen and any(
                row.state is RunState.RUNNING for row in (rows or {}).values()
            ):
                load = meter.measure()
                if load is not None:
                    self._post(self.load_measured, load)
            if not has_more:
                self._wake.wait(POLL_S)
        meter.close()

    def _follow_all(self, rows: Mapping[str, RunRow], followed: dict[str, _Followed]) -> bool:
        """Reads on in the wanted runs; whether there is more to be read at once."""
        with self._lock:
            wanted = self._wanted
        for name in list(followed):
            # Another run may have the name of one that was put into the trash.
            row = rows.get(name)
            if name not in wanted or row is None or row.record.created != followed[name].created:
                del followed[name]
        has_more = False
        for name in wanted & set(rows):
            run = rows[name].record.run
            is_new = name not in followed
            one = followed.setdefault(name, _Followed(rows[name].record.created, RunHistory()))
            events, offset = read_events(run, one.offset, _MOST_BYTES)
            has_more |= offset > one.offset and offset < _size(run)
            one.offset = offset
            one.history.add(events)
            one.has_news |= is_new or bool(events)
        return has_more

    def _tell(self, followed: Mapping[str, _Followed]) -> bool:
        """Tells what is new, unless the window has not yet shown what it was told before."""
        news = {name: one for name, one in followed.items() if one.has_news}
        if not news or not self._is_taken.is_set():
            return False
        self._is_taken.clear()
        for one in news.values():
            one.has_news = False
        self._read.emit({name: one.history.snapshot() for name, one in news.items()})
        return True

    def _post(self, signal: object, *values: object) -> None:
        self._posted.emit(signal, values)

    def _on_posted(self, signal: object, values: tuple[object, ...]) -> None:
        if not self._is_closed.is_set():
            signal.emit(*values)  # type: ignore[attr-defined]

    def _on_read(self, snapshots: Mapping[str, RunSnapshot]) -> None:
        if not self._is_closed.is_set():
            self.told.emit(snapshots)
        self._acknowledging.start()


def _size(run: Run) -> int:
    try:
        return run.events_file.stat().st_size
    except OSError:
        return 0
