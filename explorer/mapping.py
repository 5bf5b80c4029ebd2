"""Lays the embeddings out in two dimensions, off the GUI thread, and keeps what was made."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject, pyqtSignal

from core.embedding.map_store import load_map, save_map
from core.embedding.projection import MapOfPhotos, Method, fit_to_index, make_map, pca
from core.errors import UserError
from core.jobs.context import JobContext, Progress
from core.number_words import plural
from core.project import Project
from core.qt.background import BackgroundTask
from explorer.map_grid import PointGrid, sort_points
from explorer.opened_index import OpenedIndex


@dataclass(frozen=True, eq=False)
class Layout:
    """A map of an index.

    Attributes:
        method: How it was made.
        positions: (n, 2) float32, in the index's order.
        grid: The same, sorted.
        kept_share: Of the neighbourhoods; None where it was not measured yet.
        placed: Photos that were placed by their neighbours: they came after the map was made.
    """

    method: Method
    positions: npt.NDArray[np.float32]
    grid: PointGrid
    kept_share: float | None
    placed: int = 0

    @property
    def words(self) -> str:
        """How far to trust it."""
        if self.kept_share is None:
            return ""
        told = f"Keeps {self.kept_share:.0%} of the ten nearest"
        if self.placed:
            told += f"; {plural(self.placed, 'newer photo')} at the neighbours' mean"
        return told


class Mapping(QObject):
    """Makes one layout at a time."""

    made = pyqtSignal(object)
    """`Layout`."""
    progressed = pyqtSignal(object)
    """`Progress`, or None where nothing is being made."""
    failed = pyqtSignal(object)
    """`UserError`."""

    def __init__(self, project: Project, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project
        self._task: BackgroundTask | None = None

    def sketch(self, opened: OpenedIndex, then: Method) -> None:
        """Shows principal components at once, and goes on to a better map."""
        self._start(partial(_sketch, opened), partial(self._on_sketched, opened, then))

    def make(self, opened: OpenedIndex, method: Method) -> None:
        """Makes a map, or takes the one that was made before."""
        self._start(partial(_make, self._project, opened, method), self._on_made)
        self.progressed.emit(Progress(f"Making the map by {method}", 0, None, 0.0))

    def stop(self) -> None:
        """Drops what is being made, within a second."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self.progressed.emit(None)

    def close(self) -> None:
        """Drops what is being made and waits: its process must not outlive the window."""
        if self._task is not None:
            self._task.end()
            self._task = None

    def _start(self, work: Callable[[JobContext], Layout], then: Callable[[Layout], None]) -> None:
        self.stop()
        self._task = BackgroundTask(work)
        self._task.progressed.connect(self.progressed)
        self._task.failed.connect(self._on_failed)
        self._task.finished.connect(then)
        self._task.start()

    def _on_sketched(self, opened: OpenedIndex, then: Method, layout: Layout) -> None:
        self._task = None
        self.made.emit(layout)
        self.make(opened, then)

    def _on_made(self, layout: Layout) -> None:
        self._task = None
        self.progressed.emit(None)
        self.made.emit(layout)

    def _on_failed(self, error: UserError) -> None:
        self._task = None
        self.progressed.emit(None)
        self.failed.emit(error)


def _sketch(opened: OpenedIndex, context: JobContext) -> Layout:
    context.check_cancelled()
    positions = pca(opened.index.vectors)
    return Layout(Method.PCA, positions, sort_points(positions), None)


def _make(project: Project, opened: OpenedIndex, method: Method, context: JobContext) -> Layout:
    made = _stored(project, opened, method, context)
    if made is None:
        made = make_map(opened.index, method, context)
        # A cache that cannot be written is a cache that is not there.
        with contextlib.suppress(OSError):
            save_map(project, made)
    return Layout(method, made.positions, sort_points(made.positions), made.kept_share, made.placed)


def _stored(
    project: Project, opened: OpenedIndex, method: Method, context: JobContext
) -> MapOfPhotos | None:
    stored = load_map(project, opened.index.model_hash, method)
    if stored is None:
        return None
    try:
        return fit_to_index(stored, opened.index, context)
    except ValueError:
        return None
