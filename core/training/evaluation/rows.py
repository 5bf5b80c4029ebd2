"""One row of an evaluation: how well an embedding tells the held-out photos apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.training.evaluation.closeness import Counts, Metric, Space, Vectors, space_of
from core.training.evaluation.held_out import HeldOut
from core.training.evaluation.retrieval import Retrieval
from core.training.evaluation.top_k import (
    KS,
    bootstrap_interval,
    pair_ranks,
    partners,
    top_k_accuracy,
)

MISSES = 24
"""How many of the worst misses a row names."""

_NEAREST = 5
CLEAN = "clean"


class RowKind(StrEnum):
    """What made the embedding."""

    HISTOGRAM = "colour histogram"
    RANDOM = "random network"
    RUN = "run"


@dataclass(frozen=True)
class TopK:
    """A Top-k accuracy with its 95 % bootstrap interval, all from 0 to 1."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Part:
    """The figures of a part of the photos, which search among all of them.

    Attributes:
        queries: How many photos it has.
        top: By k.
    """

    queries: int
    top: Mapping[int, TopK]


@dataclass(frozen=True)
class Miss:
    """A query whose partner came late.

    Attributes:
        rank: The partner's, from 1.
        query: Its place among the held-out photos; likewise
        partner: the photo that should have come first, and
        nearest: those that came first instead, nearest first.
    """

    rank: int
    query: int
    partner: int
    nearest: tuple[int, ...]


@dataclass(frozen=True)
class EvaluationRow:
    """How one embedding did.

    Attributes:
        name: Of the run, or what it is.
        kind: What made the embedding.
        metric: How it is compared.
        top: By k, of all queries.
        r_at_1: Of items with many photos, None where that was not asked for; likewise
        map_at_r: MAP@R.
        by_category: By the item's category, those with most queries first.
        by_dirt: By what is wrong with one photo of the pair or both; `CLEAN` where nothing is.
        misses: The worst, a pair once, the worst first.
    """

    name: str
    kind: RowKind
    metric: Metric
    top: Mapping[int, TopK]
    r_at_1: float | None
    map_at_r: float | None
    by_category: Mapping[str, Part]
    by_dirt: Mapping[str, Part]
    misses: tuple[Miss, ...]


def evaluate_row(
    name: str,
    kind: RowKind,
    embeddings: Vectors,
    held_out: HeldOut,
    metric: Metric,
    *,
    seed: int,
    many: Retrieval | None = None,
) -> EvaluationRow:
    """Judges the embeddings (n, d) of the held-out photos.

    Args:
        name: Of the row.
        kind: What made the embeddings.
        embeddings: In the order of `held_out.rows`.
        held_out: The photos.
        metric: How the embeddings are compared.
        seed: Of the intervals.
        many: What `retrieval` found on items with many photos, to be shown beside.

    Raises:
        ValueError: A photo has no partner.
    """
    ranks = pair_ranks(embeddings, held_out.item_of, metric)
    dirt = _dirt_of_pairs(held_out)
    everything = np.ones(len(held_out), bool)
    return EvaluationRow(
        name=name,
        kind=kind,
        metric=metric,
        top=_part(ranks, held_out, everything, seed).top,
        r_at_1=None if many is None else many.r_at_1,
        map_at_r=None if many is None else many.map_at_r,
        by_category=_parts(ranks, held_out, [{name} for name in held_out.categories], seed),
        by_dirt=_parts(ranks, held_out, dirt, seed) if any(held_out.dirt) else {},
        misses=_worst(ranks, held_out, space_of(embeddings, metric)),
    )


def _part(ranks: Counts, held_out: HeldOut, chosen: np.ndarray, seed: int) -> Part:
    shares = top_k_accuracy(ranks[chosen], KS)
    return Part(
        int(chosen.sum()),
        {
            k: TopK(
                shares[k],
                *bootstrap_interval(ranks[chosen], held_out.item_of[chosen], k, seed=seed),
            )
            for k in KS
        },
    )


def _parts(
    ranks: Counts, held_out: HeldOut, names: Sequence[set[str] | frozenset[str]], seed: int
) -> dict[str, Part]:
    every = sorted(set().union(*names))
    parts = {
        name: _part(ranks, held_out, np.array([name in of for of in names]), seed) for name in every
    }
    return dict(sorted(parts.items(), key=lambda entry: (-entry[1].queries, entry[0])))


def _dirt_of_pairs(held_out: HeldOut) -> list[frozenset[str]]:
    """A pair is as dirty as both its photos."""
    other = partners(held_out.item_of).tolist()
    found = [dirt | held_out.dirt[other[place]] for place, dirt in enumerate(held_out.dirt)]
    return [dirt or frozenset({CLEAN}) for dirt in found]


def _worst(ranks: Counts, held_out: HeldOut, space: Space) -> tuple[Miss, ...]:
    other = partners(held_out.item_of)
    misses: list[Miss] = []
    seen: set[int] = set()
    for query in np.argsort(-ranks, kind="stable").tolist():
        partner = int(other[query])
        if ranks[query] == 1 or len(misses) == MISSES:
            break
        if partner in seen:
            continue
        seen.add(query)
        misses.append(Miss(int(ranks[query]), query, partner, _nearest(space, query)))
    return tuple(misses)


def _nearest(space: Space, query: int) -> tuple[int, ...]:
    everyone = np.arange(len(space.vectors))
    to_all = space.distances(np.full(len(everyone), query), everyone)
    to_all[~space.comparable] = np.inf
    to_all[query] = np.inf
    nearest = np.argsort(to_all, kind="stable")[:_NEAREST]
    return tuple(int(place) for place in nearest if np.isfinite(to_all[place]))
