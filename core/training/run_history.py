"""All that a run has told so far, as arrays: what curves, logs and progress are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.training.run_events import (
    Ended,
    EpochEnded,
    Evaluated,
    Level,
    Prepared,
    RunEvent,
    RunState,
    SheetDrawn,
    Started,
    Stepped,
    Told,
)

_FIELDS = ("step", "loss", "learning_rate", "images_per_s", "wait_share", "at")
_FIRST_CAPACITY = 256
_RECENT = 40
"""Stepped events that the time left is reckoned from."""

Series = NDArray[np.float64]


@dataclass(frozen=True)
class LogLine:
    """One line that a person reads."""

    text: str
    level: Level


@dataclass(frozen=True, eq=False)
class RunSnapshot:
    """A run's history at one moment; what it holds never changes, so any thread may read it.

    Attributes:
        step: Steps done at each stepped event, ascending, (n,).
        loss: Mean loss up to there, (n,); NaN where it diverged.
        learning_rate: (n,).
        images_per_s: (n,).
        wait_share: Share of the time in which the device waited for photos, (n,).
        at: When, in seconds since 1970, (n,).
        evaluations: In order.
        epochs: Those that ended, in order.
        sheets: Neighbour sheets, in order.
        log: What was told, in order.
        started: The last start.
        last: The last steps that were told.
        ended: How the run ended, if it has since its last start.
        preparing: What is being done before or after the steps, while it is.
    """

    step: Series
    loss: Series
    learning_rate: Series
    images_per_s: Series
    wait_share: Series
    at: Series
    evaluations: tuple[Evaluated, ...] = ()
    epochs: tuple[EpochEnded, ...] = ()
    sheets: tuple[SheetDrawn, ...] = ()
    log: tuple[LogLine, ...] = ()
    started: Started | None = None
    last: Stepped | None = None
    ended: Ended | None = None
    preparing: Prepared | None = None

    @property
    def steps_done(self) -> int:
        done = 0 if self.started is None else self.started.from_step
        return max(done, 0 if self.last is None else self.last.step)

    @property
    def steps_in_all(self) -> int:
        """As planned; early stopping may end the run before. 0 while that is not known."""
        return 0 if self.started is None else self.started.epochs * self.started.steps_per_epoch

    def seconds_left(self) -> float | None:
        """How long the planned steps will take at the pace of the last ones; None if unknown.

        Evaluations count as they fall among those steps.
        """
        if self.started is None or self.ended is not None:
            return None
        first = max(int(np.searchsorted(self.at, self.started.at)), len(self.at) - _RECENT)
        if len(self.at) - first < 2:
            return None
        steps = self.step[-1] - self.step[first]
        seconds = self.at[-1] - self.at[first]
        if steps <= 0 or seconds <= 0:
            return None
        return float((self.steps_in_all - self.step[-1]) * seconds / steps)


class RunHistory:
    """Takes events in and gives snapshots out, in time that does not grow with the history."""

    def __init__(self) -> None:
        self._rows = np.empty((len(_FIELDS), _FIRST_CAPACITY))
        self._count = 0
        self._evaluations: list[Evaluated] = []
        self._epochs: list[EpochEnded] = []
        self._sheets: list[SheetDrawn] = []
        self._log: list[LogLine] = []
        self._started: Started | None = None
        self._last: Stepped | None = None
        self._ended: Ended | None = None
        self._preparing: Prepared | None = None

    def add(self, events: Iterable[RunEvent]) -> None:
        """Takes further events, in the order in which they were told."""
        for event in events:
            match event:
                case Stepped():
                    self._add_step(event)
                case Evaluated():
                    self._evaluations.append(event)
                case EpochEnded():
                    self._epochs.append(event)
                case SheetDrawn():
                    self._sheets.append(event)
                case Prepared():
                    self._preparing = event
                case Told(message, level):
                    self._log.append(LogLine(message, level))
                case Started():
                    self._start(event)
                case Ended():
                    self._ended, self._preparing = event, None
                    self._log.append(LogLine(_ending(event), _ending_level(event)))

    def snapshot(self) -> RunSnapshot:
        """The history as it is now."""
        # Views: what lies below the count is never written again, see `_start`.
        step, loss, learning_rate, images_per_s, wait_share, at = self._rows[:, : self._count]
        return RunSnapshot(
            step,
            loss,
            learning_rate,
            images_per_s,
            wait_share,
            at,
            evaluations=tuple(self._evaluations),
            epochs=tuple(self._epochs),
            sheets=tuple(self._sheets),
            log=tuple(self._log),
            started=self._started,
            last=self._last,
            ended=self._ended,
            preparing=self._preparing,
        )

    def _add_step(self, event: Stepped) -> None:
        if self._count == self._rows.shape[1]:
            grown = np.empty((len(_FIELDS), 2 * self._count))
            grown[:, : self._count] = self._rows
            self._rows = grown
        self._rows[:, self._count] = [getattr(event, name) for name in _FIELDS]
        self._count += 1
        self._last, self._preparing = event, None

    def _start(self, event: Started) -> None:
        """What was told of steps that were then lost to a kill is void."""
        kept = int(np.searchsorted(self._rows[0, : self._count], event.from_step, side="right"))
        if kept < self._count:
            self._rows = self._rows.copy()  # snapshots keep looking at the old rows
            self._count = kept
        self._evaluations = _up_to_step(self._evaluations, event.from_step)
        self._epochs = [each for each in self._epochs if each.epoch <= event.from_epoch]
        self._sheets = [each for each in self._sheets if each.epoch <= event.from_epoch]
        self._started, self._ended, self._last = event, None, None
        again = f"goes on after step {event.from_step:,}" if event.from_step else "begins"
        self._log.append(
            LogLine(f"Training {again} on {event.device} with {event.backend}.", "info")
        )


def _up_to_step(evaluations: Sequence[Evaluated], step: int) -> list[Evaluated]:
    return [each for each in evaluations if each.step <= step]


def _ending(event: Ended) -> str:
    words = {
        RunState.FINISHED: "Training is finished",
        RunState.STOPPED: "Training was stopped",
        RunState.FAILED: "Training failed",
    }
    said = words.get(event.state, f"Training ended ({event.state})")
    return f"{said}: {event.reason}" if event.reason else f"{said}."


def _ending_level(event: Ended) -> Level:
    return "error" if event.state is RunState.FAILED else "info"
