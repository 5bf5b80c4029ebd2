"""Learning rates by step, as plain arithmetic, so that every backend and every resume agrees."""

from __future__ import annotations

import math

from core.training.instruction import Constant, Cyclic, Schedule, WarmUpCosine


def rate_at(schedule: Schedule, highest: float, step: int, progress: float) -> float:
    """The learning rate of a step.

    Args:
        schedule: How it changes.
        highest: The optimiser's learning rate; no schedule exceeds it.
        step: Steps done before, from 0.
        progress: Share of the run that is done before, 0 … 1.
    """
    match schedule:
        case Constant():
            return highest
        case WarmUpCosine():
            return highest * _warm_up_cosine(schedule, progress)
        case Cyclic():
            return _cyclic(schedule, highest, step)


def _warm_up_cosine(schedule: WarmUpCosine, progress: float) -> float:
    """Linear warm-up (Goyal et al. 2017), then a cosine (Loshchilov and Hutter 2017)."""
    if progress < schedule.warm_up:
        # Not from zero: the very first step should do something too.
        return max(progress / schedule.warm_up, 0.01)
    rest = (progress - schedule.warm_up) / max(1 - schedule.warm_up, 1e-9)
    cosine = 0.5 * (1 + math.cos(math.pi * min(rest, 1.0)))
    return schedule.final + (1 - schedule.final) * cosine


def _cyclic(schedule: Cyclic, highest: float, step: int) -> float:
    """Smith, "Cyclical Learning Rates", 2017, with the scale of each of its three modes."""
    cycle = math.floor(1 + step / (2 * schedule.step_size))
    height = max(0.0, 1 - abs(step / schedule.step_size - 2 * cycle + 1))
    match schedule.mode:
        case "triangular":
            scale = 1.0
        case "triangular2":
            scale = 0.5 ** (cycle - 1)
        case "exp_range":
            scale = schedule.gamma**step
    lowest = schedule.base_learning_rate
    return lowest + (highest - lowest) * height * scale
