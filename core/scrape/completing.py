"""Reading many items' pages, on every core where there are enough of them."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from functools import partial
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path

from core.jobs.context import JobContext
from core.scrape.found import FoundItem
from core.scrape.sidecars import complete

_WORTH_PROCESSES = 2000
"""Items with a page; fewer are read faster here than it takes to start processes (about 1 s)."""

_CHUNK = 16
_POLL_S = 0.2


def completed(
    root: Path, items: Iterable[FoundItem], context: JobContext, *, processes: int | None = None
) -> Generator[FoundItem, None, None]:
    """The items in order, each with what its sidecars say.

    Args:
        root: The source's root.
        items: As a reader found them.
        context: Asked about cancelling before each item.
        processes: How many to use; by default one for each core once there are enough pages.
    """
    if processes is None:
        processes = os.cpu_count() or 1
    ahead = iter(items)
    first = list(islice(ahead, _WORTH_PROCESSES))
    pages = sum(1 for item in first if item.sidecars)
    if processes == 1 or pages < _WORTH_PROCESSES // 2 or len(first) < _WORTH_PROCESSES:
        for item in chain(first, ahead):
            context.check_cancelled()
            yield complete(root, item)
        return
    yield from _in_processes(root, chain(first, ahead), context, processes)


def _in_processes(
    root: Path, items: Iterator[FoundItem], context: JobContext, processes: int
) -> Generator[FoundItem, None, None]:
    read = partial(_complete_all, root)
    running: deque[Future[list[FoundItem]]] = deque()
    # Started afresh, not forked: forking a process that runs threads can lock up.
    pool = ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),
        # A terminal's Ctrl-C reaches these too; it is for the job to stop them.
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        while True:
            while len(running) < 4 * processes and (chunk := list(islice(items, _CHUNK))):
                running.append(pool.submit(read, chunk))
            if not running:
                return
            oldest = running.popleft()
            context.check_cancelled()
            while not wait([oldest], timeout=_POLL_S).done:
                context.check_cancelled()
            yield from oldest.result()
    finally:
        # Not waited for: those at work end with the few pages that they are at.
        pool.shutdown(wait=False, cancel_futures=True)


def _complete_all(root: Path, items: list[FoundItem]) -> list[FoundItem]:
    return [complete(root, item) for item in items]
