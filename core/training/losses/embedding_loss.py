"""What all losses on embeddings have in common: whole labels in, float32 inside, a scalar out."""

from __future__ import annotations

from typing import Any

import keras

Tensor = Any
"""A tensor of whichever backend Keras runs on."""


class EmbeddingLoss(keras.layers.Layer):
    """A loss over the pairs of a batch, called as `loss(labels, embeddings)`.

    It is a layer and no `keras.losses.Loss`, for two reasons: that class casts labels to the
    compute type (in float16, 10,000 item numbers become 4,323), and a loss may have weights of its
    own (`proxy_anchor`), which a layer's owner sees. Embeddings are cast to float32 under every
    mixed precision policy.

    Subclasses override `call(labels, embeddings)`: integers (B,) and float32 (B, d) to a scalar.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name=name, dtype="float32")

    def compute_output_shape(self, *_shapes: Any) -> tuple[int, ...]:
        return ()
