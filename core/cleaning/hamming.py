"""All pairs of 64-bit hashes within a Hamming radius: exact, and far from comparing every pair.

Many hashes are looked up in tables of parts of their bits (`hamming_index`); few, or hashes so
alike that tables would not help, are all compared.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.cleaning.hamming_index import best_split, pairs_by_chunk
from core.jobs.context import JobContext

Hashes = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

# Rows and columns of the tile that is compared at once: it stays in the cache.
_TILE_ROWS, _TILE_COLUMNS = 16, 2048


@dataclass(frozen=True)
class NearHashes:
    """The pairs within the radius, where equal hashes are told once as a class.

    Ten thousand blank pictures are one class of 10,000, not fifty million pairs.

    Attributes:
        distinct: (d,) uint64, the different hashes, ascending.
        class_of: (n,) int64, for each hash its place in `distinct`.
        pairs: (p, 2) int64, places in `distinct` of hashes that differ in 1 to `radius` bits;
            the smaller first, in ascending order.
        distances: (p,) uint8, by how many bits.
    """

    distinct: Hashes
    class_of: Indices
    pairs: Indices
    distances: npt.NDArray[np.uint8]


def find_near(hashes: Hashes, radius: int, context: JobContext | None = None) -> NearHashes:
    """All pairs of hashes at most `radius` bits apart, exactly those a comparison of all finds.

    Args:
        hashes: (n,) uint64, in any order, repetitions allowed.
        radius: 0 to 16; the work grows steeply with it.
        context: Is told how many chunks are done, and may cancel between steps.

    Raises:
        ValueError: The radius is out of range.
    """
    if not 0 <= radius <= 16:
        raise ValueError(f"radius {radius} is not within 0 to 16")
    context = context or JobContext()
    distinct, class_of = np.unique(hashes, return_inverse=True)
    if radius == 0 or len(distinct) < 2:
        none = np.zeros((0, 2), np.int64)
        return NearHashes(distinct, class_of, none, np.zeros(0, np.uint8))
    with ThreadPoolExecutor() as threads:  # NumPy works outside the interpreter's lock
        split = best_split(distinct, radius)
        if split is None:
            pairs = _compare_all(distinct, radius, threads, context)
        else:
            found = []
            for place in range(len(split)):
                found.append(
                    pairs_by_chunk(distinct, radius, split, place, threads, context.check_cancelled)
                )
                context.report("Comparing hashes", place + 1, len(split))
            pairs = np.concatenate(found)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    distances = np.bitwise_count(distinct[pairs[:, 0]] ^ distinct[pairs[:, 1]])
    return NearHashes(distinct, class_of, pairs, distances)


def hamming_distances(
    a: npt.NDArray[np.uint64], b: npt.NDArray[np.uint64]
) -> npt.NDArray[np.int64]:
    """Row by row, the number of bits in which hashes of several words differ.

    Args:
        a: (n, words) uint64.
        b: (n, words) uint64.

    Returns:
        (n,) int64.
    """
    distances: npt.NDArray[np.int64] = np.bitwise_count(a ^ b).sum(axis=1, dtype=np.int64)
    return distances


def _compare_all(
    distinct: Hashes, radius: int, threads: ThreadPoolExecutor, context: JobContext
) -> Indices:
    """(pairs, 2) within the radius, the smaller place first."""

    def against_the_rest(begin: int) -> Indices:
        context.check_cancelled()
        rows = distinct[begin : begin + _TILE_ROWS, None]
        found = []
        for at in range(begin, len(distinct), _TILE_COLUMNS):
            differing = np.bitwise_count(rows ^ distinct[at : at + _TILE_COLUMNS])
            found.append(np.argwhere(differing <= radius) + np.array([begin, at]))
        pairs = np.concatenate(found)
        return pairs[pairs[:, 0] < pairs[:, 1]]

    begins = range(0, len(distinct), _TILE_ROWS)
    found = []
    for done, pairs in enumerate(threads.map(against_the_rest, begins), start=1):
        found.append(pairs)
        context.report("Comparing hashes", done, len(begins))
    return np.concatenate(found)
