"""The same photo in other items: the indexed search against comparing every pair of hashes.

    python -m tests.benchmarks.cross_item_search --counts 10000 100000 500000

Hashes are drawn like photos' are: each has 32 set bits (a pHash compares with its median), low
frequencies follow a common pattern, one in twenty is another one with up to eight bits flipped, and
one in a hundred is one and the same (a blank picture).

Both ways use all cores. Times are told by the clock and, less disturbed by other programs, as the
process's own (CPU) of all threads together.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from core.cleaning.cross_item import RADIUS
from core.cleaning.hamming import Hashes, find_near


def draw_hashes(count: int, seed: int = 0) -> Hashes:
    """(count,) uint64."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=64) * np.linspace(1.5, 0.2, 64)
    hashes = np.zeros(count, np.uint64)
    for start in range(0, count, 50_000):
        block = hashes[start : start + 50_000]
        values = common + rng.normal(size=(len(block), 64))
        above = values > np.median(values, axis=1, keepdims=True)
        block |= (above.astype(np.uint64) << np.arange(64, dtype=np.uint64)).sum(axis=1)
    copies = rng.choice(count, count // 20, replace=False)
    hashes[copies] = hashes[rng.integers(0, count, len(copies))]
    for _ in range(8):
        flipped = copies[rng.random(len(copies)) < 0.5]
        hashes[flipped] ^= np.uint64(1) << rng.integers(0, 64, len(flipped), np.uint64)
    hashes[rng.choice(count, count // 100, replace=False)] = np.uint64(0xFFFF0000FFFF0000)
    return hashes


def compare_all(distinct: Hashes, radius: int) -> np.ndarray:
    """(p, 2) int64: every pair compared, on all cores."""

    def one_against_the_rest(row: int) -> np.ndarray:
        near = np.bitwise_count(distinct[row + 1 :] ^ distinct[row]) <= radius
        return np.flatnonzero(near) + row + 1

    with ThreadPoolExecutor() as threads:
        rows = threads.map(one_against_the_rest, range(len(distinct)), chunksize=64)
        found = [(row, other) for row, others in enumerate(rows) for other in others]
    return np.array(found, np.int64).reshape(-1, 2)


@dataclass(frozen=True)
class Time:
    """How long something took, in seconds."""

    wall_s: float
    cpu_s: float


Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[Result, Time]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, Time(time.perf_counter() - wall, time.process_time() - cpu)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--counts", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--radius", type=int, default=RADIUS)
    arguments = parser.parse_args()
    print(
        f"{'hashes':>9} {'pairs':>9} {'indexed':>10} {'CPU':>10} {'all pairs':>10} {'CPU':>10}"
        f" {'CPU ratio':>10}  identical"
    )
    for count in arguments.counts:
        hashes = draw_hashes(count)
        near, indexed = timed(lambda hashes=hashes: find_near(hashes, arguments.radius))
        reference, brute = timed(
            lambda distinct=near.distinct: compare_all(distinct, arguments.radius)
        )
        same = np.array_equal(near.pairs, reference)
        print(
            f"{count:>9,} {len(near.pairs):>9,} {indexed.wall_s:>8.2f} s {indexed.cpu_s:>8.2f} s"
            f" {brute.wall_s:>8.2f} s {brute.cpu_s:>8.2f} s {brute.cpu_s / indexed.cpu_s:>9.1f}×"
            f"  {'yes' if same else 'NO'}",
            flush=True,
        )
        if not same:
            raise SystemExit("the indexed search missed or invented pairs")


if __name__ == "__main__":
    main()
