"""Long work in processes of their own, one after another, seen from the GUI thread."""

from __future__ import annotations

import logging
import os
import signal
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QObject, QProcess, QTimer, pyqtSignal

from core.errors import UserError
from core.jobs.context import Progress
from core.jobs.events import Crashed, Event, Failed, Finished, Stopped
from core.jobs.subprocess_job import CANCEL, EventReader
from core.project import Project

GRACE_S = 5.0
"""How long a job that was told to stop may take before it is killed; jobs survive being killed."""

_LAST_WORDS_BYTES = 8_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Job:
    """A verb to run on the open project; each object is one run.

    Attributes:
        verb: "hash".
        title: For the user, as a present participle: "Hashing photos".
        arguments: What follows the verb on the command line, `--project` apart.
    """

    verb: str
    title: str
    arguments: tuple[str, ...] = ()


class JobRunner(QObject):
    """Runs one job at a time; the others wait in order."""

    started = pyqtSignal(object)
    """`Job`."""
    progressed = pyqtSignal(object, object)
    """`Job`, `Progress`."""
    finished = pyqtSignal(object, object)
    """`Job`, `Finished`."""
    failed = pyqtSignal(object, object, str)
    """`Job`, `UserError`, and for experts what it said last (a traceback, its standard error)."""
    stopped = pyqtSignal(object)
    """`Job`, ended because the user wanted it or because the job before it in its chain failed."""
    became_idle = pyqtSignal()
    """Nothing runs and nothing waits."""

    def __init__(self, project: Project, program: Sequence[str], parent: QObject) -> None:
        """Runs `program` with a verb, `--project` and `--events` appended."""
        super().__init__(parent)
        self._project = project
        self._program = tuple(program)
        self._waiting: deque[tuple[Job, int]] = deque()
        self._chains = 0
        self._run: _Run | None = None
        self._is_shut_down = False

    @property
    def current(self) -> Job | None:
        """The job that runs now."""
        return None if self._run is None else self._run.job

    @property
    def waiting(self) -> list[Job]:
        """The jobs behind it, in order."""
        return [job for job, _ in self._waiting]

    def run(self, *jobs: Job) -> None:
        """Queues jobs as a chain: where one fails or is stopped, those behind it are dropped."""
        self._chains += 1
        self._waiting.extend((job, self._chains) for job in jobs)
        self._start_next()

    def cancel(self) -> None:
        """Asks the current job to stop (within a second), which takes its chain with it."""
        if self._run is not None:
            self._run.cancel()

    def shut_down(self) -> None:
        """Stops all and waits for it, killing what takes longer than `GRACE_S`."""
        self._is_shut_down = True
        self._waiting.clear()
        if self._run is not None:
            run, self._run = self._run, None
            run.end_now()

    def _start_next(self) -> None:
        if self._run is not None or not self._waiting or self._is_shut_down:
            return
        job, chain = self._waiting.popleft()
        command = [*self._program, job.verb, "--project", str(self._project.root), "--events"]
        run = _Run(job, chain, [*command, *job.arguments], self)
        run.told.connect(lambda progress: self.progressed.emit(job, progress))
        run.ended.connect(self._on_ended)
        self._run = run
        _log.info("job begins: %s %s", job.verb, " ".join(job.arguments))
        self.started.emit(job)
        run.start()

    def _on_ended(self, last: Event, last_words: str) -> None:
        run = self._run
        if run is None:
            return
        self._run = None
        run.deleteLater()
        job = run.job
        dropped: list[Job] = []
        if not isinstance(last, Finished):
            dropped = [other for other, chain in self._waiting if chain == run.chain]
            self._waiting = deque(pair for pair in self._waiting if pair[1] != run.chain)
        match last:
            case Finished():
                _log.info("job is done: %s: %s", job.verb, last.summary)
                self.finished.emit(job, last)
            case Failed():
                _log.warning("job failed: %s: %s", job.verb, last.to_error())
                self.failed.emit(job, last.to_error(), last_words)
            case Crashed():
                _log.error("job crashed: %s: %s\n%s", job.verb, last.error, last.traceback)
                error = UserError(
                    f"{job.title} met a bug in Pickglass ({last.error})",
                    remedy="What it had done stays. Please report the details below.",
                )
                self.failed.emit(job, error, last.traceback)
            case _:
                _log.info("job was stopped: %s", job.verb)
                self.stopped.emit(job)
        for other in dropped:
            self.stopped.emit(other)
        self._start_next()
        if self._run is None:
            self.became_idle.emit()


