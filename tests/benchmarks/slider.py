"""A slider's tick to ranked ids, beside embedding the moved query's search from scratch.

    python -m tests.benchmarks.slider --photos 500000

One, two and four directions; whole and filtered; with strict re-ranking; medians of all ticks.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from core.embedding.index import unit
from core.embedding.moves import Mover
from core.embedding.neighbours import Space
from tests.benchmarks.neighbours import made_vectors


def tick_ms(tick: Callable[[float], object], ticks: int) -> float:
    taken = []
    for at in range(ticks + 1):
        began = time.perf_counter()
        tick(80 * at / ticks)
        taken.append(1e3 * (time.perf_counter() - began))
    return median(taken[1:])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=int, default=500_000)
    parser.add_argument("--dimensions", type=int, default=20)
    parser.add_argument("--ticks", type=int, default=40)
    arguments = parser.parse_args()
    vectors = made_vectors(arguments.photos, arguments.dimensions)
    rng = np.random.default_rng(2)
    space, query = Space(vectors, "angular"), vectors[0]
    print(f"{arguments.photos:,} × {arguments.dimensions}, top 50, ms a tick")
    for count in (1, 2, 4):
        directions = unit(rng.normal(size=(count, arguments.dimensions)).astype(np.float32))
        bonuses = [rng.normal(size=arguments.photos).astype(np.float32) for _ in range(count)]
        began = time.perf_counter()
        mover = Mover(space, query, directions, bonuses)
        prepared = 1e3 * (time.perf_counter() - began)
        among = np.flatnonzero(rng.random(arguments.photos) < 0.1)
        rest = [10.0] * (count - 1)
        ways: dict[str, Callable[[float], object]] = {
            "from scratch": lambda extent, mover=mover, rest=rest: space.nearest(
                mover.moved([extent, *rest]), 50
            ),
            "cached": lambda extent, mover=mover, rest=rest: mover.nearest([extent, *rest], 50),
            "cached, filter at 10 %": lambda extent, mover=mover, rest=rest, among=among: (
                mover.nearest([extent, *rest], 50, among=among)
            ),
            "cached, strict": lambda extent, mover=mover, rest=rest: mover.nearest(
                [0.0] * (len(rest) + 1), 50, strengths=[extent / 80, *([0.1] * len(rest))]
            ),
        }
        print(f"{count} direction(s), prepared in {prepared:.1f} ms")
        for name, tick in ways.items():
            print(f"  {name:<26}{tick_ms(tick, arguments.ticks):>9.3f}", flush=True)


if __name__ == "__main__":
    main()
