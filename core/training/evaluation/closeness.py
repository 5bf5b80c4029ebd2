"""How many photos are as close to a photo as another one is: what retrieval figures are made of.

Distances are squared Euclidean ones between float64 vectors, of length 1 where the metric is
angular (then twice 1 − cosine). They are first found by blocks of float32 matrix products, and
where that is too close to call, once more one by one: so the counts are those of the plain loop
over all pairs, ties included, at the speed of the matrix products and in little memory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Metric = Literal["angular", "l2"]
Vectors = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.integer]

QUERIES_A_BLOCK = 256
# A tile of scores has room in a processor's second cache.
_CANDIDATES_A_TILE = 1024
_MANY_UNSURE = 100_000
_NUMBERS_AT_ONCE = 1 << 21
_UNIT_ROUNDOFF = 2.0**-24


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
    searching = _Searching(space)
    counts = np.empty(len(queries), np.int64)
    for begin in range(0, len(queries), block):
        part = slice(begin, begin + block)
        counts[part] = searching.count(queries[part], others[part])
    unknown = ~(space.comparable[queries] & space.comparable[others])
    counts += len(space.vectors) - int(space.comparable.sum())
    counts[unknown] = len(space.vectors)
    return counts


class _Searching:
    """A space and what is worked out of it once.

    With c the mean of all vectors, ‖x − q‖² ≤ ‖p − q‖² says the same as s(x) ≥ s(p), where
    s(x) = (q − c)·(x − c) − ‖x − c‖² / 2. Without c, the products of a network that has learned
    little yet, whose vectors lie together far from the origin, would be nearly all alike.

    (s(x) − s(p)) / e, with e what float32 may be wrong by, is one product of matrices: above 1 the
    photo is closer than p, below −1 it is farther, and between it is looked at once more.
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
            shifted = np.ldexp(shifted, -int(np.frexp(largest)[1]))
        self._shifted = shifted
        self._squares = (shifted * shifted).sum(axis=1)
        self._longest = math.sqrt(self._squares[self._candidates].max(initial=0.0))
        # Below each candidate's numbers, what −‖x − c‖² / 2 and −s(p) are multiplied with.
        columns = np.hstack([shifted, -self._squares[:, None] / 2, np.ones((len(shifted), 1))])
        columns = columns[self._candidates].astype(np.float32)
        self._tiles = [
            np.ascontiguousarray(columns[begin : begin + _CANDIDATES_A_TILE].T)
            for begin in range(0, len(columns), _CANDIDATES_A_TILE)
        ]
        self._kind_of: Counts | None = None

    def count(self, queries: Numbers, others: Numbers) -> Counts:
        """`count_as_close` of one block, among what can be compared alone."""
        if self._longest == 0:
            # A network that has collapsed: all are the same.
            return np.full(len(queries), len(self._candidates), np.int64)
        rows = self._query_rows(queries, others)
        unsure: list[tuple[Counts, Counts]] = []
        # The other itself is never sure, and as close as it is.
        counts = np.ones(len(queries), np.int64)
        place = np.searchsorted(self._candidates, others)
        place[~self._space.comparable[others]] = -1
        shape = (len(queries), _CANDIDATES_A_TILE)
        # Used again for every tile: new memory would take as long to get as the products.
        scores = np.empty(shape, np.float32)
        sure, perhaps = np.empty(shape, bool), np.empty(shape, bool)
        for number, tile in enumerate(self._tiles):
            if tile.shape[1] < _CANDIDATES_A_TILE:
                scores, sure, perhaps = (
                    np.empty((len(queries), tile.shape[1]), array.dtype)
                    for array in (scores, sure, perhaps)
                )
            np.matmul(rows, tile, out=scores)
            np.greater(scores, np.float32(1), out=sure)
            np.greater_equal(scores, np.float32(-1), out=perhaps)
            # As bytes: a sum of bools makes integers of 64 bits first, which takes longer.
            counts += sure.view(np.uint8).sum(axis=1, dtype=np.uint16)
            begin = number * _CANDIDATES_A_TILE
            themselves = np.count_nonzero((place >= begin) & (place < begin + tile.shape[1]))
            if np.count_nonzero(perhaps) > np.count_nonzero(sure) + themselves:
                apart = np.flatnonzero(np.not_equal(sure, perhaps, out=perhaps))
                row, column = np.divmod(apart, tile.shape[1])
                unsure.append((row, self._candidates[begin + column]))
                if sum(len(row) for row, _ in unsure) > _MANY_UNSURE:
                    counts += self._count_unsure(queries, others, unsure)
                    unsure.clear()
        return counts + self._count_unsure(queries, others, unsure)

    def _query_rows(self, queries: Numbers, others: Numbers) -> Vectors:
        """What the tiles are multiplied with: (queries, d + 2).

        A sum of n products in float32 is wrong by no more than n u Σ|a b| in whatever order (Higham
        2002, §3.1), and three roundings of the factors make that n + 3. By Cauchy and Schwarz
        Σ|a b| is no more than |q| |x| + |x|² / 2 and as much for s(p), all without c. A quarter is
        added for what is of second order.
        """
        query, other = self._shifted[queries], self._shifted[others]
        limit = (query * other).sum(axis=1) - self._squares[others] / 2
        size = 2 * np.sqrt(self._squares[queries]) * self._longest + self._longest**2
        wrong_by = 1.25 * (query.shape[1] + 2 + 3) * _UNIT_ROUNDOFF * size
        one = np.ones((len(query), 1))
        rows = np.hstack([query, one, -limit[:, None]]) / wrong_by[:, None]
        return np.asarray(rows.astype(np.float32))

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
