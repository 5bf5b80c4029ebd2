"""Starting a run's worker, asking it to stop, and telling whether it lives.

The worker is a process of its own that outlives whoever started it. What it does it tells in the
run's folder alone, so a window that opens later finds it at work and watches on.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from core.errors import UserError
from core.project import Project
from core.training.run_facts import change_facts, read_facts, unwritable, writing_into
from core.training.runs import (
    Run,
    RunState,
    finished_error,
    list_runs,
    read_state,
    refuse_if_running,
)
from core.training.worker_file import Worker, lives, read_worker, worker_of, write_worker

_LAST_WORDS_BYTES = 8192
_LAST_LINES = 12
_BEGINS = b"---- worker begins"
# Empty lines, and what TensorFlow says of GPUs that are not there; its fatal words begin with F.
_NOISE = re.compile(r"\s*$|WARNING: All log messages before absl|[IWE]\d{4} \d\d:\d\d:\d+")


def start(run: Run, program: Sequence[str]) -> Worker:
    """Starts the run's worker, or goes on where an earlier one stopped; returns at once.

    Args:
        run: The run; of a project, in its `runs` folder.
        program: What `main.py` is run by: the interpreter and the file.

    Raises:
        UserError: The run is finished or at work, or the process cannot be started.
    """
    refuse_if_running(run, "started again")
    if read_facts(run.facts_file).state is RunState.FINISHED:
        raise finished_error(run)
    forget_stop(run)
    process = _launch([*program, *worker_arguments(run)], run.log_file)
    worker = worker_of(process.pid) or Worker(process.pid, time.time())
    write_worker(run.worker_file, worker)
    return worker


def start_queue(project: Project, program: Sequence[str]) -> None:
    """Starts a process that trains the queued runs one after another, then ends.

    Where there is one already, the new one finds that and ends at once.

    Raises:
        UserError: The process cannot be started.
    """
    arguments = ["train", "--project", str(project.root), "--queue"]
    _launch([*program, *arguments], project.logs / "queue.log")


def worker_arguments(run: Run) -> list[str]:
    """What `main.py` is called with for training a run of a project."""
    project = run.folder.parent.parent
    return ["train", "--project", str(project), "--run", run.name, "--worker"]


DIED_SILENT = "It said nothing. When memory runs out, the system ends programs without a word."
"""What to tell of a worker that died without last words."""


def request_stop(run: Run) -> None:
    """Asks the run's worker to keep what it has and end; within ten seconds it has.

    Raises:
        UserError: The run's folder cannot be written.
    """
    with writing_into(run.folder):
        run.stop_file.touch()


def forget_stop(run: Run) -> None:
    """Takes back what was asked of a worker that was killed before it heard.

    Raises:
        UserError: The run's folder cannot be written.
    """
    with writing_into(run.folder):
        run.stop_file.unlink(missing_ok=True)


def is_alive(run: Run) -> bool:
    """Whether a worker is at work on the run."""
    worker = read_worker(run.worker_file)
    return worker is not None and lives(worker)


def kill(run: Run) -> None:
    """Ends a worker that does not listen; what it had saved stays, and the run can go on."""
    worker = read_worker(run.worker_file)
    if worker is None or not lives(worker):
        return
    try:
        psutil.Process(worker.pid).kill()
    except psutil.NoSuchProcess:
        return


def last_words(run: Run) -> str:
    """The end of what the worker's process printed, for telling why it died; "" for nothing."""
    try:
        with run.log_file.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _LAST_WORDS_BYTES))
            text = log.read().rpartition(_BEGINS)[2].partition(b"\n")[2].decode("utf-8", "replace")
    except OSError:
        text = ""
    lines = [line.rstrip() for line in text.splitlines() if not _NOISE.match(line)]
    return "\n".join(lines[-_LAST_LINES:])


@contextmanager
def working_on(run: Run) -> Iterator[None]:
    """Makes this process the run's worker while it lasts.

    The lock keeps a second worker away; the system lets go of it however this one ends. Whoever
    works writes how it ended, by `change_facts`, before this does: a run that is still said to be
    running, without a worker, is dead.

    Raises:
        UserError: Another process is at work on the run, or the run is finished.
    """
    lock = FileLock(run.lock_file)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UserError(
            f"Another process is at work on the run “{run.name}”",
            path=run.folder,
            remedy="Wait until it has ended, or stop it.",
        ) from error
    except OSError as error:
        raise unwritable(run.folder, error) from error
    try:
        if read_facts(run.facts_file).state is RunState.FINISHED:
            raise finished_error(run)
        worker = worker_of()
        assert worker is not None
        with writing_into(run.folder):
            write_worker(run.worker_file, worker)
        change_facts(run.facts_file, state=RunState.RUNNING, queued_at=None, reason="")
        yield
    finally:
        forget_worker(run)
        lock.release()


def forget_worker(run: Run) -> None:
    """Has the run count as ended; what is left to its worker is to let go of the lock."""
    run.stop_file.unlink(missing_ok=True)
    run.worker_file.unlink(missing_ok=True)  # last: from now on the run counts as ended


def next_queued(project: Project) -> Run | None:
    """The run that has waited longest in the queue."""
    waiting = [
        (facts.queued_at or facts.created, run)
        for run in list_runs(project)
        if (facts := read_facts(run.facts_file)).state is RunState.QUEUED
        and read_state(run) is RunState.QUEUED
    ]
    return min(waiting, key=lambda pair: pair[0])[1] if waiting else None


def _launch(command: Sequence[str], log_file: Path) -> subprocess.Popen[bytes]:
    try:
        log_file.parent.mkdir(exist_ok=True)
        with log_file.open("ab") as log:
            log.write(_BEGINS + time.strftime(" %Y-%m-%d %H:%M:%S\n").encode())
            log.flush()
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                # A process of its own: neither a closed window nor a Ctrl-C beside it ends it.
                start_new_session=True,
                creationflags=_detached_on_windows(),
            )
    except OSError as error:
        raise UserError(
            f"The worker cannot be started ({error.strerror})",
            path=log_file,
            remedy="Make room on the project's disk and close other programs, then try again.",
        ) from error
    # Until someone waits for its end the system keeps a dead child as a zombie.
    threading.Thread(target=process.wait, name=f"wait-for-{process.pid}", daemon=True).start()
    return process


def _detached_on_windows() -> int:
    if sys.platform == "win32":
        return subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0
