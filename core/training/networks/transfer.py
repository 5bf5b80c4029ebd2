"""Networks that were trained on ImageNet, with dense layers and an embedding of our own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from core.errors import UserError
from core.training import instruction
from core.training.networks.head import dense_head

_LEAST_SIDE = 32

_BASES: dict[str, Callable[..., keras.Model]] = {
    "mobilenet_v2": keras.applications.MobileNetV2,
    "efficientnet_b0": keras.applications.EfficientNetB0,
    "resnet50_v2": keras.applications.ResNet50V2,
    "vgg16": keras.applications.VGG16,
    "vgg19": keras.applications.VGG19,
}
# ImageNet's means in the order blue, green, red, which Caffe's networks subtract.
_CAFFE_MEANS = (103.939, 116.779, 123.68)


def transfer(model: instruction.Transfer, side_px: int) -> keras.Model:
    """Photos (B, side, side, 3) of 0 … 255 to unit vectors float32 (B, embedding).

    Each base has its own scaling within. Layers of the base before the trained share stay as they
    are, batch norms among them in inference mode.

    Raises:
        UserError: Weights cannot be fetched or read, or the photos are too small.
    """
    if side_px < _LEAST_SIDE:
        raise UserError(
            f"Photos of {side_px} px are too small for {model.name}",
            remedy=f"Use photos of at least {_LEAST_SIDE} px.",
        )
    photos = keras.Input((side_px, side_px, 3), name="photos")
    base = _base(model, _scaled(photos, model.name))
    _freeze(base, model.trainable_fraction)
    features = layers.GlobalAveragePooling2D(name="pooled")(base.output)
    embedding = dense_head(features, model.dense, model.dropout, model.embedding_size)
    return keras.Model(photos, embedding, name=model.name)


def _scaled(photos: Any, name: str) -> Any:
    """What `keras.applications` calls preprocessing, by layers, so that it is saved."""
    match name:
        case "mobilenet_v2" | "resnet50_v2":
            return layers.Rescaling(1 / 127.5, offset=-1, dtype="float32", name="scaled")(photos)
        case "vgg16" | "vgg19":
            to_bgr = layers.Conv2D(3, 1, trainable=False, dtype="float32", name="scaled")
            scaled = to_bgr(photos)
            swap = np.eye(3, dtype=np.float32)[::-1].reshape(1, 1, 3, 3)
            to_bgr.set_weights([swap, -np.array(_CAFFE_MEANS, np.float32)])
            return scaled
    return photos  # EfficientNet scales within


def _base(model: instruction.Transfer, scaled: Any) -> keras.Model:
    wanted = {"imagenet": "imagenet", "random": None}.get(model.weights, model.weights)
    if wanted not in ("imagenet", None) and not Path(wanted).is_file():
        raise UserError(
            "There is no such weights file",
            path=wanted,
            remedy='Correct the path under "weights", or write "imagenet" or "random" there.',
        )
    try:
        return _BASES[model.name](include_top=False, weights=wanted, input_tensor=scaled)
    except Exception as error:
        if wanted is None:
            raise
        raise _no_weights(model, str(error)) from error


def _no_weights(model: instruction.Transfer, why: str) -> UserError:
    why = (why.splitlines() or ["no reason given"])[0][:300]
    if model.weights == "imagenet":
        return UserError(
            f"The ImageNet weights of {model.name} cannot be fetched ({why})",
            remedy="Connect to the internet, or fetch the “notop” weights file of"
            f" {model.name} from https://storage.googleapis.com/tensorflow/keras-applications/ on"
            ' another computer and write its path under "weights"; "random" trains from nothing.',
        )
    return UserError(
        f"The weights file does not fit {model.name} ({why})",
        path=model.weights,
        remedy="Use Keras' own “notop” weights file of this network.",
    )


def _freeze(base: keras.Model, trainable_fraction: float) -> None:
    with_weights = [layer for layer in base.layers if layer.weights and layer.name != "scaled"]
    frozen = round(len(with_weights) * (1 - trainable_fraction))
    for layer in with_weights[:frozen]:
        layer.trainable = False
