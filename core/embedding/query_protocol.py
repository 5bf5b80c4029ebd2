"""What is asked of a query worker and what it answers, one JSON line each.

The worker (`core.embedding.worker_query`) says `Ready` once its network is loaded and warm, then
answers requests in the order in which they come, each answer with its request's number. It ends
when its standard input does.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.embedding.index import Fit, Metric
from core.errors import UserError

_MAX_LINE_BYTES = 64_000_000


@dataclass(frozen=True)
class Embed:
    """Asks where a photo lies.

    Attributes:
        id: Comes back with the answer.
        file: The photo's absolute path.
        crop: (x1, y1, x2, y2) in upright pixels, or None for all of it.
    """

    id: int
    file: str
    crop: tuple[int, int, int, int] | None = None


@dataclass(frozen=True)
class Decode:
    """Asks what a point looks like; only where `Ready.can_decode`."""

    id: int
    vector: tuple[float, ...]


@dataclass(frozen=True)
class Ready:
    """The network is loaded and warm.

    Attributes:
        model_hash: Which weights; an index of other weights must not be searched.
        metric: How its embeddings are compared.
        dimensions: Of an embedding.
        side_px: What photos are made before embedding.
        fit: How.
        can_decode: Whether points can be turned into pictures.
        seconds: How long it took.
    """

    model_hash: str
    metric: Metric
    dimensions: int
    side_px: int
    fit: Fit
    can_decode: bool
    seconds: float


@dataclass(frozen=True)
class Embedded:
    """Where a photo lies: of unit length where the metric is angular."""

    id: int
    vector: tuple[float, ...]
    seconds: float


@dataclass(frozen=True)
class Decoded:
    """What a point looks like, as a PNG file's bytes."""

    id: int
    png: bytes
    seconds: float


@dataclass(frozen=True)
class Refused:
    """What could not be done, and why; the worker goes on.

    Attributes:
        id: The request's, or None where the network itself could not be loaded (the worker ends).
    """

    id: int | None
    message: str
    path: str | None = None
    remedy: str = ""

    def to_error(self) -> UserError:
        return UserError(self.message, path=self.path, remedy=self.remedy)


Request = Embed | Decode
Answer = Ready | Embedded | Decoded | Refused

_REQUESTS: dict[str, type[Request]] = {"embed": Embed, "decode": Decode}
_ANSWERS: dict[str, type[Answer]] = {
    "ready": Ready,
    "embedded": Embedded,
    "decoded": Decoded,
    "refused": Refused,
}
_NAMES: dict[type, str] = {type_: name for name, type_ in {**_REQUESTS, **_ANSWERS}.items()}


def to_line(message: Request | Answer) -> bytes:
    """The message as one line of ASCII, newline included."""
    values = asdict(message)
    if isinstance(message, Decoded):
        values["png"] = base64.b64encode(message.png).decode()
    return (json.dumps({"kind": _NAMES[type(message)], **values}) + "\n").encode("ascii")


def request_from(line: bytes) -> Request:
    """The request that a line holds; raises ValueError for anything else."""
    request: Request = _message(line, _REQUESTS)
    return request


def answer_from(line: bytes) -> Answer:
    """The answer that a line holds; raises ValueError for anything else."""
    answer: Answer = _message(line, _ANSWERS)
    return answer


class AnswerReader:
    """The asking end: bytes in, whole answers out."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> Iterator[Answer]:
        """The answers that these bytes complete; raises ValueError where they are none."""
        *lines, self._pending = (self._pending + data).split(b"\n")
        if len(self._pending) > _MAX_LINE_BYTES:
            raise ValueError("an answer without an end")
        return (answer_from(line) for line in lines if line)


@dataclass(frozen=True)
class WorkerCommand:
    """How to start a worker.

    Attributes:
        arguments: The program and its arguments.
        folder: The working directory.
        environment: All of it.
    """

    arguments: tuple[str, ...]
    folder: Path
    environment: dict[str, str]


def worker_command(run_folder: Path) -> WorkerCommand:
    """How to start the query worker of a run.

    It computes on the processor: one photo at a time gains little by a GPU, and a training that
    is at work there keeps its memory to itself.
    """
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "2"}
    return WorkerCommand(
        (sys.executable, "-m", "core.embedding.worker_query", os.fspath(run_folder.absolute())),
        Path(__file__).resolve().parents[2],
        environment,
    )


def _message(line: bytes, types: dict[str, type[Any]]) -> Any:
    values = json.loads(line)
    if not isinstance(values, dict):
        raise ValueError(f"not a message: {line[:80]!r}")
    type_ = types.get(values.pop("kind", ""))
    if type_ is None:
        raise ValueError(f"no known message: {line[:80]!r}")
    if "png" in values:
        values["png"] = base64.b64decode(values["png"], validate=True)
    for name in ("vector", "crop"):
        if values.get(name) is not None:
            values[name] = tuple(values[name])
    try:
        return type_(**values)
    except TypeError as error:
        raise ValueError(f"not the fields of a message: {line[:80]!r}") from error
