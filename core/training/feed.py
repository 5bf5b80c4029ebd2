"""Batches of pixels, decoded on other threads while the device works on those before."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.images import Pixels
from core.training.pack import Pack, threads_at_hand
from core.training.sampler import Labels, Rows

Batch = tuple[Pixels, Labels]

_LEAST_AHEAD = 4


@dataclass(frozen=True)
class FeedTimes:
    """How long the device's side has had to wait for batches.

    Attributes:
        batches: Batches taken.
        waited_s: Seconds spent waiting for them.
        total_s: Seconds since the first was asked for.
    """

    batches: int
    waited_s: float
    total_s: float

    @property
    def wait_share(self) -> float:
        """0 where every batch was ready, 1 where nothing was done but wait."""
        return self.waited_s / self.total_s if self.total_s > 0 else 0.0

    def since(self, before: FeedTimes) -> FeedTimes:
        """What has come since an earlier reading."""
        return FeedTimes(
            self.batches - before.batches,
            self.waited_s - before.waited_s,
            self.total_s - before.total_s,
        )


class BatchFeed:
    """An iterator of (pixels uint8 (B, side, side, 3), labels int32 (B,)), in the sampler's order.

    Each thread decodes a batch of its own, so they need not wait for one another. Use it in a
    `with` block, from one thread; leaving the block ends the threads, wherever the iteration is.

    Args:
        pack: Where the photos are; stays the caller's.
        batches: Photo rows (B,) of the data set and labels; consumed a few batches ahead.
        pack_rows: For each photo of the data set, its row in the pack (`Pack.rows_of`); the batches
            must name none whose row is -1.
        threads: How many decode; one a processor where None.
        ahead: How many batches may lie ready; a few more than threads where None.
        clock: Seconds.
    """

    def __init__(
        self,
        pack: Pack,
        batches: Iterator[tuple[Rows, Labels]],
        pack_rows: npt.NDArray[np.int64],
        *,
        threads: int | None = None,
        ahead: int | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        threads = threads or threads_at_hand()
        self._pack = pack
        self._batches = batches
        self._pack_rows = pack_rows
        self._ahead = ahead or max(_LEAST_AHEAD, threads + 2)
        self._clock = clock
        self._decoding = ThreadPoolExecutor(threads, thread_name_prefix="feed")
        self._coming: deque[Future[Batch]] = deque()
        self._began: float | None = None
        self._waited_s = 0.0
        self._taken = 0

    @property
    def times(self) -> FeedTimes:
        """How the waiting has been until now."""
        total_s = 0.0 if self._began is None else self._clock() - self._began
        return FeedTimes(self._taken, self._waited_s, total_s)

    def __iter__(self) -> BatchFeed:
        return self

    def __next__(self) -> Batch:
        asked = self._clock()
        if self._began is None:
            self._began = asked
        self._order()
        if not self._coming:
            raise StopIteration
        batch = self._coming.popleft().result()
        self._order()  # so that the threads have work while the device has this batch
        self._waited_s += self._clock() - asked
        self._taken += 1
        return batch

    def close(self) -> None:
        """Ends the threads; what they had decoded is dropped."""
        self._coming.clear()
        self._decoding.shutdown(cancel_futures=True)

    def __enter__(self) -> BatchFeed:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _order(self) -> None:
        while len(self._coming) < self._ahead:
            try:
                rows, labels = next(self._batches)
            except StopIteration:
                return
            self._coming.append(self._decoding.submit(self._decode, rows, labels))

    def _decode(self, rows: Rows, labels: Labels) -> Batch:
        return self._pack.read(self._pack_rows[rows], threads=1), labels
