"""What every verb of the command line shares.

A verb is a module with `HELP`, `DESCRIPTION`, `WRITES`, `add_arguments` and `run`; it is imported
only when it runs. The frame adds `--project`, `--json` and `--events`, shows progress, takes the
project's lock for verbs that write, turns Ctrl-C into a clean stop, and the outcome into an exit
code.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import logging
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from enum import IntEnum
from pathlib import Path
from types import FrameType
from typing import Protocol, cast

from core.commands.progress_bar import ProgressBar
from core.errors import UserError, displayable
from core.jobs.context import Cancelled, JobContext
from core.jobs.events import Crashed, Event, Failed, Finished, Stopped
from core.jobs.logs import log_to
from core.jobs.signals import hearing
from core.jobs.stop_deadline import Save, StopDeadline
from core.jobs.subprocess_job import run_as_child, run_to_event
from core.project import Project, create_project, is_project, lock_for_writing, open_project

PROGRAM = "main.py"

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # else, without a log file, warnings are told twice


class Verb(Protocol):
    """What a module in `core.commands` offers.

    It may also have `CREATES = True`: where `--project` names no project yet, an empty one is
    made first, and taken away again if the verb does not open its catalogue. A verb that writes
    nothing but caches is ended eight seconds after a Ctrl-C, should it be amid a library's long
    call; `LEAVES_IN_TIME = True` says that it sees to that by itself. Of a verb that writes,
    `only_reads(arguments)` tells whether it will not this time, and so needs no lock.
    """

    HELP: str
    """One line for the list of verbs."""
    DESCRIPTION: str
    """The verb's documentation, with examples; shown as it is laid out."""
    WRITES: bool
    """Whether it takes the project's lock."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace, context: JobContext) -> object:
        """Does the work on `arguments.project`; returns a frozen dataclass that `str` explains."""


class ExitCode(IntEnum):
    """How a verb ended, for shells and schedulers."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    BUG = 70
    CANCELLED = 130


def run_verb(verbs: Mapping[str, str], argv: Sequence[str]) -> int:
    """Runs the verb that `argv` begins with.

    Args:
        verbs: The module of each verb.
        argv: The verb and its arguments.

    Returns:
        An `ExitCode`.

    Raises:
        SystemExit: With code 2 after wrong arguments and 0 after `--help`, as argparse does.
    """
    _accept_any_text(sys.stdout, sys.stderr)
    name = argv[0]
    verb = _load(verbs[name])
    arguments = _parser(name, verb).parse_args(argv[1:])

    def work(context: JobContext) -> object:
        with ExitStack() as stack:
            _prepare_project(name, verb, arguments, stack)
            return _run_logged(name, verb, arguments, context)

    if arguments.events:
        # A Ctrl-C in the terminal reaches the window too, which then tells this process.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if sys.platform != "win32":
            os.nice(5)  # the window, at work beside this, comes first
        last = run_as_child(work)
        if isinstance(last, Crashed):
            print(last.traceback, file=sys.stderr)
        return _exit_code(last)
    may_be_left = not _writes(verb, arguments) and not getattr(verb, "LEAVES_IN_TIME", False)
    with (
        _stop_on_interrupt() as interrupted,
        ProgressBar(sys.stderr) as bar,
        StopDeadline(interrupted.is_set, _leave if may_be_left else None),
    ):
        last = run_to_event(work, JobContext(bar.show, interrupted.is_set))
    _print(last, as_json=arguments.json)
    return _exit_code(last)


def describe_verbs(verbs: Mapping[str, str]) -> str:
    """A line on each verb, for the program's `--help`."""
    width = max((len(name) for name in verbs), default=0)
    return "\n".join(f"  {name:<{width}}  {_load(module).HELP}" for name, module in verbs.items())


def _load(module: str) -> Verb:
    return cast(Verb, importlib.import_module(module))


def _parser(name: str, verb: Verb) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"{PROGRAM} {name}",
        description=verb.DESCRIPTION.strip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        epilog=(
            "exit codes: 0 done, 1 failed (the message says what to do), 2 wrong arguments,\n"
            "70 a bug in Pickglass, 130 stopped by Ctrl-C"
        ),
    )
    parser.add_argument(
        "--project",
        type=Path,
        required=getattr(verb, "NEEDS_PROJECT", True),
        metavar="DIR",
        help="the project's folder (by custom its name ends in .pickglass)",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the result as one JSON object on standard output, for scripts",
    )
    parser.add_argument("--events", action="store_true", help=argparse.SUPPRESS)
    verb.add_arguments(parser)
    return parser


def _prepare_project(
    name: str, verb: Verb, arguments: argparse.Namespace, stack: ExitStack
) -> None:
    root: Path | None = arguments.project
    if root is None:
        return
    if getattr(verb, "CREATES", False) and not is_project(root):
        project = create_project(root)
        stack.callback(_discard_if_unused, project)
    else:
        project = open_project(root)
    if not _writes(verb, arguments):
        return
    # With --events the parent holds the lock already.
    if not arguments.events:
        stack.enter_context(lock_for_writing(project))
    stack.enter_context(log_to(project, name))


def _writes(verb: Verb, arguments: argparse.Namespace) -> bool:
    only_reads = getattr(verb, "only_reads", None)
    return verb.WRITES and not (only_reads is not None and only_reads(arguments))


def _discard_if_unused(project: Project) -> None:
    # A preview, say: it stores nothing, so nothing should stay.
    if not project.catalogue_file.exists():
        shutil.rmtree(project.root, ignore_errors=True)


def _run_logged(
    name: str, verb: Verb, arguments: argparse.Namespace, context: JobContext
) -> object:
    _log.info("%s begins: %s", name, vars(arguments))
    try:
        result = verb.run(arguments, context)
    except Cancelled:
        _log.info("%s was stopped", name)
        raise
    except UserError as error:
        _log.warning("%s failed: %s", name, error)
        raise
    except Exception:
        _log.exception("%s met a bug", name)
        raise
    _log.info("%s is done: %s", name, result)
    return result


@contextmanager
def _stop_on_interrupt() -> Iterator[threading.Event]:
    """The first Ctrl-C asks the job to stop, a second one ends the program where it stands."""
    interrupted = threading.Event()

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        interrupted.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        print("\nStopping… (Ctrl-C again to stop at once)", file=sys.stderr)

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        with hearing((signal.SIGINT,), interrupted):
            yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


def _leave(_save: Save | None) -> None:
    _print(Stopped(), as_json=False)
    sys.stderr.flush()
    os._exit(ExitCode.CANCELLED)


def _print(last: Event, *, as_json: bool) -> None:
    if isinstance(last, Finished):
        print(json.dumps(last.result, indent=2) if as_json else last.summary)
    elif isinstance(last, Failed):
        print(f"Error: {last.to_error()}", file=sys.stderr)
        if as_json:
            path = None if last.path is None else displayable(last.path)
            told = {"message": last.message, "path": path, "remedy": last.remedy}
            print(json.dumps({"error": told}, indent=2))
    elif isinstance(last, Crashed):
        print(last.traceback, file=sys.stderr)
        print("This is a bug in Pickglass; please report the lines above.", file=sys.stderr)
    elif isinstance(last, Stopped):
        print("Stopped; what was done until then stays.", file=sys.stderr)


def _exit_code(last: Event) -> int:
    match last:
        case Finished():
            return ExitCode.DONE
        case Failed():
            return ExitCode.FAILED
        case Stopped():
            return ExitCode.CANCELLED
    return ExitCode.BUG


def _accept_any_text(*streams: object) -> None:
    # File names need not be text; a result that names one must still be printable.
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
