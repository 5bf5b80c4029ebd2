"""Query to neighbours, beside faiss's flat index, and beside brute force for exactness.

    python -m tests.benchmarks.neighbours                  10,000, 500,000 and 5,000,000 × 20
    python -m tests.benchmarks.neighbours --sizes 10000 --queries 5

Every way answers the same queries, in this process, after a round to warm up. The ways take turns
query by query, each time beginning with another one, so that what else the machine does disturbs
all alike; the median counts. `faiss.IndexFlatIP` and our search use as many threads as the machine
has processors. What we find is compared with sorting every distance in float64, whole and filtered.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median

import faiss
import numpy as np

from core.embedding.index import unit
from core.embedding.neighbours import Space


def made_vectors(count: int, dimensions: int) -> np.ndarray:
    """Clusters on the sphere, with copies among them, as catalogues have."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(max(10, count // 2000), dimensions)).astype(np.float32)
    vectors = np.empty((count, dimensions), np.float32)
    for begin in range(0, count, 500_000):
        part = vectors[begin : begin + 500_000]
        part[:] = rng.normal(scale=0.5, size=part.shape)
        part += centres[rng.integers(0, len(centres), len(part))]
    vectors[1::100] = vectors[0::100][: len(vectors[1::100])]
    return unit(vectors)


def by_brute_force(
    vectors: np.ndarray, query: np.ndarray, k: int, among: np.ndarray | None
) -> np.ndarray:
    rows = np.arange(len(vectors)) if among is None else among
    distances = np.empty(len(rows))
    for begin in range(0, len(rows), 500_000):
        apart = vectors[rows[begin : begin + 500_000]].astype(np.float64) - query
        distances[begin : begin + len(apart)] = np.einsum("nd,nd->n", apart, apart)
    return rows[np.lexsort((rows, distances))[:k]]


def milliseconds(
    ways: dict[str, Callable[[np.ndarray], object]], queries: np.ndarray
) -> dict[str, float]:
    """Medians of all but the first query."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    turns = list(ways.items())
    for round_, query in enumerate(queries):
        turns.append(turns.pop(0))
        for name, search in turns:
            began = time.perf_counter()
            search(query)
            if round_:
                taken[name].append(1e3 * (time.perf_counter() - began))
    return {name: median(times) for name, times in taken.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 500_000, 5_000_000])
    parser.add_argument("--dimensions", type=int, default=20)
    parser.add_argument("--k", type=int, default=50)
    parser.add_argument("--queries", type=int, help="by default as many as take some seconds")
    arguments = parser.parse_args()
    k = arguments.k
    print(f"top {k}, {arguments.dimensions} dimensions, ms a query")
    for count in arguments.sizes:
        asked = arguments.queries or min(1001, max(21, 20_000_000 // count))
        vectors = made_vectors(count, arguments.dimensions)
        rng = np.random.default_rng(1)
        queries = vectors[rng.integers(0, count, asked)]
        space = Space(vectors, "angular")
        flat = faiss.IndexFlatIP(arguments.dimensions)
        flat.add(vectors)
        ways: dict[str, Callable[[np.ndarray], object]] = {
            "faiss IndexFlatIP": lambda query, flat=flat: flat.search(query[None], k),
            "ours": lambda query, space=space: space.nearest(query, k),
        }
        filters: dict[str, np.ndarray | None] = {"ours": None}
        for percent in (1, 10, 100):
            among = np.flatnonzero(rng.random(count) < percent / 100)
            name = f"ours, filter at {percent} %"
            filters[name] = among
            ways[name] = lambda query, space=space, among=among: space.nearest(
                query, k, among=among
            )
        taken = milliseconds(ways, queries)
        for name, took in taken.items():
            ratio = f"{took / taken['faiss IndexFlatIP']:.2f} × faiss"
            exact = ""
            if name in filters:
                wrong = sum(
                    not np.array_equal(
                        space.nearest(query, k, among=filters[name]).rows,
                        by_brute_force(vectors, query, k, filters[name]),
                    )
                    for query in queries[:5]
                )
                exact = "identical to brute force" if not wrong else f"{wrong} of 5 DIFFER"
            print(f"{count:>10,}  {name:<22}{took:>9.3f}  {ratio:<16}{exact}", flush=True)


if __name__ == "__main__":
    main()
