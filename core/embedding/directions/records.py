"""Directions, the curves that they were measured by, and what follows from these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from core.embedding.index import Metric, Vectors
from core.number_words import plural

FEWEST_EXAMPLES = 60
STABLE = 0.9
ALIKE = 0.6
KEPT_DISTINCT = 0.5


class Method(StrEnum):
    """How a direction came about."""

    MEAN_DIFFERENCE = "difference of means"
    SHRUNK_LDA = "shrunk LDA"
    PRINCIPAL_AXIS = "principal axis"


@dataclass(frozen=True)
class CurvePoint:
    """What a move of one extent brings, over all queries.

    Attributes:
        extent: How far: degrees (angular), a distance (L2), or strict re-ranking's strength.
        share: P, the share of the top ten that bear the pattern.
        colour: C, the share of the top ten within ΔE 20 of their query's colour; None where no
            colours are known.
        distinct: Different photos among all top tens.
    """

    extent: float
    share: float
    colour: float | None
    distinct: int


@dataclass(frozen=True)
class Curve:
    """P and C over the extent, from no move on.

    Attributes:
        name: What is moved along.
        points: By extent, the first of them 0.
        filter_distinct: Different photos among the top tens of a search among bearers alone, or
            None where that was not tried.
    """

    name: str
    points: tuple[CurvePoint, ...]
    filter_distinct: int | None = None

    @property
    def limit(self) -> float:
        """The extent from which on the results collapse onto few photos.

        That is where there are fewer than half as many different ones as the queries have when
        they rest; where a share P of the results bears the pattern, that share of them is held
        against what a plain filter for it finds, for there are only so many bearers.
        """
        resting = self.points[0].distinct
        of_bearers = resting if self.filter_distinct is None else self.filter_distinct
        last = 0.0
        for point in self.points:
            expected = (1 - point.share) * resting + point.share * min(resting, of_bearers)
            if point.distinct < KEPT_DISTINCT * expected:
                break
            last = point.extent
        return last

    @property
    def within_limit(self) -> tuple[CurvePoint, ...]:
        return tuple(point for point in self.points if point.extent <= self.limit)

    @property
    def best_share(self) -> float:
        """The highest P that the slider reaches."""
        return max(point.share for point in self.within_limit)

    def colour_at(self, share: float) -> float | None:
        """C where P is first at least this, None where it never is or no colours are known."""
        reached = (point for point in self.within_limit if point.share >= share)
        first = next(reached, None)
        return None if first is None else first.colour

    def extent_for(self, share: float) -> float:
        """The calibrated slider: the least extent from which P is expected to be this.

        Straight between the points where P rises above all before; ends at where it is highest.
        """
        extents, shares = [0.0], [self.points[0].share]
        for point in self.within_limit[1:]:
            if point.share > shares[-1]:
                extents.append(point.extent)
                shares.append(point.share)
        return float(np.interp(share, shares, extents))

    @property
    def trade_off(self) -> float:
        """0 to 1: the C that is left at the asked-for P, averaged over all P from 0.05 to 1.

        Where P is out of reach, nothing is left. Without colours the distinct results stand for C.
        """
        kept = [
            (
                point.share,
                point.colour
                if point.colour is not None
                else min(1.0, point.distinct / max(1, self.points[0].distinct)),
            )
            for point in self.within_limit
        ]
        levels = np.arange(1, 21) / 20
        return float(
            np.mean([max((c for p, c in kept if p >= level), default=0.0) for level in levels])
        )


@dataclass(frozen=True)
class DirectionReport:
    """What was measured on photos that the direction was not learned from.

    Each half of the items judges what was learned on the other.

    Attributes:
        positive: Photos that bear the pattern.
        negative: Photos that do not.
        positive_items: Items that the former are of.
        queries: How many photos were moved.
        base_rate: Share of the pattern among the photos searched.
        stability: Cosine between the directions learned on the two halves; None for principal axes.
        curves: By name; "no move" is the first point of each.
        filter_colour: C when the unmoved query is searched among bearers alone (P is 1).
        chosen: Name of the curve that is the slider's.
        strict: Curve of strict re-ranking, or None.
    """

    positive: int
    negative: int
    positive_items: int
    queries: int
    base_rate: float
    stability: float | None
    curves: tuple[Curve, ...]
    filter_colour: float | None
    chosen: str
    strict: Curve | None = None

    @property
    def curve(self) -> Curve:
        """The slider's own."""
        return next(curve for curve in self.curves if curve.name == self.chosen)

    @property
    def needed_share(self) -> float:
        """The P that a direction must reach to count as encoded.

        Three times the base rate; where the pattern is so frequent that this leaves little room
        (over a quarter), two thirds of the way from the base rate to one.
        """
        return min(3 * self.base_rate, 1 - (1 - self.base_rate) / 3)

    @property
    def is_encoded(self) -> bool:
        """Whether the model knows the pattern, as far as moving along the direction tells."""
        return self.curve.best_share >= self.needed_share

    def warnings(self, name: str) -> tuple[str, ...]:
        """What the user should know before trusting the slider."""
        told = []
        if not self.is_encoded:
            told.append(
                f"This model does not encode {name}: at best {self.curve.best_share:.0%} of the "
                f"results bear it, and {self.base_rate:.0%} of all photos do."
            )
        if self.positive < FEWEST_EXAMPLES:
            told.append(
                f"Only {plural(self.positive, 'example')}: from {FEWEST_EXAMPLES} on directions"
                " settle."
            )
        if self.stability is not None and self.stability < STABLE:
            told.append(
                f"Other examples would give another direction (the two halves' have a cosine of "
                f"{self.stability:.2f}; {STABLE} is settled)."
            )
        return tuple(told)


