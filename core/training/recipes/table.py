"""The recipe table: what each recipe came to, as text and as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, stdev

from core.number_words import plural
from core.training.evaluation.top_k import KS

Top = Mapping[int, float]


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Attributes:
        name: The recipe.
        what: What it is.
        tops: Top-k by k for each seed that could be trained, on all held-out pairs.
        failed: Why the others could not, each a sentence.
    """

    name: str
    what: str
    tops: tuple[Top, ...]
    failed: tuple[str, ...] = ()

    def cells(self) -> list[str]:
        """For each k, the mean over the seeds in percent, and how far they scatter."""
        return [_cell([top[k] for top in self.tops]) for k in KS]

    def words(self) -> str:
        """What it is, and why seeds are missing."""
        return "; ".join([self.what, *(f"FAILED: {why}" for why in self.failed)])


@dataclass(frozen=True)
class RecipeTable:
    """The table.

    Attributes:
        title: What was compared.
        photos: Photos of held-out pairs, each a query.
        drawn: Whether the pairs are others for each seed; then the next two are means.
        crowd: Further photos that partners are looked for among.
        training_photos: Photos trained on.
        steps: Steps of each training.
        side_px: Photo size.
        seeds: The seeds.
        lines: Top to bottom.
    """

    title: str
    photos: int
    drawn: bool
    crowd: int
    training_photos: int
    steps: int
    side_px: int
    seeds: tuple[int, ...]
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        width = max(len(line.name) for line in self.lines)
        heads = [f"Top-{k}" for k in KS]
        rows = [
            f"  {line.name:<{width}}  {'  '.join(f'{cell:>10}' for cell in line.cells())}  "
            f"{line.words()}"
            for line in self.lines
        ]
        crowd = f" and {plural(self.crowd, 'further photo')}" if self.crowd else ""
        about = (
            f"{self.title}: {plural(self.photos, 'query', 'queries')} among held-out pairs{crowd},"
            f"{' drawn anew for each seed,' if self.drawn else ''}"
            f" {plural(self.training_photos, 'training photo')} of {self.side_px} px,"
            f" {plural(self.steps, 'step')},"
            f" seeds {', '.join(map(str, self.seeds))}; percent, mean ± standard deviation"
        )
        head = f"  {'':<{width}}  {'  '.join(f'{head:>10}' for head in heads)}"
        return "\n".join([about, head, *rows])


def _cell(shares: Sequence[float]) -> str:
    percent = [100 * share for share in shares]
    if not percent:
        return "–"
    if len(percent) < 2:
        return f"{percent[0]:.1f}"
    return f"{mean(percent):.1f} ± {stdev(percent):.1f}"
