"""Who works on a run: a small file in its folder that names the process.

A process number alone would do for a day: the system gives numbers out again. With the time at
which the process began it names one process for good.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from core.project import Project, write_atomically

WORKER_FILE = "worker.json"

# The start time is computed from the boot time, which clock corrections move a little.
_SAME_TIME_S = 2.0


@dataclass(frozen=True)
class Worker:
    """One process.

    Attributes:
        pid: Its number.
        create_time: When it began, in seconds since 1970.
    """

    pid: int
    create_time: float


def worker_of(pid: int | None = None) -> Worker | None:
    """The process of that number, by default this one; None where there is none."""
    import psutil

    number = os.getpid() if pid is None else pid
    try:
        return Worker(number, psutil.Process(number).create_time())
    except psutil.Error:
        return None


def write_worker(file: Path, worker: Worker) -> None:
    """Notes who works on the run."""
    write_atomically(file, json.dumps(asdict(worker)).encode())


def read_worker(file: Path) -> Worker | None:
    """Who works on the run, or did so last; None where nobody did."""
    try:
        values = json.loads(file.read_bytes())
        return Worker(int(values["pid"]), float(values["create_time"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def lives(worker: Worker) -> bool:
    """Whether that very process is still at work."""
    import psutil  # here: the window asks at its start, and mostly of nobody

    try:
        process = psutil.Process(worker.pid)
        same = abs(process.create_time() - worker.create_time) < _SAME_TIME_S
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def is_any_at_work(project: Project) -> bool:
    """Whether any run of the project is being trained, read as quickly as can be."""
    files = project.runs.glob(f"*/{WORKER_FILE}")
    return any(worker is not None and lives(worker) for worker in map(read_worker, files))
