"""Our small network: stages of 3×3 convolution, batch norm and pooling, then a unit embedding."""

from __future__ import annotations

import keras
from keras import layers

from core.training import instruction
from core.training.networks.head import dense_head


def conv_bn(model: instruction.ConvBn, side_px: int) -> keras.Model:
    """Photos (B, side, side, 3) of 0 … 255 to unit vectors float32 (B, embedding)."""
    photos = keras.Input((side_px, side_px, 3), name="photos")
    x = layers.Rescaling(1 / 127.5, offset=-1, dtype="float32")(photos)
    for place, filters in enumerate(model.filters):
        # Batch norm has the bias.
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"conv_{place + 1}")(x)
        # Runs are short beside ImageNet's: at Keras' momentum of 0.99 the averages that evaluation
        # uses would lag 500 steps behind the weights.
        x = layers.BatchNormalization(momentum=0.9, name=f"norm_{place + 1}")(x)
        x = layers.ReLU()(x)
        x = layers.MaxPooling2D(2, padding="same")(x)
    x = layers.GlobalAveragePooling2D()(x)
    embedding = dense_head(x, model.dense, model.dropout, model.embedding_size)
    return keras.Model(photos, embedding, name="conv_bn")
