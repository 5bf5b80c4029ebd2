"""Lays the embeddings out in two dimensions, off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject, pyqtSignal

from core.jobs.context import JobContext
from core.qt.background import BackgroundTask
from explorer.map_grid import PointGrid, sort_points
from explorer.opened_index import OpenedIndex

PCA = "PCA"


@dataclass(frozen=True, eq=False)
class Layout:
    """A map of an index.

    Attributes:
        name: How it was made.
        positions: (n, 2) float32.
        grid: The same, sorted.
        kept: What is said of how much of the neighbourhoods it keeps; "" where not measured.
    """

    name: str
    positions: npt.NDArray[np.float32]
    grid: PointGrid
    kept: str


class Mapping(QObject):
    """One layout at a time."""

    made = pyqtSignal(object)
    """`Layout`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._task: BackgroundTask | None = None

    def make(self, opened: OpenedIndex, name: str) -> None:
        self.close()
        self._task = BackgroundTask(partial(_pca, opened))
        self._task.finished.connect(self.made)
        self._task.start()

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None


def _pca(opened: OpenedIndex, context: JobContext) -> Layout:
    context.check_cancelled()
    vectors = opened.index.vectors
    centred = vectors - vectors.mean(0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    positions = np.ascontiguousarray(centred @ axes[:, -2:][:, ::-1], np.float32)
    return Layout(PCA, positions, sort_points(positions), "")
