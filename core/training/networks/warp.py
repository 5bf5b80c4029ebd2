"""One bilinear warp of a batch by a homography a photo, the same on every backend."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

Tensor = Any


def warp(photos: Tensor, homographies: Tensor) -> Tensor:
    """Photos as seen through homographies; beyond the rim they are reflected.

    `keras.ops.image.perspective_transform` would need corner points, differs between backends at
    the rim, and on TensorFlow has a kernel that XLA does not compile.

    Args:
        photos: float32 (B, side, side, 3).
        homographies: float32 (B, 3, 3): a place (x, y, 1) in the result, times this from the left,
            is the place in the photo, up to a factor; both in half sides from the centre.

    Returns:
        float32 (B, side, side, 3).
    """
    count, side = photos.shape[0], photos.shape[1]
    ticks = (ops.arange(side, dtype="float32") + 0.5) * (2.0 / side) - 1.0
    x, y = ticks[None, None, :], ticks[None, :, None]
    matrix = homographies[:, :, :, None, None]
    depth = matrix[:, 2, 0] * x + matrix[:, 2, 1] * y + matrix[:, 2, 2]
    across = (matrix[:, 0, 0] * x + matrix[:, 0, 1] * y + matrix[:, 0, 2]) / depth
    down = (matrix[:, 1, 0] * x + matrix[:, 1, 1] * y + matrix[:, 1, 2]) / depth
    if keras.backend.backend() == "torch":
        return _sampled_by_torch(photos, across, down)
    left, right, to_right = _neighbours(across, side)
    top, bottom, to_bottom = _neighbours(down, side)
    # Whole pixels are gathered from all photos laid end to end.
    pixels = ops.reshape(photos, (count * side * side, 3))
    first = (ops.arange(count, dtype="int32") * (side * side))[:, None, None]
    above, below = first + top * side, first + bottom * side
    to_right, to_bottom = to_right[..., None], to_bottom[..., None]
    upper = _mixed(ops.take(pixels, above + left, 0), ops.take(pixels, above + right, 0), to_right)
    lower = _mixed(ops.take(pixels, below + left, 0), ops.take(pixels, below + right, 0), to_right)
    return _mixed(upper, lower, to_bottom)


def _sampled_by_torch(photos: Tensor, across: Tensor, down: Tensor) -> Tensor:
    """The same by torch's own kernel, whose gathers are some 20 times slower."""
    import torch

    sampled = torch.nn.functional.grid_sample(
        photos.permute(0, 3, 1, 2),
        torch.stack([across, down], dim=-1),
        mode="bilinear",
        padding_mode="reflection",
        align_corners=False,
    )
    return sampled.permute(0, 2, 3, 1)


def _neighbours(places: Tensor, side: int) -> tuple[Tensor, Tensor, Tensor]:
    """The pixels before and after each place, int32, and how near it is to the one after.

    A place beyond the rim is reflected at the rim (…b a | a b…), as often as it takes.
    """
    place = (places + 1.0) * (side / 2.0) - 0.5
    before = ops.floor(place)
    share = place - before
    return _reflected(before, side), _reflected(before + 1.0, side), share


def _reflected(index: Tensor, side: int) -> Tensor:
    period = 2.0 * side
    wrapped = index - period * ops.floor(index / period)
    return ops.cast(ops.clip(ops.minimum(wrapped, period - 1.0 - wrapped), 0, side - 1), "int32")


def _mixed(first: Tensor, second: Tensor, share: Tensor) -> Tensor:
    return first + (second - first) * share
