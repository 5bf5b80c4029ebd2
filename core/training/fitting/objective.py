"""What a step makes smaller: a network, its augmentation and its loss as one layer."""

from __future__ import annotations

from typing import Any, Protocol

import keras
from keras import ops

from core.training.instruction import Augmentation
from core.training.losses.distances import unit
from core.training.losses.embedding_loss import EmbeddingLoss
from core.training.networks.augmentation import Draw, augment
from core.training.networks.vae import VaeParts, divergence, squared_error

Tensor = Any


class Objective(Protocol):
    """A Keras layer that owns all that is learned, the loss's own weights included.

    What it owns is what the optimiser changes and what a checkpoint keeps. It computes in float32
    outside the networks. The loss is made of two parts, `each` and `joined`: what the first makes
    of a photo depends on no other but by batch normalisation, so that several devices may each do
    it for some of the photos.
    """

    variables: list[Any]
    trainable_variables: list[Any]
    non_trainable_variables: list[Any]

    def __call__(self, pixels: Tensor, labels: Tensor, draw: Draw, training: bool = True) -> Tensor:
        """The loss of a batch, a float32 scalar.

        Args:
            pixels: uint8 (B, side, side, 3).
            labels: int32 (B,).
            draw: How to augment each photo.
            training: As Keras has it.
        """

    def each(self, pixels: Tensor, draw: Draw, training: bool = True) -> Tensor:
        """What is needed of each photo for the loss, (B, …); arguments as above."""

    def joined(self, labels: Tensor, found: Tensor) -> Tensor:
        """The loss of a batch, a float32 scalar, from what `each` found of all its photos."""

    def stateless_call(self, *arguments: Any, **named: Any) -> Any:
        """Keras' call from values instead of variables."""


class ItemObjective(keras.layers.Layer):
    """Tells items apart by a loss on the embeddings of their photos.

    Args:
        network: Photos to embeddings.
        loss: Labels and embeddings to a scalar.
        augmentation: What the draws were drawn from.
    """

    def __init__(
        self, network: keras.Model, loss: EmbeddingLoss, augmentation: Augmentation
    ) -> None:
        super().__init__(name="objective", dtype="float32")
        self._embedding = RawEmbedding(network)
        self.loss = loss
        self._most_blur_px = augmentation.blur_px
        self.built = True

    def call(self, pixels: Tensor, labels: Tensor, draw: Draw, training: bool = True) -> Tensor:
        return self.joined(labels, self.each(pixels, draw, training))

    def each(self, pixels: Tensor, draw: Draw, training: bool = True) -> Tensor:
        """Embeddings (B, d)."""
        photos = augment(pixels, draw, most_blur_px=self._most_blur_px)
        return self._embedding(photos, training=training)

    def joined(self, labels: Tensor, found: Tensor) -> Tensor:
        return self.loss(labels, found)


class VaeObjective(keras.layers.Layer):
    """Draws photos again from a noisy code of few numbers; labels do not matter.

    Args:
        parts: Encoder and decoder.
        beta: Weight of the divergence.
        augmentation: What the draws were drawn from.
        seed: Of the noise.
    """

    def __init__(self, parts: VaeParts, beta: float, augmentation: Augmentation, seed: int) -> None:
        super().__init__(name="vae_objective", dtype="float32")
        self._distribution = parts.distribution
        self._decoder = parts.decoder
        self._beta = beta
        self._most_blur_px = augmentation.blur_px
        self._noise = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, pixels: Tensor, labels: Tensor, draw: Draw, training: bool = True) -> Tensor:
        return self.joined(labels, self.each(pixels, draw, training))

    def each(self, pixels: Tensor, draw: Draw, training: bool = True) -> Tensor:
        """Nats (B,)."""
        photos = augment(pixels, draw, most_blur_px=self._most_blur_px)
        mean, log_variance = self._distribution(photos, training=training)
        # e^±10 is as good as certain and as good as nothing; beyond, float32 would overflow.
        log_variance = ops.clip(log_variance, -10.0, 10.0)
        noise = keras.random.normal(ops.shape(mean), dtype="float32", seed=self._noise)
        drawn = self._decoder(mean + ops.exp(0.5 * log_variance) * noise, training=training)
        return squared_error(photos, drawn) + self._beta * divergence(mean, log_variance)

    def joined(self, labels: Tensor, found: Tensor) -> Tensor:
        return ops.mean(found)


class RawEmbedding(keras.layers.Layer):
    """A network whose last normalisation, if it has one, has a finite gradient everywhere.

    Keras' own has a gradient of NaN at a zero vector, on torch and on JAX.
    """

    def __init__(self, network: keras.Model) -> None:
        super().__init__(name="raw_embedding", dtype="float32")
        self._is_unit = isinstance(network.layers[-1], keras.layers.UnitNormalization)
        embedding = network.layers[-1].input if self._is_unit else network.output
        self._network = keras.Model(network.input, embedding)
        self.built = True

    def call(self, photos: Tensor, training: bool = True) -> Tensor:
        embeddings = self._network(photos, training=training)
        return unit(embeddings) if self._is_unit else embeddings
