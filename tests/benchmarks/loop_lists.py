"""The explorer's lists of suspects, beside comparing all photos with all, block by block.

    python -m tests.benchmarks.loop_lists                    50,000 and 500,000 photos
    python -m tests.benchmarks.loop_lists --counts 20000

Vectors as in `neighbours`, in items of 2 to 20 photos that lie together; some photos lie elsewhere,
some items are listed twice, some photos are in two items. The plain way compares blocks of photos
with all others by one product each, and takes the highest score twice; of very many photos it is
given but some, and its time scaled up, as is said. Times are the processor's (CPU) of all threads
together, and the clock's, which other programs lengthen; memory is how far the process grew beyond
what it held before, at its highest. What is found is compared with measuring every distance in
float64, for a thousand photos drawn at random.
"""

from __future__ import annotations

import argparse
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import psutil

from core.embedding.clouds import find_clouds
from core.embedding.foreign import Foreigners, measure, nearest_foreign
from core.embedding.index import Index, unit
from core.embedding.known_tags import KnownTags
from core.embedding.looks import LENGTH
from core.embedding.loop_lists import make_loop_lists
from core.embedding.mates import nearest_mates
from core.embedding.photo_facts import Coded, Facet, PhotoFacts
from core.embedding.suspicions import LoopLists
from core.jobs.context import Cancelled, JobContext, Progress
from tests.benchmarks.neighbours import made_vectors

T = TypeVar("T")

_BLOCK_BYTES = 128_000_000
_CHECKED = 1000
_CANCELLED_AFTER_S = 2.0


