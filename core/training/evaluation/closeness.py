"""How many photos are as close to a photo as another one is: what retrieval figures are made of.

Distances are squared Euclidean ones between float64 vectors, of length 1 where the metric is
angular (then twice 1 − cosine). They are first found by blocks of float32 matrix products, and
where that is too close to call, once more one by one: so the counts are those of the plain loop
over all pairs, ties included, at the speed of the matrix products and in little memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Metric = Literal["angular", "l2"]
Vectors = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.integer]

QUERIES_A_BLOCK = 256
_CANDIDATES_A_BLOCK = 4096
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
        block: How many queries at a time; memory is about `block` × 4,096 × 6 bytes.
    """
    searching = _Searching.of(space)
    counts = np.empty(len(queries), np.int64)
    for begin in range(0, len(queries), block):
        part = slice(begin, begin + block)
        counts[part] = searching.count(queries[part], others[part])
    unknown = ~(space.comparable[queries] & space.comparable[others])
    counts += len(space.vectors) - int(space.comparable.sum())
    counts[unknown] = len(space.vectors)
    return counts


@dataclass(frozen=True)
class _Searching:
    """A space and what is worked out of it once.

    With c the mean of all vectors, ‖x − q‖² ≤ ‖p − q‖² says the same as s(x) ≥ s(p), where
    s(x) = (q − c)·(x − c) − ‖x − c‖² / 2. Without c, the products of a network that has learned
    little yet, whose vectors lie together far from the origin, would be nearly all alike.

    Attributes:
        candidates: Rows that can be compared.
        centred: float32 (d + 1, candidates): x − c, and below it −‖x − c‖² / 2.
        query_side: float32 (n, d + 1): q − c and 1.
        lengths: float64 (n,): ‖x − c‖.
        kind_of: A number for each row, the same for vectors that are equal.
    """

    space: Space
    candidates: Counts
    centred: Vectors
    query_side: Vectors
    lengths: npt.NDArray[np.float64]
    kind_of: Counts

    @classmethod
    def of(cls, space: Space) -> _Searching:
        candidates = np.flatnonzero(space.comparable)
        kept = space.vectors[candidates]
        centre = kept.mean(axis=0) if len(kept) else np.zeros(space.vectors.shape[1])
        shifted = space.vectors - centre
        # A power of two, so exact: float32 has room for neither 1e-30 squared nor 1e30 squared.
        largest = float(np.abs(shifted[candidates]).max(initial=0.0))
        if largest > 0:
            shifted = np.ldexp(shifted, -int(np.frexp(largest)[1]))
        squares = (shifted * shifted).sum(axis=1)
        one = np.ones((len(shifted), 1))
        _, kind_of = np.unique(space.vectors, axis=0, return_inverse=True)
        return cls(
            space,
            candidates,
            np.ascontiguousarray(
                np.hstack([shifted, -squares[:, None] / 2])[candidates].T.astype(np.float32)
            ),
            np.hstack([shifted, one]).astype(np.float32),
            np.sqrt(squares),
            kind_of.reshape(-1).astype(np.int64),
        )

    def count(self, queries: Numbers, others: Numbers) -> Counts:
        """`count_as_close` of one block, among the candidates alone."""
        query_side = self.query_side[queries]
        # s(p) from float64, rounded once.
        score = self._score(queries, others)
        slack = self._slack(queries)
        surely = (score + slack).astype(np.float32)[:, None]
        hardly = (score - slack).astype(np.float32)[:, None]
        # The other itself is always unsure, and as close as it is.
        counts = np.ones(len(queries), np.int64)
        place = np.searchsorted(self.candidates, others)
        for begin in range(0, len(self.candidates), _CANDIDATES_A_BLOCK):
            part = slice(begin, begin + _CANDIDATES_A_BLOCK)
            scores = query_side @ self.centred[:, part]
            sure = _count_rows(scores > surely)
            counts += sure
            perhaps = scores >= hardly
            itself = (place >= begin) & (place < begin + _CANDIDATES_A_BLOCK)
            for row in np.flatnonzero(_count_rows(perhaps) > sure + itself):
                unsure = np.flatnonzero(perhaps[row] & (scores[row] <= surely[row]))
                rows = self.candidates[part][unsure]
                counts[row] += self._count_exactly(int(queries[row]), int(others[row]), rows)
        return counts

    def _score(self, queries: Numbers, others: Numbers) -> npt.NDArray[np.float64]:
        query = self.query_side[queries].astype(np.float64)
        other = np.hstack(
            [
                self.query_side[others, :-1].astype(np.float64),
                -(self.lengths[others] ** 2)[:, None] / 2,
            ]
        )
        scores: npt.NDArray[np.float64] = (query * other).sum(axis=1)
        return scores

    def _slack(self, queries: Numbers) -> npt.NDArray[np.float64]:
        """What the scores of a query can be wrong by, at most.

        A sum of n products in float32 is wrong by no more than n u Σ|a b| in whatever order (Higham
        2002, §3.1), and by Cauchy and Schwarz Σ|a b| is no more than the lengths' product. Each
        factor was rounded too, and the threshold; there are two scores to be wrong.
        """
        terms = self.centred.shape[0] + 6
        longest = float(self.lengths[self.candidates].max(initial=0.0))
        slack: npt.NDArray[np.float64] = (
            4 * terms * _UNIT_ROUNDOFF * (self.lengths[queries] * longest + longest**2)
        )
        return slack

    def _count_exactly(self, query: int, other: int, rows: Counts) -> int:
        """How many of the rows are as close to the query as the other, which is not counted."""
        unsure = rows[rows != other]
        # Equal vectors need no arithmetic: a network that has collapsed gives no others.
        differing = unsure[self.kind_of[unsure] != self.kind_of[other]]
        closer = 0
        for begin in range(0, len(differing), _CANDIDATES_A_BLOCK):
            part = differing[begin : begin + _CANDIDATES_A_BLOCK]
            distances = self.space.distances(np.full(len(part), query), part)
            limit = self.space.distances(np.array([query]), np.array([other]))
            closer += int(np.count_nonzero(distances <= limit))
        return len(unsure) - len(differing) + closer


def _count_rows(mask: npt.NDArray[np.bool_]) -> Counts:
    # As bytes: a sum of bools makes 64-bit integers of them first, which takes four times as long.
    counts: Counts = mask.view(np.uint8).sum(axis=1, dtype=np.uint32).astype(np.int64)
    return counts
