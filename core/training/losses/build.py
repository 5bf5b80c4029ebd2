"""From an instruction to its loss."""

from __future__ import annotations

from core.training import instruction
from core.training.losses.batch_hard_soft_margin import BatchHardSoftMargin
from core.training.losses.embedding_loss import EmbeddingLoss
from core.training.losses.hard_triplet import HardTriplet
from core.training.losses.multi_similarity import MultiSimilarity
from core.training.losses.proxy_anchor import ProxyAnchor
from core.training.losses.semi_hard_triplet import SemiHardTriplet
from core.training.losses.supervised_contrastive import SupervisedContrastive


def build_loss(
    loss: instruction.Loss, *, embedding_size: int, item_count: int, seed: int = 0
) -> EmbeddingLoss:
    """The loss, called as `loss(labels, embeddings)`.

    Args:
        loss: Which, and its settings. "elbo" is none of them: it compares photos, not embeddings
            (`core.training.networks.vae`).
        embedding_size: Dimensions of the embedding.
        item_count: Labels run from 0 to this, exclusive.
        seed: Of what the loss itself learns.

    Raises:
        ValueError: It is "elbo".
    """
    match loss:
        case instruction.SemiHardTriplet():
            return SemiHardTriplet(loss.distance, loss.margin)
        case instruction.HardTriplet():
            return HardTriplet(loss.distance, loss.margin)
        case instruction.BatchHardSoftMargin():
            return BatchHardSoftMargin(loss.distance)
        case instruction.SupervisedContrastive():
            return SupervisedContrastive(loss.temperature)
        case instruction.MultiSimilarity():
            return MultiSimilarity(loss.alpha, loss.beta, loss.base, loss.epsilon)
        case instruction.ProxyAnchor():
            return ProxyAnchor(item_count, embedding_size, loss.alpha, loss.margin, seed)
        case instruction.Elbo():
            raise ValueError("elbo is not a loss on embeddings")
