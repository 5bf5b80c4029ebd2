"""Fitting a network to a data set: a worker's main work, to be stopped and resumed at any time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.cleaning.splits import Split
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.jobs.stop_deadline import Keep
from core.training.epoch_sample import draw_sample
from core.training.fitting.backend import device_name, seed_everything
from core.training.fitting.checkpoint import Position, assign_all, read_checkpoint
from core.training.fitting.epochs import BEST, Epochs, TrainingPhotos
from core.training.fitting.last_step import LAST, LastStep
from core.training.fitting.learning import Learning, build_learning, save_model
from core.training.fitting.memory import is_out_of_memory, let_go, too_small
from core.training.fitting.pretraining import pretrain
from core.training.fitting.single_photos import single_photos
from core.training.fitting.validation import Pairs, histogram_top
from core.training.instruction import Instruction
from core.training.pack import Pack
from core.training.photos import Dataset
from core.training.run_events import RunEvent, Started, Told
from core.training.sampler import steps_per_epoch

Tell = Callable[[RunEvent], None]
ShouldStop = Callable[[], bool]


@dataclass(frozen=True)
class FitResult:
    """What became of fitting.

    Attributes:
        stopped: Whether it ended because it was asked to; it can then go on.
        reason: Why it ended, for people.
        epochs: Epochs done.
        steps: Steps done.
        best_epoch: The epoch whose network `model.keras` is; 0 where none was evaluated.
        best_top: Its Top-k on the validation pairs.
        model_file: The network, None where it was stopped before there was one.
    """

    stopped: bool
    reason: str
    epochs: int
    steps: int
    best_epoch: int
    best_top: Mapping[int, float]
    model_file: Path | None


def fit(
    instruction: Instruction,
    dataset: Dataset,
    pack: Pack,
    folder: Path,
    tell: Tell,
    should_stop: ShouldStop,
    keep: Keep = lambda _save: None,
) -> FitResult:
    """Trains, or goes on from `checkpoints/last.npz`; leaves the best network as `model.keras`.

    The seed decides everything: on a CPU, the same call in an empty folder gives the same numbers.
    Where memory runs out, it starts again from the last checkpoint with half the items a batch.

    Args:
        instruction: What to do. Its backend must be the one that Keras was imported with.
        dataset: Photos and their split.
        pack: The photos in the instruction's size.
        folder: The run's.
        tell: Is told all that happens, on this thread.
        should_stop: Asked after every step; once it is true, all is kept and this returns.
        keep: While steps are long, is given what writes the last one down, should the process have
            to end amid the next.

    Raises:
        UserError: A broken checkpoint, a full disk, a loss that is no number, too few photos, or
            a memory too small for the smallest batch.
    """
    photos = training_photos(dataset, pack)
    pair_rows = dataset.rows(Split.VALIDATION, photos.pack_rows)
    pairs = Pairs(photos.pack_rows[pair_rows], dataset.item_of[pair_rows])
    baseline = histogram_top(pack, pairs)
    if not baseline:
        tell(
            Told("No validation pair can be read: the last network counts as the best.", "warning")
        )
    items = instruction.sampler.items
    while True:
        epochs = _begin(instruction, dataset, photos, folder, items, keep)
        tell(_started(epochs, instruction))
        try:
            if not (folder / LAST).exists():
                _pretrain(instruction, dataset, photos, pack, epochs, folder, tell, should_stop)
            epochs.run(pack, pairs, baseline, tell, should_stop)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            items = epochs.position.items // 2
            if items < 2:
                raise too_small() from error
            keep(None)
            tell(Told(_halved(items, instruction.sampler.photos), "warning"))
            del epochs, error
            let_go()
            continue
        return _finish(epochs, instruction, folder)


def training_photos(dataset: Dataset, pack: Pack) -> TrainingPhotos:
    """The training photos of a data set that are in a pack.

    Raises:
        UserError: There are too few.
    """
    pack_rows = pack.rows_of(dataset.photos)
    rows = dataset.rows(Split.TRAIN, pack_rows)
    items = np.unique(dataset.item_of[rows])
    if len(items) < 2:
        raise UserError(
            "There are fewer than two items with readable photos to train on",
            remedy="Import more items with three photos or more, or choose other sources.",
        )
    # Labels are counted from 0 without gaps, for losses that learn something for each item.
    labels = np.searchsorted(items, dataset.item_of).astype(np.int32)
    return TrainingPhotos(rows, labels, pack_rows, len(items))


def _begin(
    instruction: Instruction,
    dataset: Dataset,
    photos: TrainingPhotos,
    folder: Path,
    items: int,
    keep: Keep,
) -> Epochs:
    """Everything as the seed gives it, or as the last checkpoint has it."""
    seed_everything(instruction.seed)
    learning = build_learning(instruction, photos.item_count)
    last = folder / LAST
    position = Position(items=items, run=dataset.fingerprint)
    if last.exists():
        position = _resumed(last, learning, dataset.fingerprint)
    if items < position.items:
        halved = position.items // items
        fixed = instruction.fitting.steps_per_epoch is not None
        position = position.then(
            items=items,
            batch=position.batch if fixed else position.batch * halved,
            loss_sum=position.loss_sum if fixed else position.loss_sum * halved,
        )
    sampler = instruction.sampler.model_copy(update={"items": position.items})
    steps = instruction.fitting.steps_per_epoch or steps_per_epoch(
        photos.labels, photos.rows, sampler
    )
    sample = draw_sample(dataset, photos.pack_rows, instruction.seed)
    last_step = LastStep(folder, learning, keep)
    return Epochs(
        instruction, sampler, steps, photos, learning, folder, position, sample, last_step
    )


def _pretrain(
    instruction: Instruction,
    dataset: Dataset,
    photos: TrainingPhotos,
    pack: Pack,
    epochs: Epochs,
    folder: Path,
    tell: Tell,
    should_stop: ShouldStop,
) -> None:
    stage = instruction.pretraining
    if stage is None:
        return
    context = JobContext(is_cancelled=should_stop)
    try:
        with ExitStack() as opened:
            singles = single_photos(
                stage.sources, instruction.data, dataset, photos, pack, folder, context, opened
            )
            network = epochs.learning.network
            pretrain(
                network, instruction, stage, singles, epochs.batch_size, folder, tell, should_stop
            )
    except Cancelled:
        epochs.stop()


def _resumed(last: Path, learning: Learning, fingerprint: str) -> Position:
    position, arrays = read_checkpoint(last)
    if position.run != fingerprint:
        raise UserError(
            "The checkpoint was trained on other photos or another split",
            path=last,
            remedy="Start a new run for the data set as it is now.",
        )
    assign_all(last, learning.variables, arrays)
    return position


def _started(epochs: Epochs, instruction: Instruction) -> Started:
    return Started(
        at=time.time(),
        device=device_name(),
        backend=instruction.backend,
        epochs=instruction.fitting.epochs,
        steps_per_epoch=epochs.steps,
        batch_size=epochs.batch_size,
        images=len(epochs.photos.rows),
        from_step=epochs.position.step,
        from_epoch=epochs.position.epoch,
    )


def _finish(epochs: Epochs, instruction: Instruction, folder: Path) -> FitResult:
    position, learning = epochs.position, epochs.learning
    best = folder / BEST
    if best.exists():
        try:
            _position, arrays = read_checkpoint(best)
            assign_all(best, learning.kept, arrays)
        except UserError as error:
            raise UserError(
                error.message,
                path=best,
                remedy="Delete it and go on with the run: its last network is kept then.",
            ) from error
    model_file: Path | None = None
    if best.exists() or not epochs.stopped:
        model_file = save_model(learning, instruction, folder)
    return FitResult(
        stopped=epochs.stopped,
        reason=epochs.reason,
        epochs=position.epoch,
        steps=position.step,
        best_epoch=position.best_epoch,
        best_top=position.best_top,
        model_file=model_file,
    )


def _halved(items: int, photos: int) -> str:
    return (
        f"Memory ran out: from the last checkpoint on, batches are half as large, {items} items"
        f" with {photos} photos each."
    )
