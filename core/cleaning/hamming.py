"""All pairs of 64-bit hashes within a Hamming radius: exact, and far from comparing every pair.

Multi-index hashing (Norouzi, Punjani and Fleet, "Fast search in Hamming space with multi-index
hashing", CVPR 2012; arXiv 1307.2982): the bits are dealt out to `m` chunks. If two hashes differ in
at most `r` bits, then by the pigeonhole principle some chunk of theirs differs in at most
`⌊r / m⌋` bits. So only hashes that share a chunk, or nearly, are compared in full.

How many chunks is best depends on the data (photos' hashes are far from uniform), so every choice's
work is counted on the hashes at hand before one is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.jobs.context import JobContext

Hashes = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

_BITS = 64
_MIN_CHUNKS = 4
"""Chunks of more than 16 bits have tables that cost more than they save."""
_MAX_OFF = 1
"""Chunks are looked up at most this many bits off; at two there are over a hundred look-ups."""


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


@dataclass(frozen=True)
class _Chunks:
    """The bits in `count` parts, looked up `off` bits off."""

    count: int
    off: int

    def bits(self, chunk: int) -> list[int]:
        # Dealt out in turn: neighbouring bits of a pHash are neighbouring frequencies, and vary
        # together.
        return list(range(chunk, _BITS, self.count))


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
    chunks = _cheapest(distinct, radius)
    found: list[Indices] = []
    with ThreadPoolExecutor() as threads:  # NumPy works outside the interpreter's lock
        by_chunk = threads.map(
            lambda chunk: _pairs_by_chunk(distinct, radius, chunks, chunk, context),
            range(chunks.count),
        )
        for done, pairs in enumerate(by_chunk, start=1):
            found.append(pairs)
            context.report("Comparing hashes", done, chunks.count)
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


def _cheapest(distinct: Hashes, radius: int) -> _Chunks:
    choices = [
        _Chunks(count, radius // count)
        for count in range(_MIN_CHUNKS, max(radius + 1, _MIN_CHUNKS) + 1)
        if radius // count <= _MAX_OFF
    ]
    return min(choices, key=lambda chunks: _work(distinct, chunks))


def _work(distinct: Hashes, chunks: _Chunks) -> float:
    """How many pairs are compared in full, and what the tables cost, counted in pairs."""
    pairs = 0.0
    for chunk in range(chunks.count):
        bits = len(chunks.bits(chunk))
        sizes = np.bincount(_keys(distinct, chunks.bits(chunk)), minlength=1 << bits).astype(float)
        pairs += float(sizes @ sizes) / 2
        if chunks.off:
            cube = sizes.reshape((2,) * bits)
            pairs += sum(
                float((np.take(cube, 0, axis) * np.take(cube, 1, axis)).sum())
                for axis in range(bits)
            )
    look_ups = chunks.count * (1 + chunks.off * _BITS / chunks.count)
    return pairs + 5 * look_ups * len(distinct)


def _keys(hashes: Hashes, bits: list[int]) -> Indices:
    keys = np.zeros(len(hashes), np.int64)
    for place, bit in enumerate(bits):
        keys |= ((hashes >> np.uint64(bit)) & np.uint64(1)).astype(np.int64) << place
    return keys


def _pairs_by_chunk(
    distinct: Hashes, radius: int, chunks: _Chunks, chunk: int, context: JobContext
) -> Indices:
    """The pairs that this chunk finds and no chunk before it."""
    bits = chunks.bits(chunk)
    keys = _keys(distinct, bits)
    order = np.argsort(keys, kind="stable")
    hashes = distinct[order]
    edges = np.concatenate(([0], np.cumsum(np.bincount(keys, minlength=1 << len(bits)))))
    sorted_keys = keys[order]
    found: list[Indices] = []
    before = [_mask(chunks.bits(earlier)) for earlier in range(chunk)]
    for first, second in _candidates(sorted_keys, edges, bits, chunks.off):
        context.check_cancelled()
        differing = hashes[first] ^ hashes[second]
        near = np.flatnonzero(np.bitwise_count(differing) <= radius)
        if not len(near):
            continue
        differing = differing[near]
        new = np.ones(len(near), bool)
        for mask in before:
            new &= np.bitwise_count(differing & mask) > chunks.off
        near = near[new]
        ends = np.stack((order[first[near]], order[second[near]]), axis=1)
        ends.sort(axis=1)
        found.append(ends)
    return np.concatenate(found) if found else np.zeros((0, 2), np.int64)


def _candidates(
    keys: Indices, edges: Indices, bits: list[int], off: int
) -> Iterator[tuple[Indices, Indices]]:
    """Places (in key order) of hashes whose chunks are equal or differ in one bit.

    Each step pairs every hash with the next one of the bucket that it is paired with, so that
    memory stays proportional to the number of hashes however uneven the buckets are.
    """
    places = np.arange(len(keys))
    yield from _walk(places, places + 1, edges[keys + 1])
    if off:
        for place in range(len(bits)):
            lower = places[(keys >> place) & 1 == 0]
            partner = keys[lower] | (1 << place)
            yield from _walk(lower, edges[partner], edges[partner + 1])


def _walk(who: Indices, start: Indices, end: Indices) -> Iterator[tuple[Indices, Indices]]:
    while True:
        left = start < end
        if not left.any():
            return
        if not left.all():
            who, start, end = who[left], start[left], end[left]
        yield who, start
        start = start + 1


def _mask(bits: list[int]) -> np.uint64:
    return np.uint64(sum(1 << bit for bit in bits))
