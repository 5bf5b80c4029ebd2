"""From photos to embeddings with a finished network."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
import numpy.typing as npt

from core.errors import UserError
from core.jobs.context import JobContext
from core.training.fitting.memory import is_out_of_memory, let_go

Rows = npt.NDArray[np.int64]
Embeddings = npt.NDArray[np.float32]


class PhotoSource(Protocol):
    """Where squares come from; a `Pack` is one."""

    side_px: int

    def read(self, rows: npt.NDArray[np.integer], threads: int | None = None) -> Any:
        """The photos of these rows, uint8 (n, side, side, 3)."""


def load_network(file: Path) -> keras.Model:
    """A saved network: photos of 0 … 255 to embeddings; nothing in the file is executed.

    Raises:
        UserError: It is missing, broken, or no network of ours.
    """
    try:
        network = keras.saving.load_model(file, compile=False, safe_mode=True)
        shape = network.input_shape
    except Exception as error:
        raise UserError(
            f"The model cannot be loaded ({_why(file, error)})",
            path=file,
            remedy="Choose a run that was finished, or train it again.",
        ) from error
    if len(shape) != 4 or shape[1] is None or shape[1] != shape[2] or shape[3] != 3:
        raise UserError(
            "The model does not take square colour photos",
            path=file,
            remedy="Choose a model that was trained here.",
        )
    return network


def _why(file: Path, error: Exception) -> str:
    """Keras calls a file that it cannot make sense of one that it cannot find."""
    if not file.exists():
        return "the file is not there"
    if not zipfile.is_zipfile(file):
        return "the file is damaged, or was only half written"
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def embed_rows(
    network: keras.Model,
    pack: PhotoSource,
    rows: Rows,
    batch: int = 64,
    context: JobContext | None = None,
) -> Embeddings:
    """The embeddings of photos, float32 (n, d), as the network gives them.

    The next batch is decoded while the device works on this one; a batch that does not fit the
    memory is halved.

    Args:
        network: Photos to embeddings.
        pack: Where the photos are, in the network's size.
        rows: Which photos; none is -1.
        batch: Photos at a time.
        context: Told how far it is, and asked whether to stop.

    Raises:
        Cancelled: The context says so.
    """
    context = context or JobContext()
    found = np.empty((len(rows), network.output_shape[-1]), np.float32)
    done = 0
    while done < len(rows):
        try:
            for pixels in _batches(pack, rows[done:], batch):
                found[done : done + len(pixels)] = embed_pixels(network, pixels, batch)
                done += len(pixels)
                context.report("Embedding photos", done, len(rows))
                context.check_cancelled()
        except Exception as error:
            if not is_out_of_memory(error) or batch == 1:
                raise
            batch //= 2
            let_go()
    return found


def embed_pixels(network: keras.Model, pixels: Any, batch: int | None = None) -> Embeddings:
    """The embeddings of at most `batch` photos; fewer are filled up: each shape is compiled."""
    count, batch = len(pixels), batch or len(pixels)
    if count < batch:
        pixels = np.concatenate([pixels, np.repeat(pixels[-1:], batch - count, axis=0)])
    return np.asarray(network.predict_on_batch(pixels), np.float32)[:count]


def _batches(pack: PhotoSource, rows: Rows, batch: int) -> Iterator[Any]:
    parts = [rows[begin : begin + batch] for begin in range(0, len(rows), batch)]
    with ThreadPoolExecutor(1, thread_name_prefix="embed") as ahead:
        coming = ahead.submit(pack.read, parts[0])
        for part in parts[1:]:
            pixels = coming.result()
            coming = ahead.submit(pack.read, part)
            yield pixels
        yield coming.result()
