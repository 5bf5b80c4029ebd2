"""The epochs of a run, from wherever it is: steps, evaluations, checkpoints, and when to end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.jobs.context import Cancelled, JobContext
from core.number_words import plural
from core.training.epoch_sample import Sample, write_epoch
from core.training.evaluation.top_k import pair_ranks, top_k_accuracy
from core.training.feed import BatchFeed
from core.training.fitting.checkpoint import Position, diverged, write_checkpoint
from core.training.fitting.embed import Embeddings, embed_rows
from core.training.fitting.last_step import LastStep
from core.training.fitting.learning import Learning, save_model
from core.training.fitting.pace import Pace
from core.training.fitting.schedule import rate_at
from core.training.fitting.steps import losses_of
from core.training.fitting.validation import Pairs
from core.training.instruction import Instruction, Sampler
from core.training.neighbour_sheet import (
    draw_reconstructions,
    draw_sheet,
    fixed_queries,
    nearest,
)
from core.training.networks.augmentation import draw_augmentation
from core.training.pack import Pack
from core.training.run_events import EpochEnded, Evaluated, RunEvent, SheetDrawn, Told
from core.training.sampler import epoch_batches

Tell = Callable[[RunEvent], None]
ShouldStop = Callable[[], bool]

BEST = "checkpoints/best.npz"

LONG_STEP_S = 2.0
"""With steps as long as this, a copy of the last one is kept for a stop amid the next."""

_AWAITED_STEP_S = 0.2
"""With these, each is awaited: devices take several ahead, and a stop would wait for them all."""

_SAVE_EVERY_S = 300.0


@dataclass(frozen=True, eq=False)
class TrainingPhotos:
    """What is trained on.

    Attributes:
        rows: int64 (n,): photo rows of the data set.
        labels: int32 (all photos of the data set,): the training item's number, counted from 0.
        pack_rows: int64 (all photos of the data set,): where each lies in the pack.
        item_count: Labels run from 0 to this, exclusive.
    """

    rows: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int32]
    pack_rows: npt.NDArray[np.int64]
    item_count: int


class Epochs:
    """A run's way from its position to its end.

    Attributes:
        steps: Steps an epoch.
        position: Where it is.
        stopped: Whether it ended because it was asked to.
        reason: Why it ended.
    """

    def __init__(
        self,
        instruction: Instruction,
        sampler: Sampler,
        steps: int,
        photos: TrainingPhotos,
        learning: Learning,
        folder: Path,
        position: Position,
        sample: Sample,
        last_step: LastStep,
    ) -> None:
        self.steps = steps
        self.photos = photos
        self.learning = learning
        self.position = position
        self.stopped = False
        self.reason = ""
        self._instruction = instruction
        self._sampler = sampler
        self._folder = folder
        self._sample = sample
        self._last_step = last_step
        self._step_s = 0.0
        self._saved_at = time.monotonic()

    @property
    def batch_size(self) -> int:
        """Photos in a batch: fewer than asked for where there are fewer items."""
        if self._sampler.method == "one_item":
            return self._sampler.batch_size
        return min(self._sampler.items, self.photos.item_count) * self._sampler.photos

    def run(
        self,
        pack: Pack,
        pairs: Pairs,
        baseline: dict[int, float],
        tell: Tell,
        should_stop: ShouldStop,
    ) -> None:
        """Trains until the epochs are done, nothing gets better, or it is asked to stop.

        Raises:
            UserError: The loss is no number any more, or the disk is full.
        """
        fitting = self._instruction.fitting
        try:
            while not self.stopped:
                if self._is_due():
                    self._evaluate(pack, pairs, baseline, tell, should_stop)
                if self.position.epoch >= fitting.epochs:
                    all_done = f"all {fitting.epochs:,} epochs are done"
                    self.reason = "the one epoch is done" if fitting.epochs == 1 else all_done
                    return
                if fitting.patience and self.position.without_better >= fitting.patience:
                    tried = plural(self.position.without_better, "evaluation")
                    self.reason = (
                        f"no better Top-1 in {tried}; the best was in epoch"
                        f" {self.position.best_epoch}"
                    )
                    return
                self._train_epoch(pack, tell, should_stop)
        except Cancelled:
            self.stop()

    def stop(self) -> None:
        """Has it count as stopped because it was asked to."""
        self.stopped = True
        self.reason = "stopped as asked"

    def _train_epoch(self, pack: Pack, tell: Tell, should_stop: ShouldStop) -> None:
        began = time.monotonic()
        instruction, photos = self._instruction, self.photos
        batches = epoch_batches(
            photos.labels,
            photos.rows,
            self._sampler,
            seed=instruction.seed,
            epoch=self.position.epoch,
            steps=self.steps,
            skip=self.position.batch,
        )
        with BatchFeed(pack, batches, photos.pack_rows) as feed:
            pace = Pace(self.steps, feed, tell)
            for pixels, labels in feed:
                rate = self._rate()
                draw = draw_augmentation(
                    instruction.augmentation,
                    len(pixels),
                    pixels.shape[1],
                    np.random.default_rng((instruction.seed, self.position.step)),
                )
                pace.add(self.learning.step(pixels, labels, draw, rate), len(pixels))
                self._move(step=self.position.step + 1, batch=self.position.batch + 1)
                if pace.is_due(self.position.step):
                    self._tell_losses(pace, rate)
                if self._step_s >= _AWAITED_STEP_S:
                    losses_of(pace.pending[-1:])  # so that not several are under way
                stop = should_stop()
                late = time.monotonic() - self._saved_at > _SAVE_EVERY_S
                if (stop or late) and self.position.batch < self.steps:
                    self._tell_losses(pace, rate)
                    self._save()
                    if stop:
                        raise Cancelled
                elif self._step_s >= LONG_STEP_S:
                    self._copy(pace)
                else:
                    self._last_step.forget()
            self._tell_losses(pace, rate)
        loss = self.position.loss_sum / self.steps
        self._move(epoch=self.position.epoch + 1, batch=0, loss_sum=0.0)
        self._save()
        seconds = time.monotonic() - began
        tell(EpochEnded(self.position.epoch, self.position.step, loss, seconds))

    def _rate(self) -> float:
        position, instruction = self.position, self._instruction
        progress = (position.epoch + position.batch / self.steps) / instruction.fitting.epochs
        return rate_at(
            instruction.schedule, instruction.optimizer.learning_rate, position.step, progress
        )

    def _tell_losses(self, pace: Pace, rate: float) -> None:
        losses = losses_of(pace.pending)
        if not losses:
            return
        pace.tell(self.position.step, self.position.epoch + 1, losses, rate)
        self._step_s = pace.step_s
        if not np.isfinite(losses).all():
            raise diverged(self.position.step)
        self._move(loss_sum=self.position.loss_sum + sum(losses))

    def _is_due(self) -> bool:
        position, fitting = self.position, self._instruction.fitting
        if position.batch or position.epoch in (0, position.evaluated):
            return False
        return position.epoch % fitting.evaluate_every == 0 or position.epoch >= fitting.epochs

    def _evaluate(
        self,
        pack: Pack,
        pairs: Pairs,
        baseline: dict[int, float],
        tell: Tell,
        should_stop: ShouldStop,
    ) -> None:
        position = self.position
        self.learning.step.synchronise()
        context = JobContext(is_cancelled=should_stop)
        self._keep_sample(pack, context, tell)
        if not len(pairs):
            self._move(evaluated=position.epoch)
            return
        embeddings = embed_rows(
            self.learning.network, pack, pairs.pack_rows, self.batch_size, context
        )
        ranks = pair_ranks(embeddings, pairs.item_of, self._instruction.metric)
        top = top_k_accuracy(ranks)
        # Of two with the same Top-1, the one with the better Top-5 is better.
        better = tuple(top.values()) > tuple(position.best_top.values())
        self._move(evaluated=position.epoch)
        if better:
            self._move(best_epoch=position.epoch, best_top=top, without_better=0)
            write_checkpoint(self._folder / BEST, self.position, self.learning.kept)
            if self._step_s >= LONG_STEP_S:
                # When it is stopped amid such a step, there is no time for it.
                save_model(self.learning, self._instruction, self._folder)
        else:
            self._move(without_better=position.without_better + 1)
        self._save()
        tell(Evaluated(position.epoch, position.step, top, baseline, time.time()))
        self._draw_sheet(pack, pairs, embeddings, tell)

    def _keep_sample(self, pack: Pack, context: JobContext, tell: Tell) -> None:
        """Keeps how the network sees a few photos now, for the explorer's look back."""
        vectors = embed_rows(
            self.learning.network, pack, self._sample.pack_rows, self.batch_size, context
        )
        try:
            write_epoch(self._folder, self.position.epoch, self._sample, vectors)
        except OSError as error:
            why = error.strerror or error
            tell(Told(f"Epoch {self.position.epoch} cannot be kept for the map: {why}", "warning"))

    def _draw_sheet(self, pack: Pack, pairs: Pairs, embeddings: Embeddings, tell: Tell) -> None:
        queries = fixed_queries(pairs.item_of, self._instruction.seed)
        found = nearest(embeddings, queries, self._instruction.metric)
        name = f"epoch_{self.position.epoch:05d}.png"
        sheet = f"sheets/{name}"
        draw_sheet(
            self._folder / sheet,
            queries,
            found,
            pairs.item_of,
            lambda rows: pack.read(pairs.pack_rows[rows]),
        )
        drawn_again = ""
        if self.learning.decoder is not None:
            drawn_again = f"reconstructions/{name}"
            draw_reconstructions(
                self._folder / drawn_again,
                pack.read(pairs.pack_rows[queries]),
                np.asarray(self.learning.decoder.predict_on_batch(embeddings[queries])),
            )
        tell(SheetDrawn(self.position.epoch, sheet, drawn_again))

    def _copy(self, pace: Pace) -> None:
        loss_sum = self.position.loss_sum + sum(losses_of(pace.pending))
        self._last_step.copy(self.position.then(loss_sum=loss_sum))

    def _save(self) -> None:
        self._last_step.write(self.position)
        self._saved_at = time.monotonic()

    def _move(self, **changes: object) -> None:
        self.position = self.position.then(**changes)
