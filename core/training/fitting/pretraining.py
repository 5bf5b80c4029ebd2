"""Learning from single photos before the run proper: two augmentations of a photo are a pair.

Each finds the other among those of all other photos of the batch, by NT-Xent: that is the
supervised contrastive loss with a label for each photo.

Chen et al., "A Simple Framework for Contrastive Learning", ICML 2020 (arXiv 2002.05709), with the
network's own embedding in place of a projection.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from core.errors import UserError
from core.images import Pixels
from core.jobs.context import Cancelled
from core.training.feed import BatchFeed
from core.training.fitting.checkpoint import (
    Position,
    assign_all,
    diverged,
    read_checkpoint,
    write_checkpoint,
)
from core.training.fitting.learning import precision_policy
from core.training.fitting.objective import ItemObjective
from core.training.fitting.optimizers import build_optimizer
from core.training.fitting.steps import losses_of, make_step
from core.training.instruction import Instruction, Pretraining
from core.training.losses.supervised_contrastive import SupervisedContrastive
from core.training.networks.augmentation import draw_augmentation
from core.training.pack import Pack
from core.training.run_events import Prepared, RunEvent, Told

PRETRAINED = "checkpoints/pretrained.npz"

_STREAM = 1
"""Keeps this stage's random numbers apart from those of the run proper."""

Rows = npt.NDArray[np.int64]


class JoinedPhotos:
    """Rows of several packs as one: the chosen rows of the first, then those of the next.

    Args:
        parts: Packs of one size, and which of their rows count.
    """

    def __init__(self, parts: list[tuple[Pack, Rows]]) -> None:
        self._packs = [pack for pack, _rows in parts]
        self._pack_of = np.repeat(np.arange(len(parts)), [len(rows) for _pack, rows in parts])
        self._row_of = np.concatenate([rows for _pack, rows in parts])
        self.side_px = self._packs[0].side_px

    def __len__(self) -> int:
        return len(self._row_of)

    def read(self, rows: npt.NDArray[np.integer], threads: int | None = None) -> Pixels:
        """The photos, uint8 (n, side, side, 3)."""
        pixels = np.empty((len(rows), self.side_px, self.side_px, 3), np.uint8)
        for number, pack in enumerate(self._packs):
            here = self._pack_of[rows] == number
            if here.any():
                pixels[here] = pack.read(self._row_of[rows[here]], threads)
        return pixels


def pretrain(
    network: keras.Model,
    instruction: Instruction,
    pretraining: Pretraining,
    photos: JoinedPhotos,
    batch_size: int,
    folder: Path,
    tell: Callable[[RunEvent], None],
    should_stop: Callable[[], bool],
) -> None:
    """Changes the network's weights; goes on from where an earlier call was cut off.

    Args:
        network: Photos to embeddings.
        instruction: The run's.
        pretraining: Its stage.
        photos: What to learn from.
        batch_size: Photos a batch, each of them taken twice.
        folder: The run's.
        tell: Is told how far it is.
        should_stop: Asked after every step.

    Raises:
        Cancelled: It was asked to stop; the epochs that were done are kept.
        UserError: It diverged, the disk is full, or there are too few photos.
    """
    if len(photos) < 2:
        raise UserError(
            "There are too few photos for pretraining",
            remedy="Name further folders of photos, or leave the pretraining out.",
        )
    batch_size = min(batch_size // 2 or 1, len(photos))
    loss = SupervisedContrastive(pretraining.temperature)
    objective = ItemObjective(network, loss, pretraining.augmentation)
    scaled = precision_policy(instruction.fitting) == "mixed_float16"
    optimizer = build_optimizer(instruction.optimizer, loss_scaling=scaled)
    step = make_step(objective, optimizer, instruction.fitting.devices)
    variables = (*objective.variables, *optimizer.variables)
    file = folder / PRETRAINED
    position = Position(run=f"pretraining on {len(photos)} photos")
    if file.exists():
        found, arrays = read_checkpoint(file)
        if found.run == position.run:
            assign_all(file, variables, arrays)
            position = found
    steps = len(photos) // batch_size
    for epoch in range(position.pretrained, pretraining.epochs):
        began = time.monotonic()
        losses = []
        batches = _batches(len(photos), batch_size, instruction.seed, epoch)
        with BatchFeed(photos, batches, np.arange(len(photos))) as feed:  # type: ignore[arg-type]
            for pixels, numbers in feed:
                random = np.random.default_rng((instruction.seed, position.step, _STREAM))
                draw = draw_augmentation(
                    pretraining.augmentation, 2 * len(pixels), pixels.shape[1], random
                )
                twice, labels = np.concatenate([pixels, pixels]), np.tile(numbers, 2)
                losses.append(step(twice, labels, draw, pretraining.learning_rate))
                position = position.then(step=position.step + 1)
                if should_stop():
                    raise Cancelled
                tell(
                    Prepared(
                        "Pretraining on single photos",
                        position.step,
                        pretraining.epochs * steps,
                        time.time(),
                    )
                )
        mean = float(np.mean(losses_of(losses)))
        if not np.isfinite(mean):
            raise diverged(position.step)
        position = position.then(pretrained=epoch + 1)
        step.synchronise()
        write_checkpoint(file, position, variables)
        pace = steps * batch_size / (time.monotonic() - began)
        tell(
            Told(
                f"Pretraining, epoch {epoch + 1} of {pretraining.epochs}: loss {mean:.3f},"
                f" {pace:,.0f} photos/s"
            )
        )


def _batches(
    count: int, batch_size: int, seed: int, epoch: int
) -> Iterator[tuple[Rows, npt.NDArray[np.int32]]]:
    order = np.random.default_rng((seed, epoch, _STREAM)).permutation(count)
    for begin in range(0, count - batch_size + 1, batch_size):
        rows = order[begin : begin + batch_size]
        yield rows.astype(np.int64), np.arange(batch_size, dtype=np.int32)
