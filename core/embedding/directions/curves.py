"""Measuring a slider: what share of the results bears the pattern, and what of the colour is left.

P and C as in the walk from a plain garment to a striped one of the same colour: P is the share of
the ten nearest that bear the pattern, C the share within ΔE 20 (CIE 1976) of the query's colour. A
query's own item never counts among its results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embedding.directions.records import Curve, CurvePoint
from core.embedding.index import Metric, Vectors
from core.embedding.neighbours import Scores

TOP = 10
NEAR_COLOUR = 20.0
STEPS = 23


@dataclass(frozen=True, eq=False)
class Trial:
    """Photos to search and photos to move, none of which the direction was learned from.

    Attributes:
        gallery: (n, d) float32, what is searched.
        bears: (n,) whether each bears the pattern.
        gallery_items: (n,) the item of each.
        gallery_colours: (n, 3) mean CIE Lab of each, NaN where not known.
        queries: (m, d) float32, what is moved.
        query_items: (m,)
        query_colours: (m, 3)
        metric: Of the space.
    """

    gallery: Vectors
    bears: npt.NDArray[np.bool_]
    gallery_items: npt.NDArray[np.int64]
    gallery_colours: npt.NDArray[np.float32]
    queries: Vectors
    query_items: npt.NDArray[np.int64]
    query_colours: npt.NDArray[np.float32]
    metric: Metric


@dataclass(frozen=True, eq=False)
class Outcome:
    """The top tens at one extent, counted; outcomes of several trials add up."""

    slots: int
    bearing: int
    coloured: int
    of_known_colour: int
    distinct: int

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.slots + other.slots,
            self.bearing + other.bearing,
            self.coloured + other.coloured,
            self.of_known_colour + other.of_known_colour,
            self.distinct + other.distinct,
        )


def extents_for(metric: Metric, spread: float) -> npt.NDArray[np.float64]:
    """The extents at which curves are measured, (STEPS,) from 0 up: to 88°, or 3 × the spread."""
    longest = 4.0 * (STEPS - 1) if metric == "angular" else 3 * spread
    return np.linspace(0, longest, STEPS, dtype=np.float64)


def strengths_for() -> npt.NDArray[np.float64]:
    """The strengths at which strict re-ranking is measured, (STEPS,) from 0 up."""
    return np.linspace(0, 4, STEPS, dtype=np.float64)


def walk(
    trial: Trial, direction: Vectors, extents: Sequence[float], check: Callable[[], None]
) -> list[Outcome]:
    """The outcomes of moving all queries along a direction, one an extent."""
    base = scores_of(trial)
    along_gallery = trial.gallery @ direction
    along = (trial.queries @ direction).astype(np.float64)
    across = np.sqrt(np.maximum(1e-12, 1 - along**2))
    outcomes = []
    for extent in extents:
        check()
        if trial.metric == "angular":
            # The great circle of `core.embedding.moves`, for many queries and one direction.
            theta = np.radians(extent)
            of_query = np.cos(theta) - np.sin(theta) * along / across
            of_direction = np.sin(theta) / across
        else:
            of_query, of_direction = np.ones_like(along), np.full_like(along, extent)
        scores = base * of_query[:, None].astype(np.float32)
        scores += of_direction[:, None].astype(np.float32) * along_gallery
        outcomes.append(count_results(trial, scores))
    return outcomes


def rerank(
    trial: Trial, bonuses: Scores, strengths: Sequence[float], check: Callable[[], None]
) -> list[Outcome]:
    """The outcomes of adding a score to the ranking of unmoved queries, one a strength.

    Args:
        trial: What to search and for what.
        bonuses: (n,) of the gallery.
        strengths: How much of it to add.
        check: Called between strengths; may raise.
    """
    base = scores_of(trial)
    outcomes = []
    for strength in strengths:
        check()
        outcomes.append(count_results(trial, base + np.float32(strength) * bonuses))
    return outcomes


def filtered(trial: Trial) -> Outcome:
    """The outcome of searching for the unmoved queries among bearers alone."""
    return count_results(trial, np.where(trial.bears, scores_of(trial), -np.inf))


def to_curve(
    name: str,
    extents: Sequence[float],
    trials: Iterable[Sequence[Outcome]],
    filter_distinct: int | None,
) -> Curve:
    """The outcomes of all trials, added up, as a curve."""
    listed = list(trials)
    points = []
    for at, extent in enumerate(extents):
        total = listed[0][at]
        for trial in listed[1:]:
            total = total + trial[at]
        points.append(
            CurvePoint(
                float(extent),
                total.bearing / total.slots if total.slots else 0.0,
                total.coloured / total.of_known_colour if total.of_known_colour else None,
                total.distinct,
            )
        )
    return Curve(name, tuple(points), filter_distinct)


def scores_of(trial: Trial) -> Scores:
    """How near each photo of the gallery is to each query, (m, n), higher is nearer."""
    scores = trial.queries @ trial.gallery.T
    if trial.metric == "l2":
        scores -= np.einsum("nd,nd->n", trial.gallery, trial.gallery) / 2
    return np.asarray(scores, np.float32)


def count_results(trial: Trial, scores: Scores) -> Outcome:
    """The outcome of ranking the gallery by scores, (m, n); a query's own item never counts."""
    scores = np.where(trial.query_items[:, None] == trial.gallery_items, -np.inf, scores)
    top = min(TOP, scores.shape[1])
    found = np.argpartition(-scores, top - 1, axis=1)[:, :top]
    counts = np.take_along_axis(scores, found, axis=1) > -np.inf
    apart = trial.gallery_colours[found] - trial.query_colours[:, None]
    distances = np.sqrt(np.einsum("mkc,mkc->mk", apart, apart))
    known = counts & ~np.isnan(distances)
    return Outcome(
        slots=int(counts.sum()),
        bearing=int((trial.bears[found] & counts).sum()),
        coloured=int((known & (distances < NEAR_COLOUR)).sum()),
        of_known_colour=int(known.sum()),
        distinct=len(np.unique(found[counts])),
    )
