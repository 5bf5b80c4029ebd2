"""Moving a query along directions, and what is near it there, fast enough for a slider.

Where the metric is angular the query moves along the great circle that leaves it towards the
direction, by an angle; several moves add up in the tangent plane at the query (the sphere's
exponential map), so that their order does not matter. Where it is L2 the query moves along a line,
by a distance. Either way the moved query is α q + Σ βⱼ dⱼ, so its scores are α s + A β with s and
A = X Dᵀ known beforehand: a slider's tick costs no product with all vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embedding.index import Metric, Rows, Vectors, unit
from core.embedding.neighbours import Neighbours, Scores, Space, top_rows

Floats = npt.NDArray[np.float64]

_PARALLEL = 1e-6


@dataclass(frozen=True, eq=False)
class Coefficients:
    """The moved query is `of_query` · q + Σ `of_directions`[j] · d[j]."""

    of_query: float
    of_directions: Floats


def coefficients(
    query: Vectors, directions: Vectors, extents: Sequence[float], metric: Metric
) -> Coefficients:
    """How much of the query and of each direction the moved query is made of.

    With one direction d and an angle θ it is the great circle's cos θ q + sin θ t, where t is d
    less its part along q, at unit length.

    Args:
        query: (d,), of unit length where the metric is angular.
        directions: (m, d), each of unit length.
        extents: How far to move along each, either way: degrees where the metric is angular, else
            distances.
        metric: Which of the two.
    """
    wanted = np.asarray(extents, np.float64)
    if metric == "l2" or not len(wanted):
        return Coefficients(1.0, wanted)
    q, d = np.asarray(query, np.float64), np.asarray(directions, np.float64)
    along = d @ q
    across = np.sqrt(np.maximum(0.0, 1.0 - along**2))
    # A direction that points at the query itself leads nowhere on the sphere.
    leads = across > _PARALLEL
    rates = np.where(leads, np.radians(wanted) / np.where(leads, across, 1.0), 0.0)
    tangent = rates @ d - (rates @ along) * q
    angle = float(np.linalg.norm(tangent))
    shrink = float(np.sinc(angle / np.pi))
    return Coefficients(float(np.cos(angle) - shrink * (rates @ along)), shrink * rates)


def moved(query: Vectors, directions: Vectors, extents: Sequence[float], metric: Metric) -> Vectors:
    """The moved query, (d,) float32; see `coefficients`."""
    parts = coefficients(query, directions, extents, metric)
    point = parts.of_query * np.asarray(query, np.float64)
    point = point + parts.of_directions @ np.asarray(directions, np.float64)
    result = np.asarray(point, np.float32)
    return unit(result) if metric == "angular" else result


def orthogonalised(directions: Vectors) -> Vectors:
    """The nearest set of directions at right angles to each other, (m, d).

    Symmetric: none of them is preferred to the others (Löwdin 1950; by the polar decomposition).
    More directions than dimensions cannot all be at right angles, and come back as near to it as
    they can be.
    """
    if not len(directions):
        return directions
    left, _, right = np.linalg.svd(np.asarray(directions, np.float64), full_matrices=False)
    return unit(np.asarray(left @ right, np.float32))


def average_query(positive: Vectors, negative: Vectors | None, metric: Metric) -> Vectors:
    """One query from several photos: more like these, less like those.

    The mean of the positive ones, moved away from the mean of the negative ones by a fifth of
    their difference (Rocchio 1971, with the usual ratio of 0.75 to 0.15).

    Args:
        positive: (n, d), at least one.
        negative: (m, d), or None.
        metric: Where it is angular, the result is of unit length.
    """
    mean = np.asarray(positive, np.float64).mean(axis=0)
    if negative is not None and len(negative):
        mean = mean + 0.2 * (mean - np.asarray(negative, np.float64).mean(axis=0))
    result = np.asarray(mean, np.float32)
    return unit(result) if metric == "angular" else result


class Mover:
    """One query and the directions that it can be moved along; belongs to one thread.

    Args:
        space: The vectors to search.
        query: (d,), of unit length where the metric is angular.
        directions: (m, d), each of unit length.
        bonuses: For each direction, scores (n,) that strict re-ranking adds, or None.
    """

    def __init__(
        self,
        space: Space,
        query: Vectors,
        directions: Vectors,
        bonuses: Sequence[Scores | None] = (),
    ) -> None:
        self.space = space
        self.query = np.asarray(query, np.float32)
        self.directions = np.asarray(directions, np.float32).reshape(-1, space.vectors.shape[1])
        self._bonuses = tuple(bonuses)
        self._base = space.scores(self.query)
        # A row a direction: each is read from end to end at every tick.
        self._along = np.ascontiguousarray((space.vectors @ self.directions.T).T)
        self._scores = np.empty_like(self._base)
        self._term = np.empty_like(self._base)

    def moved(self, extents: Sequence[float]) -> Vectors:
        """The moved query, (d,) float32."""
        return moved(self.query, self.directions, extents, self.space.metric)

    def scores(self, extents: Sequence[float], strengths: Sequence[float] = ()) -> Scores:
        """How near every vector is to the moved query, (n,) float32, higher is nearer.

        Valid until the next call.

        Args:
            extents: How far along each direction.
            strengths: How much of each direction's bonus to add.
        """
        parts = coefficients(self.query, self.directions, extents, self.space.metric)
        if parts.of_query == 1.0:
            np.copyto(self._scores, self._base)
        else:
            np.multiply(self._base, np.float32(parts.of_query), out=self._scores)
        for along, factor in zip(self._along, parts.of_directions, strict=True):
            self._add(along, float(factor))
        for at, strength in enumerate(strengths):
            bonus = self._bonuses[at]
            if strength and bonus is not None:
                self._add(bonus, strength)
        return self._scores

    def nearest(
        self,
        extents: Sequence[float],
        k: int,
        *,
        strengths: Sequence[float] = (),
        among: Rows | None = None,
        without: Sequence[int] = (),
        item_of: npt.NDArray[np.integer] | None = None,
    ) -> Neighbours:
        """What is nearest to the moved query, as `Space.nearest`; with bonuses, highest first.

        The distances are those to the moved query.
        """
        scores, point = self.scores(extents, strengths), self.moved(extents)
        if not any(strengths):
            return self.space.nearest_by(
                scores,
                point,
                k,
                among=among,
                without=without,
                item_of=item_of,
                length=self._length(extents),
            )
        rows = _top_distinct(scores, k, among, without, item_of)
        return Neighbours(rows, self.space.distances(point, rows))

    def path(
        self,
        direction: int,
        extents: Sequence[float],
        *,
        among: Rows | None = None,
        without: Sequence[int] = (),
    ) -> Rows:
        """The nearest row at each of these extents along one direction, all others at rest."""
        rows = []
        for extent in extents:
            each = [0.0] * len(self.directions)
            each[direction] = extent
            rows += self.nearest(each, 1, among=among, without=without).rows.tolist()
        return np.array(rows, np.int64)

    def _length(self, extents: Sequence[float]) -> float:
        """Of the terms that the moved query is the sum of; bounds their scores' rounding."""
        parts = coefficients(self.query, self.directions, extents, self.space.metric)
        of_query = abs(parts.of_query) * float(np.linalg.norm(self.query))
        return 2 * (of_query + float(np.abs(parts.of_directions).sum()))

    def _add(self, column: Scores, factor: float) -> None:
        if factor:
            np.multiply(column, np.float32(factor), out=self._term)
            self._scores += self._term


def _top_distinct(
    scores: Scores,
    k: int,
    among: Rows | None,
    without: Sequence[int],
    item_of: npt.NDArray[np.integer] | None,
) -> Rows:
    available = len(scores) if among is None else len(among)
    wanted = k + len(without)
    while True:
        rows = top_rows(scores, wanted, among=among)
        kept = rows[~np.isin(rows, np.asarray(without, np.int64))]
        if item_of is not None:
            kept = kept[np.sort(np.unique(item_of[kept], return_index=True)[1])]
        if len(kept) >= k or wanted >= available:
            return kept[:k]
        wanted *= 4
