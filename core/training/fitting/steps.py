"""One step of training, by each backend's own means behind one face.

Keras' own `fit` and `train_on_batch` wait for every step's loss, wrap the input in tf.data, and
cannot be stopped, resumed or retried within an epoch alike on all backends.
"""

from __future__ import annotations

from typing import Any, Protocol

import keras
import numpy as np

from core.training.fitting.objective import Objective
from core.training.instruction import Devices

Tensor = Any


class Step(Protocol):
    """Trains on a batch.

    Between `synchronise` and the next call, and only then, Keras' variables hold what is learned.
    """

    def __call__(self, pixels: Any, labels: Any, draw: Any, rate: float) -> Tensor:
        """Changes the weights once; returns the loss, on the device, perhaps not computed yet."""

    def synchronise(self) -> None:
        """Puts all that is learned where Keras' variables show it."""


def make_step(
    objective: Objective, optimizer: keras.optimizers.Optimizer, devices: Devices = "first"
) -> Step:
    """A step of the backend in use; reads the variables as they are now.

    Args:
        objective: What to make smaller.
        optimizer: How.
        devices: "all" shares each batch among the local devices, while the loss still sees the
            whole batch's pairs.
    """
    optimizer.build(objective.trainable_variables)
    match keras.backend.backend():
        case "tensorflow":
            from core.training.fitting import step_tensorflow

            return step_tensorflow.TensorFlowStep(
                objective,
                optimizer,
                step_tensorflow.local_devices() if devices == "all" else [None],
            )
        case "torch":
            from core.training.fitting import step_torch

            return step_torch.TorchStep(
                objective, optimizer, step_torch.local_devices() if devices == "all" else ()
            )
        case "jax":
            from core.training.fitting.step_jax import JaxStep

            return JaxStep(objective, optimizer, devices)
    raise ValueError(f"no steps on {keras.backend.backend()}")


def losses_of(tensors: list[Tensor]) -> list[float]:
    """The losses as numbers; waits until the device has computed them."""
    return [float(np.asarray(keras.ops.convert_to_numpy(tensor))) for tensor in tensors]


def inner_optimizer(optimizer: Any) -> Any:
    """The optimiser that has the learning rate, within loss scaling."""
    return getattr(optimizer, "inner_optimizer", optimizer)
