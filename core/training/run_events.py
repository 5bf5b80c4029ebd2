"""What a run tells while it trains: one JSON line an event, in the run's `events.jsonl`.

The file is the protocol between a worker and whoever watches it. It is only ever appended to, so a
window that is closed and opened again reads on where it likes.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

Level = str
"""How grave a told message is: "info", "warning" or "error"."""


class RunState(StrEnum):
    """How a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    STOPPED = "stopped"
    """Not finished and not at work: never started, or stopped when asked to; can go on."""
    FINISHED = "finished"
    FAILED = "failed"
    """Ended by an error that `reason` tells; can go on once that is mended."""
    DEAD = "dead"
    """The worker vanished without a word of farewell; can go on."""


@dataclass(frozen=True)
class Started:
    """A worker begins to train or goes on with it.

    Attributes:
        at: When, in seconds since 1970 (as all `at`).
        device: The device's name, as people know it.
        backend: What Keras computes with.
        epochs: How many there will be at most.
        steps_per_epoch: How many steps each has.
        batch_size: Photos in a batch.
        images: Training photos.
        from_step: Steps that were done before. All that was told of later steps is void: the
            worker that told it was killed before it had saved them.
        from_epoch: Epochs that were done before.
    """

    at: float
    device: str
    backend: str
    epochs: int
    steps_per_epoch: int
    batch_size: int
    images: int
    from_step: int = 0
    from_epoch: int = 0


@dataclass(frozen=True)
class Prepared:
    """So much of the work before or after training is done.

    Attributes:
        stage: What is being done, as a present participle ("Making photos small").
        done: Units finished.
        total: Units in all, or None where that is not known.
    """

    stage: str
    done: int
    total: int | None
    at: float


@dataclass(frozen=True)
class Stepped:
    """Some steps were done; not every step is told.

    Attributes:
        step: Steps done since the run's very beginning.
        epoch: The epoch at work, counted from 1.
        loss: The mean over the steps since the last such event; NaN where it has diverged.
        learning_rate: As it is now.
        images_per_s: Photos trained on a second, since the last such event.
        wait_share: Share of that time in which the device waited for photos, 0 to 1.
    """

    step: int
    epoch: int
    loss: float
    learning_rate: float
    images_per_s: float
    wait_share: float
    at: float


@dataclass(frozen=True)
class Evaluated:
    """The validation photos were ranked.

    Attributes:
        epoch: Epochs done.
        step: Steps done.
        top: Top-k accuracy by k, as a share.
        baseline: The colour histogram's, on the same photos.
    """

    epoch: int
    step: int
    top: Mapping[int, float]
    baseline: Mapping[int, float]
    at: float


@dataclass(frozen=True)
class EpochEnded:
    """All steps of an epoch are done.

    Attributes:
        epoch: Counted from 1.
        step: Steps done.
        loss: The mean over the epoch.
        seconds: How long it took.
    """

    epoch: int
    step: int
    loss: float
    seconds: float


@dataclass(frozen=True)
class SheetDrawn:
    """A neighbour sheet lies there.

    Attributes:
        epoch: Epochs done.
        path: The picture, relative to the run's folder.
        drawn_again: An autoencoder's picture of the queries and what its decoder makes of them,
            likewise; empty for other networks.
    """

    epoch: int
    path: str
    drawn_again: str = ""


@dataclass(frozen=True)
class Told:
    """A line for the log."""

    message: str
    level: Level = "info"


@dataclass(frozen=True)
class Ended:
    """The worker is done.

    Attributes:
        state: "finished", "stopped" or "failed".
        reason: Why, for people.
    """

    state: RunState
    reason: str
    at: float


RunEvent = Started | Prepared | Stepped | Evaluated | EpochEnded | SheetDrawn | Told | Ended

_NAMES: dict[type[RunEvent], str] = {
    Started: "started",
    Prepared: "prepared",
    Stepped: "stepped",
    Evaluated: "evaluated",
    EpochEnded: "epoch_ended",
    SheetDrawn: "sheet_drawn",
    Told: "told",
    Ended: "ended",
}
_MAY_DIVERGE = frozenset(["loss", "learning_rate", "images_per_s", "wait_share", "seconds"])
_TYPES = {name: type_ for type_, name in _NAMES.items()}


def to_line(event: RunEvent) -> bytes:
    """The event as one line of JSON, newline included; NaN and infinity become null."""
    values = {name: _finite(value) for name, value in asdict(event).items()}
    return (json.dumps({"event": _NAMES[type(event)], **values}) + "\n").encode("ascii")


def from_line(line: bytes) -> RunEvent:
    """The event that a line holds; raises ValueError for anything else."""
    values = json.loads(line)
    type_ = _TYPES.get(values.pop("event", "")) if isinstance(values, dict) else None
    if type_ is None:
        raise ValueError(f"no known event: {line[:80]!r}")
    try:
        if type_ is Stepped and None not in values.values():
            return Stepped(**values)  # nearly all there are: a long history is read twice as fast
        return type_(**{name: _parsed(name, value) for name, value in values.items()})
    except (TypeError, AttributeError) as error:
        raise ValueError(f"not the fields of an event: {line[:80]!r}") from error


def append_event(file: Path, event: RunEvent) -> None:
    """Adds an event to the file, in one write.

    A line that a killed worker left half is ended first, so that only that one is lost.
    """
    data = to_line(event)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    descriptor = os.open(file, flags, 0o666)
    try:
        size = os.lseek(descriptor, 0, os.SEEK_END)
        if size:
            os.lseek(descriptor, size - 1, os.SEEK_SET)
            if os.read(descriptor, 1) != b"\n":
                data = b"\n" + data
        os.write(descriptor, data)
    finally:
        os.close(descriptor)


def read_event_file(
    file: Path, offset: int = 0, most_bytes: int | None = None
) -> tuple[list[RunEvent], int]:
    """The whole events from a place in the file on, and the place to read on from.

    Lines that are no events (cut short by a kill, or of a newer program) are passed over. A file
    that is not there has none.

    Args:
        file: The run's events.
        offset: Where to begin: 0, or what an earlier call returned.
        most_bytes: Read about so much at most; call again while the place moves.
    """
    try:
        with file.open("rb") as stream:
            stream.seek(offset)
            data = stream.read(-1 if most_bytes is None else most_bytes)
            if most_bytes is not None and b"\n" not in data:
                data += stream.readline()
    except FileNotFoundError:
        return [], offset
    end = data.rfind(b"\n") + 1
    events = []
    for line in data[:end].splitlines():
        try:
            events.append(from_line(line))
        except ValueError:
            continue
    return events, offset + end


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _parsed(name: str, value: Any) -> Any:
    if name in ("top", "baseline"):
        return {int(k): float(share) for k, share in value.items()}
    if name == "state":
        return RunState(value)
    return math.nan if value is None and name in _MAY_DIVERGE else value
