"""How long maps take, and what share of the ten nearest neighbours they keep.

    python -m tests.benchmarks.projection --sizes 10000 100000 --methods PCA PaCMAP

Clusters in 20 dimensions. PaCMAP's and t-SNE's times include starting their process and importing
their library, as the user waits for both; that alone is told first.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from core.embedding.index import Index
from core.embedding.neighbours import Space
from core.embedding.projection import FEWEST_POINTS, Method, make_map, place
from core.jobs.context import JobContext
from tests.benchmarks.neighbours import made_vectors


def index_of(vectors: np.ndarray) -> Index:
    count = len(vectors)
    return Index(
        vectors,
        np.arange(count, dtype=np.int64),
        (b"",) * count,
        model_hash="0" * 64,
        metric="angular",
        run="made",
        side_px=64,
        fit="pad",
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--methods", nargs="+", default=[str(method) for method in Method])
    arguments = parser.parse_args()
    for name in arguments.methods:
        method = Method(name)
        smallest = make_map(index_of(made_vectors(FEWEST_POINTS, 20)), method, JobContext())
        print(f"{name}: {smallest.seconds:.1f} s for {FEWEST_POINTS} photos", flush=True)
        for count in arguments.sizes:
            index = index_of(made_vectors(count, 20))
            made = make_map(index, method, JobContext())
            space = Space(index.vectors, "angular")
            began = time.perf_counter()
            for row in range(20):
                place(space, made.positions, index.vectors[row])
            placing = 1e3 * (time.perf_counter() - began) / 20
            print(
                f"  {count:>8,} photos: {made.seconds:>7.1f} s, keeps {made.kept_share:>4.0%} of "
                f"the neighbours; a new point is placed in {placing:.2f} ms",
                flush=True,
            )


if __name__ == "__main__":
    main()