class _Run(QObject):
    """One process."""

    told = pyqtSignal(object)  # Progress
    ended = pyqtSignal(object, str)  # the last event, and the end of its standard error

    def __init__(self, job: Job, chain: int, command: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self.job = job
        self.chain = chain
        self._command = command
        self._events = EventReader()
        self._last: Event | None = None
        self._last_words = b""
        self._was_cancelled = False
        self._has_ended = False
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.readyReadStandardError.connect(self._on_words)
        self._process.errorOccurred.connect(self._on_error)
        self._process.finished.connect(self._on_finished)
        self._deadline = QTimer(self)
        self._deadline.setSingleShot(True)
        self._deadline.timeout.connect(self._process.kill)

    def start(self) -> None:
        self._process.start(self._command[0], list(self._command[1:]))

    def cancel(self) -> None:
        if not self._was_cancelled:
            self._was_cancelled = True
            self._process.write(CANCEL)
            self._deadline.start(int(GRACE_S * 1000))

    def end_now(self) -> None:
        """Waits for the end on the GUI thread; nothing is told any more."""
        self._has_ended = True
        if self._process.state() == QProcess.ProcessState.NotRunning:
            return
        self._process.write(CANCEL)
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(int(GRACE_S * 1000)):
            self._process.kill()
            self._process.waitForFinished(-1)

    def _on_output(self) -> None:
        try:
            for event in self._events.feed(bytes(self._process.readAllStandardOutput())):
                if not isinstance(event, Progress):
                    self._last = event
                elif not self._was_cancelled:
                    self.told.emit(event)
        except ValueError as error:
            self._last = Crashed(f"it wrote what is no event ({error})", "")
            self._process.kill()

    def _on_words(self) -> None:
        words = bytes(self._process.readAllStandardError())
        for line in words.decode("utf-8", "replace").splitlines():
            _log.info("%s: %s", self.job.verb, line)
        self._last_words = (self._last_words + words)[-_LAST_WORDS_BYTES:]

    def _on_error(self, error: QProcess.ProcessError) -> None:
        # Of the errors only this one comes without `finished`.
        if error == QProcess.ProcessError.FailedToStart:
            self._end(
                Failed(
                    f"{self.job.title} could not be started ({self._process.errorString()})",
                    self._command[0],
                    "Check that Pickglass's Python environment is still where it was set up.",
                )
            )

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_output()
        self._on_words()
        if self._last is not None:
            self._end(self._last)
        elif self._was_cancelled:
            self._end(Stopped())
        else:
            self._end(
                Failed(
                    f"{self.job.title} ended unexpectedly ({_how_it_died(code, status)})",
                    None,
                    "What it had done stays; start it again to go on from there.",
                )
            )

    def _end(self, last: Event) -> None:
        if not self._has_ended:
            self._has_ended = True
            self._deadline.stop()
            self.ended.emit(last, self._last_words.decode("utf-8", "replace"))


def _how_it_died(code: int, status: QProcess.ExitStatus) -> str:
    if status == QProcess.ExitStatus.CrashExit and os.name == "posix":
        try:
            name = signal.Signals(code).name
        except ValueError:
            return f"signal {code}"
        hint = ", perhaps out of memory" if name == "SIGKILL" else ""
        return f"killed by {name}{hint}"
    return f"exit code {code}"
