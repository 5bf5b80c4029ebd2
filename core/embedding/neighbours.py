"""The exact nearest neighbours of a query, by brute force made fast.

At the sizes of embeddings that we train (tens of dimensions), one matrix product and a good choice
of the largest few beat every approximate index up to millions of photos, with nothing to build and
nothing missed. Scores are computed in float32, and what might be among the nearest is measured
again in float64, so that the outcome does not depend on the order in which a processor adds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embedding.index import Metric, Rows, Vectors

Scores = npt.NDArray[np.float32]

_FLOAT32_ROUNDING = 2.0**-24
# A sample of every so many scores tells which scores are worth a closer look.
_LONGEST_STRIDE = 128
_SAMPLE = 500
_FEWEST_FOR_SAMPLE = 4000
# Below this share of the rows, multiplying them alone is faster than multiplying all.
_SMALL_SHARE = 1 / 8


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Rows of an index, nearest first; among equally near ones the lower row.

    Attributes:
        rows: (k,) int64.
        distances: (k,) float64: 1 − cosine where the metric is angular, else Euclidean.
    """

    rows: Rows
    distances: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, chosen: npt.NDArray[np.bool_] | slice) -> Neighbours:
        return Neighbours(self.rows[chosen], self.distances[chosen])


class Space:
    """Vectors made ready to be searched; shared by threads, for it never changes.

    Args:
        vectors: (n, d) float32; of unit length where the metric is angular.
        metric: How they are compared.
    """

    def __init__(self, vectors: Vectors, metric: Metric) -> None:
        self.vectors = np.ascontiguousarray(vectors, np.float32)
        self.metric = metric
        squares = np.einsum("nd,nd->n", self.vectors, self.vectors, dtype=np.float64)
        self._half_squares = np.asarray(squares / 2, np.float32) if metric == "l2" else None
        self._longest = float(np.sqrt(squares.max(initial=0.0)))
        # A dimension a row: products go through it in two thirds of the time.
        self._columns = np.ascontiguousarray(self.vectors.T)

    @property
    def size(self) -> int:
        return len(self.vectors)

    def scores(self, query: Vectors) -> Scores:
        """How near every vector is to the query, (n,) float32, higher is nearer.

        q·x where the metric is angular, else q·x − |x|²/2, which ranks as −|q − x| does.
        """
        products: Scores = np.asarray(query, np.float32) @ self._columns
        if self._half_squares is not None:
            products -= self._half_squares
        return products

    def _scores_of(self, query: Vectors, rows: Rows) -> Scores:
        products: Scores = self.vectors.take(rows, axis=0) @ query
        if self._half_squares is not None:
            products -= self._half_squares.take(rows)
        return products

    def distances(self, query: Vectors, rows: Rows) -> npt.NDArray[np.float64]:
        """Distances from the query to these rows, in float64, shape (len(rows),).

        1 − cosine is taken as |q − x|²/2, which it is for unit vectors: it does not cancel, so
        that a photo's distance to its copy is 0 and not -6e-8.
        """
        apart = self.vectors.take(rows, axis=0).astype(np.float64)
        apart -= np.asarray(query, np.float32)
        squares: npt.NDArray[np.float64] = np.einsum("nd,nd->n", apart, apart)
        return squares / 2 if self.metric == "angular" else np.sqrt(squares)

    def nearest(
        self,
        query: Vectors,
        k: int,
        *,
        among: Rows | None = None,
        without: Sequence[int] = (),
        item_of: npt.NDArray[np.integer] | None = None,
    ) -> Neighbours:
        """The k nearest vectors, exactly.

        Args:
            query: (d,), of unit length where the metric is angular.
            k: How many; fewer come back where there are fewer.
            among: Only these rows, ascending and each once; all where None.
            without: Rows to leave out: the query's own photo.
            item_of: (n,): of rows with the same number, only the nearest comes back.
        """
        query = np.asarray(query, np.float32)
        if among is not None and len(among) == self.size:
            among = None  # a filter that lets all pass costs nothing
        if among is None:
            offered = self.scores(query)
        elif len(among) < _SMALL_SHARE * self.size:
            offered = self._scores_of(query, among)
        else:
            offered = self.scores(query).take(among)
        return self._nearest(offered, query, k, among, without, item_of, _length(query))

    def nearest_by(
        self,
        scores: Scores,
        query: Vectors,
        k: int,
        *,
        among: Rows | None = None,
        without: Sequence[int] = (),
        item_of: npt.NDArray[np.integer] | None = None,
        length: float | None = None,
    ) -> Neighbours:
        """`nearest`, from scores that are known already to within float32's rounding.

        Args:
            scores: (n,), what `scores(query)` would be.
            query: As for `nearest`, like all that follows but the last.
            k: How many.
            among: Where.
            without: Where not.
            item_of: Items.
            length: Sum of the lengths of the terms that the scores were added up from, if they
                were; it bounds the rounding.
        """
        if among is not None and len(among) == self.size:
            among = None
        offered = scores if among is None else scores.take(among)
        if length is None:
            length = _length(query)
        return self._nearest(offered, query, k, among, without, item_of, length)

    def _nearest(
        self,
        offered: Scores,
        query: Vectors,
        k: int,
        among: Rows | None,
        without: Sequence[int],
        item_of: npt.NDArray[np.integer] | None,
        length: float,
    ) -> Neighbours:
        """`nearest_by`, from the scores of those that may be found alone."""
        available = len(offered)
        wanted = min(k + len(without), available)
        while True:
            found = self._ranked(offered, query, wanted, among, length)
            if len(without):
                found = found.only(~np.isin(found.rows, np.asarray(without, np.int64)))
            if item_of is not None:
                found = found.only(_first_of_each(item_of[found.rows]))
            if len(found) >= k or wanted >= available:
                return found.only(slice(k)) if len(found) > k else found
            wanted = min(4 * wanted, available)

    def _ranked(
        self, offered: Scores, query: Vectors, k: int, among: Rows | None, length: float
    ) -> Neighbours:
        if k <= 0:
            return Neighbours(np.empty(0, np.int64), np.empty(0))
        # Two scores may each be wrong by this much; whatever is that close to the k-th is measured.
        size = self._longest * (length + self._longest if self.metric == "l2" else length)
        slack = 2 * (self.vectors.shape[1] + 2) * _FLOAT32_ROUNDING * size
        rows = _at_least_kth(offered, k, slack)
        if among is not None:
            rows = among.take(rows)
        distances = self.distances(query, rows)
        # They are in order of their rows, which a stable sort keeps where they are equally far.
        order = distances.argsort(kind="stable")[:k]
        return Neighbours(rows.take(order), distances.take(order))


