"""A step as a TensorFlow graph."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from core.training.fitting.objective import Objective


class TensorFlowStep:
    """See `core.training.fitting.steps.Step`. The variables are always up to date."""

    def __init__(self, objective: Objective, optimizer: keras.optimizers.Optimizer) -> None:
        inner = getattr(optimizer, "inner_optimizer", optimizer)

        # Without XLA: on a CPU it made a step of conv_bn half as long again.
        @tf.function(autograph=False)
        def step(pixels: Any, labels: Any, draw: Any, rate: Any) -> Any:
            inner.learning_rate.assign(rate)
            with tf.GradientTape() as tape:
                loss = objective(pixels, labels, draw, training=True)
                scaled = optimizer.scale_loss(loss)
            weights = objective.trainable_variables
            gradients = tape.gradient(scaled, [weight.value for weight in weights])
            optimizer.apply(gradients, weights)
            return loss

        self._step = step

    def __call__(self, pixels: Any, labels: Any, draw: Any, rate: float) -> Any:
        tensors = tf.nest.map_structure(tf.convert_to_tensor, (pixels, labels, draw))
        return self._step(*tensors, tf.constant(rate, tf.float32))

    def synchronise(self) -> None:
        """Nothing to do."""
