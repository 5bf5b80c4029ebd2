"""Hearing signals at once, whatever the main thread does."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager


@contextmanager
def hearing(numbers: Collection[int], heard: threading.Event) -> Iterator[None]:
    """Sets the event when one of these signals comes, while it lasts; on the main thread only.

    Python calls handlers on the main thread, between two of its own instructions: not before a
    library's long call is over. What the system itself writes to a socket is there at once. For
    each of the signals there must be a handler as well, which decides what else becomes of it.
    """
    ours, systems = socket.socketpair()
    systems.setblocking(False)

    def listen() -> None:
        while came := ours.recv(64):
            if any(number in numbers for number in came):
                heard.set()

    before = signal.set_wakeup_fd(systems.fileno(), warn_on_full_buffer=False)
    listening = threading.Thread(target=listen, name="signals", daemon=True)
    listening.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        systems.close()
        listening.join()
        ours.close()
