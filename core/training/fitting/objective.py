"""What a step makes smaller: a network, its augmentation and its loss as one layer."""

from __future__ import annotations

from typing import Any

import keras

from core.training.instruction import Augmentation
from core.training.losses.distances import unit
from core.training.losses.embedding_loss import EmbeddingLoss
from core.training.networks.augmentation import Draw, augment

Tensor = Any


class Objective(keras.layers.Layer):
    """Called as `objective(pixels, labels, draw)`, it gives the loss of the batch.

    It owns all that is learned, the loss's own weights included, which is what the optimiser
    changes and a checkpoint keeps. It computes in float32 outside the network.

    Args:
        network: Photos to embeddings.
        loss: Labels and embeddings to a scalar.
        augmentation: What the draws were drawn from.
    """

    def __init__(
        self, network: keras.Model, loss: EmbeddingLoss, augmentation: Augmentation
    ) -> None:
        super().__init__(name="objective", dtype="float32")
        # Keras' own normalisation has a gradient of NaN at a zero vector, on torch and JAX.
        self._is_unit = isinstance(network.layers[-1], keras.layers.UnitNormalization)
        embedding = network.layers[-1].input if self._is_unit else network.output
        self._to_embedding = keras.Model(network.input, embedding)
        self.loss = loss
        self._most_blur_px = augmentation.blur_px
        self.built = True

    def call(self, pixels: Tensor, labels: Tensor, draw: Draw, training: bool = True) -> Tensor:
        photos = augment(pixels, draw, most_blur_px=self._most_blur_px)
        embeddings = self._to_embedding(photos, training=training)
        return self.loss(labels, unit(embeddings) if self._is_unit else embeddings)
