"""`train`: trains an embedding model on the project's kept photos."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tqdm import tqdm

from core.commands.frame import ExitCode
from core.commands.instruction_arguments import add_instruction_arguments, chosen_instruction
from core.errors import UserError, displayable
from core.jobs.context import Cancelled, JobContext
from core.jobs.signals import hearing
from core.number_words import plural
from core.project import Project, open_project
from core.training.launching import forget_stop, is_alive
from core.training.run_events import (
    EpochEnded,
    Evaluated,
    Prepared,
    RunEvent,
    Started,
    Stepped,
    Told,
)
from core.training.runs import (
    Run,
    RunState,
    create_run,
    find_run,
    list_runs,
    read_record,
    read_state,
)

HELP = "train an embedding model on the kept photos, or go on with a run"
DESCRIPTION = """
Trains a network that puts photos of one item near each other and tells how well it does, beside
what their colours alone would do. A run is a folder in the project's folder “runs”; it holds
everything: instruction, split, figures, checkpoints, the network, a report.

Give an instruction by --preset or --file (ours or the team's own format), and single values by
--set. Ctrl-C stops within seconds and keeps the best and the last network; --resume goes on there.
A finished run is never overwritten.

Runs that wait in the queue are trained one after another by --queue.

examples:
  python main.py train --project dresses.pickglass --preset demo
  python main.py train --project dresses.pickglass --preset ours --set fitting.epochs=50 --name long
  python main.py train --project dresses.pickglass --file their_instruction.json
  python main.py train --project dresses.pickglass --resume
  python main.py train --project dresses.pickglass --run long
"""
# It writes into the run's folder and the caches only, which have locks of their own: the window may
# have the project open meanwhile.
WRITES = False
LEAVES_IN_TIME = True


@dataclass(frozen=True)
class Trained:
    """How it ended.

    Attributes:
        run: The run's folder.
        name: Its name.
        state: "finished", or "queue empty" for a queue.
        epochs: Whole epochs done.
        top: Best validation Top-k by k.
    """

    run: Path | None
    name: str
    state: str
    epochs: int = 0
    top: Mapping[int, float] | None = None
    trained: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.run is None:
            if not self.trained:
                return "No run waits in the queue, or another process trains them already"
            return f"The queue is empty; trained {len(self.trained)}: {', '.join(self.trained)}"
        best = f"; best validation {_in_words(self.top)}" if self.top else ""
        return (
            f"“{self.name}” is {self.state}; epochs done: {self.epochs}{best}\n"
            f"All of it lies in {self.run}"
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to train, or what to go on with."""
    add_instruction_arguments(parser)
    parser.add_argument("--name", default="", metavar="NAME", help="what to call the new run")
    parser.add_argument("--run", metavar="NAME", help="train a run that is there, or go on with it")
    parser.add_argument(
        "--resume", action="store_true", help="go on; without --run with the last that can"
    )
    parser.add_argument("--later", action="store_true", help="only put the run into the queue")
    parser.add_argument("--queue", action="store_true", help="train the queued runs in turn")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, context: JobContext) -> Trained:
    """Trains."""
    project = open_project(arguments.project)
    if arguments.queue:
        from core.training.run_queue import train_queue

        program = (sys.executable, str(Path(sys.argv[0]).resolve()))
        trained = train_queue(project, program, context)
        return Trained(None, "", "queue empty", trained=trained)
    chosen = _choose(arguments, project)
    if arguments.later:
        return Trained(chosen.folder, chosen.name, str(read_state(chosen)))
    from core.training.train_run import train_run

    if not arguments.worker and not is_alive(chosen):
        forget_stop(chosen)
    if arguments.worker and sys.platform != "win32":
        os.nice(5)  # the window, at work beside this, comes first
    with _told_to_stop(context) as should_stop:
        state = train_run(
            project,
            chosen,
            should_stop=should_stop,
            on_event=None if arguments.worker else _Shown(context),
            leave=lambda state: _leave(chosen, state),
        )
    if state is RunState.STOPPED:
        _say_how_to_go_on(chosen)
        raise Cancelled
    record = read_record(chosen)
    return Trained(chosen.folder, chosen.name, str(state), record.epochs_done, record.best_top)


