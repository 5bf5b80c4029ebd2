"""How a network saw some photos after each epoch: kept with the run, for looking back later.

`<run>/epochs/epoch_00005.npz` holds the embeddings of a fixed sample of the data set, in half
precision: about 150 kB for 2,000 photos in twenty dimensions. Photos are told by content, so that
they are found again in any index.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.project import write_atomically
from core.training.photos import Dataset

MOST_PHOTOS = 2000

_NAME = re.compile(r"epoch_(\d{5,})\.npz")

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sample:
    """The photos that are looked at after each epoch.

    Attributes:
        pack_rows: (m,) int64, where each lies in the pack.
        content_hashes: Of each.
    """

    pack_rows: Rows
    content_hashes: tuple[bytes, ...]


@dataclass(frozen=True, eq=False)
class EpochEmbeddings:
    """What was kept of one epoch.

    Attributes:
        epoch: Epochs done, counted from 1.
        vectors: (m, d) float32, as the network gave them, in half precision.
        content_hashes: Of each photo.
    """

    epoch: int
    vectors: npt.NDArray[np.float32]
    content_hashes: tuple[bytes, ...]


def draw_sample(dataset: Dataset, pack_rows: Rows, seed: int, most: int = MOST_PHOTOS) -> Sample:
    """Whole items of the data set, drawn by the seed: the same ones for every epoch of a run.

    Args:
        dataset: The run's.
        pack_rows: (photos,) where each photo lies in the pack; negative where it could not be read.
        seed: Of the run.
        most: Photos.
    """
    place_of_item = np.random.default_rng(seed).permutation(len(dataset.items))
    order = np.argsort(place_of_item[dataset.item_of], kind="stable")
    chosen = np.sort(order[pack_rows[order] >= 0][:most])
    return Sample(pack_rows[chosen], tuple(dataset.photos[row].content_hash for row in chosen))


def write_epoch(folder: Path, epoch: int, sample: Sample, vectors: npt.NDArray[np.float32]) -> Path:
    """Keeps the embeddings of an epoch, in place of earlier ones of the same epoch.

    Args:
        folder: The run's.
        epoch: Epochs done.
        sample: Which photos.
        vectors: (m, d), finite or not: what is too large for half precision is cut.

    Raises:
        OSError: It cannot be written.
    """
    largest = float(np.finfo(np.float16).max)
    data = io.BytesIO()
    np.savez(
        data,
        vectors=np.clip(np.nan_to_num(vectors), -largest, largest).astype(np.float16),
        hashes=np.frombuffer(b"".join(sample.content_hashes), np.uint8),
        lengths=np.array([len(each) for each in sample.content_hashes], np.int32),
    )
    file = folder / "epochs" / f"epoch_{epoch:05d}.npz"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, data.getvalue())
    return file


def kept_epochs(folder: Path) -> Sequence[int]:
    """The epochs of a run that something was kept of, ascending."""
    found = (_NAME.fullmatch(file.name) for file in (folder / "epochs").glob("epoch_*.npz"))
    return sorted(int(name.group(1)) for name in found if name is not None)


def read_epoch(folder: Path, epoch: int) -> EpochEmbeddings | None:
    """What was kept of an epoch; None where that is damaged or gone."""
    file = folder / "epochs" / f"epoch_{epoch:05d}.npz"
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as stored:
            vectors, blob, lengths = stored["vectors"], stored["hashes"], stored["lengths"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    ends = np.cumsum(lengths)
    whole = blob.tobytes()
    if vectors.ndim != 2 or len(vectors) != len(ends) or len(whole) != ends[-1:].sum():
        return None
    hashes = tuple(
        whole[end - length : end]
        for end, length in zip(ends.tolist(), lengths.tolist(), strict=True)
    )
    return EpochEmbeddings(epoch, vectors.astype(np.float32), hashes)
