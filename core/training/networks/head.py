"""What comes after the features in every network: dense layers and the embedding."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from keras import layers


def dense_head(
    features: Any, dense: Sequence[int], dropout: float, embedding_size: int, *, unit: bool = True
) -> Any:
    """Dense layers with ReLU and dropout, then the embedding in float32.

    Args:
        features: A symbolic tensor (B, f).
        dense: Units of the layers.
        dropout: Share of units dropped after each of them while training.
        embedding_size: Dimensions of the embedding.
        unit: Divide embeddings by their length.
    """
    x = features
    for place, units in enumerate(dense):
        x = layers.Dense(units, activation="relu", name=f"dense_{place + 1}")(x)
        if dropout:
            # With a seed of its own, its state is kept in checkpoints on torch too. It is drawn
            # from the generator that `keras.utils.set_random_seed` seeds.
            seed = random.randrange(2**31)
            x = layers.Dropout(dropout, seed=seed, name=f"dropout_{place + 1}")(x)
    # float32 under mixed precision too: bfloat16 tells only some 250 angles apart.
    x = layers.Dense(embedding_size, dtype="float32", name="embedding")(x)
    return layers.UnitNormalization(dtype="float32", name="unit")(x) if unit else x
