"""Networks that were trained on ImageNet, with dense layers and an embedding of our own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers

from core.errors import UserError
from core.training import instruction
from core.training.networks.head import dense_head
from core.training.networks.weights_file import weights_file

_LEAST_SIDE = 32

_BASES: dict[str, Callable[..., keras.Model]] = {
    "mobilenet_v2": keras.applications.MobileNetV2,
    "efficientnet_b0": keras.applications.EfficientNetB0,
    "resnet50_v2": keras.applications.ResNet50V2,
    "vgg16": keras.applications.VGG16,
    "vgg19": keras.applications.VGG19,
}
_RANDOM = "random"
# ImageNet's, of 0 … 1, in the order red, green, blue.
_MEANS = (0.485, 0.456, 0.406)
_DEVIATIONS = (0.229, 0.224, 0.225)
# Its means of 0 … 255 in the order blue, green, red, which Caffe's networks subtract.
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
    base = _base(model, _scaled(photos, model), side_px)
    _freeze(base, model.trainable_fraction)
    features = layers.GlobalAveragePooling2D(name="pooled")(base.output)
    embedding = dense_head(features, model.dense, model.dropout, model.embedding_size)
    return keras.Model(photos, embedding, name=model.name)


def _scaled(photos: Any, model: instruction.Transfer) -> Any:
    """What `keras.applications` calls preprocessing, by layers, so that it is saved."""
    match model.name:
        case "mobilenet_v2" | "resnet50_v2":
            return layers.Rescaling(1 / 127.5, offset=-1, dtype="float32", name="scaled")(photos)
        case "vgg16" | "vgg19":
            to_bgr = layers.Conv2D(3, 1, trainable=False, dtype="float32", name="scaled")
            scaled = to_bgr(photos)
            swap = np.eye(3, dtype=np.float32)[::-1].reshape(1, 1, 3, 3)
            to_bgr.set_weights([swap, -np.array(_CAFFE_MEANS, np.float32)])
            return scaled
        case "efficientnet_b0" if model.weights != _RANDOM:
            # It scales within, to (x / 255 - mean) / deviation; ImageNet's weights want that
            # divided by the deviation's root once more, which Keras does for no file but its own.
            roots = np.sqrt(_DEVIATIONS)
            offset = 255 * np.array(_MEANS) * (1 - 1 / roots)
            scaled = layers.Rescaling(
                (1 / roots).tolist(), offset.tolist(), dtype="float32", name="scaled"
            )
            return scaled(photos)
    return photos


def _base(model: instruction.Transfer, scaled: Any, side_px: int) -> keras.Model:
    """The network on what was scaled, with its weights."""
    build = _BASES[model.name]
    base = build(include_top=False, weights=None, input_tensor=scaled)
    if model.weights == _RANDOM:
        return base
    file = weights_file(model)
    try:
        # On its own, for Keras counts the scaling's layers in, and then finds that no file fits.
        trained = build(
            include_top=False, weights=file or model.weights, input_shape=(side_px, side_px, 3)
        )
    except Exception as error:
        raise _no_weights(model, str(error)) from error
    for layer, source in zip(_with_weights(base), _with_weights(trained), strict=True):
        layer.set_weights(source.get_weights())
        if isinstance(layer, layers.Normalization):
            layer.finalize_state()  # it computes with copies of its weights
    return base


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
    with_weights = _with_weights(base)
    frozen = round(len(with_weights) * (1 - trainable_fraction))
    for layer in with_weights[:frozen]:
        layer.trainable = False


def _with_weights(base: keras.Model) -> list[keras.Layer]:
    return [layer for layer in base.layers if layer.weights and layer.name != "scaled"]
