"""Run folders as a worker would leave them, written by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from core.cleaning.splits import Split
from core.project import Project
from core.training.evaluation.report import EvaluationReport
from core.training.evaluation.rows import EvaluationRow, Part, RowKind, TopK
from core.training.instruction import Instruction
from core.training.neighbour_sheet import draw_reconstructions
from core.training.run_events import (
    Ended,
    EpochEnded,
    Evaluated,
    RunState,
    SheetDrawn,
    Started,
    Stepped,
    Told,
    to_line,
)
from core.training.run_facts import change_facts
from core.training.runs import Run, create_run

BEGAN = 1_790_000_000.0
BASELINE = {1: 0.25, 5: 0.51, 10: 0.59}


def make_run(
    project: Project,
    name: str,
    *,
    instruction: Instruction | None = None,
    state: RunState = RunState.FINISHED,
    epochs_done: int = 3,
    steps_per_epoch: int = 20,
    best: float = 0.4,
    tells_every: int = 1,
    has_model: bool = True,
    has_sheets: bool = False,
) -> Run:
    """A run that has trained some epochs; `best` is the Top-1 it comes near."""
    instruction = instruction or Instruction()
    run = create_run(project, instruction, name)
    told = _events(
        run, instruction, state, epochs_done, steps_per_epoch, best, tells_every, has_sheets
    )
    run.events_file.write_bytes(b"".join(to_line(event) for event in told))
    if has_model:
        run.model_file.write_bytes(b"a network")
    change_facts(
        run.facts_file,
        state=state,
        started=BEGAN,
        ended=None if state is RunState.RUNNING else BEGAN + 60.0 * epochs_done,
        device="a CPU",
        backend=instruction.backend,
        epochs_done=epochs_done,
        steps_done=epochs_done * steps_per_epoch,
        best_top=top_after(epochs_done, best) if epochs_done else None,
        best_epoch=epochs_done or None,
        reason="The disk is full" if state is RunState.FAILED else "",
    )
    return run


def top_after(epochs: int, best: float) -> dict[int, float]:
    """What a run has reached after so many epochs."""
    grown = 1 - math.exp(-epochs / 6)
    return {1: best * grown, 5: min(1.0, 1.5 * best) * grown, 10: min(1.0, 1.8 * best) * grown}


def occupy(run: Run, pid: int | None = None) -> None:
    """Says that a process (by default this one) is at work on the run."""
    process = psutil.Process(pid)
    run.worker_file.write_text(
        json.dumps({"pid": process.pid, "create_time": process.create_time()})
    )
    change_facts(run.facts_file, state=RunState.RUNNING)


def write_report(run: Run, top_1: float) -> None:
    """An evaluation of the run beside the colour histogram."""

    def row(name: str, kind: RowKind, share: float) -> EvaluationRow:
        top = {k: TopK(share, share - 0.05, share + 0.05) for k in (1, 5, 10)}
        parts = {"dresses": Part(80, top)} if kind is RowKind.RUN else {}
        return EvaluationRow(name, kind, "angular", top, None, None, parts, {}, ())

    report = EvaluationReport(
        (row("colour histogram", RowKind.HISTOGRAM, 0.25), row(run.name, RowKind.RUN, top_1)),
        Split.TEST,
        n_photos=100,
        fingerprint="",
    )
    run.report_file.write_text(report.to_json(), "utf-8")


def draw_sheet(file: Path, epoch: int) -> None:
    """A picture that tells the epochs apart."""
    rng = np.random.default_rng(epoch)
    tiles = rng.integers(40, 230, (6, 9, 3), dtype=np.uint8)
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.kron(tiles, np.ones((96, 96, 1), np.uint8))).save(file)


def draw_again(file: Path, epoch: int) -> None:
    """What an autoencoder would leave beside such a picture."""
    photos = np.random.default_rng(epoch).integers(40, 230, (6, 24, 24, 3), dtype=np.uint8)
    draw_reconstructions(file, photos, photos.astype(np.float32) / 2)


def _events(run, instruction, state, epochs_done, steps_per_epoch, best, tells_every, has_sheets):
    rng = np.random.default_rng(len(run.name))
    yield Started(
        at=BEGAN,
        device="a CPU",
        backend=instruction.backend,
        epochs=instruction.fitting.epochs,
        steps_per_epoch=steps_per_epoch,
        batch_size=instruction.sampler.batch_size,
        images=steps_per_epoch * instruction.sampler.batch_size,
    )
    yield Told("Reading the photos' pack")
    in_all = max(1, epochs_done * steps_per_epoch)
    for step in range(tells_every, in_all + 1, tells_every):
        share = step / in_all
        loss = 0.9 * math.exp(-3 * share) + 0.1 + 0.04 * rng.standard_normal()
        rate = instruction.optimizer.learning_rate * math.cos(share * math.pi / 2)
        at = BEGAN + 1 + step * 60.0 / steps_per_epoch
        epoch = 1 + (step - 1) // steps_per_epoch
        if epoch > epochs_done:
            break
        yield Stepped(step, epoch, float(loss), rate, 410.0 + 20 * rng.standard_normal(), 0.02, at)
        if step % steps_per_epoch == 0:
            yield EpochEnded(epoch, step, float(loss), 58.0)
            yield Evaluated(epoch, step, top_after(epoch, best), BASELINE, at)
            if has_sheets:
                path = f"sheets/{epoch:04d}.png"
                draw_sheet(run.folder / path, epoch)
                yield SheetDrawn(epoch, path)
    if state in (RunState.FINISHED, RunState.STOPPED, RunState.FAILED):
        reason = "The disk is full" if state is RunState.FAILED else ""
        yield Ended(state, reason, BEGAN + 60.0 * epochs_done)
