"""Training runs: a folder each, which holds all that a run is made of and all that came of it.

What a run's folder holds:
  instruction.json   what it does, every value spelled out
  run.json           what became of it (`core.training.run_facts`)
  note.txt           what the user says about it
  split.parquet      photos, items and split, as they were when it began
  events.jsonl       what the worker tells (`core.training.run_events`)
  metrics.csv, tensorboard/   the same figures for other programs
  checkpoints/       last and best
  model.keras        the best network
  evaluation.json, evaluation.html, sheets/, epochs/, index.npz
  worker.json, worker.log, stop   the process: who it is, its words, and that it should stop
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from core.errors import UserError
from core.project import Project, write_atomically
from core.training.instruction import Instruction
from core.training.run_events import RunEvent, read_event_file
from core.training.run_events import RunState as RunState
from core.training.run_facts import first_facts, read_facts, write_facts, writing_into
from core.training.run_names import check_name, free_name
from core.training.worker_file import WORKER_FILE, lives, read_worker


@dataclass(frozen=True)
class Run:
    """The paths of a run's folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def instruction_file(self) -> Path:
        return self.folder / "instruction.json"

    @property
    def facts_file(self) -> Path:
        return self.folder / "run.json"

    @property
    def note_file(self) -> Path:
        return self.folder / "note.txt"

    @property
    def split_file(self) -> Path:
        return self.folder / "split.parquet"

    @property
    def events_file(self) -> Path:
        return self.folder / "events.jsonl"

    @property
    def metrics_file(self) -> Path:
        return self.folder / "metrics.csv"

    @property
    def tensorboard(self) -> Path:
        return self.folder / "tensorboard"

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    @property
    def model_file(self) -> Path:
        return self.folder / "model.keras"

    @property
    def report_file(self) -> Path:
        """The evaluation as JSON; the same for people lies beside it as `.html`."""
        return self.folder / "evaluation.json"

    @property
    def sheets(self) -> Path:
        return self.folder / "sheets"

    @property
    def index_file(self) -> Path:
        return self.folder / "index.npz"

    @property
    def worker_file(self) -> Path:
        return self.folder / WORKER_FILE

    @property
    def log_file(self) -> Path:
        """All that the worker's process printed."""
        return self.folder / "worker.log"

    @property
    def stop_file(self) -> Path:
        """While this is there, a worker comes to an end as soon as it can."""
        return self.folder / "stop"

    @property
    def lock_file(self) -> Path:
        return self.folder / "worker.lock"


@dataclass(frozen=True)
class RunRecord:
    """A run as a table shows it.

    Attributes:
        run: Its folder.
        state: How it stands now; a worker that has vanished counts as dead.
        instruction: What it does; None where its file cannot be understood.
        created: When it was made, in seconds since 1970.
        note: The user's words.
        best_top: Top-k accuracy by k of the best network on the validation photos.
        best_epoch: The epoch of that network.
        device: What it trained on, or "".
        backend: What Keras computed with, or "".
        epochs_done: Whole epochs.
        steps_done: Steps.
        started: When a worker first began, or None.
        ended: When a worker last ended, or None.
        reason: Why it ended as it did, or "".
        has_model: Whether there is a network to evaluate and to embed with.
    """

    run: Run
    name: str
    state: RunState
    instruction: Instruction | None
    created: float
    note: str
    best_top: Mapping[int, float] | None
    best_epoch: int | None
    device: str
    backend: str
    epochs_done: int
    steps_done: int
    started: float | None
    ended: float | None
    reason: str
    has_model: bool


def create_run(
    project: Project, instruction: Instruction, name: str = "", *, queued: bool = False
) -> Run:
    """Makes the folder of a new run.

    Args:
        project: Where.
        instruction: What it will do.
        name: What to call it; by default after its network and loss.
        queued: Whether it waits for a queue's worker from now on.

    Raises:
        UserError: The name cannot be used or is taken, or the folder cannot be written.
    """
    taken = [run.name for run in list_runs(project)]
    if name:
        check_name(name, taken)
    else:
        name = free_name(f"{instruction.model.name} {instruction.loss.name}", taken)
    run = Run(project.runs / name)
    with writing_into(run.folder):
        run.folder.mkdir(parents=True)
        try:
            write_instruction(run, instruction)
            write_facts(run.facts_file, first_facts(queued=queued))
        except BaseException:
            # Half a run would stand in the list, with nothing to do, and keep its name taken.
            shutil.rmtree(run.folder, ignore_errors=True)
            raise
    return run


