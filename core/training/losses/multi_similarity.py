"""Multi-similarity loss with its mining of pairs.

With cosines S, kept are the positives p of anchor i with S_ip < max over negatives of S_in + ε and
the negatives n with S_in > min over positives of S_ip − ε:

    loss = mean over anchors of 1/α log(1 + Σ_p exp(−α (S_ip − λ))) + 1/β log(1 + Σ_n exp(β (S_in − λ)))

Wang et al., "Multi-Similarity Loss with General Pair Weighting", CVPR 2019 (arXiv 1904.06627), eqs.
11, 12 and 15. Anchors without a positive or without a negative do not count.
"""  # noqa: E501 - the formula reads better in one line

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


def multi_similarity(
    labels: Tensor,
    embeddings: Tensor,
    *,
    alpha: float = 2.0,
    beta: float = 50.0,
    base: float = 0.5,
    epsilon: float = 0.1,
) -> Tensor:
    """The loss of a batch, a float32 scalar; 0 where no anchor counts.

    Args:
        labels: Integers (B,): the item of each embedding.
        embeddings: Floats (B, d); their lengths do not matter.
        alpha: Weight of positives.
        beta: Weight of negatives.
        base: λ, the similarity that divides positives from negatives.
        epsilon: How much easier than the hardest opposite a pair may be and still be kept.
    """
    similarities = cosines(embeddings, embeddings)
    positives, negatives = positive_pairs(labels), negative_pairs(labels)
    counted = ops.logical_and(ops.any(positives, axis=1), ops.any(negatives, axis=1))
    nearest_negative = ops.max(ops.where(negatives, similarities, -2.0), axis=1, keepdims=True)
    farthest_positive = ops.min(ops.where(positives, similarities, 2.0), axis=1, keepdims=True)
    kept_positives = ops.logical_and(positives, similarities < nearest_negative + epsilon)
    kept_negatives = ops.logical_and(negatives, similarities > farthest_positive - epsilon)
    per_anchor = (
        log_sum_exp_where(-alpha * (similarities - base), kept_positives, plus_one=True) / alpha
        + log_sum_exp_where(beta * (similarities - base), kept_negatives, plus_one=True) / beta
    )
    return mean_where(per_anchor, counted)


class MultiSimilarity(EmbeddingLoss):
    """`multi_similarity` with its settings."""

    def __init__(
        self, alpha: float = 2.0, beta: float = 50.0, base: float = 0.5, epsilon: float = 0.1
    ) -> None:
        super().__init__("multi_similarity")
        self._settings = {"alpha": alpha, "beta": beta, "base": base, "epsilon": epsilon}

    def call(self, labels: Tensor, embeddings: Tensor) -> Tensor:
        return multi_similarity(labels, embeddings, **self._settings)
