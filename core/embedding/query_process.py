"""A query worker for programs without an event loop: asks, waits, and starts it anew if it died."""

from __future__ import annotations

import contextlib
import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread
from typing import IO

import numpy as np

from core.embedding.index import Vectors
from core.embedding.query_protocol import (
    Answer,
    Decode,
    Decoded,
    Embed,
    Embedded,
    Ready,
    Refused,
    Request,
    WorkerCommand,
    answer_from,
    to_line,
    worker_command,
)
from core.errors import UserError

_LAST_WORDS = 30
_END_S = 5.0


class WorkerDied(Exception):  # noqa: N818 - reads as what it is
    """The worker ended without an answer; its last words say why. Asking again starts another."""


class QueryProcess:
    """A warm worker; belongs to one thread. A context manager: leaving it ends the worker.

    Args:
        run_folder: Of the run whose model is to embed.
        command: How to start the worker, for tests.
    """

    def __init__(
        self, run_folder: Path, command: Callable[[Path], WorkerCommand] = worker_command
    ) -> None:
        self._command = command(run_folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._ready: Ready | None = None
        self._listener: Thread | None = None
        self._last_words: deque[str] = deque(maxlen=_LAST_WORDS)
        self._asked = 0

    def start(self) -> Ready:
        """Starts the worker if none is alive, and waits until it is warm.

        Raises:
            UserError: The run's model cannot be loaded.
            WorkerDied: It ended before it was ready.
        """
        if self._ready is not None and self._process is not None and self._process.poll() is None:
            return self._ready
        self.close()
        process = subprocess.Popen(
            self._command.arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._command.folder,
            env=self._command.environment,
        )
        self._process = process
        assert process.stderr is not None
        self._last_words.clear()
        self._listener = Thread(target=self._listen, args=(process.stderr,), daemon=True)
        self._listener.start()
        answer = self._next_answer()
        if isinstance(answer, Refused):
            self.close()
            raise answer.to_error()
        if not isinstance(answer, Ready):
            raise ValueError(f"a worker began with {answer}")
        self._ready = answer
        return answer

    def embed(self, file: Path, crop: tuple[int, int, int, int] | None = None) -> Vectors:
        """Where a photo lies, (d,) float32.

        Raises:
            UserError: The photo or the model cannot be read.
            WorkerDied: The worker ended over it.
        """
        answer = self._ask(Embed(self._next_id(), str(file), crop))
        if not isinstance(answer, Embedded):
            raise ValueError(f"asked for a vector, got {answer}")
        return np.array(answer.vector, np.float32)

    def decode(self, vector: Sequence[float]) -> bytes:
        """What a point looks like, as a PNG file's bytes; raises as `embed` does."""
        answer = self._ask(Decode(self._next_id(), tuple(map(float, vector))))
        if not isinstance(answer, Decoded):
            raise ValueError(f"asked for a picture, got {answer}")
        return answer.png

    def close(self) -> None:
        """Ends the worker, if there is one."""
        process, self._process, self._ready = self._process, None, None
        if process is None:
            return
        assert process.stdin is not None and process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        if self._listener is not None:
            self._listener.join()

    def __enter__(self) -> QueryProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _next_id(self) -> int:
        self._asked += 1
        return self._asked

    def _ask(self, request: Request) -> Answer:
        self.start()
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(to_line(request))
            self._process.stdin.flush()
        except OSError as error:
            raise self._died() from error
        answer = self._next_answer()
        if isinstance(answer, Refused):
            raise answer.to_error()
        return answer

    def _next_answer(self) -> Answer:
        assert self._process is not None and self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self._died()
        return answer_from(line)

    def _died(self) -> WorkerDied:
        assert self._process is not None
        self.close()
        words = "\n".join(self._last_words)
        return WorkerDied(f"the query worker ended without an answer; its last words:\n{words}")

    def _listen(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                self._last_words.append(line.decode("utf-8", "replace").rstrip())


def check_same_model(ready: Ready, model_hash: str, file: Path) -> None:
    """Raises a UserError where an index was not made by the model that answers queries."""
    if ready.model_hash != model_hash:
        raise UserError(
            "This index was made with another model than the run has now: distances to a new "
            "photo would mean nothing",
            path=file,
            remedy="Embed the catalogue again with this run.",
        )
