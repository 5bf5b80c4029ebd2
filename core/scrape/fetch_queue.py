"""Which photo is fetched when: so many at once, so many from one server, busy ones later."""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from core.scrape.fetch import FetchFailed
from core.scrape.fetch_pool import Outcome, Task

_AHEAD = 1000
"""Photos held ready, so that a busy server's do not stand before all others'."""


@dataclass(frozen=True)
class Patience:
    """How long a busy server is waited for.

    Attributes:
        tries: Of one photo, in all.
        first_s: Before the second try; doubled for each further one, and spread by half.
        longest_s: No wait is longer; a server that asks for more is left for next time.
        give_up_after: Photos in a row that failed to the end before a server is left alone.
    """

    tries: int = 5
    first_s: float = 1.0
    longest_s: float = 120.0
    give_up_after: int = 5


class FetchQueue:
    """Deals out tasks; used by one thread.

    Attributes:
        running: How many tasks are dealt out.
        left: Tasks that will not be dealt out because their server was given up.
        given_up: Those servers.
    """

    def __init__(
        self,
        tasks: Iterator[Task],
        max_at_once: int,
        max_per_host: int,
        patience: Patience,
        clock: Callable[[], float],
        jitter: Callable[[], float],
    ) -> None:
        self.running = 0
        self.left = 0
        self.given_up: set[str] = set()
        self._tasks = tasks
        self._is_exhausted = False
        self._max_at_once = max_at_once
        self._max_per_host = max_per_host
        self._patience = patience
        self._clock = clock
        self._jitter = jitter
        self._ready: dict[str, deque[Task]] = {}
        self._ready_count = 0
        self._later: list[tuple[float, int, Task]] = []
        self._host_free_at: dict[str, float] = {}
        self._running_on: Counter[str] = Counter()
        self._failed_in_a_row: Counter[str] = Counter()

    def is_done(self) -> bool:
        """Whether every task has ended."""
        self._refill()
        return not (self.running or self._ready_count or self._later)

    def ready(self) -> Iterator[Task]:
        """The tasks that may run now, taken turns about between the servers."""
        self._refill()
        now = self._clock()
        while self._later and self._later[0][0] <= now:
            self._make_ready(heapq.heappop(self._later)[2], first=True)
        found = True
        while found and self.running < self._max_at_once:
            found = False
            for host in list(self._ready):
                if self.running < self._max_at_once and self._may_ask(host, now):
                    task = self._ready[host].popleft()
                    if not self._ready[host]:
                        del self._ready[host]
                    self._ready_count -= 1
                    self.running += 1
                    self._running_on[host] += 1
                    found = True
                    yield task

    def seconds_to_wait(self) -> float:
        """Until something may run, where nothing does."""
        times = [self._later[0][0]] if self._later else []
        times += [self._host_free_at.get(host, 0.0) for host in self._ready]
        return max(0.0, min(times, default=0.0) - self._clock())

    def finish(self, outcome: Outcome) -> bool:
        """Takes an outcome; False where the photo will be tried again or is left for next time."""
        task, failure = outcome.task, outcome.failure
        self.running -= 1
        self._running_on[task.host] -= 1
        if failure is None or not failure.passing:
            self._failed_in_a_row[task.host] = 0  # the server is there and answers
            return True
        if task.host in self.given_up:
            self.left += 1
            return False
        delay_s = self._delay_s(task, failure)
        if failure.retry_after_s is not None and failure.retry_after_s > self._patience.longest_s:
            self._give_up(task.host)
            self.left += 1
            return False
        if failure.retry_after_s is not None or failure.reason.endswith("429"):
            free_at = self._clock() + delay_s
            self._host_free_at[task.host] = max(free_at, self._host_free_at.get(task.host, 0.0))
        if task.tries + 1 < self._patience.tries:
            again = replace(task, tries=task.tries + 1)
            heapq.heappush(self._later, (self._clock() + delay_s, task.photo_id, again))
            return False
        self._failed_in_a_row[task.host] += 1
        if self._failed_in_a_row[task.host] >= self._patience.give_up_after:
            self._give_up(task.host)
        return True

    def _delay_s(self, task: Task, failure: FetchFailed) -> float:
        if failure.retry_after_s is not None:
            return failure.retry_after_s
        delay_s = self._patience.first_s * 2.0**task.tries * (0.5 + self._jitter())
        return min(delay_s, self._patience.longest_s)

    def _may_ask(self, host: str, now: float) -> bool:
        return (
            self._running_on[host] < self._max_per_host and self._host_free_at.get(host, 0.0) <= now
        )

    def _give_up(self, host: str) -> None:
        self.given_up.add(host)
        dropped = self._ready.pop(host, deque())
        self._ready_count -= len(dropped)
        later = [entry for entry in self._later if entry[2].host != host]
        self.left += len(dropped) + len(self._later) - len(later)
        heapq.heapify(later)
        self._later = later

    def _make_ready(self, task: Task, *, first: bool = False) -> None:
        waiting = self._ready.setdefault(task.host, deque())
        if first:
            waiting.appendleft(task)
        else:
            waiting.append(task)
        self._ready_count += 1

    def _refill(self) -> None:
        while not self._is_exhausted and self._ready_count < _AHEAD:
            task = next(self._tasks, None)
            if task is None:
                self._is_exhausted = True
            elif task.host in self.given_up:
                self.left += 1
            else:
                self._make_ready(task)
