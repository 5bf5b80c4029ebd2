"""Multi-index hashing: pairs of near hashes from tables of parts of their bits.

Norouzi, Punjani and Fleet, "Fast search in Hamming space with multi-index hashing", CVPR 2012;
arXiv 1307.2982. The bits are dealt out to chunks, and chunk k tolerates `off[k]` differing bits. If
the tolerances plus one of all chunks add up to more than the radius, then two hashes within the
radius differ in no more bits than tolerated in at least one chunk: else they would differ in
`sum(off[k] + 1) > radius` bits. So only hashes that nearly share a chunk are compared in full.

How best to deal the bits out depends on the data (photos' hashes are far from uniform), so each
way's work is estimated on a sample of pairs before one is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import comb
from operator import itemgetter

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

_BITS = 64
_MOST_OFF = 3
"""At four there are thousands of look-ups a hash."""
_WIDEST = 22
"""Bits of a chunk: a table of more than four million entries leaves the cache."""
_FEW = 4096
"""So few hashes are all compared in the time that choosing takes."""
_SAMPLED_PAIRS = 1 << 18
# So many pairs are compared at once that their arrays stay in the cache.
_AT_ONCE = 1 << 17

# What things cost, in comparisons of one pair when all pairs are compared in order (0.8 ns).
_CANDIDATE = 14
_LOOK_UP = 6
_TABLE_ENTRY = 10
_SORTING = 150


@dataclass(frozen=True)
class Chunk:
    """Some of the bits, and in how many of them two hashes may differ to be compared in full."""

    bits: tuple[int, ...]
    off: int

    @property
    def mask(self) -> np.uint64:
        """The bits set."""
        return np.uint64(sum(1 << bit for bit in self.bits))

    @property
    def flips(self) -> list[tuple[int, ...]]:
        """All ways to flip 1 to `off` bits of a key, by the bits' places in it, ascending."""
        places = range(len(self.bits))
        return [flip for count in range(1, self.off + 1) for flip in combinations(places, count)]


def splits(radius: int) -> Iterator[list[Chunk]]:
    """The ways to deal the bits out so that no pair within the radius is missed."""
    for count in range(2, radius + 2):
        share, more = divmod(radius + 1, count)
        offs = [share - 1 + (chunk < more) for chunk in range(count)]
        if max(offs) > _MOST_OFF:
            continue
        for wider in (0, 2, 4) if more else (0,):  # by so much the chunks that tolerate more
            rest = (_BITS - more * wider) / count
            dealt = _deal([rest + wider * (chunk < more) for chunk in range(count)])
            yield [Chunk(bits, off) for bits, off in zip(dealt, offs, strict=True)]


def best_split(distinct: Hashes, radius: int) -> list[Chunk] | None:
    """How to deal the bits out; None where comparing all pairs is no more work."""
    n = len(distinct)
    if n < _FEW:
        return None
    rng = np.random.default_rng(0)
    first = rng.integers(0, n, _SAMPLED_PAIRS)
    second = (first + rng.integers(1, n, _SAMPLED_PAIRS)) % n
    differing = distinct[first] ^ distinct[second]
    work, best = min(
        ((_work(split, n, differing), split) for split in splits(radius)), key=itemgetter(0)
    )
    return best if work < n * n / 2 else None


def pairs_by_chunk(
    distinct: Hashes,
    radius: int,
    split: list[Chunk],
    place: int,
    threads: ThreadPoolExecutor,
    check_cancelled: Callable[[], None],
) -> Indices:
    """The pairs that the chunk at a place finds and no chunk before it.

    Returns:
        (pairs, 2) int64, places in `distinct`, the smaller first.
    """
    table = _Table(distinct, split[place])
    earlier = split[:place]
    search = partial(_near, table, radius, earlier, check_cancelled)
    found = [search(None), *threads.map(search, split[place].flips)]
    return table.order_of(np.concatenate(found))


