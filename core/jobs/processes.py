"""Spreading a long job over processes: bounded, in any order, and stopped within a second."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import Any, TypeVar

import cv2

from core.jobs.context import JobContext

Tools = TypeVar("Tools")
Task = TypeVar("Task")
Result = TypeVar("Result")

_POLL_S = 0.2
# Enough that no process waits for work, few enough that stopping need not wait for much of it.
_WAITING_PER_WORKER = 3


def spread(
    work: Callable[[Tools, Task], Result],
    tasks: Iterable[Task],
    make_tools: Callable[..., Tools],
    tool_arguments: tuple[Any, ...],
    *,
    workers: int,
    context: JobContext,
) -> Iterator[Result]:
    """The results of the tasks, as they are finished, in any order.

    Args:
        work: Does one task; a function of a module, for it goes to other processes by name. A task
            should take well under a second, for a task that has begun is finished.
        tasks: Taken one by one as there is room; they go to the processes by pickle.
        make_tools: Called once in each process; what it returns is passed to `work` every time.
        tool_arguments: What to call it with.
        workers: How many processes; 1 works in this one.
        context: Only its cancellation is used.

    Raises:
        Cancelled: The context was cancelled.
        Exception: Whatever `work` raised.
    """
    if workers <= 1:
        tools = make_tools(*tool_arguments)
        for task in tasks:
            context.check_cancelled()
            yield work(tools, task)
        return
    # The processes inherit it. With a thread for each processor in each process, OpenBLAS's threads
    # wait for one another in busy loops: looking for hints takes twice as long.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Spawned and not forked: a fork would copy the locks of the caller's threads.
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_Worker.begin,
        initargs=(make_tools, tool_arguments),
    )
    waiting: set[Future[Result]] = set()
    ahead = iter(tasks)
    try:
        while True:
            context.check_cancelled()
            while len(waiting) < _WAITING_PER_WORKER * workers:
                try:
                    task = next(ahead)
                except StopIteration:
                    break
                waiting.add(pool.submit(_Worker.work, work, task))
            if not waiting:
                return
            done, waiting = wait(waiting, timeout=_POLL_S, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Worker:
    """The one thing that a worker process keeps from task to task: its tools."""

    tools: Any = None

    @classmethod
    def begin(cls, make_tools: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        # As many processes as processors are enough; OpenCV's own threads would fight them.
        cv2.setNumThreads(1)
        # A parent that is killed says nothing to its pool, whose processes would wait for ever.
        threading.Thread(target=_end_with_parent, daemon=True).start()
        cls.tools = make_tools(*arguments)

    @classmethod
    def work(cls, work: Callable[[Any, Task], Result], task: Task) -> Result:
        return work(cls.tools, task)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
