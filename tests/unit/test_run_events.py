from __future__ import annotations

import math
import os

import pytest

from core.training.run_events import (
    Ended,
    EpochEnded,
    Evaluated,
    Prepared,
    RunState,
    SheetDrawn,
    Started,
    Stepped,
    Told,
    append_event,
    from_line,
    read_event_file,
    to_line,
)

EVENTS = [
    Started(1.5, "CPU", "tensorflow", 30, 12, 64, 700),
    Prepared("Making photos small", 10, None, 1.6),
    Stepped(10, 1, 0.25, 1e-3, 120.0, 0.02, 2.0),
    Evaluated(1, 12, {1: 0.1, 5: 0.25, 10: 0.5}, {1: 0.2, 5: 0.3, 10: 0.4}, 3.0),
    EpochEnded(1, 12, 0.3, 9.5),
    SheetDrawn(1, "sheets/0001.png"),
    Told("Out of memory: “halved”", "warning"),
    Ended(RunState.STOPPED, "as asked", 4.0),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_survives_its_line(event):
    line = to_line(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert from_line(line) == event


def test_a_loss_that_has_diverged_is_strict_json():
    line = to_line(Stepped(1, 1, math.nan, 1.0, 1.0, 0.0, 0.0))
    assert b"NaN" not in line
    assert math.isnan(from_line(line).loss)


@pytest.mark.parametrize("line", [b"[]", b"{}", b'{"event": "told"}', b'{"event": "new"}', b"{"])
def test_what_is_no_event_is_refused(line):
    with pytest.raises(ValueError):
        from_line(line)


def test_events_are_read_on_from_where_reading_ended(tmp_path):
    file = tmp_path / "events.jsonl"
    assert read_event_file(file) == ([], 0)
    for event in EVENTS[:3]:
        append_event(file, event)
    first, offset = read_event_file(file)
    assert first == EVENTS[:3]
    assert read_event_file(file, offset) == ([], offset)
    for event in EVENTS[3:]:
        append_event(file, event)
    assert read_event_file(file, offset)[0] == EVENTS[3:]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bits")
def test_the_file_of_events_is_no_program(tmp_path):
    append_event(tmp_path / "events.jsonl", EVENTS[0])
    assert (tmp_path / "events.jsonl").stat().st_mode & 0o111 == 0


def test_a_long_file_can_be_read_in_pieces(tmp_path):
    file = tmp_path / "events.jsonl"
    for event in EVENTS:
        append_event(file, event)
    events, offset, pieces = [], 0, 0
    while offset < file.stat().st_size:
        more, offset = read_event_file(file, offset, most_bytes=100)
        events += more
        pieces += 1
    assert events == EVENTS
    assert pieces > 2


def test_a_line_that_is_being_written_waits_for_its_end(tmp_path):
    file = tmp_path / "events.jsonl"
    line = to_line(EVENTS[0])
    file.write_bytes(line[:20])
    assert read_event_file(file) == ([], 0)
    with file.open("ab") as stream:
        stream.write(line[20:])
    assert read_event_file(file) == ([EVENTS[0]], len(line))


def test_half_a_line_of_a_killed_worker_spoils_no_other(tmp_path):
    file = tmp_path / "events.jsonl"
    append_event(file, EVENTS[0])
    with file.open("ab") as stream:
        stream.write(to_line(EVENTS[1])[:25])
    append_event(file, EVENTS[2])
    assert read_event_file(file)[0] == [EVENTS[0], EVENTS[2]]
