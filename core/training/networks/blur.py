"""A Gaussian blur with a width of its own for every photo of a batch."""

from __future__ import annotations

import math
from typing import Any

from keras import ops

Tensor = Any


def blur(photos: Tensor, sigmas_px: Tensor, most_px: float) -> Tensor:
    """Blurs every photo; beyond the rim it is reflected.

    Args:
        photos: float32 (B, side, side, 3).
        sigmas_px: float32 (B,): standard deviation, 0 for no blur.
        most_px: The largest of them to be expected; the kernel reaches three times as far.
    """
    reach = min(math.ceil(3 * most_px), photos.shape[1] - 1)
    taps = ops.arange(-reach, reach + 1, dtype="float32")[None, :]
    # At a sigma of zero only the middle tap is left.
    weights = ops.exp(-0.5 * ops.square(taps / ops.maximum(sigmas_px, 1e-3)[:, None]))
    weights = (weights / ops.sum(weights, axis=1, keepdims=True))[:, :, None, None, None]
    for axis in (1, 2):
        side = photos.shape[axis]
        # Keras' "symmetric" padding repeats the rim on torch instead of reflecting it.
        before = ops.flip(_slice(photos, axis, 0, reach), axis)
        after = ops.flip(_slice(photos, axis, side - reach, reach), axis)
        padded = ops.concatenate([before, photos, after], axis=axis)
        photos = sum(
            weights[:, tap] * _slice(padded, axis, tap, side) for tap in range(2 * reach + 1)
        )
    return photos


def _slice(photos: Tensor, axis: int, start: int, length: int) -> Tensor:
    return photos[:, start : start + length] if axis == 1 else photos[:, :, start : start + length]
