"""The map: all photos in two dimensions, and how far to trust it.

PCA is there at once. PaCMAP (Wang et al. 2021) and t-SNE (van der Maaten and Hinton 2008, by
openTSNE) take from seconds to minutes, and their libraries as long to import; they work in a
process of their own, which ends the moment that the job is cancelled.
"""

from __future__ import annotations

import logging
import multiprocessing
import time
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection

import numpy as np
import numpy.typing as npt

from core.embedding.directions.separating import principal_axes
from core.embedding.index import Ids, Index, Vectors
from core.embedding.neighbours import Space
from core.errors import UserError
from core.jobs.context import JobContext

Positions = npt.NDArray[np.float32]

FEWEST_POINTS = 30
"""Fewer photos have no neighbourhoods to preserve: their map is PCA's, whatever was asked for."""

_NEIGHBOURS_PLACED_BY = 15
_NEIGHBOURS_KEPT = 10
_SAMPLE = 1000
_POLL_S = 0.2


class Method(StrEnum):
    """How the map is made."""

    PCA = "PCA"
    PACMAP = "PaCMAP"
    TSNE = "t-SNE"


@dataclass(frozen=True, eq=False)
class MapOfPhotos:
    """Where each photo lies on the map.

    Attributes:
        positions: (n, 2) float32, spanning about -1 to 1.
        photo_ids: (n,) int64.
        method: How it was made.
        model_hash: Of the index it was made from.
        kept_share: Of each photo's ten nearest neighbours, the share that are among its ten
            nearest on the map too (mean over at most a thousand photos).
        seconds: How long it took.
        placed: How many photos were placed by their neighbours, not by the method itself.
    """

    positions: Positions
    photo_ids: Ids
    method: Method
    model_hash: str
    kept_share: float
    seconds: float
    placed: int = 0


def make_map(index: Index, method: Method, context: JobContext, *, seed: int = 0) -> MapOfPhotos:
    """Makes a map of all photos of an index.

    Args:
        index: The photos.
        method: How.
        context: Cancels within a second.
        seed: Of what is drawn; the same seed gives the same map on the same machine.

    Raises:
        UserError: The method's library is missing or gave up.
        Cancelled: The context was cancelled.
    """
    began = time.monotonic()
    if method is Method.PCA or index.size < FEWEST_POINTS:
        raw = pca(index.vectors)
    else:
        raw = _in_a_process(index.vectors, method, context, seed)
    positions = _to_unit_square(raw)
    context.report("Comparing the map with the space", 0, 1)
    kept = kept_share(index, positions, seed=seed)
    context.report("Comparing the map with the space", 1, 1)
    return MapOfPhotos(
        positions, index.photo_ids, method, index.model_hash, kept, time.monotonic() - began
    )


def pca(vectors: Vectors) -> Positions:
    """The first two principal components of each vector, (n, 2)."""
    if not len(vectors):
        return np.zeros((0, 2), np.float32)
    axes, _ = principal_axes(vectors, 2)
    flat = (vectors - vectors.mean(axis=0)) @ axes.T
    found = np.zeros((len(vectors), 2), np.float32)
    found[:, : flat.shape[1]] = flat  # one-dimensional vectors have one axis
    return found


def place(space: Space, positions: Positions, vector: Vectors) -> Positions:
    """Where a point that is not on the map belongs: the mean of its 15 nearest, (2,) float32.

    Nearer ones weigh more, by the inverse of their distance, so that a copy of a photo lands on it.

    Args:
        space: The vectors of the photos on the map.
        positions: (n, 2) theirs.
        vector: (d,) the point's; of unit length where the metric is angular.
    """
    near = space.nearest(vector, _NEIGHBOURS_PLACED_BY)
    distances = np.sqrt(2 * near.distances) if space.metric == "angular" else near.distances
    weights = 1 / np.maximum(distances, 1e-6)
    placed = (weights / weights.sum()) @ positions[near.rows].astype(np.float64)
    return np.asarray(placed, np.float32)


