"""A run's embeddings of the catalogue's photos, and the one file that they lie in."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.errors import UserError
from core.project import sync_folder

Vectors = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]
Metric = Literal["angular", "l2"]
Fit = Literal["pad", "crop", "stretch"]

FORMAT = 1

# What zipfile and NumPy raise for files that break off or have wrong bytes in them.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    KeyError,
    TypeError,
    EOFError,
    RuntimeError,
    MemoryError,
)
_AGAIN = "Embed the catalogue again with this run; it takes up where its photos have changed."


@dataclass(frozen=True, eq=False)
class Index:
    """Embeddings, a row a photo.

    Attributes:
        vectors: (n, d) float32; of unit length where the metric is angular.
        photo_ids: (n,) int64, the photos' ids in the catalogue, each once.
        content_hashes: What the catalogue's `content_hash` was when the photo was embedded.
        model_hash: Which weights made them (hexadecimal).
        metric: How they are compared.
        run: Name of the run.
        side_px: The square photos were made before embedding, in pixels.
        fit: How they were made square.
    """

    vectors: Vectors
    photo_ids: Ids
    content_hashes: tuple[bytes, ...]
    model_hash: str
    metric: Metric
    run: str
    side_px: int
    fit: Fit

    def __post_init__(self) -> None:
        count = len(self.vectors)
        if self.vectors.ndim != 2 or self.vectors.dtype != np.float32:
            raise ValueError(f"vectors are {self.vectors.dtype} {self.vectors.shape}")
        if self.photo_ids.shape != (count,) or len(self.content_hashes) != count:
            raise ValueError(
                f"{count} vectors, {self.photo_ids.shape} ids, {len(self.content_hashes)} hashes"
            )

    @property
    def size(self) -> int:
        return len(self.vectors)

    @property
    def dimensions(self) -> int:
        return int(self.vectors.shape[1])

    @cached_property
    def row_of(self) -> dict[int, int]:
        """The row of each photo id."""
        return {int(id_): row for row, id_ in enumerate(self.photo_ids)}

    def rows_of(self, photo_ids: Sequence[int]) -> Rows:
        """The rows of these photos, in order; those that are not in the index are left out."""
        rows = [self.row_of[id_] for id_ in map(int, photo_ids) if id_ in self.row_of]
        return np.array(rows, np.int64)


def unit(vectors: Vectors) -> Vectors:
    """The vectors scaled to length one along the last axis; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)


def write_index(index: Index, file: Path) -> None:
    """Writes the index so that it is there whole or not at all.

    Raises:
        UserError: The disk is full, or the folder may not be written to.
    """
    header = {
        "format": FORMAT,
        "model_hash": index.model_hash,
        "metric": index.metric,
        "run": index.run,
        "side_px": index.side_px,
        "fit": index.fit,
    }
    lengths = np.array([len(content) for content in index.content_hashes], np.int32)
    temporary = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as stream:
            np.savez(
                stream,
                header=np.frombuffer(json.dumps(header).encode(), np.uint8),
                vectors=index.vectors,
                photo_ids=index.photo_ids,
                hashes=np.frombuffer(b"".join(index.content_hashes), np.uint8),
                hash_lengths=lengths,
            )
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    except OSError as error:
        raise UserError(
            f"The index could not be written ({error.strerror or error})",
            path=file,
            remedy="Make room on the disk, see that you may write to the folder, and try again.",
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(file.parent)


def read_index(file: Path, expect_model_hash: str | None = None) -> Index:
    """The index in a file.

    Args:
        file: What `write_index` wrote.
        expect_model_hash: Of the model that queries will be embedded with.

    Raises:
        UserError: There is none, it is damaged, from a newer program, or of another model.
    """
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as stored:
            header = json.loads(stored["header"].tobytes())
            index = None if int(header["format"]) > FORMAT else _to_index(header, stored)
    except FileNotFoundError as error:
        raise UserError(
            "This run has no index yet",
            path=file,
            remedy="Embed the catalogue with this run, and open it again.",
        ) from error
    except OSError as error:
        raise UserError(
            f"The index cannot be read ({error.strerror or error})", path=file, remedy=_AGAIN
        ) from error
    except _DAMAGE as error:
        raise UserError(
            f"The index is damaged or was only half written ({error})", path=file, remedy=_AGAIN
        ) from error
    if index is None:
        raise UserError(
            "This index was written by a newer Pickglass", path=file, remedy="Update Pickglass."
        )
    if expect_model_hash is not None and index.model_hash != expect_model_hash:
        raise UserError(
            "This index was made with another model than the run has now: what it says of photos "
            "is out of date",
            path=file,
            remedy=_AGAIN,
        )
    return index


def _to_index(header: dict[str, object], stored: np.lib.npyio.NpzFile) -> Index:
    if header["metric"] not in ("angular", "l2") or header["fit"] not in ("pad", "crop", "stretch"):
        raise ValueError(f"unknown metric or fit: {header['metric']}, {header['fit']}")
    vectors, ids = stored["vectors"], stored["photo_ids"]
    if not np.isfinite(vectors).all():
        raise ValueError("some vectors are not finite")
    if vectors.dtype != np.float32 or ids.dtype != np.int64 or len(np.unique(ids)) != len(ids):
        raise ValueError("vectors or ids are not what they should be")
    ends = np.cumsum(stored["hash_lengths"]).tolist()
    blob = stored["hashes"].tobytes()
    if (ends[-1] if ends else 0) != len(blob):
        raise ValueError("hashes are missing")
    hashes = tuple(
        blob[begin:end] for begin, end in zip([0, *ends[:-1]] if ends else [], ends, strict=True)
    )
    return Index(
        vectors,
        ids,
        hashes,
        model_hash=str(header["model_hash"]),
        metric=header["metric"],
        run=str(header["run"]),
        side_px=int(str(header["side_px"])),
        fit=header["fit"],
    )
