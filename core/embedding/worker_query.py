"""The query worker's process: a run's network, loaded once and kept warm.

`python -m core.embedding.worker_query <run folder>`; see `core.embedding.query_protocol` for what
it is asked and answers.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from core.embedding.index import Vectors, unit
from core.embedding.model_hash import model_hash_of
from core.embedding.query_protocol import Ready
from core.embedding.query_serving import Pixels, serve
from core.errors import UserError
from core.training.runs import Run, read_instruction

DECODER_FILE = "decoder.keras"
"""Beside the network of a `vae` run: (B, d) to photos (B, side, side, 3) of 0 … 255."""


class KerasEmbedder:
    """A network in Keras; see `core.embedding.query_serving.Embedder`."""

    def __init__(self, run: Run) -> None:
        began = time.perf_counter()
        instruction = read_instruction(run)
        model_hash = model_hash_of(run.model_file)
        # Keras is imported with its backend chosen, and not by whoever imports this module.
        import_module("core.training.fitting.backend").choose_backend(instruction.backend)
        self._embedding = import_module("core.training.fitting.embed")
        self._network = self._embedding.load_network(run.model_file)
        self._decoder = _load_decoder(run.folder / DECODER_FILE)
        self._is_angular = instruction.metric == "angular"
        side_px = int(self._network.input_shape[1])
        vector = self.embed(np.zeros((side_px, side_px, 3), np.uint8))
        if self._decoder is not None:
            self.decode(vector)
        self.ready = Ready(
            model_hash=model_hash,
            metric=instruction.metric,
            dimensions=len(vector),
            side_px=side_px,
            fit=instruction.data.fit,
            can_decode=self._decoder is not None,
            seconds=time.perf_counter() - began,
        )

    def embed(self, square: Pixels) -> Vectors:
        """(side, side, 3) uint8 to (d,) float32, of unit length where the metric is angular."""
        vector: Vectors = self._embedding.embed_pixels(self._network, square[None], 1)[0]
        return unit(vector) if self._is_angular else vector

    def decode(self, vector: Vectors) -> Pixels:
        """(d,) float32 to (side, side, 3) uint8."""
        assert self._decoder is not None
        photos = np.asarray(self._decoder.predict_on_batch(vector[None]), np.float32)
        return np.asarray(np.clip(photos[0], 0, 255).round(), np.uint8)


def main(folder: str) -> int:
    """Serves the run in a folder until standard input ends; returns the exit code."""
    return serve(lambda: KerasEmbedder(Run(Path(folder))))


def _load_decoder(file: Path) -> Any:
    """The decoder, or None where the run has none."""
    if not file.is_file():
        return None
    keras = import_module("keras")
    try:
        return keras.saving.load_model(file, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises whatever its parts raise
        raise UserError(
            f"The decoder cannot be loaded ({str(error).splitlines()[0][:200]})",
            path=file,
            remedy="Train the run again.",
        ) from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
