"""What a long piece of work is given: a way to report progress and to learn that it should stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


class Cancelled(Exception):  # noqa: N818 - not an error: the user asked for it
    """Raised inside a job by `JobContext.check_cancelled`; all that was committed stays."""


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        stage: What is being done, as a present participle ("Reading item pages").
        done: Units finished.
        total: Units in all, or None where that is not known yet.
        per_second: Units finished a second since the stage began.
        detail: What is at hand just now, or "".
    """

    stage: str
    done: int
    total: int | None
    per_second: float
    detail: str = ""


class JobContext:
    """Reports and cancellation for one job; the default one reports to nobody and never stops.

    Both callables are called on the job's own thread.
    """

    def __init__(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        is_cancelled: Callable[[], bool] | None = None,
        *,
        min_interval_s: float = 0.1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_progress = on_progress
        self._is_cancelled = is_cancelled
        self._min_interval_s = min_interval_s
        self._clock = clock
        self._stage = ""
        self._stage_began = 0.0
        self._last_report = float("-inf")

    def report(self, stage: str, done: int, total: int | None = None, detail: str = "") -> None:
        """Says how far the stage is; cheap enough for every photo.

        At most one report in `min_interval_s` is passed on, but a stage's first and last always.
        """
        now = self._clock()
        if stage != self._stage:
            self._stage, self._stage_began = stage, now
            self._last_report = float("-inf")
        finished = total is not None and done >= total
        if self._on_progress is None or (
            not finished and now - self._last_report < self._min_interval_s
        ):
            return
        self._last_report = now
        elapsed_s = now - self._stage_began
        per_second = done / elapsed_s if elapsed_s > 0 else 0.0
        self._on_progress(Progress(stage, done, total, per_second, detail))

    def is_cancelled(self) -> bool:
        """Whether the user has asked the job to stop."""
        return self._is_cancelled is not None and self._is_cancelled()

    def check_cancelled(self) -> None:
        """Raises `Cancelled` once the user has asked the job to stop."""
        if self.is_cancelled():
            raise Cancelled
