"""Stands for Keras where runs are judged: trained networks see the mean colour, others nothing."""

from __future__ import annotations

import numpy as np


class FakeEmbedder:
    def __init__(self):
        self.trained_runs = []

    def trained(self, run, instruction, pack, rows, context):
        assert run.model_file.exists()
        assert pack.side_px == instruction.data.side_px
        self.trained_runs.append(run.name)
        return pack.read(rows).mean(axis=(1, 2)).astype(np.float32)

    def untrained(self, instruction, pack, rows, context):
        return np.ones((len(rows), 3), np.float32)
