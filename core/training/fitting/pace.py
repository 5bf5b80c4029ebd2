"""How a run's steps are told: which of them, at what pace, and how long the device waited."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from core.training.feed import BatchFeed
from core.training.run_events import RunEvent, Stepped

_EACH_UNTIL = 100
_MOST_APART = 10


class Pace:
    """Gathers the steps between two that are told.

    Which ones are told depends on their number alone, so that a run's figures can be had again:
    each of the first hundred, and later every tenth at the rarest.

    Attributes:
        pending: Losses on the device that were not told yet.
        step_s: Seconds a step took, of those told last; 0 before.
    """

    def __init__(self, steps_per_epoch: int, feed: BatchFeed, tell: Callable[[RunEvent], None]):
        self.pending: list[Any] = []
        self.step_s = 0.0
        self._every = min(max(steps_per_epoch // 100, 1), _MOST_APART)
        self._feed = feed
        self._tell = tell
        self._photos = 0
        self._since = time.monotonic()
        self._times = feed.times

    def add(self, loss: Any, photos: int) -> None:
        """A step was done, or at least begun."""
        self.pending.append(loss)
        self._photos += photos

    def is_due(self, step: int) -> bool:
        """Whether this step is to be told."""
        return step <= _EACH_UNTIL or step % self._every == 0

    def tell(self, step: int, epoch: int, losses: list[float], rate: float) -> None:
        """Tells of the steps since the last time; `losses` are the pending ones as numbers."""
        now, times = time.monotonic(), self._feed.times
        seconds = max(now - self._since, 1e-9)
        self._tell(
            Stepped(
                step=step,
                epoch=epoch,
                loss=float(np.mean(losses)),
                learning_rate=rate,
                images_per_s=self._photos / seconds,
                wait_share=times.since(self._times).wait_share,
                at=time.time(),
            )
        )
        self.step_s = seconds / len(self.pending)
        self.pending.clear()
        self._photos, self._since, self._times = 0, now, times
