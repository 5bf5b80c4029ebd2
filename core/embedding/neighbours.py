"""The exact nearest neighbours of a query, by brute force made fast.

At the sizes of embeddings that we train (tens of dimensions), one matrix product and a good choice
of the largest few beat every approximate index up to millions of photos, with nothing to build and
nothing missed. Scores are computed in float32, and what might be among the nearest is measured
again in float64, so that the outcome does not depend on the order in which a processor adds.
"""

from __future__ import annotations

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
_FEWEST_FOR_SAMPLE = 20_000


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

    @property
    def size(self) -> int:
        return len(self.vectors)

    def scores(self, query: Vectors) -> Scores:
        """How near every vector is to the query, (n,) float32, higher is nearer.

        q·x where the metric is angular, else q·x − |x|²/2, which ranks as −|q − x| does.
        """
        products: Scores = self.vectors @ np.asarray(query, np.float32)
        if self._half_squares is not None:
            products -= self._half_squares
        return products

    def distances(self, query: Vectors, rows: Rows) -> npt.NDArray[np.float64]:
        """Distances from the query to these rows, in float64, shape (len(rows),).

        1 − cosine is taken as |q − x|²/2, which it is for unit vectors: it does not cancel, so
        that a photo's distance to its copy is 0 and not -6e-8.
        """
        apart = self.vectors[rows].astype(np.float64) - np.asarray(query, np.float32)
        squares = np.einsum("nd,nd->n", apart, apart)
        return np.asarray(squares / 2 if self.metric == "angular" else np.sqrt(squares))

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
        return self.nearest_by(
            self.scores(query), query, k, among=among, without=without, item_of=item_of
        )

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
        if length is None:
            length = float(np.linalg.norm(np.asarray(query, np.float64)))
        if among is not None and len(among) == self.size:
            among = None  # a filter that lets all pass costs nothing
        available = self.size if among is None else len(among)
        wanted = min(k + len(without), available)
        while True:
            found = self._ranked(scores, query, wanted, among, length)
            if len(without):
                found = found.only(~np.isin(found.rows, np.asarray(without, np.int64)))
            if item_of is not None:
                found = found.only(_first_of_each(item_of[found.rows]))
            if len(found) >= k or wanted >= available:
                return found.only(slice(k))
            wanted = min(4 * wanted, available)

    def _ranked(
        self, scores: Scores, query: Vectors, k: int, among: Rows | None, length: float
    ) -> Neighbours:
        if k <= 0:
            return Neighbours(np.empty(0, np.int64), np.empty(0))
        offered = scores if among is None else scores[among]
        # Two scores may each be wrong by this much; whatever is that close to the k-th is measured.
        slack = (
            2 * (self.vectors.shape[1] + 2) * _FLOAT32_ROUNDING
            * (length * self._longest + (self._longest**2 if self.metric == "l2" else 0.0))
        )  # fmt: skip
        rows = _at_least_kth(offered, k, slack)
        if among is not None:
            rows = among[rows]
        distances = self.distances(query, rows)
        order = np.lexsort((rows, distances))[:k]
        return Neighbours(rows[order], distances[order])


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
        sample = scores[::stride]
        # So many of the sample should lie above k scores, and twice that to be nearly sure.
        place = min(len(sample), 8 + 2 * (k // stride + 1))
        bound = np.partition(sample, len(sample) - place)[len(sample) - place]
        rows = np.flatnonzero(scores >= bound - np.float32(slack))
        passed = scores[rows]
        if len(rows) >= k:
            kth = np.partition(passed, len(passed) - k)[len(passed) - k]
            if kth >= bound:
                chosen: Rows = rows[passed >= _below(kth, slack)]
                return chosen
    if k >= count:
        return np.arange(count)
    kth = np.partition(scores, count - k)[count - k]
    return np.flatnonzero(scores >= _below(kth, slack))


def _below(kth: np.float32, slack: float) -> np.float32:
    return np.float32(float(kth) - slack) if slack else kth


def _first_of_each(groups: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    first = np.zeros(len(groups), bool)
    first[np.unique(groups, return_index=True)[1]] = True
    return first