def fit_to_index(made: MapOfPhotos, index: Index, context: JobContext) -> MapOfPhotos:
    """The map in the order of an index that has gained or lost photos since it was made.

    Photos that it does not know are placed by their neighbours.

    Raises:
        ValueError: The map is of another model, or knows none of the photos.
    """
    if made.model_hash != index.model_hash:
        raise ValueError("the map is of another model")
    row_on_map = {int(id_): row for row, id_ in enumerate(made.photo_ids)}
    at = np.array([row_on_map.get(int(id_), -1) for id_ in index.photo_ids], np.int64)
    known = np.flatnonzero(at >= 0)
    if index.size and not len(known):
        raise ValueError("the map knows none of the photos")
    positions = np.zeros((index.size, 2), np.float32)
    positions[known] = made.positions[at[known]]
    unknown = np.flatnonzero(at < 0)
    if len(unknown):
        space = Space(index.vectors[known], index.metric)
        for done, row in enumerate(unknown.tolist()):
            context.check_cancelled()
            positions[row] = place(space, positions[known], index.vectors[row])
            context.report("Placing new photos", done + 1, len(unknown))
    return MapOfPhotos(
        positions,
        index.photo_ids,
        made.method,
        made.model_hash,
        made.kept_share,
        made.seconds,
        placed=len(unknown),
    )


def kept_share(index: Index, positions: Positions, *, seed: int = 0) -> float:
    """The share of the ten nearest neighbours that the map keeps, over at most a thousand photos.

    Where there are fewer than eleven photos, every neighbour is kept and the share is 1.
    """
    from scipy.spatial import cKDTree

    count = min(_NEIGHBOURS_KEPT, index.size - 1)
    if count < 1 or index.size <= _NEIGHBOURS_KEPT:
        return 1.0
    rng = np.random.default_rng(seed)
    sample = rng.permutation(index.size)[:_SAMPLE]
    space, tree = Space(index.vectors, index.metric), cKDTree(positions)
    _, on_map = tree.query(positions[sample], k=count + 1)
    kept = 0
    for row, found in zip(sample.tolist(), on_map, strict=True):
        # Of photos at one and the same place the tree may leave out the one that was asked for.
        near_on_map = [other for other in found.tolist() if other != row][:count]
        near = space.nearest(index.vectors[row], count, without=[row])
        kept += len(np.intersect1d(near.rows, near_on_map))
    return kept / (count * len(sample))


def _to_unit_square(raw: Positions) -> Positions:
    """Centred, and scaled alike in both directions so that nearly all lies within ±1."""
    if not len(raw):
        return raw
    centred = raw - np.median(raw, axis=0)
    reach = float(np.quantile(np.abs(centred).max(axis=1), 0.99)) or 1.0
    return np.asarray(centred / reach, np.float32)


def _in_a_process(vectors: Vectors, method: Method, context: JobContext, seed: int) -> Positions:
    # Spawned and not forked: a fork would copy the locks of the caller's threads.
    spawn = multiprocessing.get_context("spawn")
    receiver, sender = spawn.Pipe(duplex=False)
    worker = spawn.Process(target=_fit, args=(vectors, method, seed, sender), daemon=True)
    stage = f"Making the map by {method}"
    context.report(stage, 0)
    worker.start()
    sender.close()
    try:
        while not receiver.poll(_POLL_S):
            context.check_cancelled()
        answer = receiver.recv()
    except EOFError:
        answer = "its process ended without a word; was there enough memory?"
    finally:
        worker.kill()
        worker.join()
        receiver.close()
    if isinstance(answer, str):
        raise UserError(
            f"The map could not be made by {method} ({answer})",
            remedy="Choose another method; PCA always works.",
        )
    positions: Positions = answer
    return positions


def _fit(vectors: Vectors, method: Method, seed: int, sender: Connection) -> None:
    try:
        sender.send(_pacmap(vectors, seed) if method is Method.PACMAP else _tsne(vectors, seed))
    except Exception as error:  # noqa: BLE001 - carried to the parent, which tells the user
        sender.send(f"{type(error).__name__}: {error}")


def _pacmap(vectors: Vectors, seed: int) -> Positions:
    import pacmap

    # That a seed was given is no news to whoever gave it; all else that it warns of is passed on.
    logging.getLogger(pacmap.PaCMAP.__module__).addFilter(
        lambda record: not record.getMessage().startswith("Warning: random state is set")
    )
    neighbours = min(10, len(vectors) // 3)
    made = pacmap.PaCMAP(n_components=2, n_neighbors=neighbours, random_state=seed)
    return np.asarray(made.fit_transform(np.array(vectors), init="pca"), np.float32)


def _tsne(vectors: Vectors, seed: int) -> Positions:
    import openTSNE

    perplexity = min(30.0, (len(vectors) - 1) / 3)
    made = openTSNE.TSNE(perplexity=perplexity, random_state=seed, n_jobs=-1)
    return np.asarray(made.fit(np.asarray(vectors, np.float64)), np.float32)