def list_runs(project: Project) -> tuple[Run, ...]:
    """All runs, the oldest first."""
    if not project.runs.is_dir():
        return ()
    runs = [
        Run(folder)
        for folder in project.runs.iterdir()
        if folder.is_dir() and not folder.name.startswith(".")
    ]
    return tuple(sorted(runs, key=lambda run: (read_facts(run.facts_file).created, run.name)))


def find_run(project: Project, name: str) -> Run:
    """The run of that name.

    Raises:
        UserError: There is none; says which there are.
    """
    for run in list_runs(project):
        if run.name == name:
            return run
    names = ", ".join(f"“{run.name}”" for run in list_runs(project))
    raise UserError(
        f"There is no run called “{name}”",
        path=project.runs,
        remedy=f"There are: {names}." if names else "There are none yet: start one by `train`.",
    )


def read_record(run: Run) -> RunRecord:
    """How a run stands."""
    facts = read_facts(run.facts_file)
    try:
        instruction = read_instruction(run)
    except UserError:
        instruction = None
    return RunRecord(
        run=run,
        name=run.name,
        state=read_state(run),
        instruction=instruction,
        created=facts.created,
        note=read_note(run),
        best_top=facts.best_top,
        best_epoch=facts.best_epoch,
        device=facts.device,
        backend=facts.backend,
        epochs_done=facts.epochs_done,
        steps_done=facts.steps_done,
        started=facts.started,
        ended=facts.ended,
        reason=facts.reason,
        has_model=run.model_file.is_file(),
    )


def read_state(run: Run) -> RunState:
    """How a run stands now."""
    worker = read_worker(run.worker_file)
    if worker is not None and lives(worker):
        return RunState.RUNNING
    state = read_facts(run.facts_file).state
    # A worker that ends writes its state and takes its name away; one that is killed does neither.
    if worker is not None or state is RunState.RUNNING:
        return RunState.DEAD
    return state


def read_instruction(run: Run) -> Instruction:
    """What the run does.

    Raises:
        UserError: The file cannot be understood.
    """
    try:
        return Instruction.model_validate_json(run.instruction_file.read_bytes())
    except (OSError, ValidationError) as error:
        raise unreadable_instruction(run) from error


def unreadable_instruction(run: Run) -> UserError:
    """What to tell of a run whose instruction cannot be understood."""
    return UserError(
        "The run's instruction cannot be read",
        path=run.instruction_file,
        remedy="Put the file back from a copy, or put the run into the trash.",
    )


def write_instruction(run: Run, instruction: Instruction) -> None:
    """Writes every value, so that another program's defaults change nothing."""
    write_atomically(run.instruction_file, (instruction.model_dump_json(indent=2) + "\n").encode())


def read_events(
    run: Run, offset: int = 0, most_bytes: int | None = None
) -> tuple[list[RunEvent], int]:
    """The events from a place on, and the place to read on from.

    See `core.training.run_events.read_event_file`.
    """
    return read_event_file(run.events_file, offset, most_bytes)


def read_note(run: Run) -> str:
    """What the user says about the run."""
    try:
        return run.note_file.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def refuse_if_running(run: Run, done: str) -> None:
    """Raises a UserError where a worker is at work on the run."""
    if read_state(run) is RunState.RUNNING:
        raise UserError(
            f"The run “{run.name}” is at work and cannot be {done}",
            path=run.folder,
            remedy="Stop it first.",
        )


def finished_error(run: Run) -> UserError:
    """Why a run that is finished is not trained again."""
    return UserError(
        f"The run “{run.name}” is finished, and finished runs are never overwritten",
        path=run.folder,
        remedy="Start a new run with the same instruction under another name.",
    )