def _choose(arguments: argparse.Namespace, project: Project) -> Run:
    new = chosen_instruction(arguments)
    old = arguments.run is not None or arguments.resume
    if (new is None) == (not old):
        raise UserError(
            "It is not said what to train",
            remedy="Name an instruction by --preset or --file, or a run by --run.",
        )
    if new is not None:
        instruction, notes = new
        if notes:
            print(notes, file=sys.stderr)
        return create_run(project, instruction, arguments.name, queued=arguments.later)
    if arguments.run is not None:
        return find_run(project, arguments.run)
    resumable = (RunState.STOPPED, RunState.DEAD, RunState.FAILED)
    for run in reversed(list_runs(project)):
        if read_state(run) in resumable:
            return run
    raise UserError(
        "There is no run to go on with",
        path=project.runs,
        remedy="Start one by --preset or --file.",
    )


def _say_how_to_go_on(run: Run) -> None:
    project = displayable(run.folder.parent.parent)
    print(f'Go on with: train --project "{project}" --run "{run.name}"', file=sys.stderr)


def _leave(run: Run, state: RunState) -> None:
    """Ends the process amid whatever it does, on another thread than that."""
    failed = state is RunState.FAILED
    print(f"\nError: {read_record(run).reason}" if failed else "\nStopped.", file=sys.stderr)
    if state is RunState.STOPPED:
        _say_how_to_go_on(run)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(ExitCode.FAILED if failed else ExitCode.CANCELLED)


@contextmanager
def _told_to_stop(context: JobContext) -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether to stop: by Ctrl-C, or by a SIGTERM meanwhile."""
    told = threading.Event()

    def on_terminate(_number: int, _frame: FrameType | None) -> None:
        told.set()

    def should_stop() -> bool:
        return told.is_set() or context.is_cancelled()

    before = signal.signal(signal.SIGTERM, on_terminate)
    try:
        with hearing((signal.SIGTERM, signal.SIGINT), told):
            yield should_stop
    finally:
        signal.signal(signal.SIGTERM, before)


class _Shown:
    """Shows a run's events as a verb's progress: a stage an epoch, a line an evaluation."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._epochs = self._steps = 0

    def __call__(self, event: RunEvent) -> None:
        match event:
            case Started():
                self._epochs, self._steps = event.epochs, event.steps_per_epoch
                _say(f"On {event.device} ({event.backend}), {plural(event.images, 'photo')}")
            case Prepared():
                self._context.report(event.stage, event.done, event.total)
            case Stepped():
                self._report(event.epoch, event.step, event.loss, event.images_per_s)
            case EpochEnded():
                self._report(event.epoch, event.step, event.loss, None)
            case Evaluated():
                _say(
                    f"After epoch {event.epoch}: {_in_words(event.top)}; colours alone:"
                    f" {_in_words(event.baseline)}"
                )
            case Told():
                _say(event.message)

    def _report(self, epoch: int, step: int, loss: float, images_per_s: float | None) -> None:
        done = step - (epoch - 1) * self._steps
        rate = "" if images_per_s is None else f", {images_per_s:,.0f} photos/s"
        self._context.report(
            f"Epoch {epoch} of {self._epochs}", done, self._steps, f"loss {loss:.4f}{rate}"
        )


def _say(line: str) -> None:
    tqdm.write(line, file=sys.stderr)


def _in_words(top: Mapping[int, float] | None) -> str:
    shares = " / ".join(f"{100 * share:.0f}" for share in (top or {}).values())
    return f"Top-{'/'.join(map(str, top or {}))} {shares} %"
