"""Embeddings by a run's network, and by one of the same architecture that has learned nothing.

Keras is imported when the first photo is embedded and not before.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.jobs.context import JobContext
from core.training.instruction import Instruction, Transfer
from core.training.pack import Pack
from core.training.runs import Run

Rows = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Embeds photos with networks."""

    def trained(
        self, run: Run, instruction: Instruction, pack: Pack, rows: Rows, context: JobContext
    ) -> Vectors:
        """By the run's best network: (n, d) float32."""

    def untrained(
        self, instruction: Instruction, pack: Pack, rows: Rows, context: JobContext
    ) -> Vectors:
        """By a network as its seed makes it, before training: (n, d) float32."""


class KerasEmbedder:
    """The embedder; all its networks compute with the backend of the first one.

    What is saved by one backend can be loaded by any other.
    """

    def __init__(self) -> None:
        self._begun = False

    def trained(
        self, run: Run, instruction: Instruction, pack: Pack, rows: Rows, context: JobContext
    ) -> Vectors:
        self._begin(instruction)
        from core.training.fitting.embed import embed_rows, load_network

        return embed_rows(load_network(run.model_file), pack, rows, context=context)

    def untrained(
        self, instruction: Instruction, pack: Pack, rows: Rows, context: JobContext
    ) -> Vectors:
        self._begin(instruction)
        model = instruction.model
        if isinstance(model, Transfer):
            model = model.model_copy(update={"weights": "random"})
        from core.training.fitting.backend import seed_everything
        from core.training.fitting.embed import embed_rows
        from core.training.networks.build import build_network

        seed_everything(instruction.seed)
        network = build_network(model, instruction.data.side_px)
        return embed_rows(network, pack, rows, context=context)

    def _begin(self, instruction: Instruction) -> None:
        if not self._begun:
            from core.training.fitting.backend import choose_backend

            choose_backend(instruction.backend)
            self._begun = True
