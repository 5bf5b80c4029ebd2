"""How many photos a second an instruction trains on, on the backend in use."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from core.training.fitting.backend import device_name
from core.training.fitting.learning import Learning, build_learning
from core.training.fitting.memory import smaller_batches, with_what_fits
from core.training.fitting.steps import losses_of
from core.training.instruction import Instruction
from core.training.networks.augmentation import draw_augmentation

_WARM_UP_STEPS = 3
_AT_ONCE = 4
"""Steps between two looks at the clock: waiting for each would hold the device up."""


@dataclass(frozen=True)
class Speed:
    """What was measured.

    Attributes:
        device: What was computed on.
        images_per_s: Photos a second: augmentation, forward, backward and update.
        steps: How many steps that was.
        batch_size: Photos in each.
        note: What was done otherwise than the instruction says, in words, or "".
    """

    device: str
    images_per_s: float
    steps: int
    batch_size: int
    note: str = ""


def measure_speed(instruction: Instruction, seconds: float) -> Speed:
    """Trains on made-up photos for about so long, after some steps that do not count.

    Photos are not read: what reading costs is the same on every backend, and is measured in every
    run as the share of time that the device waits. Where memory runs out, it is measured with half
    the items a batch.

    Args:
        instruction: Network, loss, augmentation, batch and photo size.
        seconds: How long to measure; compiling comes on top.

    Raises:
        UserError: Memory is too small for two items a batch.
    """
    return with_what_fits(
        instruction,
        lambda fitting: _measure(fitting, seconds, smaller_batches(instruction, fitting)),
    )


def _measure(instruction: Instruction, seconds: float, note: str) -> Speed:
    learning = build_learning(instruction, item_count=instruction.sampler.items)
    random = np.random.default_rng(instruction.seed)
    for _ in range(_WARM_UP_STEPS):
        losses_of([_train(learning, instruction, random)])
    steps = 0
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        losses_of([_train(learning, instruction, random) for _ in range(_AT_ONCE)])
        steps += _AT_ONCE
    taken = time.monotonic() - began
    batch = instruction.sampler.batch_size
    return Speed(device_name(), steps * batch / taken, steps, batch, note)


def _train(learning: Learning, instruction: Instruction, random: np.random.Generator) -> object:
    """One step on photos and augmentations that are drawn anew; its loss, not waited for."""
    sampler, side = instruction.sampler, instruction.data.side_px
    labels = np.repeat(np.arange(sampler.items, dtype=np.int32), sampler.photos)
    pixels = random.integers(0, 256, (len(labels), side, side, 3), dtype=np.uint8)
    draw = draw_augmentation(instruction.augmentation, len(labels), side, random)
    return learning.step(pixels, labels, draw, instruction.optimizer.learning_rate)
