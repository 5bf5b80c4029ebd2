"""The warm process that embeds photos which are not in the index, as seen from the GUI thread."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from enum import Enum
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QObject, QProcess, QProcessEnvironment, pyqtSignal

from core.embedding.query_protocol import (
    Answer,
    AnswerReader,
    Decode,
    Decoded,
    Embed,
    Embedded,
    Ready,
    Refused,
    Request,
    WorkerCommand,
    to_line,
    worker_command,
)
from core.errors import UserError

_MOST_STARTS = 2
"""A request that a worker has died over is tried once more; then it is the photo or the model."""

_LAST_WORDS_BYTES = 4_000
_END_MS = 2_000

_log = logging.getLogger(__name__)


class WorkerState(Enum):
    """How the worker stands, in words for the user."""

    IDLE = ""
    STARTING = "The model is being loaded…"
    READY = "The model is ready"
    RESTARTING = "The model's process had died; it is being started again…"
    FAILED = "The model cannot be used"


class QueryWorker(QObject):
    """Starts the worker when something is first asked of it, and again should it die."""

    state_changed = pyqtSignal(object)
    """`WorkerState`."""
    ready = pyqtSignal(object)
    """`Ready`: what the worker says of its model."""
    embedded = pyqtSignal(int, object)
    """A request's number, and where its photo lies: (d,) float32."""
    decoded = pyqtSignal(int, bytes)
    """A request's number, and a PNG file's bytes."""
    refused = pyqtSignal(int, object)
    """A request's number, and the `UserError`."""

    def __init__(
        self,
        parent: QObject,
        command: Callable[[Path], WorkerCommand] = worker_command,
    ) -> None:
        super().__init__(parent)
        self._command = command
        self._run_folder: Path | None = None
        self._process: QProcess | None = None
        self._answers = AnswerReader()
        self._waiting: deque[Request] = deque()
        self._asked = 0
        self._starts = 0
        self._last_words = b""
        self._state = WorkerState.IDLE
        self._is_warm = False

    @property
    def state(self) -> WorkerState:
        return self._state

    def use(self, run_folder: Path | None) -> None:
        """Embeds with another run's model from now on; what was asked before is dropped."""
        self.close()
        self._run_folder = run_folder

    def embed(self, file: Path, crop: tuple[int, int, int, int] | None = None) -> int:
        """Asks where a photo lies; returns the number that its answer will bear."""
        self._asked += 1
        self._ask(Embed(self._asked, str(file), crop))
        return self._asked

    def decode(self, vector: np.ndarray) -> int:
        """Asks what a point looks like. Of such requests that wait, only the last is answered."""
        self._asked += 1
        # The first in line may be being worked on already.
        line = list(self._waiting)
        self._waiting = deque(
            request
            for at, request in enumerate(line)
            if not isinstance(request, Decode) or (at == 0 and self._is_warm)
        )
        self._ask(Decode(self._asked, tuple(map(float, vector))))
        return self._asked

    def close(self) -> None:
        """Ends the worker, waiting for it a moment; nothing is told any more."""
        self._waiting.clear()
        self._starts = 0
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.closeWriteChannel()
            if not process.waitForFinished(_END_MS):
                process.kill()
                process.waitForFinished(-1)
            process.deleteLater()
        self._set_state(WorkerState.IDLE)

    def _ask(self, request: Request) -> None:
        self._waiting.append(request)
        if self._process is None:
            self._starts = 0
            self._start(WorkerState.STARTING)
        elif self._is_warm and len(self._waiting) == 1:
            self._send_next()

    def _start(self, state: WorkerState) -> None:
        assert self._run_folder is not None
        self._starts += 1
        command = self._command(self._run_folder)
        self._answers = AnswerReader()
        self._last_words = b""
        self._is_warm = False
        process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in command.environment.items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.setWorkingDirectory(str(command.folder))
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_words)
        process.finished.connect(lambda *_: self._on_ended())
        process.errorOccurred.connect(self._on_error)
        self._process = process
        self._set_state(state)
        process.start(command.arguments[0], list(command.arguments[1:]))

    def _send_next(self) -> None:
        # One at a time: should the worker die, it is known over what.
        if self._waiting and self._process is not None:
            self._process.write(to_line(self._waiting[0]))

    def _on_output(self) -> None:
        process = self._process
        if process is None:
            return
        for answer in self._answers.feed(bytes(process.readAllStandardOutput())):
            if self._process is process:  # what was told before may have closed it
                self._take(answer)

    def _take(self, answer: Answer) -> None:
        match answer:
            case Ready():
                self._is_warm = True
                self._set_state(WorkerState.READY)
                self.ready.emit(answer)
                self._send_next()
            case Embedded():
                self._done()
                self.embedded.emit(answer.id, np.array(answer.vector, np.float32))
            case Decoded():
                self._done()
                self.decoded.emit(answer.id, answer.png)
            case Refused(id=None):
                self._fail(answer.to_error())
            case Refused():
                self._done()
                self.refused.emit(answer.id, answer.to_error())

    def _done(self) -> None:
        """Goes on with the next request, before what is told of this one may bring another.

        That one would be sent as the only one in line, and then a second time as the next.
        """
        self._waiting.popleft()
        self._starts = 0
        self._send_next()

    def _on_words(self) -> None:
        if self._process is not None:
            words = self._last_words + bytes(self._process.readAllStandardError())
            self._last_words = words[-_LAST_WORDS_BYTES:]

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._on_ended()

    def _on_ended(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.deleteLater()
        words = self._last_words.decode("utf-8", "replace")
        _log.warning("the query worker ended: %s", words)
        if not self._waiting:
            # It will be started when something is asked again.
            self._set_state(WorkerState.IDLE)
        elif self._starts < _MOST_STARTS:
            self._start(WorkerState.RESTARTING)
        else:
            assert self._run_folder is not None
            self._fail(
                UserError(
                    "The process that embeds photos has died twice over this one",
                    path=self._run_folder,
                    remedy="Try another photo; if none works, evaluate the run again to see "
                    f"whether its model is whole. Its last words: {words[-300:]}",
                )
            )

    def _fail(self, error: UserError) -> None:
        waiting, self._waiting = list(self._waiting), deque()
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.closeWriteChannel()
            process.kill()
            process.deleteLater()
        self._set_state(WorkerState.FAILED)
        for request in waiting:
            self.refused.emit(request.id, error)

    def _set_state(self, state: WorkerState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)