@dataclass
class Cost:
    """What a piece of work took; `grown_bytes` is measured every few milliseconds meanwhile."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    grown_bytes: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        process = psutil.Process()
        before = process.memory_info().rss
        while not self._ended.wait(0.01):
            self.grown_bytes = max(self.grown_bytes, process.memory_info().rss - before)


def costs(work: Callable[[], T]) -> tuple[T, Cost]:
    cost = Cost()
    watching = threading.Thread(target=cost.watch)
    watching.start()
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        result = work()
    finally:
        cost.wall_s, cost.cpu_s = time.perf_counter() - wall, time.process_time() - cpu
        cost._ended.set()
        watching.join()
    return result, cost


def made_items(count: int, dimensions: int) -> tuple[np.ndarray, np.ndarray]:
    """(n, d) vectors and (n,) items of 2 to 20 photos; one in fifty is of something else."""
    rng = np.random.default_rng(2)
    sizes = rng.integers(2, 21, count)
    item_of = np.repeat(np.arange(count), sizes)[:count]
    centres = made_vectors(int(item_of[-1]) + 1, dimensions)
    again = rng.permutation(len(centres))[: len(centres) // 100]
    centres[again] = centres[(again + 1) % len(centres)]
    vectors = centres[item_of] + rng.normal(scale=0.04, size=(count, dimensions))
    strays = rng.permutation(count)[: count // 50]
    vectors[strays] = vectors[np.roll(strays, 1)]
    return unit(vectors.astype(np.float32)), item_of


def all_with_all(vectors: np.ndarray, item_of: np.ndarray, rows: int) -> Foreigners:
    """The plain way, for the first rows; items lie side by side, as `made_items` makes them."""
    count = len(vectors)
    found, further = np.full(rows, -1, np.int64), np.full(rows, -1, np.int64)
    begins = np.searchsorted(item_of, item_of, side="left")
    ends = np.searchsorted(item_of, item_of, side="right")
    block = max(1, _BLOCK_BYTES // (4 * count))
    for begin in range(0, rows, block):
        scores = vectors[begin : min(begin + block, rows)] @ vectors.T
        part = slice(begin, begin + len(scores))
        for at in range(len(scores)):
            scores[at, begins[begin + at] : ends[begin + at]] = -np.inf
        found[part] = scores.argmax(axis=1)
        for at, near in enumerate(found[part].tolist()):
            scores[at, begins[near] : ends[near]] = -np.inf
        further[part] = scores.argmax(axis=1)
    asked = np.arange(rows)
    return Foreigners(
        found,
        np.sqrt(measure(vectors, asked, found)),
        np.sqrt(measure(vectors, asked, further)),
    )


def differing(vectors: np.ndarray, item_of: np.ndarray, found: Foreigners) -> int:
    """Of a thousand photos, those whose nearest are others when all is measured in float64."""
    rng = np.random.default_rng(3)
    everything = np.arange(len(vectors))
    wrong = 0
    for row in rng.permutation(len(vectors))[:_CHECKED].tolist():
        squares = measure(vectors, np.full(len(vectors), row), everything)
        squares[item_of == item_of[row]] = np.inf
        nearest = int(squares.argmin())
        first = squares[nearest]
        squares[item_of == item_of[nearest]] = np.inf
        expected = (nearest, np.sqrt(first), np.sqrt(squares.min()))
        given = (int(found.rows[row]), found.distances[row], found.next_distances[row])
        wrong += expected != given
    return wrong


def made_index(vectors: np.ndarray, item_of: np.ndarray) -> tuple[Index, PhotoFacts]:
    count, items = len(vectors), int(item_of[-1]) + 1
    blank = Coded.of([""] * items)
    facts = PhotoFacts(
        item_row=item_of.astype(np.int32),
        present=np.ones(count, bool),
        kept=np.ones(count, bool),
        item_ids=np.arange(items) + 1,
        titles=tuple(f"item {n}" for n in range(items)),
        texts=("",) * items,
        facets=dict.fromkeys(Facet, blank),
        prices=np.full(items, np.nan),
        currencies=blank,
    )
    ids = np.arange(count, dtype=np.int64)
    return Index(vectors, ids, (b"",) * count, "m", "angular", "r", 64, "pad"), facts


def seconds_to_cancel(work: Callable[[JobContext], object]) -> float:
    """From asking until the work has ended, at its `_CANCELLED_AFTER_S`th second."""
    asked_at: list[float] = []
    began = time.perf_counter()

    def is_cancelled() -> bool:
        now = time.perf_counter()
        if now - began > _CANCELLED_AFTER_S and not asked_at:
            asked_at.append(began + _CANCELLED_AFTER_S)
        return bool(asked_at)

    try:
        work(JobContext(is_cancelled=is_cancelled))
    except Cancelled:
        return time.perf_counter() - asked_at[0]
    return 0.0


def tell(count: int, name: str, cost: Cost, words: str = "") -> None:
    print(
        f"{count:>9,}  {name:<34}{cost.cpu_s:>8.1f} s CPU{cost.wall_s:>8.1f} s"
        f"{cost.grown_bytes / 2**20:>8.0f} MB  {words}",
        flush=True,
    )


def compare(count: int, dimensions: int, plain_count: int) -> None:
    quiet = JobContext()
    vectors, item_of = made_items(count, dimensions)
    some = min(count, plain_count)
    plain, plain_cost = costs(lambda: all_with_all(vectors, item_of, some))
    scale = count / some
    plain_cost.cpu_s *= scale
    plain_cost.wall_s *= scale
    scaled = "" if some == count else f"{scale:.0f} times what {some:,} photos take"
    tell(count, "others' photos: all with all", plain_cost, scaled)
    found, cost = costs(lambda: nearest_foreign(vectors, item_of, quiet))
    same = np.allclose(found.distances[:some], plain.distances, atol=1e-6) and np.allclose(
        found.next_distances[:some], plain.next_distances, atol=1e-6
    )
    wrong = differing(vectors, item_of, found)
    exact = f"{wrong} of {_CHECKED:,} DIFFER" if wrong else "identical to brute force"
    ratio = f"{plain_cost.cpu_s / cost.cpu_s:.1f} times faster (CPU)"
    tell(count, "others' photos: ours", cost, f"{ratio}, {exact}")
    if not same or wrong:
        raise SystemExit("the nearest photos of other items are not those of comparing all")
    mates, cost = costs(lambda: nearest_mates(vectors, item_of, quiet))
    tell(count, "photos of the own item", cost)
    usual = float(np.nanmedian(mates.distances))
    clouds, cost = costs(lambda: find_clouds(vectors, item_of, found, 0.1 * usual, 0.6, quiet))
    tell(count, "items that lie together", cost, f"{len(clouds):,} pairs")
    index, facts = made_index(vectors, item_of)
    rng = np.random.default_rng(4)
    looks = rng.normal(size=(count, LENGTH)).astype(np.float32)
    tags = KnownTags(vectors[:200], item_of[:200] + 1, looks[:200], 0)

    def make(context: JobContext) -> LoopLists:
        return make_loop_lists(index, facts, tags, lambda rows: looks[rows], context)

    seen: list[Progress] = []
    lists, cost = costs(lambda: make(JobContext(seen.append)))
    listed = ", ".join(
        f"{len(part):,} {name}"
        for name, part in (
            ("far", lists.far),
            ("together", lists.cloud),
            ("at one place", lists.same_place),
            ("like tags", lists.tags),
        )
    )
    stages = len({progress.stage for progress in seen})
    tell(count, "all lists, without reading looks", cost, f"{listed}; {stages} stages told")
    print(f"{count:>9,}  cancelled within {seconds_to_cancel(make):.2f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--counts", type=int, nargs="+", default=[50_000, 500_000])
    parser.add_argument("--dimensions", type=int, default=20)
    parser.add_argument("--plain", type=int, default=20_000, help="photos that the plain way gets")
    arguments = parser.parse_args()
    for count in arguments.counts:
        compare(count, arguments.dimensions, arguments.plain)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{peak:,.0f} MB at most, the vectors and what compares them included")


if __name__ == "__main__":
    main()
