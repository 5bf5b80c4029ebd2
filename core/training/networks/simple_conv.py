"""The team's network: 5×5 valid convolutions, pooled between, dense layers, a unit embedding."""

from __future__ import annotations

import keras
from keras import layers

from core.errors import UserError
from core.training import instruction
from core.training.networks.head import dense_head

_KERNEL = 5


def simple_conv(model: instruction.SimpleConv, side_px: int) -> keras.Model:
    """Photos (B, side, side, 3) of 0 … 255 to unit vectors float32 (B, embedding).

    Raises:
        UserError: The photos are too small for so many convolutions.
    """
    _check_side(len(model.filters), side_px)
    photos = keras.Input((side_px, side_px, 3), name="photos")
    x = layers.Rescaling(1 / 127.5, offset=-1, dtype="float32")(photos)
    for place, filters in enumerate(model.filters):
        x = layers.Conv2D(filters, _KERNEL, name=f"conv_{place + 1}")(x)
        if model.batch_norm:
            x = layers.BatchNormalization(momentum=0.9, name=f"norm_{place + 1}")(x)
        x = layers.ReLU()(x)
        if place < len(model.filters) - 1:
            x = layers.MaxPooling2D(2)(x)
    x = layers.GlobalAveragePooling2D()(x)
    embedding = dense_head(x, model.dense, model.dropout, model.embedding_size)
    return keras.Model(photos, embedding, name="simple_conv")


def _check_side(convolutions: int, side_px: int) -> None:
    least = _KERNEL
    for _ in range(convolutions - 1):
        least = least * 2 + _KERNEL - 1
    if side_px < least:
        raise UserError(
            f"Photos of {side_px} px are too small for {convolutions} convolutions of simple_conv",
            remedy=f"Use photos of at least {least} px, fewer filters, or the network conv_bn.",
        )
