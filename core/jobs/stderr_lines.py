"""Keeping what a library writes to standard error, past Python, away from the user."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST_S = 5.0

# A process of its own and no thread: what a library says as it aborts this one comes through too.
_FILTER = r"""
import os, re, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
unwanted, pending = re.compile(sys.argv[1].encode()), b""
while data := os.read(0, 65536):
    *lines, pending = (pending + data).split(b"\n")
    os.write(2, b"".join(line + b"\n" for line in lines if not unwanted.match(line)))
os.write(2, pending)
"""


@contextmanager
def stderr_without(unwanted: str) -> Iterator[None]:
    """While it lasts, lines on file descriptor 2 that begin like this are left out.

    Args:
        unwanted: A regular expression; what does not match goes on, line by line.
    """
    if sys.stderr is None:  # a program of Windows' without a console
        yield
        return
    sys.stderr.flush()
    before = os.dup(2)
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _FILTER, unwanted], stdin=subprocess.PIPE
    )
    assert process.stdin is not None
    os.dup2(process.stdin.fileno(), 2)
    process.stdin.close()
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(before, 2)
        os.close(before)
        try:
            process.wait(_LONGEST_S)
        except subprocess.TimeoutExpired:
            process.kill()  # a process that the library began has the pipe still
            process.wait()