class _Table:
    """The hashes in the order of a chunk's key."""

    def __init__(self, distinct: Hashes, chunk: Chunk) -> None:
        keys = _keys(distinct, chunk.bits)
        self.order = np.argsort(keys, kind="stable")
        self.hashes = distinct[self.order]
        self.keys = keys[self.order]
        counts = np.bincount(keys, minlength=1 << len(chunk.bits))
        self.begin = np.concatenate(([0], np.cumsum(counts)))
        # Places of the hashes whose key has a bit unset, for each bit.
        self.unset = [
            np.flatnonzero((self.keys >> place) & 1 == 0) for place in range(len(chunk.bits))
        ]

    def partners(self, flip: tuple[int, ...] | None) -> tuple[Indices, Indices, Indices]:
        """Who is to be compared with which stretch of hashes: (who, begin, end), none empty.

        Each pair of hashes whose keys differ in just the flipped bits occurs once; without a flip,
        each whose keys are the same.
        """
        if flip is None:
            who = np.arange(len(self.keys))
            begin, end = who + 1, self.begin[self.keys + 1]
        else:
            # Of the two, the one that has the highest of the bits unset looks for the other.
            who = self.unset[flip[-1]]
            partner = self.keys[who] ^ sum(1 << place for place in flip)
            begin, end = self.begin[partner], self.begin[partner + 1]
        some = np.flatnonzero(begin < end)
        return who[some], begin[some], end[some]

    def order_of(self, places: Indices) -> Indices:
        """Places in the order of the keys as places in `distinct`."""
        ends = self.order[places]
        ends.sort(axis=1)
        return ends


def _near(
    table: _Table,
    radius: int,
    earlier: list[Chunk],
    check_cancelled: Callable[[], None],
    flip: tuple[int, ...] | None,
) -> Indices:
    """(pairs, 2) places in the table's order of the hashes within the radius."""
    found: list[Indices] = [np.zeros((0, 2), np.int64)]
    for first, second in _in_blocks(*table.partners(flip)):
        check_cancelled()
        differing = table.hashes[first] ^ table.hashes[second]
        near = np.flatnonzero(np.bitwise_count(differing) <= radius)
        for chunk in earlier:
            beyond = np.bitwise_count(differing[near] & chunk.mask) > chunk.off
            near = near[beyond]
        found.append(np.stack((first[near], second[near]), axis=1))
    return np.concatenate(found)


def _in_blocks(who: Indices, begin: Indices, end: Indices) -> Iterator[tuple[Indices, Indices]]:
    """Each of `who` with each place of its stretch, so many at once as is fast."""
    counts = end - begin
    upto = np.cumsum(counts)
    at = 0
    while at < len(who):
        done = upto[at - 1] if at else 0
        stop = max(at + 1, int(np.searchsorted(upto, done + _AT_ONCE, side="right")))
        part = slice(at, stop)
        first = np.repeat(who[part], counts[part])
        # Counts on within each stretch and jumps to the next one's begin.
        jump = np.repeat(begin[part] - (upto[part] - counts[part]), counts[part])
        yield first, jump + np.arange(done, done + len(first))
        at = stop


def _keys(hashes: Hashes, bits: tuple[int, ...]) -> Indices:
    keys = np.zeros(len(hashes), np.int64)
    for place, bit in enumerate(bits):
        keys |= ((hashes >> np.uint64(bit)) & np.uint64(1)).astype(np.int64) << place
    return keys


def _deal(widths: list[float]) -> list[tuple[int, ...]]:
    """All bits in turn, for a pHash's neighbouring bits are frequencies that vary together.

    What is too much for a chunk is left out, which only makes it find more to compare.
    """
    dealt: list[list[int]] = [[] for _ in widths]
    for bit in range(_BITS):
        filled = [(len(bits) + 0.5) / width for bits, width in zip(dealt, widths, strict=True)]
        dealt[filled.index(min(filled))].append(bit)
    return [tuple(bits[:_WIDEST]) for bits in dealt]


def _work(split: list[Chunk], n: int, differing: Hashes) -> float:
    """What a split costs, estimated from how sampled pairs differ."""
    work = 0.0
    for chunk in split:
        share = np.mean(np.bitwise_count(differing & chunk.mask) <= chunk.off)
        look_ups = (
            1 + sum(comb(len(chunk.bits), flipped) for flipped in range(1, chunk.off + 1)) / 2
        )
        work += float(share) * n * n / 2 * _CANDIDATE + look_ups * n * _LOOK_UP
        work += (1 << len(chunk.bits)) * _TABLE_ENTRY + n * _SORTING
    return work
