"""Writing down what a run tells: events, metrics as CSV and for TensorBoard, its facts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from core.errors import UserError
from core.project import write_atomically
from core.training.run_events import (
    Ended,
    EpochEnded,
    Evaluated,
    RunEvent,
    Started,
    Stepped,
    append_event,
)
from core.training.run_facts import change_facts, read_facts
from core.training.runs import Run

COLUMNS = (
    "kind",
    "epoch",
    "step",
    "loss",
    "learning_rate",
    "top_1",
    "top_5",
    "top_10",
    "histogram_top_1",
    "histogram_top_5",
    "histogram_top_10",
    "images_per_s",
    "wait_share",
    "seconds",
)
"""Of `metrics.csv`: a row for each told step, epoch and evaluation, by `kind`."""


class Recorder:
    """Takes a run's events one by one, on one thread, and writes each down at once."""

    def __init__(self, run: Run, on_event: Callable[[RunEvent], None] | None = None) -> None:
        self._run = run
        self._on_event = on_event
        self._board: Any = None
        self._steps = 0

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Writes what TensorBoard's writer still holds back; nothing is to be told any more."""
        if self._board is not None:
            self._board.close()

    def tell(self, event: RunEvent) -> None:
        """Writes the event down, and passes it on.

        Raises:
            UserError: The disk is full or has gone.
        """
        try:
            append_event(self._run.events_file, event)
            self._note(event)
        except OSError as error:
            raise UserError(
                f"The run cannot be written down ({error.strerror or error})",
                path=self._run.folder,
                remedy="Make room on the project's disk, then resume the run.",
            ) from error
        if self._on_event is not None:
            self._on_event(event)

    def _note(self, event: RunEvent) -> None:
        match event:
            case Started():
                self._begin(event)
            case Stepped():
                self._steps = event.step
                self._add_row(
                    kind="step",
                    epoch=event.epoch,
                    step=event.step,
                    loss=event.loss,
                    learning_rate=event.learning_rate,
                    images_per_s=event.images_per_s,
                    wait_share=event.wait_share,
                )
            case EpochEnded():
                self._steps = event.step
                self._add_row(
                    kind="epoch",
                    epoch=event.epoch,
                    step=event.step,
                    loss=event.loss,
                    seconds=event.seconds,
                )
                change_facts(self._run.facts_file, epochs_done=event.epoch, steps_done=event.step)
            case Evaluated():
                self._evaluated(event)
            case Ended():
                change_facts(
                    self._run.facts_file,
                    state=event.state,
                    reason=event.reason,
                    ended=event.at,
                    queued_at=None,
                    **({"steps_done": self._steps} if self._steps else {}),
                )

    def _begin(self, event: Started) -> None:
        from tensorboardX import SummaryWriter

        facts = read_facts(self._run.facts_file)
        change_facts(
            self._run.facts_file,
            started=facts.started or event.at,
            ended=None,
            device=event.device,
            backend=event.backend,
            epochs_done=event.from_epoch,
            steps_done=event.from_step,
        )
        _drop_rows_after(self._run, event.from_step)
        if self._board is not None:
            self._board.close()
        self._board = SummaryWriter(
            str(self._run.tensorboard),
            purge_step=event.from_step + 1 if event.from_step else None,
            flush_secs=10,
        )

    def _evaluated(self, event: Evaluated) -> None:
        row = {f"top_{k}": share for k, share in event.top.items()}
        row |= {f"histogram_top_{k}": share for k, share in event.baseline.items()}
        self._add_row(kind="evaluation", epoch=event.epoch, step=event.step, **row)
        best = read_facts(self._run.facts_file).best_top
        # Of two with the same Top-1, the one with the better Top-5 is better, as in fitting.
        if best is None or tuple(event.top.values()) > tuple(best.values()):
            change_facts(self._run.facts_file, best_top=dict(event.top), best_epoch=event.epoch)

    def _add_row(self, *, kind: str, step: int, **values: float | int) -> None:
        row = {"kind": kind, "step": step, **values}
        file = self._run.metrics_file
        new = not file.exists()
        with file.open("a", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, COLUMNS, restval="", extrasaction="ignore")
            if new:
                writer.writeheader()
            writer.writerow(row)
        if self._board is not None:
            for name, value in values.items():
                if name != "epoch":
                    self._board.add_scalar(f"{kind}/{name}", value, step)


def _drop_rows_after(run: Run, step: int) -> None:
    """Takes out what a killed worker had written after the step that the new one goes on from."""
    try:
        with run.metrics_file.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
    except FileNotFoundError:
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(row for row in rows if row["step"].isdigit() and int(row["step"]) <= step)
    write_atomically(run.metrics_file, text.getvalue().encode())
