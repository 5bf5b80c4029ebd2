"""The batch-hard triplet loss with a soft margin.

    loss = mean over anchors of log(1 + exp(max d(a, p) − min d(a, n)))

Hermans, Beyer and Leibe, "In Defense of the Triplet Loss", 2017 (arXiv 1703.07737), section 2.
Unlike a margin it never lets go of a triplet. Anchors without a positive or without a negative do
not count.
"""

from __future__ import annotations

from keras import ops

from core.training.instruction import Distance
from core.training.losses.embedding_loss import EmbeddingLoss, Tensor
from core.training.losses.hard_triplet import hardest
from core.training.losses.pairs import mean_where


def batch_hard_soft_margin(
    labels: Tensor, embeddings: Tensor, *, distance: Distance = "l2"
) -> Tensor:
    """The loss of a batch, a float32 scalar; 0 where no anchor counts.

    Args:
        labels: Integers (B,): the item of each embedding.
        embeddings: Floats (B, d).
        distance: See `core.training.losses.distances`.
    """
    to_positive, to_negative, counted = hardest(labels, embeddings, distance)
    return mean_where(ops.softplus(to_positive - to_negative), counted)


class BatchHardSoftMargin(EmbeddingLoss):
    """`batch_hard_soft_margin` with its settings."""

    def __init__(self, distance: Distance = "l2") -> None:
        super().__init__("batch_hard_soft_margin")
        self._distance = distance

    def call(self, labels: Tensor, embeddings: Tensor) -> Tensor:
        return batch_hard_soft_margin(labels, embeddings, distance=self._distance)
