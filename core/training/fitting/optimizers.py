"""From an instruction to its optimiser."""

from __future__ import annotations

import keras

from core.training import instruction


def build_optimizer(
    optimizer: instruction.Optimizer, *, loss_scaling: bool = False
) -> keras.optimizers.Optimizer:
    """A new optimiser; the learning rate is set anew at every step by the one who steps.

    Args:
        optimizer: Which, and its settings.
        loss_scaling: Whether gradients pass through float16, where small ones would vanish.
    """
    common = {"learning_rate": optimizer.learning_rate, "global_clipnorm": optimizer.clip_norm}
    match optimizer.name:
        case "adam":
            built = keras.optimizers.Adam(**common)
        case "adamw":
            built = keras.optimizers.AdamW(weight_decay=optimizer.weight_decay, **common)
        case "sgd":
            built = keras.optimizers.SGD(momentum=0.9, nesterov=True, **common)
    return keras.optimizers.LossScaleOptimizer(built) if loss_scaling else built
