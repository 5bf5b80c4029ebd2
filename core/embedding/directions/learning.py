"""Learning a direction from examples, and measuring what it is worth before anyone moves along it.

The items are split in halves; what is learned on one is tried on the other, and the other way
round. What the user gets is then learned on all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embedding.directions.curves import (
    Outcome,
    Trial,
    extents_for,
    filtered,
    rerank,
    strengths_for,
    to_curve,
    walk,
)
from core.embedding.directions.examples import Examples
from core.embedding.directions.records import Curve, Direction, DirectionReport, Method
from core.embedding.directions.separating import LEARNERS, principal_axes, radial_probe
from core.embedding.index import Index, Rows, Vectors, unit
from core.embedding.neighbours import Space
from core.errors import UserError
from core.jobs.context import JobContext

RANDOM = "random direction"
BEST_AXIS = "best principal axis"
STRICT = "strict re-ranking"

_MOST_GALLERY = 10_000
_MOST_QUERIES = 100
_RANDOM_DIRECTIONS = 3
_MOST_AXES = 50


@dataclass(frozen=True, eq=False)
class _Half:
    """What one half of the items gave and was tried with."""

    directions: dict[str, Vectors]
    outcomes: dict[str, list[Outcome]]
    filtered: Outcome
    queries: int
    bearing: int
    searched: int


def learn_direction(
    index: Index,
    item_of: npt.NDArray[np.int64],
    examples: Examples,
    colours: npt.NDArray[np.float32],
    context: JobContext,
    *,
    seed: int = 0,
) -> Direction:
    """Learns a direction by difference of means and by shrunk LDA, and keeps the better.

    Args:
        index: The space.
        item_of: (n,) the item of each row.
        examples: Rows that have it and rows that do not.
        colours: (n, 3) mean CIE Lab of each row, NaN where not known.
        context: Reports curves; cancelled between two points of one.
        seed: Of the halves and of what is drawn from large groups.

    Raises:
        UserError: The examples are of too few items.
        Cancelled: The context was cancelled.
    """
    space = Space(index.vectors, index.metric)
    parts = _halves(item_of, examples, seed)
    extents = extents_for(index.metric, spread_of(index.vectors))
    halves = []
    for number in range(2):
        context.report(f"Measuring “{examples.name}”", number, 2)
        halves.append(
            _try_half(
                space, item_of, colours, parts[number], parts[1 - number], extents, context, seed
            )
        )
    context.report(f"Measuring “{examples.name}”", 2, 2)

    without_move = halves[0].filtered + halves[1].filtered

    def curve(name: str, at: npt.NDArray[np.float64] = extents) -> Curve:
        outcomes = [half.outcomes[name] for half in halves]
        return to_curve(name, at.tolist(), outcomes, without_move.distinct)

    curves = {name: curve(name) for name in (*LEARNERS, RANDOM, BEST_AXIS)}
    chosen = max(LEARNERS, key=lambda method: curves[method].trade_off)
    positive, negative = index.vectors[examples.positive], index.vectors[examples.negative]
    one, other = (half.directions[chosen].astype(np.float64) for half in halves)
    searched = sum(half.searched for half in halves)
    report = DirectionReport(
        positive=len(positive),
        negative=len(negative),
        positive_items=len(np.unique(item_of[examples.positive])),
        queries=sum(half.queries for half in halves),
        base_rate=sum(half.bearing for half in halves) / searched,
        stability=float(one @ other),
        curves=tuple(curves.values()),
        filter_colour=(
            without_move.coloured / without_move.of_known_colour
            if without_move.of_known_colour
            else None
        ),
        chosen=chosen,
        strict=curve(STRICT, strengths_for()),
    )
    rng = np.random.default_rng([seed, 3])
    return Direction(
        name=examples.name,
        vector=LEARNERS[chosen](positive, negative),
        method=chosen,
        model_hash=index.model_hash,
        metric=index.metric,
        words=examples.words,
        positive_ids=tuple(index.photo_ids[examples.positive].tolist()),
        negative_ids=tuple(index.photo_ids[examples.negative].tolist()),
        report=report,
        probe=radial_probe(positive, negative, space, rng),
    )


def principal_directions(index: Index, rows: Rows, count: int) -> tuple[Direction, ...]:
    """The axes along which these rows vary most, as directions; nothing is known of what they mean.

    Args:
        index: The space.
        rows: Whose variance.
        count: How many, at most as many as there are dimensions.
    """
    axes, explained = principal_axes(index.vectors[rows], count)
    return tuple(
        Direction(
            name=f"axis {number}",
            vector=axis,
            method=Method.PRINCIPAL_AXIS,
            model_hash=index.model_hash,
            metric=index.metric,
            explained=float(share),
        )
        for number, (axis, share) in enumerate(zip(axes, explained, strict=True), start=1)
    )


def spread_of(vectors: Vectors) -> float:
    """Root mean square distance from the mean: the scale of moves where the metric is L2."""
    return float(np.sqrt(vectors.var(axis=0, dtype=np.float64).sum()))


def rows_needed(examples: Examples) -> Rows:
    """The rows whose colours `learn_direction` may ask for."""
    return np.union1d(examples.positive, examples.negative)


def _halves(item_of: npt.NDArray[np.int64], examples: Examples, seed: int) -> tuple[Examples, ...]:
    """The examples of either half of the items; both halves have some with and some without."""
    rng = np.random.default_rng([seed, 1])
    with_it = rng.permutation(np.unique(item_of[examples.positive]))
    without = rng.permutation(np.setdiff1d(item_of[examples.negative], with_it))
    if len(with_it) < 2 or len(without) < 2:
        raise UserError(
            f"There are too few examples for “{examples.name}”: each group needs photos of at "
            "least two items",
            remedy="Pick more photos, of different items; from sixty on directions settle.",
        )
    first = np.concatenate([with_it[: len(with_it) // 2], without[: len(without) // 2]])

    def half(rows: Rows, inside: bool) -> Rows:
        chosen: Rows = rows[np.isin(item_of[rows], first) == inside]
        return chosen

    return tuple(
        Examples(
            examples.name,
            half(examples.positive, inside),
            half(examples.negative, inside),
            half(examples.queries, inside),
        )
        for inside in (True, False)
    )


def _try_half(
    space: Space,
    item_of: npt.NDArray[np.int64],
    colours: npt.NDArray[np.float32],
    learned: Examples,
    tried: Examples,
    extents: npt.NDArray[np.float64],
    context: JobContext,
    seed: int,
) -> _Half:
    rng = np.random.default_rng([seed, 2])
    trial = _trial(space, item_of, colours, tried, rng)
    positive, negative = space.vectors[learned.positive], space.vectors[learned.negative]
    directions: dict[str, Vectors] = {
        method: learn(positive, negative) for method, learn in LEARNERS.items()
    }
    directions[BEST_AXIS] = _best_axis(positive, negative)
    steps = extents.tolist()
    outcomes = {
        name: walk(trial, direction, steps, context.check_cancelled)
        for name, direction in directions.items()
    }
    aimless = unit(rng.normal(size=(_RANDOM_DIRECTIONS, space.vectors.shape[1])).astype(np.float32))
    walks = [walk(trial, direction, steps, context.check_cancelled) for direction in aimless]
    outcomes[RANDOM] = [_mean(each) for each in zip(*walks, strict=True)]
    probe = radial_probe(positive, negative, space, rng)
    outcomes[STRICT] = rerank(
        trial, probe.bonuses(trial.gallery), strengths_for().tolist(), context.check_cancelled
    )
    return _Half(
        directions,
        outcomes,
        filtered(trial),
        queries=len(trial.queries),
        bearing=int(trial.bears.sum()),
        searched=len(trial.gallery),
    )


def _trial(
    space: Space,
    item_of: npt.NDArray[np.int64],
    colours: npt.NDArray[np.float32],
    examples: Examples,
    rng: np.random.Generator,
) -> Trial:
    gallery = np.union1d(examples.positive, examples.negative)
    if len(gallery) > _MOST_GALLERY:
        gallery = np.sort(rng.choice(gallery, _MOST_GALLERY, replace=False))
    asked = examples.queries if len(examples.queries) else examples.negative
    # One photo an item: several would ask the same thing again.
    asked = rng.permutation(asked)
    asked = asked[np.unique(item_of[asked], return_index=True)[1]]
    queries = rng.permutation(asked)[:_MOST_QUERIES]
    return Trial(
        gallery=space.vectors[gallery],
        bears=np.isin(gallery, examples.positive),
        gallery_items=item_of[gallery],
        gallery_colours=colours[gallery],
        queries=space.vectors[queries],
        query_items=item_of[queries],
        query_colours=colours[queries],
        metric=space.metric,
    )


def _best_axis(positive: Vectors, negative: Vectors) -> Vectors:
    """The principal axis, either way, along which the groups' means lie farthest apart.

    In standard deviations within the groups.
    """
    axes, _ = principal_axes(np.concatenate([positive, negative]), _MOST_AXES)
    apart = axes @ (positive.mean(axis=0) - negative.mean(axis=0))
    within = np.sqrt(((positive @ axes.T).var(axis=0) + (negative @ axes.T).var(axis=0)) / 2)
    strength = apart / np.maximum(within, 1e-12)
    best = int(np.abs(strength).argmax())
    return np.asarray(axes[best] * np.sign(strength[best] or 1.0), np.float32)


def _mean(outcomes: tuple[Outcome, ...]) -> Outcome:
    count = len(outcomes)
    total = outcomes[0]
    for outcome in outcomes[1:]:
        total = total + outcome
    return Outcome(
        total.slots // count,
        round(total.bearing / count),
        round(total.coloured / count),
        total.of_known_colour // count,
        total.distinct // count,
    )
