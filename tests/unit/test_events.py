from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import pytest

from core.errors import UserError
from core.jobs.context import Progress
from core.jobs.events import (
    Crashed,
    Failed,
    Finished,
    Stopped,
    failure,
    from_line,
    to_json,
    to_line,
)


@pytest.mark.parametrize(
    "event",
    [
        Progress("Reading item pages", 3, 12, 4.5, "item_000003"),
        Progress("Looking", 3, None, 0.0),
        Finished("2 items", {"items": 2, "paths": ["a", "b"]}),
        Failed("No such folder", "/tmp/\udcff", "Choose another."),
        Crashed("ValueError: x", "Traceback\n  …\n"),
        Stopped(),
    ],
)
def test_an_event_crosses_the_pipe_unchanged_as_one_ascii_line(event):
    line = to_line(event)

    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert line.isascii()
    assert from_line(line) == event


@pytest.mark.parametrize(
    "line",
    [b"hello", b"[]", b"{}", b'{"event": "surprise"}', b'{"event": "finished"}', b"\xff\xfe"],
)
def test_what_is_no_event_is_refused(line):
    with pytest.raises(ValueError):
        from_line(line)


def test_a_user_error_keeps_its_file_and_remedy_across_the_pipe():
    error = UserError("Cannot be read", path=Path("/a/b"), remedy="Mend it.")

    again = failure(error).to_error()

    assert str(again) == str(error)
    assert again.path == Path("/a/b")


def test_a_result_becomes_plain_json():
    class Kind(StrEnum):
        COPY = "copy"

    @dataclass(frozen=True)
    class Inner:
        path: Path

    @dataclass(frozen=True)
    class Result:
        inner: Inner
        kinds: frozenset[Kind]
        counts: dict[Kind, int]
        digest: bytes
        score: object

    result = Result(Inner(Path("a/b")), frozenset({Kind.COPY}), {Kind.COPY: 2}, b"\x01\xff", None)

    assert to_json(result) == {
        "inner": {"path": "a/b"},
        "kinds": ["copy"],
        "counts": {"copy": 2},
        "digest": "01ff",
        "score": None,
    }
    assert to_json(np.float32(0.5)) == 0.5
    with pytest.raises(TypeError, match="object"):
        to_json(object())