@dataclass(frozen=True, eq=False)
class Probe:
    """A radial-basis classifier's score, for strict re-ranking.

    f(x) = Σ weights[i] · exp(−gamma |x − supports[i]|²) + bias, then centred and scaled.

    Attributes:
        supports: (s, d) float32.
        weights: (s,) float64.
        scale: What a strength of 1 stands for, as scores of this space go.
    """

    supports: Vectors
    weights: npt.NDArray[np.float64]
    gamma: float
    bias: float
    mean: float
    deviation: float
    scale: float

    def bonuses(self, vectors: Vectors, block: int = 20_000) -> npt.NDArray[np.float32]:
        """What a strength of 1 adds to each vector's score, (n,) float32."""
        found = np.empty(len(vectors), np.float32)
        squares = np.einsum("sd,sd->s", self.supports, self.supports)
        for begin in range(0, len(vectors), block):
            part = vectors[begin : begin + block]
            apart = np.einsum("nd,nd->n", part, part)[:, None] + squares
            apart -= 2 * (part @ self.supports.T)
            raw = np.exp(-self.gamma * np.maximum(apart, 0)) @ self.weights + self.bias
            found[begin : begin + block] = (raw - self.mean) / self.deviation * self.scale
        return found


@dataclass(frozen=True, eq=False)
class Direction:
    """A named direction of one model's space.

    Attributes:
        name: As the user calls it.
        vector: (d,) float32, of unit length.
        method: How it came about.
        model_hash: Whose space it is a direction of.
        metric: Of that space.
        words: The keywords that its examples were found by; empty for picked ones.
        positive_ids: Photos (catalogue ids) that have it.
        negative_ids: Photos that do not.
        report: What was measured; None for principal axes.
        probe: For strict re-ranking, where it was learned.
        explained: For principal axes, the share of variance.
    """

    name: str
    vector: Vectors
    method: Method
    model_hash: str
    metric: Metric
    words: tuple[str, ...] = ()
    positive_ids: tuple[int, ...] = ()
    negative_ids: tuple[int, ...] = ()
    report: DirectionReport | None = None
    probe: Probe | None = None
    explained: float | None = None


@dataclass(frozen=True)
class Likeness:
    """Two directions that are nearly one: a slider of the one is half a slider of the other."""

    name: str
    other: str
    cosine: float


def alike(directions: Iterable[Direction], over: float = ALIKE) -> tuple[Likeness, ...]:
    """The pairs whose cosine is over the bound, in either sense, nearest first."""
    listed = list(directions)
    found = [
        Likeness(one.name, other.name, cosine(one, other))
        for at, one in enumerate(listed)
        for other in listed[at + 1 :]
    ]
    return tuple(
        sorted((pair for pair in found if abs(pair.cosine) > over), key=lambda pair: -pair.cosine)
    )


def cosine(one: Direction, other: Direction) -> float:
    """Between two directions of one space."""
    return float(np.dot(one.vector.astype(np.float64), other.vector.astype(np.float64)))
