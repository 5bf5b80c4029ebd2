"""How many photos are as close to a photo as another one is: what retrieval figures are made of.

Distances are squared Euclidean ones between float64 vectors, of length 1 where the metric is
angular (then twice 1 − cosine). They are first found by blocks of float32 matrix products, and
where that is too close to call, once more one by one: so the counts are those of the plain loop
over all pairs, ties included, at the speed of the matrix products and in little memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Metric = Literal["angular", "l2"]
Vectors = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.integer]

QUERIES_A_BLOCK = 128
# A block's scores stay in a core's own cache: of 30,000 photos, tiles four times as wide took 1.3
# times as long, and narrower ones have the interpreter turn more often.
_CANDIDATES_A_TILE = 1280
_BITS_A_WORD = 64
_WORDS_AT_ONCE = 4096
_MANY_UNSURE = 100_000
_NUMBERS_AT_ONCE = 1 << 21
_UNIT_ROUNDOFF = 2.0**-24
# Half the square of a length that no vector has: what fills up the last tile is never close.
_FAR_AWAY = 1e20

Words = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Space:
    """Embeddings made ready to be compared.

    Attributes:
        vectors: float64 (n, d); rows that cannot be compared (not finite, or without a direction
            where the metric is angular) are zero.
        comparable: Whether each row can be.
    """

    vectors: npt.NDArray[np.float64]
    comparable: npt.NDArray[np.bool_]

    def distances(self, queries: Numbers, others: Numbers) -> npt.NDArray[np.float64]:
        """From each query to the other of the same place, squared."""
        difference = self.vectors[others] - self.vectors[queries]
        summed: npt.NDArray[np.float64] = (difference * difference).sum(axis=-1)
        return summed


def space_of(embeddings: Vectors, metric: Metric) -> Space:
    """Embeddings (n, d) as float64 vectors, normalised where the metric is angular."""
    vectors = np.asarray(embeddings, dtype=np.float64)
    comparable: npt.NDArray[np.bool_] = np.all(np.isfinite(vectors), axis=1)
    if not comparable.all():
        vectors = np.where(comparable[:, None], vectors, 0.0)
    if metric == "angular":
        # Scaled first, for the square of a very small or large number is 0 or infinite.
        largest = np.abs(vectors).max(axis=1, initial=0.0)
        comparable = comparable & (largest > 0)
        vectors = vectors / np.where(comparable, largest, 1.0)[:, None]
        length = np.sqrt((vectors * vectors).sum(axis=1))
        vectors = vectors / np.where(comparable, length, 1.0)[:, None]
    return Space(vectors, comparable)


def count_as_close(
    space: Space, queries: Numbers, others: Numbers, block: int = QUERIES_A_BLOCK
) -> Counts:
    """For each query, how many rows are at least as close to it as the other row is.

    The query itself and the other are among them, so it is 2 where nothing comes between. What
    cannot be compared counts as close; a query or other that cannot be compared has all rows close.

    Args:
        space: The photos that are searched.
        queries: Rows (m,) of `space`.
        others: Rows (m,), one for each query, different from it.
        block: How many queries at a time.
    """
    counts = np.full(len(queries), len(space.vectors), np.int64)
    known = np.flatnonzero(space.comparable[queries] & space.comparable[others])
    incomparable = len(space.vectors) - np.count_nonzero(space.comparable)
    counts[known] = incomparable + _Searching(space).count(queries[known], others[known], block)
    return counts


class _Room:
    """Memory for a block of queries; getting new memory takes nearly as long as the products.

    Args:
        tiled: As `_Searching` has the shape of its tiles.
        queries: How many in a block.

    Attributes:
        scores: float32 (queries, candidates of a tile).
        flags: As many bools.
        bits: Twice uint8 (queries, bytes for the candidates of all tiles).
    """

    def __init__(self, tiled: tuple[int, ...], queries: int) -> None:
        tiles, _, width = tiled
        self.scores = np.empty((queries, width), np.float32)
        self.flags = np.empty((queries, width), bool)
        self.bits = tuple(np.empty((queries, tiles * width // 8), np.uint8) for _ in range(2))


class _Searching:
    """A space and what is worked out of it once.

    With c the mean of all vectors, ‖x − q‖² ≤ ‖p − q‖² says the same as s(x) ≥ s(p), where
    s(x) = (q − c)·(x − c) − ‖x − c‖² / 2. Without c, the products of a network that has learned
    little yet, whose vectors lie together far from the origin, would be nearly all alike.

    (s(x) − s(p)) / e, with e what float32 may be wrong by, is one product of matrices: above 1 the
    photo is closer than p, below −1 it is farther, and between it is looked at once more. Both
    answers are kept as bits, for these are counted and compared 64 at a time.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        self._candidates = np.flatnonzero(space.comparable)
        kept = space.vectors[self._candidates]
        centre = kept.mean(axis=0) if len(kept) else np.zeros(space.vectors.shape[1])
        if len(kept) and (kept == kept[0]).all():
            centre = kept[0]  # which their mean may miss by a rounding
        shifted = space.vectors - centre
        # By a power of two, which is exact: float32 has no room for very small or large squares.
        largest = float(np.abs(shifted[self._candidates]).max(initial=0.0))
        if largest > 0:
            shifted *= math.ldexp(1.0, -math.frexp(largest)[1])
        self._shifted = shifted
        self._half_squares = np.einsum("nd,nd->n", shifted, shifted) / 2
        self._has_collapsed = largest == 0
        self._tiles = self._tiled()
        self._fineness = 1 / self._wrong_by()
        self._kind_of: Counts | None = None

    def _tiled(self) -> Vectors:
        """What rows of queries are multiplied with: (tiles, d + 2, candidates of a tile).

        Below each candidate's numbers is what −‖x − c‖² / 2 and −s(p) are multiplied with.
        """
        count, dimensions = len(self._candidates), self._shifted.shape[1]
        tiles = max(1, -(-count // _CANDIDATES_A_TILE))
        # Tiles are equally wide, and whole words of bits.
        width = -(-count // (tiles * _BITS_A_WORD)) * _BITS_A_WORD
        columns = np.zeros((tiles * width, dimensions + 2), np.float32)
        columns[:count, :dimensions] = self._shifted[self._candidates]
        columns[:count, dimensions] = -self._half_squares[self._candidates]
        columns[count:, dimensions] = -_FAR_AWAY
        columns[:, dimensions + 1] = 1
        tiled = columns.reshape(tiles, width, dimensions + 2).transpose(0, 2, 1)
        return np.ascontiguousarray(tiled)

    def _wrong_by(self) -> npt.NDArray[np.float64]:
        """For each row as a query, what s(x) − s(p) may be wrong by in float32.

        A sum of n products in float32 is wrong by no more than n u Σ|a b| in whatever order (Higham
        2002, §3.1), and three roundings of the factors make that n + 3. By Cauchy and Schwarz
        Σ|a b| is no more than |q| |x| + |x|² / 2 and as much for s(p), all without c. A quarter is
        added for what is of second order.
        """
        if self._has_collapsed:
            return np.ones(len(self._shifted))
        longest = math.sqrt(2 * self._half_squares[self._candidates].max(initial=0.0))
        size = 2 * np.sqrt(2 * self._half_squares) * longest + longest**2
        terms = self._shifted.shape[1] + 2
        return np.asarray(1.25 * (terms + 3) * _UNIT_ROUNDOFF * size)

    def count(self, queries: Numbers, others: Numbers, block: int) -> Counts:
        """`count_as_close` of what can be compared, among what can be."""
        if self._has_collapsed:
            # All are the same.
            return np.full(len(queries), len(self._candidates), np.int64)
        # The other itself is never sure, and as close as it is.
        counts = np.ones(len(queries), np.int64)
        unsure: list[tuple[Counts, Counts]] = []
        rows = self._query_rows(queries, others)
        room = _Room(self._tiles.shape, block)
        for begin in range(0, len(queries), block):
            part = slice(begin, begin + block)
            sure, perhaps = self._bits(rows[part], room)
            counts[part] += np.bitwise_count(sure).sum(axis=1, dtype=np.int64)
            for place, candidate in _places_of_difference(sure, perhaps):
                unsure.append((begin + place, self._candidates[candidate]))
                if sum(len(places) for places, _ in unsure) > _MANY_UNSURE:
                    counts += self._count_unsure(queries, others, unsure)
                    unsure.clear()
        return counts + self._count_unsure(queries, others, unsure)

    def _query_rows(self, queries: Numbers, others: Numbers) -> Vectors:
        """What the tiles are multiplied with: (queries, d + 2)."""
        query, fineness = self._shifted[queries], self._fineness[queries]
        limit = np.einsum("nd,nd->n", query, self._shifted[others]) - self._half_squares[others]
        rows = np.empty((len(query), query.shape[1] + 2), np.float32)
        rows[:, :-2] = query * fineness[:, None]
        rows[:, -2] = fineness
        rows[:, -1] = -limit * fineness
        return rows

    def _bits(self, rows: Vectors, room: _Room) -> tuple[Words, Words]:
        """Which candidates are surely closer, and which are perhaps: each (queries, words)."""
        count, tiles = len(rows), len(self._tiles)
        scores, flags = room.scores[:count], room.flags[:count]
        sure, perhaps = (bits[:count].reshape(count, tiles, -1) for bits in room.bits)
        for number, tile in enumerate(self._tiles):
            np.matmul(rows, tile, out=scores)
            np.greater(scores, np.float32(1), out=flags)
            sure[:, number] = np.packbits(flags).reshape(count, -1)
            np.greater_equal(scores, np.float32(-1), out=flags)
            perhaps[:, number] = np.packbits(flags).reshape(count, -1)
        words = [bits[:count].view(np.uint64) for bits in room.bits]
        return words[0], words[1]

    def _count_unsure(
        self, queries: Numbers, others: Numbers, unsure: list[tuple[Counts, Counts]]
    ) -> Counts:
        """How many of what is unsure is as close to each query as the other, which is not counted.

        Args:
            queries: As `count` has them, and likewise
            others: what to compare with.
            unsure: Places in `queries`, and rows of the space.
        """
        if not unsure:
            return np.zeros(len(queries), np.int64)
        place = np.concatenate([place for place, _ in unsure])
        rows = np.concatenate([rows for _, rows in unsure])
        is_close = rows != others[place]
        # Equal vectors need no arithmetic, and a network that has learned little gives many.
        to_do = np.flatnonzero(is_close)
        if len(to_do) > _MANY_UNSURE:
            kinds = self._kinds()
            to_do = to_do[kinds[rows[to_do]] != kinds[others[place[to_do]]]]
        limits = self._space.distances(queries, others)
        at_once = max(1, _NUMBERS_AT_ONCE // self._space.vectors.shape[1])
        for begin in range(0, len(to_do), at_once):
            part = to_do[begin : begin + at_once]
            asked = place[part]
            is_close[part] = self._space.distances(queries[asked], rows[part]) <= limits[asked]
        return np.bincount(place[is_close], minlength=len(queries))

    def _kinds(self) -> Counts:
        """A number for each row of the space, the same for vectors that are equal."""
        if self._kind_of is None:
            _, kinds = np.unique(self._space.vectors, axis=0, return_inverse=True)
            self._kind_of = kinds.reshape(-1).astype(np.int64)
        return self._kind_of


def _places_of_difference(some: Words, others: Words) -> Iterator[tuple[Counts, Counts]]:
    """Row and column, counted in bits, of every bit that differs; so many at a time."""
    words = np.flatnonzero(some != others)
    for begin in range(0, len(words), _WORDS_AT_ONCE):
        part = words[begin : begin + _WORDS_AT_ONCE]
        bits = some.reshape(-1)[part] ^ others.reshape(-1)[part]
        ones = np.flatnonzero(np.unpackbits(bits.view(np.uint8)))
        row, word = np.divmod(part[ones // _BITS_A_WORD], some.shape[1])
        yield row, word * _BITS_A_WORD + ones % _BITS_A_WORD
