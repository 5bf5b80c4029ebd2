"""A step by torch's autograd."""

from __future__ import annotations

from typing import Any

import keras
import torch

from core.training.fitting.objective import Objective
from core.training.networks.augmentation import Draw


class TorchStep:
    """See `core.training.fitting.steps.Step`. The variables are always up to date."""

    def __init__(self, objective: Objective, optimizer: keras.optimizers.Optimizer) -> None:
        self._objective = objective
        self._optimizer = optimizer
        self._inner = getattr(optimizer, "inner_optimizer", optimizer)
        self._weights = list(objective.trainable_variables)

    def __call__(self, pixels: Any, labels: Any, draw: Draw, rate: float) -> Any:
        self._inner.learning_rate.assign(rate)
        for weight in self._weights:
            weight.value.grad = None
        to_tensor = keras.ops.convert_to_tensor
        loss = self._objective(
            to_tensor(pixels), to_tensor(labels), Draw(*map(to_tensor, draw)), training=True
        )
        self._optimizer.scale_loss(loss).backward()
        with torch.no_grad():
            self._optimizer.apply([weight.value.grad for weight in self._weights], self._weights)
        return loss.detach()

    def synchronise(self) -> None:
        """Nothing to do."""
