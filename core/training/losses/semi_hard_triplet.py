"""Triplet loss over semi-hard negatives.

For every anchor a and positive p, the negative n is the nearest one that is farther than p, or the
farthest of all where none is:

    loss = Σ max(0, margin + d(a, p) − d(a, n)) / number of pairs (a, p)

Schroff, Kalenichenko and Philbin, "FaceNet", CVPR 2015 (arXiv 1503.03832); the same numbers as
TensorFlow Addons' `TripletSemiHardLoss`, whose default margin is 1.
"""

from __future__ import annotations

from keras import ops

from core.training.instruction import Distance
from core.training.losses.distances import pairwise_distances
from core.training.losses.embedding_loss import EmbeddingLoss, Tensor
from core.training.losses.pairs import mean_where, negative_pairs, positive_pairs

_FAR = 1e30


def semi_hard_triplet(
    labels: Tensor, embeddings: Tensor, *, distance: Distance = "angular", margin: float = 0.2
) -> Tensor:
    """The loss of a batch, a float32 scalar; 0 where there is no pair, or no negative.

    Args:
        labels: Integers (B,): the item of each embedding.
        embeddings: Floats (B, d).
        distance: See `core.training.losses.distances`.
        margin: By how much negatives should be farther than positives.
    """
    distances = pairwise_distances(embeddings, distance)
    negatives = negative_pairs(labels)
    nearest_first = ops.sort(ops.where(negatives, distances, _FAR), axis=1)
    count = ops.sum(ops.cast(negatives, "int32"), axis=1, keepdims=True)
    # The first negative beyond d(a, p) is as many places on as negatives are not beyond it.
    place = ops.minimum(_count_up_to(nearest_first, distances), count - 1)
    to_negative = ops.take_along_axis(nearest_first, ops.maximum(place, 0), axis=1)
    counted = ops.logical_and(positive_pairs(labels), count > 0)
    return mean_where(ops.relu(margin + distances - to_negative), counted)


def _count_up_to(ascending: Tensor, values: Tensor) -> Tensor:
    """How many numbers of its ascending row are at most each value, int32 (B, B).

    A binary search of all at once: comparing all with all would take B³ numbers.
    """
    width = int(ascending.shape[1])
    ascending, values = ops.stop_gradient(ascending), ops.stop_gradient(values)
    found = ops.zeros_like(values, dtype="int32")
    for power in reversed(range(width.bit_length())):
        tried = found + 2**power
        last = ops.take_along_axis(ascending, ops.minimum(tried, width) - 1, axis=1)
        found = ops.where(ops.logical_and(tried <= width, last <= values), tried, found)
    return found


class SemiHardTriplet(EmbeddingLoss):
    """`semi_hard_triplet` with its settings."""

    def __init__(self, distance: Distance = "angular", margin: float = 0.2) -> None:
        super().__init__("semi_hard_triplet")
        self._distance, self._margin = distance, margin

    def call(self, labels: Tensor, embeddings: Tensor) -> Tensor:
        return semi_hard_triplet(labels, embeddings, distance=self._distance, margin=self._margin)
