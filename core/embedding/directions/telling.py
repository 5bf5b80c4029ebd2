"""Reports on directions as text and as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from core.embedding.directions.oracle import OracleResult
from core.embedding.directions.records import Curve, Direction, Likeness
from core.number_words import plural

LEVELS = (0.5, 0.7)
"""The P at which C is told."""


@dataclass(frozen=True)
class CurveTold:
    """A curve in a row of a table.

    Attributes:
        name: What was moved along.
        best_share: The highest P within the limit.
        colour_there: C at that point.
        limit: Where the results collapse onto few photos.
        colour_at: C at each of `LEVELS`; None where P does not get there.
        unmoved: P and C of the resting queries.
        points: Extent, P, C, and distinct results, all of it.
    """

    name: str
    best_share: float
    colour_there: float | None
    limit: float
    colour_at: tuple[float | None, ...]
    unmoved: tuple[float, float | None]
    points: tuple[tuple[float, float, float | None, int], ...]


@dataclass(frozen=True)
class DirectionTold:
    """What is known of one direction."""

    name: str
    chosen: str
    positive: int
    negative: int
    positive_items: int
    queries: int
    base_rate: float
    needed_share: float
    is_encoded: bool
    stability: float | None
    curves: tuple[CurveTold, ...]
    filter_colour: float | None
    oracle: OracleResult | None
    warnings: tuple[str, ...]

    def __str__(self) -> str:
        lines = [
            f"{self.name}: {plural(self.positive, 'photo')} of"
            f" {plural(self.positive_items, 'item')} against {self.negative:,};"
            f" {plural(self.queries, 'query', 'queries')}; base rate {self.base_rate:.2f};"
            f" stability {_number(self.stability)}",
            f"  {'':<28}{'best P':>8}{'C there':>9}"
            + "".join(f"{f'C at P {p}':>12}" for p in LEVELS)
            + f"{'stops at':>12}",
        ]
        for curve in self.curves:
            marked = " *" if curve.name == self.chosen else ""
            lines.append(
                f"  {curve.name + marked:<28}{curve.best_share:>8.2f}"
                + f"{_number(curve.colour_there):>9}"
                + "".join(f"{_number(colour):>12}" for colour in curve.colour_at)
                + f"{curve.limit:>12.2f}"
            )
        share, colour = self.curves[0].unmoved
        lines.append(f"  no move: P {share:.2f}, C {_number(colour)}")
        lines.append(f"  plain filter: P 1, C {_number(self.filter_colour)}")
        if self.oracle is not None:
            lines.append(
                f"  oracle, {self.oracle.garments} garments drawn again: P {self.oracle.share:.2f},"
                f" C {self.oracle.colour:.2f} (as they were: P {self.oracle.unmoved_share:.2f}, "
                f"C {self.oracle.unmoved_colour:.2f})"
            )
        lines += [f"  ! {warning}" for warning in self.warnings]
        return "\n".join(lines)


@dataclass(frozen=True)
class DirectionsTold:
    """What is known of a run's directions.

    Attributes:
        run: Whose.
        directions: Each with its table.
        alike: Pairs that point nearly the same way.
        stored: Whether they were kept for the explorer.
    """

    run: str
    directions: tuple[DirectionTold, ...]
    alike: tuple[Likeness, ...]
    stored: bool

    def __str__(self) -> str:
        if not self.directions:
            return "No title names a pattern: name words by --words, or pick photos in the explorer"
        parts = [str(direction) for direction in self.directions]
        parts += [
            f"! “{pair.name}” and “{pair.other}” point nearly "
            f"{'the same way' if pair.cosine > 0 else 'opposite ways'} (cosine {pair.cosine:.2f})"
            for pair in self.alike
        ]
        if self.stored:
            parts.append(f"Kept {plural(len(self.directions), 'direction')} for the explorer.")
        return "\n\n".join(parts) + "\n\n* the slider's own; P: share of the top ten that bear it"


def tell(direction: Direction, oracle: OracleResult | None = None) -> DirectionTold:
    """A measured direction as plain values; raises ValueError for one without a report."""
    report = direction.report
    if report is None:
        raise ValueError(f"nothing was measured of {direction.name}")
    curves = [*report.curves, *([report.strict] if report.strict else [])]
    return DirectionTold(
        name=direction.name,
        chosen=report.chosen,
        positive=report.positive,
        negative=report.negative,
        positive_items=report.positive_items,
        queries=report.queries,
        base_rate=report.base_rate,
        needed_share=report.needed_share,
        is_encoded=report.is_encoded,
        stability=report.stability,
        curves=tuple(map(_tell_curve, curves)),
        filter_colour=report.filter_colour,
        oracle=oracle,
        warnings=report.warnings(direction.name),
    )


def _tell_curve(curve: Curve) -> CurveTold:
    return CurveTold(
        name=str(curve.name),
        best_share=curve.best_share,
        colour_there=curve.colour_at(curve.best_share),
        limit=curve.limit,
        colour_at=tuple(curve.colour_at(level) for level in LEVELS),
        unmoved=(curve.points[0].share, curve.points[0].colour),
        points=tuple(
            (point.extent, point.share, point.colour, point.distinct) for point in curve.points
        ),
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
