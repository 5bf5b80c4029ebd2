"""Proxy-anchor loss: every item has a learned proxy, and the proxies are the anchors.

With cosines s, proxies p, and P⁺ the proxies of the items in the batch:

    loss = 1/|P⁺| Σ_{p ∈ P⁺} log(1 + Σ_{x of p} exp(−α (s(x, p) − δ)))
         + 1/|P|  Σ_p        log(1 + Σ_{x not of p} exp(α (s(x, p) + δ)))

Kim et al., "Proxy Anchor Loss for Deep Metric Learning", CVPR 2020 (arXiv 2003.13911), eq. 4.
"""

from __future__ import annotations

import keras
from keras import ops

from core.training.losses.distances import cosines
from core.training.losses.embedding_loss import EmbeddingLoss, Tensor
from core.training.losses.pairs import log_sum_exp_where, mean_where


def proxy_anchor(
    labels: Tensor,
    embeddings: Tensor,
    proxies: Tensor,
    *,
    alpha: float = 32.0,
    margin: float = 0.1,
) -> Tensor:
    """The loss of a batch, a float32 scalar.

    Args:
        labels: Integers (B,): the item of each embedding, and the row of its proxy.
        embeddings: Floats (B, d); their lengths do not matter.
        proxies: Floats (items, d).
        alpha: Scale.
        margin: δ.
    """
    similarities = cosines(proxies, embeddings)
    item = ops.arange(ops.shape(proxies)[0], dtype="int32")
    own = item[:, None] == ops.cast(labels, "int32")[None, :]
    to_own = log_sum_exp_where(-alpha * (similarities - margin), own, plus_one=True)
    to_others = log_sum_exp_where(
        alpha * (similarities + margin), ops.logical_not(own), plus_one=True
    )
    return mean_where(to_own, ops.any(own, axis=1)) + ops.mean(to_others)


class ProxyAnchor(EmbeddingLoss):
    """`proxy_anchor` with its settings and its proxies, which are trained with the network.

    Args:
        item_count: Labels run from 0 to this, exclusive.
        embedding_size: Dimensions of the embedding.
        alpha: Scale.
        margin: δ.
        seed: Of the proxies' initial values.
    """

    def __init__(
        self,
        item_count: int,
        embedding_size: int,
        alpha: float = 32.0,
        margin: float = 0.1,
        seed: int = 0,
    ) -> None:
        super().__init__("proxy_anchor")
        self._settings = {"alpha": alpha, "margin": margin}
        # Only directions count, so short proxies turn fast: the paper gives them 100 times the
        # network's learning rate.
        self.proxies = self.add_weight(
            name="proxies",
            shape=(item_count, embedding_size),
            initializer=keras.initializers.RandomNormal(stddev=0.01, seed=seed),
        )

    def call(self, labels: Tensor, embeddings: Tensor) -> Tensor:
        return proxy_anchor(labels, embeddings, self.proxies, **self._settings)
