"""What is known of a run besides its instruction: `run.json` in its folder.

Whoever holds the run writes it: the worker while it lives, else the window or a command. Notes of
the user's have a file of their own, so that they can be written at any time.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from core.errors import UserError
from core.project import write_atomically
from core.training.run_events import RunState


@dataclass(frozen=True)
class RunFacts:
    """What became of a run so far.

    Attributes:
        created: When the run was made, in seconds since 1970.
        state: As it was last written; a worker that has vanished could not write any more.
        queued_at: When it was put into the queue; None unless it waits there.
        reason: Why it ended as it did, for people.
        started: When a worker first began, or None.
        ended: When a worker last ended, or None.
        device: What it trained on.
        backend: What Keras computed with.
        epochs_done: Whole epochs.
        steps_done: Steps.
        best_top: Top-k accuracy by k of the best network on the validation photos.
        best_epoch: When that was.
        fingerprint: Of the data set: photos, items and split.
        versions: Of Python and the libraries that decide what comes out.
    """

    created: float
    state: RunState = RunState.STOPPED
    queued_at: float | None = None
    reason: str = ""
    started: float | None = None
    ended: float | None = None
    device: str = ""
    backend: str = ""
    epochs_done: int = 0
    steps_done: int = 0
    best_top: Mapping[int, float] | None = None
    best_epoch: int | None = None
    fingerprint: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)


def read_facts(file: Path) -> RunFacts:
    """What the file says; what it lacks is as for a run that was never started."""
    try:
        values = json.loads(file.read_bytes())
        known = {each.name for each in fields(RunFacts)}
        return _parsed({name: value for name, value in values.items() if name in known})
    except (OSError, ValueError, TypeError, AttributeError):
        created = file.parent.stat().st_mtime if file.parent.is_dir() else 0.0
        return RunFacts(created=created)


def write_facts(file: Path, facts: RunFacts) -> None:
    """Writes the file, whole.

    Raises:
        UserError: It cannot be written.
    """
    with writing_into(file.parent):
        write_atomically(file, (json.dumps(dataclasses.asdict(facts), indent=2) + "\n").encode())


def change_facts(file: Path, **changes: Any) -> RunFacts:
    """Changes some of the facts; what they are now.

    Raises:
        UserError: The file cannot be written.
    """
    facts = dataclasses.replace(read_facts(file), **changes)
    write_facts(file, facts)
    return facts


def first_facts(*, queued: bool) -> RunFacts:
    """The facts of a run that is just made."""
    now = time.time()
    if queued:
        return RunFacts(created=now, state=RunState.QUEUED, queued_at=now)
    return RunFacts(created=now)


@contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """Has a full disk, or one that may only be read, told as what it is: nobody's bug.

    Raises:
        UserError: The run's folder cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise unwritable(folder, error) from error


def unwritable(folder: Path, error: OSError) -> UserError:
    """What to tell where a run's folder cannot be written."""
    return UserError(
        f"The run's folder cannot be written ({error.strerror})",
        path=folder,
        remedy="Make room on the project's disk, and see that you may write to it.",
    )


def _parsed(values: dict[str, Any]) -> RunFacts:
    # Checked here: of one damaged file that sorts no more, the list of all runs would be lost.
    values["created"] = float(values["created"])
    for name in ("queued_at", "started", "ended"):
        if values.get(name) is not None:
            values[name] = float(values[name])
    for name in ("epochs_done", "steps_done"):
        values[name] = int(values.get(name, 0))
    for name in ("reason", "device", "backend", "fingerprint"):
        values[name] = str(values.get(name, ""))
    values["state"] = RunState(values.get("state", RunState.STOPPED))
    if values.get("best_top") is not None:
        values["best_top"] = {int(k): float(share) for k, share in values["best_top"].items()}
    return RunFacts(**values)
