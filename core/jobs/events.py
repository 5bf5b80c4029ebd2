"""What a job in a process of its own tells its parent, one JSON line an event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from os import PathLike, fspath
from typing import Any

from core.errors import UserError
from core.jobs.context import Progress


@dataclass(frozen=True)
class Finished:
    """The job did all it was asked.

    Attributes:
        summary: The result for people, one line or several.
        result: The result's fields, as JSON has them.
    """

    summary: str
    result: Mapping[str, Any]


@dataclass(frozen=True)
class Failed:
    """The job met something that the user can mend (a `UserError`)."""

    message: str
    path: str | None
    remedy: str

    def to_error(self) -> UserError:
        return UserError(self.message, path=self.path, remedy=self.remedy)


@dataclass(frozen=True)
class Crashed:
    """The job met a bug."""

    error: str
    traceback: str


@dataclass(frozen=True)
class Stopped:
    """The job stopped because it was asked to; what it had committed stays."""


Event = Progress | Finished | Failed | Crashed | Stopped

_NAMES: dict[type[Event], str] = {
    Progress: "progress",
    Finished: "finished",
    Failed: "failed",
    Crashed: "crashed",
    Stopped: "stopped",
}
_TYPES = {name: type_ for type_, name in _NAMES.items()}


def to_line(event: Event) -> bytes:
    """The event as one line of ASCII, newline included."""
    return (json.dumps({"event": _NAMES[type(event)], **asdict(event)}) + "\n").encode("ascii")


def from_line(line: bytes) -> Event:
    """The event that a line holds; raises ValueError for anything else."""
    values = json.loads(line)
    if not isinstance(values, dict):
        raise ValueError(f"not an event: {line[:80]!r}")
    type_ = _TYPES.get(values.pop("event", ""))
    if type_ is None:
        raise ValueError(f"no known event: {line[:80]!r}")
    try:
        return type_(**values)
    except TypeError as error:
        raise ValueError(f"not the fields of an event: {line[:80]!r}") from error


def failure(error: UserError) -> Failed:
    """The event that tells of a `UserError`."""
    return Failed(error.message, None if error.path is None else fspath(error.path), error.remedy)


def to_json(result: object) -> Any:
    """A verb's result (a dataclass) as plain JSON values."""
    if is_dataclass(result) and not isinstance(result, type):
        return {field.name: to_json(getattr(result, field.name)) for field in fields(result)}
    if isinstance(result, Mapping):
        return {str(key): to_json(value) for key, value in result.items()}
    if isinstance(result, list | tuple | set | frozenset):
        return [to_json(value) for value in result]
    if isinstance(result, bytes):
        return result.hex()
    if isinstance(result, PathLike):
        return fspath(result)
    if result is None or isinstance(result, str | int | float):
        return result
    if hasattr(result, "item"):  # a NumPy scalar
        return result.item()
    raise TypeError(f"a result holds what JSON cannot: {type(result).__name__}")
