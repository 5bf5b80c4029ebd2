"""Ranking 10,000 photos' partners by blocks, against the plain loop over the queries.

    python -m tests.benchmarks.evaluation --photos 10000 --dimensions 20

The plain loop takes one query at a time: its distances to all photos, their order, and where the
partner is in it. The same in float64 and by counting, ties against us, is what the ranks must be
identical to. Everything runs in one thread; times are the process's own (CPU), so that other
programs on the machine disturb less; the median of the rounds counts, the ways taking turns.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded

import argparse
import resource
import statistics
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from core.training.evaluation.closeness import Metric, space_of
from core.training.evaluation.top_k import pair_ranks, partners, top_k_accuracy

Ranks = npt.NDArray[np.int64]


def plain_loop(embeddings: np.ndarray, partner: Ranks, metric: Metric, queries: Ranks) -> Ranks:
    """As one would write it: sort everything by distance and look for the partner."""
    if metric == "angular":
        embeddings = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    found = np.empty(len(queries), np.int64)
    for place, query in enumerate(queries):
        distances = np.linalg.norm(embeddings - embeddings[query], axis=1)
        distances[query] = np.inf
        found[place] = np.flatnonzero(np.argsort(distances) == partner[query])[0] + 1
    return found


def exact_loop(embeddings: np.ndarray, partner: Ranks, metric: Metric) -> Ranks:
    """The definition: in float64, everything that is not farther than the partner is before it."""
    space = space_of(embeddings, metric)
    everyone = np.arange(len(partner))
    found = np.empty(len(partner), np.int64)
    for query in everyone:
        distances = space.distances(np.array([query]), everyone)
        found[query] = np.count_nonzero(distances <= distances[partner[query]]) - 1
    return found


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--photos", type=int, default=10_000)
    parser.add_argument("--dimensions", type=int, default=20)
    parser.add_argument("--metric", choices=["angular", "l2"], default="angular")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--loop-queries",
        type=int,
        help="run the plain loop on so many queries only, and say what all would take",
    )
    parser.add_argument(
        "--no-exact", action="store_true", help="do not compare with the exact loop"
    )
    arguments = parser.parse_args()
    pairs = arguments.photos // 2
    rng = np.random.default_rng(0)
    item_of = rng.permutation(np.repeat(np.arange(pairs), 2))
    noise = rng.normal(size=(2 * pairs, arguments.dimensions))
    embeddings = rng.normal(size=(pairs, arguments.dimensions))[item_of] + 0.7 * noise
    # Some photos are there twice, as in any scrape: ties.
    copies = rng.integers(0, 2 * pairs, pairs // 50)
    embeddings[copies] = embeddings[rng.integers(0, 2 * pairs, len(copies))]
    embeddings = embeddings.astype(np.float32)
    partner = partners(item_of)
    metric: Metric = arguments.metric
    queries = np.arange(2 * pairs)
    if arguments.loop_queries:
        queries = rng.permutation(queries)[: arguments.loop_queries]
    part = len(queries) / (2 * pairs)

    blocked: list[float] = []
    looped: list[float] = []
    for _ in range(arguments.rounds):
        # Several times, for once is too short to measure well.
        blocked += [seconds(lambda: pair_ranks(embeddings, item_of, metric)) for _ in range(5)]
        looped.append(seconds(lambda: plain_loop(embeddings, partner, metric, queries)) / part)
    ranks = pair_ranks(embeddings, item_of, metric)
    print(
        f"{2 * pairs:,} photos, {arguments.dimensions} dimensions, {metric}; "
        + ", ".join(f"Top-{k} {share:.3f}" for k, share in top_k_accuracy(ranks).items())
    )
    loop_s, block_s = statistics.median(looped), statistics.median(blocked)
    print(f"plain loop {loop_s:8.2f} s" + ("" if part == 1 else " (from a part of the queries)"))
    print(f"blocked    {block_s:8.2f} s   {loop_s / block_s:.0f} times as fast")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the process {peak:,.0f} MB")
    if not arguments.no_exact:
        same = bool((ranks == exact_loop(embeddings, partner, metric)).all())
        print(f"identical to the exact loop, ties included: {same}")
        assert same


if __name__ == "__main__":
    main()
