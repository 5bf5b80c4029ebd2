"""A step by torch's autograd, on one device or shared among several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import torch

from core.training.fitting.objective import Objective
from core.training.fitting.shares import shared
from core.training.networks.augmentation import Draw

Devices = Sequence[str]
"""Torch's names; none is wherever Keras computes by itself."""


class TorchStep:
    """See `core.training.fitting.steps.Step`. The variables are always up to date.

    Each device has a share of the batch's photos go through a copy of the network, and the loss is
    computed of all their embeddings, on the first. Autograd leads back through the copies, so that
    the gradients are the whole batch's. Batch normalisation is the exception, as on TensorFlow: it
    uses the mean and variance of each share, and its running ones take in each share's in turn.

    This is done by hand and not by `DistributedDataParallel`, which wants a process a GPU, each
    with a loss of the pairs within its own share; nor by `DataParallel`, whose copies of a module
    are not what Keras' layers read their weights from.

    Args:
        objective: What to make smaller.
        optimizer: How.
        devices: What computes; the weights are on the first.
    """

    def __init__(
        self,
        objective: Objective,
        optimizer: keras.optimizers.Optimizer,
        devices: Devices = (),
    ) -> None:
        self._objective = objective
        self._optimizer = optimizer
        self._inner = getattr(optimizer, "inner_optimizer", optimizer)
        self._weights = list(objective.trainable_variables)
        self._others = list(objective.non_trainable_variables)
        self._devices = devices

    def __call__(self, pixels: Any, labels: Any, draw: Draw, rate: float) -> Any:
        self._inner.learning_rate.assign(rate)
        for weight in self._weights:
            weight.value.grad = None
        to_tensor = keras.ops.convert_to_tensor
        labels = to_tensor(labels)
        if self._devices:
            loss = self._objective.joined(labels, self._found_by_all(pixels, draw))
        else:
            drawn = Draw(*map(to_tensor, draw))
            loss = self._objective(to_tensor(pixels), labels, drawn, training=True)
        self._optimizer.scale_loss(loss).backward()
        with torch.no_grad():
            self._optimizer.apply([weight.value.grad for weight in self._weights], self._weights)
        return loss.detach()

    def synchronise(self) -> None:
        """Nothing to do."""

    def _found_by_all(self, pixels: Any, draw: Draw) -> torch.Tensor:
        """What `Objective.each` finds of all photos, on the first device."""
        weights = [weight.value for weight in self._weights]
        before = [other.value for other in self._others]
        others, found = before, []
        for device, (photos, drawn) in shared(self._devices, pixels, draw):
            with keras.device(device):
                here = [value.to(device) for value in (*weights, *others)]
                mapping = list(zip((*self._weights, *self._others), here, strict=True))
                with keras.StatelessScope(state_mapping=mapping) as scope:
                    tensors = map(keras.ops.convert_to_tensor, (photos, *drawn))
                    each = self._objective.each(next(tensors), Draw(*tensors), training=True)
            found.append(each.to(self._devices[0]))
            given, after = here[len(weights) :], map(scope.get_current_value, self._others)
            # Frozen layers are most of these, and stay as they are.
            others = [
                value if now is was else now.detach()
                for value, was, now in zip(others, given, after, strict=True)
            ]
        for other, was, now in zip(self._others, before, others, strict=True):
            if now is not was:
                other.assign(now)
        return torch.cat(found)


def local_devices() -> Devices:
    """The GPUs here where there are several, and else none."""
    count = torch.cuda.device_count()
    return [f"cuda:{number}" for number in range(count)] if count > 1 else []
