"""A job in a process of its own: both ends of the pipe between it and its parent.

The child writes events, one JSON line each, to the file descriptor that was its standard output,
and nothing else can: standard output itself is pointed at standard error first, so that a
library's print does not break the protocol. The parent asks it to stop by the line "cancel" on
its standard input, or by vanishing.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator

from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.jobs.events import Crashed, Event, Finished, Stopped, failure, from_line, to_json, to_line

CANCEL = b"cancel\n"

_MAX_LINE_BYTES = 16_000_000


def run_as_child(work: Callable[[JobContext], object]) -> Event:
    """Runs the work, telling the parent how it goes and how it ended.

    Takes this process's standard input and output for good.

    Returns:
        The last event, which the parent has been told too.
    """
    channel = os.dup(1)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(channel, os.O_BINARY)
    cancelled = threading.Event()
    threading.Thread(
        target=_wait_for_cancel, args=(cancelled,), name="cancel-on-stdin", daemon=True
    ).start()

    def tell(event: Event) -> None:
        try:
            _write_all(channel, to_line(event))
        except OSError:  # the parent is gone, and with it whoever wanted the result
            cancelled.set()

    last = run_to_event(work, JobContext(tell, cancelled.is_set))
    tell(last)
    return last


def run_to_event(work: Callable[[JobContext], object], context: JobContext) -> Event:
    """Runs the work and says, as an event, how it ended; raises nothing but KeyboardInterrupt."""
    try:
        result = work(context)
        return Finished(str(result), to_json(result))
    except Cancelled:
        return Stopped()
    except UserError as error:
        return failure(error)
    except Exception as error:  # noqa: BLE001 - the one place where a job's bugs arrive
        return Crashed(f"{type(error).__name__}: {error}", traceback.format_exc())


class EventReader:
    """The parent's end: bytes in, whole events out."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> Iterator[Event]:
        """The events that these bytes complete; raises ValueError where they are none."""
        *lines, self._pending = (self._pending + data).split(b"\n")
        if len(self._pending) > _MAX_LINE_BYTES:
            raise ValueError("an event without an end")
        return (from_line(line) for line in lines if line)


def _wait_for_cancel(cancelled: threading.Event) -> None:
    # os.read, not sys.stdin: a daemon thread inside a buffered reader aborts the interpreter's
    # shutdown.
    line = b""
    while not line.endswith(CANCEL):
        try:
            data = os.read(0, 4096)
        except OSError:
            break
        if not data:
            break
        line = (line + data)[-4096:]
    cancelled.set()


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
