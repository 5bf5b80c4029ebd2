"""The held-out pairs that a network in training is judged by, and the histogram's figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.training.evaluation.histogram import colour_histograms
from core.training.evaluation.top_k import pair_ranks, top_k_accuracy
from core.training.fitting.embed import PhotoSource

_ROWS_AT_ONCE = 256


@dataclass(frozen=True)
class Pairs:
    """Held-out photos, two of each item.

    Attributes:
        pack_rows: int64 (n,): where each lies in the pack.
        item_of: int32 (n,): its item.
    """

    pack_rows: npt.NDArray[np.int64]
    item_of: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.pack_rows)


def histogram_top(pack: PhotoSource, pairs: Pairs) -> dict[int, float]:
    """Top-k of the colour histogram; empty where there are no pairs."""
    if not len(pairs):
        return {}
    parts = [
        colour_histograms(pack.read(pairs.pack_rows[begin : begin + _ROWS_AT_ONCE]))
        for begin in range(0, len(pairs), _ROWS_AT_ONCE)
    ]
    return top_k_accuracy(pair_ranks(np.concatenate(parts), pairs.item_of, "angular"))