def top_rows(scores: Scores, k: int, *, among: Rows | None = None) -> Rows:
    """The rows of the k highest scores, highest first, equal ones in order of their rows.

    Args:
        scores: (n,) float32, none of them NaN.
        k: How many; fewer come back where there are fewer.
        among: Only these rows, ascending and each once; all where None.
    """
    offered = scores if among is None else scores[among]
    k = min(k, len(offered))
    if k <= 0:
        return np.empty(0, np.int64)
    rows = _at_least_kth(offered, k, 0.0)
    values = offered[rows]
    # A stable sort keeps equal ones in the order of their rows.
    best = rows[np.argsort(-values, kind="stable")[:k]]
    return best if among is None else among[best]


def _at_least_kth(scores: Scores, k: int, slack: float) -> Rows:
    """Positions, ascending, of all scores that are not below the k-th highest minus the slack.

    In two stages where there are many: a sample bounds the k-th highest from below, and only what
    passes the bound is looked at closely. Where the sample misled, everything is.
    """
    count = len(scores)
    if count > _FEWEST_FOR_SAMPLE:
        stride = min(_LONGEST_STRIDE, count // _SAMPLE)
        sample = scores[::stride].copy()
        # So many of the sample should lie above k scores, and twice that to be nearly sure.
        place = max(0, len(sample) - 8 - 2 * (k // stride + 1))
        sample.partition(place)
        bound = float(sample[place])
        rows: Rows = (scores >= np.float32(bound - slack)).nonzero()[0]
        if len(rows) >= k:
            passed = scores.take(rows)
            kth = _kth(passed, k)
            if kth >= bound:
                return rows[passed >= np.float32(kth - slack)]
    if k >= count:
        return np.arange(count)
    return (scores >= np.float32(_kth(scores, k) - slack)).nonzero()[0]


def _kth(scores: Scores, k: int) -> float:
    """The k-th highest."""
    place = len(scores) - k
    return float(np.partition(scores, place)[place])


def _length(query: Vectors) -> float:
    exact = np.asarray(query, np.float64)
    return math.sqrt(exact @ exact)


def _first_of_each(groups: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    first = np.zeros(len(groups), bool)
    first[np.unique(groups, return_index=True)[1]] = True
    return first
