"""A step as a TensorFlow graph, on one device or shared among several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from core.training.fitting.objective import Objective
from core.training.fitting.shares import shared

Devices = Sequence[str | None]
"""None is wherever TensorFlow computes by itself."""


class TensorFlowStep:
    """See `core.training.fitting.steps.Step`. The variables are always up to date.

    Each device has a share of the batch's photos go through the network; the loss is computed of
    all their embeddings, on the first. The gradients go back to each device with respect to its own
    embeddings, and their sums are those of the whole batch. Batch normalisation is the exception:
    it uses the mean and variance of each share, and its running ones take in each share's in turn.

    This is done by hand and not by `tf.distribute`, whose replicas each compute a loss: of the
    pairs within their own share, in the quotients of most of our losses no part of the batch's.
    Gathering all embeddings on each replica mends that, but has each compute the same loss; and
    Keras' evaluation repeats every batch on every replica. What this costs is that weights travel
    from the first device to the others at every step.

    Args:
        objective: What to make smaller.
        optimizer: How.
        devices: Names of what computes; the weights are where TensorFlow puts them, on the first.
    """

    def __init__(
        self, objective: Objective, optimizer: keras.optimizers.Optimizer, devices: Devices
    ) -> None:
        inner = getattr(optimizer, "inner_optimizer", optimizer)

        # Without XLA: on a CPU it made a step of conv_bn half as long again.
        @tf.function(autograph=False)
        def step(pixels: Any, labels: Any, draw: Any, rate: Any) -> Any:
            inner.learning_rate.assign(rate)
            weights = objective.trainable_variables
            values = [weight.value for weight in weights]
            found, tapes = [], []
            for device, (photos, drawn) in shared(devices, pixels, draw):
                with tf.device(device), tf.GradientTape() as tape:
                    found.append(objective.each(photos, drawn, training=True))
                tapes.append(tape)
            with tf.GradientTape() as joining:
                joining.watch(found)
                loss = objective.joined(labels, tf.concat(found, axis=0))
                scaled = optimizer.scale_loss(loss)
            # The loss may have weights of its own, and the networks' have no part in it.
            upstream, gradients = joining.gradient(scaled, (found, values))
            for device, tape, part, above in zip(devices, tapes, found, upstream, strict=False):
                with tf.device(device):
                    more = tape.gradient(part, values, output_gradients=above)
                gradients = [_sum(one, other) for one, other in zip(gradients, more, strict=True)]
            optimizer.apply(gradients, weights)
            return loss

        self._step = step

    def __call__(self, pixels: Any, labels: Any, draw: Any, rate: float) -> Any:
        tensors = tf.nest.map_structure(tf.convert_to_tensor, (pixels, labels, draw))
        return self._step(*tensors, tf.constant(rate, tf.float32))

    def synchronise(self) -> None:
        """Nothing to do."""


def local_devices() -> Devices:
    """All that computes here: the GPUs, or the processor where there is none."""
    kind = "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
    names = [device.name for device in tf.config.list_logical_devices(kind)]
    return names if len(names) > 1 else [None]


def _sum(one: Any, other: Any) -> Any:
    return other if one is None else one if other is None else one + other
