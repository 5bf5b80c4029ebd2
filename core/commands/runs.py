"""`runs`: lists training runs and does small things with them."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import UserError, displayable
from core.jobs.context import JobContext
from core.project import Project, open_project
from core.training.instruction_values import diff_instructions
from core.training.launching import DIED_SILENT, kill, last_words, request_stop
from core.training.renaming import rename_with_report
from core.training.run_changes import queue_run, trash_run, write_note
from core.training.runs import (
    Run,
    RunState,
    find_run,
    list_runs,
    read_instruction,
    read_record,
    read_state,
)

HELP = "list training runs; stop, queue, compare, note, rename or throw away one"
DESCRIPTION = """
Lists the project's training runs with their state and their best validation Top-1/5/10.

With --run and one of the options below, does that to a run. Thrown-away runs lie in the folder
runs/.trash of the project; nothing is deleted. A run that is at work must be stopped first.

examples:
  python main.py runs --project dresses.pickglass
  python main.py runs --project dresses.pickglass --run first --note "margin too large"
  python main.py runs --project dresses.pickglass --run first --diff second
  python main.py runs --project dresses.pickglass --run first --stop
"""
WRITES = False


@dataclass(frozen=True)
class Row:
    """A run in the table.

    Attributes:
        top: Best validation Top-k by k, or None.
        why: Why it failed or died, or "".
    """

    name: str
    state: str
    network: str
    loss: str
    epochs: int
    top: Mapping[int, float] | None
    device: str
    note: str
    why: str


@dataclass(frozen=True)
class RunsTold:
    """The table of runs, or what was done."""

    runs: tuple[Row, ...] = ()
    done: str = ""
    differences: tuple[tuple[str, str, str], ...] = ()

    def __str__(self) -> str:
        if self.differences:
            lines = [f"  {name}: {one} | {other}" for name, one, other in self.differences]
            return "\n".join([self.done, *lines])
        if self.done:
            return self.done
        if not self.runs:
            return "There are no runs yet; start one by `train`."
        return _table(self.runs)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which run, and what to do with it."""
    parser.add_argument("--run", metavar="NAME", help="the run to do something with")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--note", metavar="TEXT", help="note what you think of it")
    what.add_argument("--rename", metavar="NEW", help="give it another name")
    what.add_argument("--trash", action="store_true", help="put it into the trash")
    what.add_argument("--stop", action="store_true", help="ask its worker to stop, keeping all")
    what.add_argument("--kill", action="store_true", help="end a worker that does not listen")
    what.add_argument("--queue", action="store_true", help="put it into the queue")
    what.add_argument("--unqueue", action="store_true", help="take it out of the queue")
    what.add_argument("--diff", metavar="OTHER", help="compare its instruction with another run's")


def run(arguments: argparse.Namespace, _context: JobContext) -> RunsTold:
    """Lists, or does what was asked."""
    project = open_project(arguments.project)
    if arguments.run is None:
        return RunsTold(tuple(_row(run) for run in list_runs(project)))
    return _do(arguments, project, find_run(project, arguments.run))


def _do(arguments: argparse.Namespace, project: Project, run: Run) -> RunsTold:
    if arguments.note is not None:
        write_note(run, arguments.note)
        return RunsTold(done=f"Noted for “{run.name}”")
    if arguments.rename is not None:
        return RunsTold(
            done=f"“{run.name}” is now “{rename_with_report(run, arguments.rename).name}”"
        )
    if arguments.trash:
        return RunsTold(done=f"“{run.name}” lies in {displayable(trash_run(run))}")
    if arguments.stop or arguments.kill:
        if read_state(run) is not RunState.RUNNING:
            raise UserError(
                f"The run “{run.name}” is not at work", path=run.folder, remedy="Nothing to do."
            )
        if arguments.kill:
            kill(run)
            return RunsTold(done=f"“{run.name}” was ended where it stood; it can be resumed")
        request_stop(run)
        return RunsTold(done=f"“{run.name}” was asked to stop; it can be resumed")
    if arguments.queue or arguments.unqueue:
        queue_run(run, time.time() if arguments.queue else None)
        where = "waits in the queue" if arguments.queue else "is out of the queue"
        return RunsTold(done=f"“{run.name}” {where}")
    if arguments.diff is not None:
        other = find_run(project, arguments.diff)
        rows = diff_instructions(read_instruction(run), read_instruction(other))
        done = f"“{run.name}” | “{other.name}”" if rows else "They say the same"
        return RunsTold(done=done, differences=tuple((n, _shown(a), _shown(b)) for n, a, b in rows))
    return RunsTold((_row(run),))


def _shown(value: object) -> str:
    """A value as an instruction has it; a dash for what it does not have."""
    if value is None or isinstance(value, str):
        return value or "–"
    return json.dumps(value)


def _row(run: Run) -> Row:
    record = read_record(run)
    instruction = record.instruction
    return Row(
        name=record.name,
        state=str(record.state),
        network=instruction.model.name if instruction else "?",
        loss=instruction.loss.name if instruction else "?",
        epochs=record.epochs_done,
        top=record.best_top,
        device=record.device,
        note=record.note,
        why=last_words(run) or DIED_SILENT if record.state is RunState.DEAD else record.reason,
    )


def _table(rows: Sequence[Row]) -> str:
    heads = ("run", "state", "network", "loss", "epochs", "Top-1/5/10 %", "note")
    cells = [
        (
            row.name,
            row.state,
            row.network,
            row.loss,
            str(row.epochs),
            " / ".join(f"{100 * share:.0f}" for share in row.top.values()) if row.top else "–",
            row.note.partition("\n")[0][:40],
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in [heads, *cells]) for column in range(len(heads))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [heads, *cells]
    )
