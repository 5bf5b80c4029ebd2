"""Distances and similarities between all embeddings of a batch, with finite gradients anywhere."""

from __future__ import annotations

import keras
from keras import ops

from core.training.instruction import Distance
from core.training.losses.embedding_loss import Tensor

_TINY = 1e-12
"""Squared lengths below this count as zero, and their gradient is zero."""


def pairwise_distances(embeddings: Tensor, distance: Distance) -> Tensor:
    """Distances between all rows, float32 (B, B), never negative.

    Args:
        embeddings: Any floats (B, d).
        distance: "angular" is 1 − cosine, 0 … 2; "squared_l2" and "l2" are Euclidean.
    """
    embeddings = ops.cast(embeddings, "float32")
    if distance == "angular":
        return ops.maximum(1.0 - cosines(embeddings, embeddings), 0.0)
    products = products_of(embeddings, embeddings)
    squares = ops.diagonal(products)
    squared = ops.maximum(squares[:, None] + squares[None, :] - 2.0 * products, 0.0)
    return squared if distance == "squared_l2" else safe_sqrt(squared)


def cosines(left: Tensor, right: Tensor) -> Tensor:
    """Cosines between the rows of two matrices, float32 (B, C); a zero vector's are all zero."""
    return products_of(unit(left), unit(right))


def products_of(left: Tensor, right: Tensor) -> Tensor:
    """Dot products of all rows with all rows, in true float32 even where a GPU has TF32."""
    if keras.backend.backend() == "jax":
        import jax

        with jax.default_matmul_precision("highest"):
            return ops.matmul(left, ops.transpose(right))
    return ops.matmul(left, ops.transpose(right))


def unit(vectors: Tensor) -> Tensor:
    """The rows in float32, divided by their lengths; zero stays zero, with a zero gradient."""
    vectors = ops.cast(vectors, "float32")
    squared = ops.sum(ops.square(vectors), axis=-1, keepdims=True)
    is_long = squared > _TINY
    # The inner `where` keeps 1/0 out of the gradient: 0 × inf is NaN.
    return vectors * ops.where(is_long, ops.rsqrt(ops.where(is_long, squared, 1.0)), 0.0)


def safe_sqrt(values: Tensor) -> Tensor:
    """Square roots; those of zero have a gradient of zero rather than of infinity."""
    is_positive = values > _TINY
    return ops.where(is_positive, ops.sqrt(ops.where(is_positive, values, 1.0)), 0.0)
