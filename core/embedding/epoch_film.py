"""A run's epochs as maps of the same photos: how the latent space came to be what it is.

Each epoch is laid out by its principal components, turned onto the epoch after it (orthogonal
Procrustes), the last one onto the map that is shown: so that what moves is what changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.embedding.comparing import NEIGHBOURS, turned_onto
from core.embedding.index import Index, Rows, unit
from core.embedding.neighbours import Space
from core.embedding.projection import Positions, pca
from core.errors import UserError
from core.jobs.context import JobContext
from core.training.epoch_sample import EpochEmbeddings, kept_epochs, read_epoch

MOST_EPOCHS = 120
"""Of more, so many are taken, evenly spread, the first and the last among them."""


@dataclass(frozen=True, eq=False)
class EpochFilm:
    """The same photos after each epoch.

    Attributes:
        epochs: (e,) epochs done, ascending.
        rows: (m,) rows of the index.
        positions: (e, m, 2) float32.
        near: (e, m, k) int32, each photo's nearest others among these, by place, unordered.
        index_size: Photos of the index.
    """

    epochs: tuple[int, ...]
    rows: Rows
    positions: npt.NDArray[np.float32]
    near: npt.NDArray[np.int32]
    index_size: int

    def at(self, time: float) -> Positions:
        """Where each photo of the index lies at a time, (n, 2); NaN for those not in the film.

        Args:
            time: 0 at the first epoch, 1 at the second …; between them photos go straight on.
        """
        first = min(max(int(time), 0), len(self.epochs) - 1)
        second = min(first + 1, len(self.epochs) - 1)
        share = np.float32(min(max(time - first, 0.0), 1.0))
        between = (1 - share) * self.positions[first] + share * self.positions[second]
        return self._over_index(between)

    def kept(self, first: int, second: int) -> npt.NDArray[np.float32]:
        """The share of each photo's nearest after one epoch that are so after another.

        Args:
            first: Place in `epochs`.
            second: Likewise.

        Returns:
            (n,) float32; NaN for photos that are not in the film.
        """
        return self._over_index(self._kept(first, second))

    def kept_share(self, first: int, second: int) -> float:
        """`kept`, over all photos of the film."""
        return float(self._kept(first, second).mean())

    def _kept(self, first: int, second: int) -> npt.NDArray[np.float32]:
        one, other = self.near[first], self.near[second]
        same = (one[:, :, None] == other[:, None, :]).any(axis=2)
        return np.asarray(same.mean(axis=1), np.float32)

    def _over_index(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        over = np.full((self.index_size, *values.shape[1:]), np.nan, np.float32)
        over[self.rows] = values
        return over


def make_film(folder: Path, index: Index, onto: Positions, context: JobContext) -> EpochFilm:
    """Reads the epochs that were kept of a run and lays each out.

    Args:
        folder: The run's.
        index: Of the run.
        onto: (n, 2) the map that is shown, which the last epoch is turned onto.
        context: Progress and cancellation.

    Raises:
        UserError: Nothing was kept, or nothing of what is in the index.
        Cancelled: The context was cancelled.
    """
    kept = _epochs_of(folder)
    if not kept:
        raise UserError(
            "No epochs were kept of this run",
            path=folder / "epochs",
            remedy="Train it again: runs keep a sample of their embeddings from now on.",
        )
    rows, places = _shared(kept[-1], index)
    if len(rows) < 2:
        raise UserError(
            "The photos that were kept of this run's epochs are not in its index",
            path=folder / "epochs",
            remedy="Embed the catalogue again with this run.",
        )
    positions = np.empty((len(kept), len(rows), 2), np.float32)
    near = np.empty((len(kept), len(rows), min(NEIGHBOURS, len(rows) - 1)), np.int32)
    following = onto[rows]
    for at in reversed(range(len(kept))):
        context.check_cancelled()
        context.report("Laying out the epochs", len(kept) - 1 - at, len(kept))
        vectors = kept[at].vectors[places]
        if index.metric == "angular":
            vectors = unit(vectors)
        positions[at] = following = turned_onto(pca(vectors), following)
        near[at] = _nearest(Space(vectors, index.metric), near.shape[2])
    return EpochFilm(tuple(each.epoch for each in kept), rows, positions, near, index.size)


def _epochs_of(folder: Path) -> list[EpochEmbeddings]:
    """Those that can be read and are of the same photos as the last."""
    epochs = kept_epochs(folder)
    if len(epochs) > MOST_EPOCHS:
        chosen = np.linspace(0, len(epochs) - 1, MOST_EPOCHS).round().astype(int)
        epochs = [epochs[place] for place in chosen.tolist()]
    read = [each for epoch in epochs if (each := read_epoch(folder, epoch)) is not None]
    return [each for each in read if each.content_hashes == read[-1].content_hashes]


def _shared(kept: EpochEmbeddings, index: Index) -> tuple[Rows, Rows]:
    """Rows of the index and places in the sample of the photos that both have."""
    row_of = {content: row for row, content in enumerate(index.content_hashes)}
    pairs = {
        row_of[content]: place
        for place, content in enumerate(kept.content_hashes)
        if content in row_of
    }
    rows = np.array(sorted(pairs), np.int64)
    return rows, np.array([pairs[row] for row in rows.tolist()], np.int64)


def _nearest(space: Space, count: int) -> npt.NDArray[np.int32]:
    """(m, count) places of each vector's nearest others, unordered."""
    scores = np.stack([space.scores(vector) for vector in space.vectors])
    np.fill_diagonal(scores, -np.inf)
    return np.argpartition(-scores, count - 1, axis=1)[:, :count].astype(np.int32)
