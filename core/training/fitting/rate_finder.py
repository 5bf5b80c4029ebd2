"""The learning-rate range test: which rates a network learns at, seen in one short run.

L. N. Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017 (arXiv 1506.01186):
the rate grows from step to step; where the loss falls fastest the network learns, and where it
turns up again the rate is too high.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.jobs.context import JobContext
from core.training.feed import BatchFeed
from core.training.fitting.backend import seed_everything
from core.training.fitting.epochs import TrainingPhotos
from core.training.fitting.learning import build_learning
from core.training.fitting.memory import smaller_batches, with_what_fits
from core.training.fitting.steps import losses_of
from core.training.instruction import Instruction
from core.training.networks.augmentation import draw_augmentation
from core.training.pack import Pack
from core.training.sampler import epoch_batches

LOWEST, HIGHEST = 1e-6, 1.0
STEPS = 100
_SMOOTHING = 0.9
_DIVERGED = 3.0
"""Times the lowest smoothed loss (or more than that above it) is where the test ends."""

_FEWEST = 3
"""Losses on either side of one without which its slope says nothing."""


@dataclass(frozen=True)
class FoundRates:
    """What the test saw.

    Attributes:
        rates: One a step, ascending.
        losses: The loss at each, smoothed (exponential mean, bias corrected).
        suggested: The rate where the loss falls fastest; None where it falls nowhere.
        note: What was done otherwise than the instruction says, in words, or "".
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    suggested: float | None
    note: str = ""


def find_rates(
    instruction: Instruction,
    photos: TrainingPhotos,
    pack: Pack,
    context: JobContext,
    steps: int = STEPS,
) -> FoundRates:
    """Trains a new network for some steps, at a rate that grows from one to the next.

    Where memory runs out it begins again, with half the items a batch.

    Args:
        instruction: The run's; its schedule and learning rate do not count.
        photos: What is trained on.
        pack: Their pixels.
        context: Progress and cancellation.
        steps: At most so many.

    Raises:
        Cancelled: The context was cancelled.
        UserError: Memory is too small for two items a batch.
    """
    return with_what_fits(
        instruction,
        lambda fitting: _find(
            fitting, photos, pack, context, steps, smaller_batches(instruction, fitting)
        ),
    )


def _find(
    instruction: Instruction,
    photos: TrainingPhotos,
    pack: Pack,
    context: JobContext,
    steps: int,
    note: str,
) -> FoundRates:
    seed_everything(instruction.seed)
    learning = build_learning(instruction, photos.item_count)
    batches = epoch_batches(
        photos.labels,
        photos.rows,
        instruction.sampler,
        seed=instruction.seed,
        epoch=0,
        steps=steps,
    )
    rates: list[float] = []
    losses: list[float] = []
    with BatchFeed(pack, batches, photos.pack_rows) as feed:
        for step, (pixels, labels) in enumerate(feed):
            context.check_cancelled()
            context.report("Trying learning rates", step, steps, note)
            rate = LOWEST * (HIGHEST / LOWEST) ** (step / max(1, steps - 1))
            random = np.random.default_rng((instruction.seed, step))
            draw = draw_augmentation(instruction.augmentation, len(pixels), pixels.shape[1], random)
            (loss,) = losses_of([learning.step(pixels, labels, draw, rate)])
            if not math.isfinite(loss):
                break
            rates.append(rate)
            losses.append(loss)
            if has_diverged(losses):
                break
    return FoundRates(tuple(rates), tuple(smoothed(losses)), steepest(rates, losses), note)


def smoothed(losses: list[float]) -> list[float]:
    """The exponential mean up to each loss, corrected for its beginning at nought."""
    mean, found = 0.0, []
    for step, loss in enumerate(losses, start=1):
        mean = _SMOOTHING * mean + (1 - _SMOOTHING) * loss
        found.append(mean / (1 - _SMOOTHING**step))
    return found


def has_diverged(losses: list[float]) -> bool:
    """Whether the loss has left its lowest far behind."""
    smooth = smoothed(losses)
    lowest = min(smooth)
    return len(smooth) > 2 * _FEWEST and smooth[-1] > lowest + (_DIVERGED - 1) * max(
        abs(lowest), 0.1
    )


def steepest(rates: list[float], losses: list[float]) -> float | None:
    """The rate at which the loss falls fastest over the logarithm of the rate.

    The slope at a rate is that of the straight line through the losses within half a decade of it
    (least squares): from one step to the next, batches differ by more than the network learns.

    Args:
        rates: In a geometric series.
        losses: The loss at each, as it was.
    """
    if len(rates) < 2:
        return None
    half = max(_FEWEST, round(0.5 / math.log10(rates[1] / rates[0])))
    if len(losses) < 2 * half + 1:
        return None
    around = np.arange(-half, half + 1)
    slopes = np.lib.stride_tricks.sliding_window_view(losses, len(around)) @ around
    at = int(np.argmin(slopes))
    return float(rates[at + half]) if slopes[at] < 0 else None
