"""Ending a worker in time that was asked to stop while it does what cannot be interrupted.

A worker asks between two steps whether to stop. But one step of a large network on a CPU takes
longer than its user waits, and so may the first step of any, which is compiled, or loading a
library: none of them can be broken off from within, only by ending the process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

Save = Callable[[], None]
Keep = Callable[[Save | None], None]
"""Is given what writes down what would be lost, or None once all is on the disk."""

SAVING_AFTER_S = 5.0
"""How long a step at work is waited for where something must still be written then."""

LEAVING_AFTER_S = 8.0
"""How long whatever is at work is waited for where nothing would be lost."""

_POLL_S = 0.2


class StopDeadline:
    """Leaves the process from a thread of its own, within ten seconds from being asked to stop.

    Use it in a `with` block around the work: work that ends in time takes it off.

    Args:
        should_stop: Asked often, on another thread than the work's.
        leave: Saves what it is given, if anything, and ends the process; called once, while no one
            tells anything. None where nobody may end it, as in tests and where one process does
            several runs: then the work is waited for.
    """

    def __init__(
        self, should_stop: Callable[[], bool], leave: Callable[[Save | None], None] | None
    ) -> None:
        self._should_stop = should_stop
        self._leave = leave
        self._save: Save | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="stop-deadline", daemon=True)
        self.telling = threading.RLock()
        """To be held by the work while it tells how it goes: it is not left in between."""

    def keep(self, save: Save | None) -> None:
        """Takes what must be done before leaving, in place of what it had; see `Keep`."""
        self._save = save

    def __enter__(self) -> StopDeadline:
        if self._leave is not None:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._leave is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._should_stop():
            if self._over.wait(_POLL_S):
                return
        if self._over.wait(SAVING_AFTER_S):
            return
        if self._save is None and self._over.wait(LEAVING_AFTER_S - SAVING_AFTER_S):
            return
        assert self._leave is not None
        with self.telling:
            if not self._over.is_set():
                self._leave(self._save)
