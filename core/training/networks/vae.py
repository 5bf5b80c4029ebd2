"""A convolutional variational autoencoder; the mean of its code is the embedding.

    loss = mean over photos of ½ Σ (x − x̂)² + β · ½ Σ (μ² + σ² − log σ² − 1)

with pixels x of 0 … 1, that is a decoder of unit variance: Kingma and Welling 2014 (arXiv
1312.6114), appendix B; β: Higgins et al., "β-VAE", ICLR 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
from keras import layers, ops

from core.training import instruction

Tensor = Any


@dataclass(frozen=True, eq=False)
class VaeParts:
    """The parts of an autoencoder; the first two share their layers.

    Attributes:
        encoder: Photos (B, side, side, 3) of 0 … 255 to means float32 (B, embedding).
        distribution: Photos to means and logarithms of variances, each float32 (B, embedding).
        decoder: Codes (B, embedding) to photos float32 (B, side, side, 3) of 0 … 255.
    """

    encoder: keras.Model
    distribution: keras.Model
    decoder: keras.Model


def build_vae(model: instruction.Vae, side_px: int) -> VaeParts:
    """New parts with random weights, of Keras' own layers alone."""
    photos = keras.Input((side_px, side_px, 3), name="photos")
    x = layers.Rescaling(1 / 127.5, offset=-1, dtype="float32")(photos)
    for place, filters in enumerate(model.filters):
        x = _normalised(
            layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False), f"{place + 1}", x
        )
    x = layers.Flatten()(x)
    mean = layers.Dense(model.embedding_size, dtype="float32", name="embedding")(x)
    log_variance = layers.Dense(model.embedding_size, dtype="float32", name="log_variance")(x)
    return VaeParts(
        keras.Model(photos, mean, name="vae"),
        keras.Model(photos, [mean, log_variance], name="vae_distribution"),
        _decoder(model, side_px),
    )


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Of N(mean, variance) from N(0, 1), in nats: float32 (B,)."""
    terms = ops.square(mean) + ops.exp(log_variance) - log_variance - 1.0
    return 0.5 * ops.sum(terms, axis=1)


def squared_error(photos: Tensor, drawn: Tensor) -> Tensor:
    """½ Σ (x − x̂)² over a photo's pixels; both of 0 … 255, counted as 0 … 1: float32 (B,)."""
    return 0.5 * ops.sum(ops.square((photos - drawn) / 255.0), axis=(1, 2, 3))


def _decoder(model: instruction.Vae, side_px: int) -> keras.Model:
    stages = len(model.filters)
    least = -(-side_px // 2**stages)
    code = keras.Input((model.embedding_size,), name="code")
    x = layers.Dense(least * least * model.filters[-1], activation="relu", name="opened")(code)
    x = layers.Reshape((least, least, model.filters[-1]))(x)
    for place, filters in enumerate(reversed(model.filters)):
        x = _normalised(
            layers.Conv2DTranspose(filters, 3, strides=2, padding="same", use_bias=False),
            f"back_{place + 1}",
            x,
        )
    surplus = least * 2**stages - side_px
    if surplus:
        before = surplus // 2
        x = layers.Cropping2D(((before, surplus - before),) * 2)(x)
    x = layers.Conv2D(3, 3, padding="same", activation="sigmoid", dtype="float32", name="drawn")(x)
    return keras.Model(code, layers.Rescaling(255.0, dtype="float32")(x), name="vae_decoder")


def _normalised(convolution: keras.layers.Layer, name: str, x: Tensor) -> Tensor:
    x = layers.BatchNormalization(momentum=0.9, name=f"norm_{name}")(convolution(x))
    return layers.ReLU()(x)
