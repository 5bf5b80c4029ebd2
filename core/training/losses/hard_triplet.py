"""Triplet loss over the hardest positive and the hardest negative of every anchor.

    loss = mean over anchors of max(0, margin + max d(a, p) − min d(a, n))

Hermans, Beyer and Leibe, "In Defense of the Triplet Loss", 2017 (arXiv 1703.07737), "batch hard".
Anchors without a positive or without a negative do not count.
"""

from __future__ import annotations

from keras import ops

from core.training.instruction import Distance
from core.training.losses.distances import pairwise_distances
from core.training.losses.embedding_loss import EmbeddingLoss, Tensor
from core.training.losses.pairs import mean_where, negative_pairs, positive_pairs

_FAR = 1e30


def hard_triplet(
    labels: Tensor, embeddings: Tensor, *, distance: Distance = "angular", margin: float = 0.2
) -> Tensor:
    """The loss of a batch, a float32 scalar; 0 where no anchor counts.

    Args:
        labels: Integers (B,): the item of each embedding.
        embeddings: Floats (B, d).
        distance: See `core.training.losses.distances`.
        margin: By how much negatives should be farther than positives.
    """
    to_positive, to_negative, counted = hardest(labels, embeddings, distance)
    return mean_where(ops.relu(margin + to_positive - to_negative), counted)


def hardest(
    labels: Tensor, embeddings: Tensor, distance: Distance
) -> tuple[Tensor, Tensor, Tensor]:
    """Each anchor's farthest positive and nearest negative.

    Returns:
        Distances to the two, float32 (B,), and whether the anchor has both, booleans (B,); where
        it has not, the distances mean nothing but are finite.
    """
    distances = pairwise_distances(embeddings, distance)
    positives, negatives = positive_pairs(labels), negative_pairs(labels)
    counted = ops.logical_and(ops.any(positives, axis=1), ops.any(negatives, axis=1))
    to_positive = ops.max(ops.where(positives, distances, 0.0), axis=1)
    to_negative = ops.min(ops.where(negatives, distances, _FAR), axis=1)
    return to_positive, ops.where(counted, to_negative, 0.0), counted


class HardTriplet(EmbeddingLoss):
    """`hard_triplet` with its settings."""

    def __init__(self, distance: Distance = "angular", margin: float = 0.2) -> None:
        super().__init__("hard_triplet")
        self._distance, self._margin = distance, margin

    def call(self, labels: Tensor, embeddings: Tensor) -> Tensor:
        return hard_triplet(labels, embeddings, distance=self._distance, margin=self._margin)
