"""How much of each colour a photo has, as layers: what convolutions forget first and a model needs.

A pixel is shared out among the bins by a softmax of its squared distances to their centres, which
is one 1 × 1 convolution: −s |x − c|² is 2 s c·x − s |c|² and a term that all bins have alike. Such
soft histograms as a network's context: Wang et al., "Learnable Histogram", ECCV 2016 (arXiv
1804.09398); here nothing of them is learned.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import layers

# Of two neighbouring bins, the nearer has 92 % of a pixel at its centre, and 78 % of one a quarter
# of the way to the other.
_SHARPNESS = 10.0
# Colours are as many in a small picture, and the bins of every pixel of a large one fill a GPU.
_ENOUGH_PX = 48


def soft_colour_histogram(scaled: Any, side_px: int, bins: int) -> Any:
    """Shares of the colours, standardised over batches: a symbolic float32 (B, bins³).

    Args:
        scaled: A symbolic tensor (B, side, side, 3) of −1 … 1.
        side_px: The photos' side.
        bins: Bins along each of red, green and blue.
    """
    x = scaled
    if side_px >= 2 * _ENOUGH_PX:
        x = layers.AveragePooling2D(side_px // _ENOUGH_PX, dtype="float32", name="colour_pool")(x)
    binning = layers.Conv2D(bins**3, 1, trainable=False, dtype="float32", name="colour_bins")
    x = binning(x)
    binning.set_weights(_weights(bins))
    x = layers.Softmax(dtype="float32", name="colour_shares")(x)
    x = layers.GlobalAveragePooling2D(dtype="float32", name="colour_histogram")(x)
    return layers.BatchNormalization(momentum=0.9, dtype="float32", name="colour_norm")(x)


def _weights(bins: int) -> list[np.ndarray]:
    """The kernel (1, 1, 3, bins³) and the bias (bins³,)."""
    steps = (np.arange(bins) + 0.5) * 2 / bins - 1
    centres = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    # The bins' width, so that more of them are sharper.
    sharpness = _SHARPNESS * (bins / 4) ** 2
    kernel = (2 * sharpness * centres.T)[None, None]
    return [kernel.astype(np.float32), (-sharpness * (centres**2).sum(axis=1)).astype(np.float32)]
