"""Top-k accuracy by the project's protocol: is a photo's partner among its k nearest?

Every photo of a held-out set queries all others of the set. The query itself never counts, and
whatever is as close as the partner is put before it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.training.evaluation.closeness import (
    QUERIES_A_BLOCK,
    Counts,
    Metric,
    Numbers,
    Vectors,
    count_as_close,
    space_of,
)

KS = (1, 5, 10)
"""The ks that are reported."""

_RESAMPLES = 10_000


def pair_ranks(
    embeddings: Vectors,
    item_of: Numbers,
    metric: Metric,
    block: int = QUERIES_A_BLOCK,
    *,
    crowd: Vectors | None = None,
) -> Counts:
    """The rank of each photo's partner among all other photos: 1 is the nearest.

    Args:
        embeddings: (n, d). What is not finite, or zero where the metric is angular, counts against
            us: it is nearest to all and all are nearer to it than its partner.
        item_of: (n,); each number comes exactly twice.
        metric: How to compare.
        block: How many queries at a time.
        crowd: (m, d), of further photos that partners are looked for among too; they ask nothing.

    Raises:
        ValueError: A photo has no partner or several.
    """
    if len(item_of) < 2:
        raise ValueError("there are no pairs")
    searched = embeddings if crowd is None else np.concatenate([embeddings, crowd])
    space = space_of(searched, metric)
    return np.asarray(count_as_close(space, np.arange(len(item_of)), partners(item_of), block) - 1)


def partners(item_of: Numbers) -> Counts:
    """The row of each photo's partner; raises ValueError where it has none or several."""
    order = np.argsort(item_of, kind="stable")
    grouped = np.asarray(item_of)[order]
    if len(order) % 2 or (grouped[::2] != grouped[1::2]).any():
        raise ValueError("every item must have exactly two photos")
    if (grouped[2::2] == grouped[1:-1:2]).any():
        raise ValueError("every item must have exactly two photos")
    found = np.empty(len(order), np.int64)
    found[order[::2]], found[order[1::2]] = order[1::2], order[::2]
    return found


def top_k_accuracy(ranks: Numbers, ks: Sequence[int] = KS) -> dict[int, float]:
    """For each k, the share of queries whose partner is among the k nearest."""
    return {k: float(np.mean(np.asarray(ranks) <= k)) for k in ks}


def bootstrap_interval(
    ranks: Numbers, item_of: Numbers, k: int, *, seed: int, resamples: int = _RESAMPLES
) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of Top-k accuracy (Efron and Tibshirani 1993, §13.3).

    Pairs are drawn anew, not photos: the two queries of a pair succeed or fail together. Since a
    pair only counts by its 0, 1 or 2 successes, drawing how many pairs there are of each is drawing
    pairs.

    Args:
        ranks: As `pair_ranks` gives them.
        item_of: Whose photos they are.
        k: Of Top-k.
        seed: The same one gives the same interval.
        resamples: How often to draw.

    Raises:
        ValueError: An item has not exactly two photos.
    """
    _, pair = np.unique(item_of, return_inverse=True)
    successes = np.bincount(pair.reshape(-1), np.asarray(ranks) <= k).astype(np.int64)
    queries: npt.NDArray[np.int64] = np.bincount(pair.reshape(-1))
    if (queries != 2).any():
        raise ValueError("every item must have exactly two photos")
    shares = np.bincount(successes, minlength=3) / len(successes)
    drawn = np.random.default_rng(seed).multinomial(len(successes), shares, resamples)
    accuracy = drawn @ np.array([0, 1, 2]) / (2 * len(successes))
    low, high = np.percentile(accuracy, [2.5, 97.5])
    return float(low), float(high)
