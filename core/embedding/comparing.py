"""Two embeddings of the same photos: which neighbourhoods changed from one to the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.embedding.index import Ids, Index, Rows
from core.embedding.neighbours import Space
from core.embedding.projection import Positions
from core.errors import UserError
from core.jobs.context import JobContext

NEIGHBOURS = 10

_MOST_PHOTOS = 20_000


@dataclass(frozen=True, eq=False)
class Comparison:
    """How far two embeddings agree.

    Attributes:
        photo_ids: (n,) int64, the photos that both have.
        rows_a: (n,) their rows in the first index.
        rows_b: (n,) in the second.
        kept: (n,) float32, the share of each photo's ten nearest among these photos in the first
            that are among its ten nearest in the second; NaN where it was not measured.
    """

    photo_ids: Ids
    rows_a: Rows
    rows_b: Rows
    kept: npt.NDArray[np.float32]

    @property
    def measured(self) -> int:
        return int((~np.isnan(self.kept)).sum())

    @property
    def mean_kept(self) -> float:
        """Over the photos that were measured."""
        return float(np.nanmean(self.kept)) if self.measured else float("nan")


def compare_neighbourhoods(
    a: Index, b: Index, context: JobContext, *, most: int = _MOST_PHOTOS, seed: int = 0
) -> Comparison:
    """Compares the neighbourhoods of all photos that two indexes have.

    Args:
        a: Of one run or epoch.
        b: Of another; the metrics may differ.
        context: Progress and cancellation.
        most: Where there are more photos, so many are measured, drawn at random, each against all.
        seed: Of the draw.

    Raises:
        UserError: They have no photos in common.
        Cancelled: The context was cancelled.
    """
    ids, rows_a, rows_b = np.intersect1d(
        a.photo_ids, b.photo_ids, assume_unique=True, return_indices=True
    )
    if len(ids) < 2:
        raise UserError(
            f"“{a.run}” and “{b.run}” have embedded no photos in common",
            remedy="Embed the catalogue of this project with both runs.",
        )
    space_a = Space(a.vectors[rows_a], a.metric)
    space_b = Space(b.vectors[rows_b], b.metric)
    count = min(NEIGHBOURS, len(ids) - 1)
    measured = np.random.default_rng(seed).permutation(len(ids))[:most]
    kept = np.full(len(ids), np.nan, np.float32)
    for done, row in enumerate(measured.tolist()):
        context.check_cancelled()
        context.report("Comparing neighbourhoods", done, len(measured))
        near_a = space_a.nearest(space_a.vectors[row], count, without=[row]).rows
        near_b = space_b.nearest(space_b.vectors[row], count, without=[row]).rows
        kept[row] = len(np.intersect1d(near_a, near_b, assume_unique=True)) / count
    context.report("Comparing neighbourhoods", len(measured), len(measured))
    return Comparison(ids, rows_a, rows_b, kept)


def turned_onto(positions: Positions, onto: Positions) -> Positions:
    """A map turned, mirrored, scaled and moved so that it lies on another as well as it can.

    So that an animation from one to the other shows what changed, and not how the method happened
    to turn it (orthogonal Procrustes; Schönemann 1966).

    Args:
        positions: (n, 2) of one map.
        onto: (n, 2) of the other, of the same photos in the same order.
    """
    if not len(positions):
        return positions
    centre, target = positions.mean(axis=0), onto.mean(axis=0)
    a = (positions - centre).astype(np.float64)
    b = (onto - target).astype(np.float64)
    left, strengths, right = np.linalg.svd(a.T @ b)
    size = float((a**2).sum())
    scale = strengths.sum() / size if size > 0 else 1.0
    return np.asarray(scale * a @ (left @ right) + target, np.float32)
