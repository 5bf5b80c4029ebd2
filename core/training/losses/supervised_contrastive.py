"""Supervised contrastive loss; where every item has two photos in the batch it is NT-Xent.

With unit vectors z, temperature τ and the positives P(i) of anchor i:

    loss = mean over i of −1/|P(i)| Σ_{p ∈ P(i)} log(exp(z_i·z_p/τ) / Σ_{a ≠ i} exp(z_i·z_a/τ))

Khosla et al., "Supervised Contrastive Learning", NeurIPS 2020 (arXiv 2004.11362), eq. 2, "out";
NT-Xent: Chen et al., "SimCLR", ICML 2020 (arXiv 2002.05709). Anchors without a positive or without
a negative do not count.
"""

from __future__ import annotations

from keras import ops

from core.training.losses.distances import cosines
from core.training.losses.embedding_loss import EmbeddingLoss, Tensor
from core.training.losses.pairs import (
    log_sum_exp_where,
    mean_where,
    negative_pairs,
    positive_pairs,
)


def supervised_contrastive(
    labels: Tensor, embeddings: Tensor, *, temperature: float = 0.1
) -> Tensor:
    """The loss of a batch, a float32 scalar; 0 where no anchor counts.

    Args:
        labels: Integers (B,): the item of each embedding.
        embeddings: Floats (B, d); their lengths do not matter.
        temperature: τ; lower weighs hard pairs more.
    """
    similarities = cosines(embeddings, embeddings) / temperature
    positives, negatives = positive_pairs(labels), negative_pairs(labels)
    others = ops.logical_or(positives, negatives)
    positive_count = ops.sum(ops.cast(positives, "float32"), axis=1)
    to_positives = ops.sum(ops.where(positives, similarities, 0.0), axis=1)
    per_anchor = log_sum_exp_where(similarities, others) - to_positives / ops.maximum(
        positive_count, 1.0
    )
    counted = ops.logical_and(positive_count > 0, ops.any(negatives, axis=1))
    return mean_where(per_anchor, counted)


class SupervisedContrastive(EmbeddingLoss):
    """`supervised_contrastive` with its settings."""

    def __init__(self, temperature: float = 0.1) -> None:
        super().__init__("supervised_contrastive")
        self._temperature = temperature

    def call(self, labels: Tensor, embeddings: Tensor) -> Tensor:
        return supervised_contrastive(labels, embeddings, temperature=self._temperature)
