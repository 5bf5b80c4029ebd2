"""Clusters of a run's embeddings: which photos the model holds to be of one kind.

By k-means over mini-batches (Sculley 2010, "Web-scale k-means clustering"), so that half a million
photos take seconds. What is found is kept by the model's hash, and may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.embedding.index import Index, Vectors, unit
from core.jobs.context import JobContext
from core.project import Project, write_atomically

CLUSTERS = 10
"""As many as there are colours that can be told apart."""

Labels = npt.NDArray[np.int16]

_BATCH = 4096
_MOST_BATCHES = 120
_ROUNDS = 3
_STAGE = "Finding clusters"


def clusters_of(project: Project, index: Index, context: JobContext) -> Labels:
    """The cluster of each photo, (n,) from 0, the largest first; from the cache if it is there.

    Raises:
        Cancelled: The context was cancelled.
    """
    file = project.root / "cache" / "clusters" / f"{index.model_hash[:16]}.npz"
    stored = _stored(file, index)
    if stored is not None:
        return stored
    vectors = unit(index.vectors) if index.metric == "angular" else index.vectors
    labels = find_clusters(vectors, context)
    # A cache that cannot be written is a cache that is not there.
    with contextlib.suppress(OSError):
        _store(file, index, labels)
    return labels


def find_clusters(vectors: Vectors, context: JobContext, *, seed: int = 0) -> Labels:
    """Clusters vectors, (n, d) in any order; the same seed gives the same clusters.

    Returns:
        (n,) int16, from 0; smaller numbers are larger clusters.

    Raises:
        Cancelled: The context was cancelled.
    """
    count = min(CLUSTERS, len(vectors))
    if count < 2:
        return np.zeros(len(vectors), np.int16)
    context.report(_STAGE, 0)
    from sklearn.cluster import MiniBatchKMeans

    rng = np.random.default_rng(seed)
    model = MiniBatchKMeans(count, batch_size=_BATCH, n_init=3, random_state=seed)
    orders = [rng.permutation(len(vectors)) for _ in range(_ROUNDS)]
    batches = [
        order[begin : begin + _BATCH]
        for order in orders
        for begin in range(0, len(order), _BATCH)
        # The last batch of a round may be too small to begin with.
        if len(order) - begin >= count
    ][:_MOST_BATCHES]
    for done, rows in enumerate(batches):
        context.check_cancelled()
        context.report(_STAGE, done, len(batches))
        model.partial_fit(vectors[rows])
    labels = np.empty(len(vectors), np.int64)
    for begin in range(0, len(vectors), 16 * _BATCH):
        context.check_cancelled()
        part = slice(begin, begin + 16 * _BATCH)
        labels[part] = model.predict(vectors[part])
    by_size = np.argsort(-np.bincount(labels, minlength=count), kind="stable")
    rank = np.empty(count, np.int16)
    rank[by_size] = np.arange(count)
    return np.asarray(rank[labels], np.int16)


def _store(file: Path, index: Index, labels: Labels) -> None:
    data = io.BytesIO()
    np.savez(data, labels=labels, photo_ids=index.photo_ids, model_hash=np.array(index.model_hash))
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, data.getvalue())


def _stored(file: Path, index: Index) -> Labels | None:
    """Those of just these photos, or None where there are none that can be used."""
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as stored:
            labels, ids, model = stored["labels"], stored["photo_ids"], str(stored["model_hash"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if model != index.model_hash or not np.array_equal(ids, index.photo_ids):
        return None
    if labels.shape != ids.shape or labels.min(initial=0) < 0:
        return None
    return np.asarray(labels, np.int16)
