"""The program in a process that forks for each verb and kills the fork when it is told to.

A fork is at work within a millisecond, where a process of its own spends most of a second on
imports, so that nearly all moments at which it is killed are moments of work.

Reads orders from standard input and answers on standard output, a line of JSON each:
{"argv": […], "out": file, "kill_after_s": seconds or null} → {"exit_code": …}; the exit code is
that of `subprocess`, -9 where it was killed.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import sys
from pathlib import Path

import main
from core.commands.frame import run_verb

VERBS = {**main.VERBS, "decide": "deciding_verb"}


def answer(order: dict) -> dict:
    ended, end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ended)  # the other end is closed by whatever ends this process
        run(order["argv"], Path(order["out"]))
    os.close(end)
    in_time, _, _ = select.select([ended], [], [], order["kill_after_s"])
    if not in_time:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(ended)
    return {"exit_code": os.waitstatus_to_exitcode(status)}


def run(argv: list[str], out: Path) -> None:
    """Takes over the forked process and ends it."""
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.sync = lambda: None  # for power cuts, and as slow as everybody else's writing
    code = 70
    try:
        code = run_verb(VERBS, argv)
    finally:  # also after wrong arguments: never back into the loop of the other process
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    for module in VERBS.values():
        importlib.import_module(module)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
