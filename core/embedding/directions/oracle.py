"""The best that any direction could do: the same garments, drawn again with the pattern.

Only the demo's generator can do this. If even these land among neighbours that do not bear the
pattern, then it is the model that does not see it, and no direction can be blamed.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.embedding.demo_truth import DemoTruth
from core.embedding.directions.curves import Trial, count_results, scores_of
from core.embedding.directions.examples import Examples
from core.embedding.index import Index, Vectors
from core.jobs.context import JobContext
from core.scrape.demo.files import jpeg
from core.scrape.demo.patterns import PatternKind, draw_pattern
from core.scrape.demo.plan import PlannedPhoto
from core.scrape.demo.render import render_photo
from core.scrape.demo.truth import Kind

KINDS: dict[str, tuple[PatternKind, ...]] = {
    "stripes": ("horizontal_stripes", "vertical_stripes"),
    "floral": ("floral",),
    "dots": ("dots",),
    "checks": ("checks",),
    "print": ("print",),
}
"""What the generator draws for each pattern that titles name."""

_VIEWS = ("front", "back")


@dataclass(frozen=True)
class OracleResult:
    """What the neighbours of the re-drawn garments are.

    Attributes:
        garments: How many were drawn again.
        share: P, the share of the ten nearest that bear the pattern.
        colour: C, the share within ΔE 20 of the plain garment's colour.
        unmoved_share: P of the plain garments themselves.
        unmoved_colour: C of them.
    """

    garments: int
    share: float
    colour: float
    unmoved_share: float
    unmoved_colour: float


def ask_oracle(
    index: Index,
    item_of: npt.NDArray[np.int64],
    colours: npt.NDArray[np.float32],
    examples: Examples,
    truth: DemoTruth,
    embed: Callable[[Path], Vectors],
    context: JobContext,
    *,
    most: int = 60,
    seed: int = 0,
) -> OracleResult | None:
    """Draws plain garments again with a pattern and looks at what is near them.

    Args:
        index: The space.
        item_of: (n,) item of each row.
        colours: (n, 3) mean Lab of each row.
        examples: Whose positive and negative photos are searched.
        truth: How each photo was drawn.
        embed: The run's network: a photo's file to its vector.
        context: Reports garments; cancelled between two.
        most: So many garments.
        seed: Which ones, and how the pattern is drawn.

    Returns:
        None where the generator knows no such pattern, or there are no plain garments.
    """
    kinds = KINDS.get(examples.name)
    plain = _plain_rows(truth, item_of, most, seed)
    if kinds is None or not len(plain):
        return None
    vectors = []
    with tempfile.TemporaryDirectory(prefix="pickglass-oracle-") as folder:
        file = Path(folder) / "drawn.jpg"
        for done, row in enumerate(plain.tolist()):
            context.check_cancelled()
            context.report(f"Drawing garments with {examples.name}", done, len(plain))
            file.write_bytes(_drawn_again(truth, row, kinds[done % len(kinds)], seed))
            vectors.append(embed(file))
    context.report(f"Drawing garments with {examples.name}", len(plain), len(plain))
    gallery = np.union1d(examples.positive, examples.negative)
    trial = Trial(
        gallery=index.vectors[gallery],
        bears=np.isin(gallery, examples.positive),
        gallery_items=item_of[gallery],
        gallery_colours=colours[gallery],
        queries=index.vectors[plain],
        query_items=item_of[plain],
        query_colours=colours[plain],
        metric=index.metric,
    )
    unmoved = count_results(trial, scores_of(trial))
    drawn = replace(trial, queries=np.stack(vectors).astype(np.float32))
    found = count_results(drawn, scores_of(drawn))
    return OracleResult(
        garments=len(plain),
        share=found.bearing / max(1, found.slots),
        colour=found.coloured / max(1, found.of_known_colour),
        unmoved_share=unmoved.bearing / max(1, unmoved.slots),
        unmoved_colour=unmoved.coloured / max(1, unmoved.of_known_colour),
    )


def _plain_rows(
    truth: DemoTruth, item_of: npt.NDArray[np.int64], most: int, seed: int
) -> npt.NDArray[np.int64]:
    """One clean photo of all of it for each plain garment, at random."""
    rows = np.array(
        [
            row
            for row, of_photo in sorted(truth.rows.items())
            if of_photo.kind is Kind.CLEAN
            and of_photo.pattern == "plain"
            and of_photo.view in _VIEWS
        ],
        np.int64,
    )
    rng = np.random.default_rng([seed, 4])
    rows = rng.permutation(rows)
    rows = rows[np.unique(item_of[rows], return_index=True)[1]]
    return rng.permutation(rows)[:most]


def _drawn_again(truth: DemoTruth, row: int, kind: PatternKind, seed: int) -> bytes:
    planned: PlannedPhoto = truth.planned(row)
    assert planned.garment is not None and planned.shot is not None
    garment = planned.garment
    rng = np.random.default_rng([seed, zlib.crc32(garment.id.encode())])
    dressed = replace(garment, pattern=draw_pattern(garment.colour, rng, kind))
    pixels = render_photo(dressed, planned.shot, truth.settings.side_px)
    return jpeg(pixels, planned.shot.film.quality)
