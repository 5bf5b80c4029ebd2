"""Training queued runs one after another, each in a process of its own.

A process for each, because a backend is chosen once a process and gives its memory back only at
the end. The queue itself is a process too, so that it goes on when the window is closed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from filelock import FileLock, Timeout

from core.errors import UserError
from core.jobs.context import JobContext
from core.project import Project
from core.training.launching import is_alive, next_queued, request_stop, start
from core.training.run_facts import change_facts, unwritable
from core.training.runs import Run, RunState, list_runs

_POLL_S = 0.5


def train_queue(
    project: Project,
    program: Sequence[str],
    context: JobContext,
    wait: Callable[[float], None] = time.sleep,
) -> tuple[str, ...]:
    """Trains the queued runs, the longest waiting first, until none waits; their names.

    A run that was started otherwise is waited for, so that two never share the device. Where
    another process does this already, it is left to it.

    Args:
        project: Whose runs.
        program: What `main.py` is run by: the interpreter and the file.
        context: Progress; where it is cancelled, the run at work is stopped, and the others keep
            waiting.
        wait: Waits for so many seconds.

    Raises:
        Cancelled: As asked.
        UserError: The runs' folder cannot be written.
    """
    lock = FileLock(project.runs / ".queue.lock")
    try:
        project.runs.mkdir(exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        return ()
    except OSError as error:
        raise unwritable(project.runs, error) from error
    trained: list[str] = []
    try:
        while True:
            for run in list_runs(project):
                _wait_for(run, context, wait, stop=False)
            queued = next_queued(project)
            if queued is None:
                return tuple(trained)
            trained.append(queued.name)
            _train(queued, program, context, wait)
    finally:
        lock.release()


def _train(
    run: Run, program: Sequence[str], context: JobContext, wait: Callable[[float], None]
) -> None:
    try:
        start(run, program)
    except UserError as error:
        change_facts(run.facts_file, state=RunState.FAILED, queued_at=None, reason=str(error))
        return
    _wait_for(run, context, wait, stop=True)


def _wait_for(run: Run, context: JobContext, wait: Callable[[float], None], *, stop: bool) -> None:
    while is_alive(run):
        context.report(f"Training “{run.name}”", 0)
        if stop and context.is_cancelled():
            request_stop(run)
        context.check_cancelled()
        wait(_POLL_S)
