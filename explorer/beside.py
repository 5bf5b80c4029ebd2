"""A second run beside the first: the same photos on its map, and what neighbourhoods it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject, pyqtSignal

from core.embedding.comparing import compare_neighbourhoods, turned_onto
from core.embedding.index import read_index
from core.embedding.map_store import load_map
from core.embedding.projection import Method, fit_to_index, pca
from core.jobs.context import JobContext, Progress
from core.number_words import plural
from core.project import Project
from core.qt.background import BackgroundTask
from core.training.runs import Run
from explorer.exploring import Exploring
from explorer.mapping import Layout
from explorer.opened_index import OpenedIndex, runs_to_explore


@dataclass(frozen=True, eq=False)
class BesideMap:
    """Another run's map, in the order of the index that is explored.

    Attributes:
        run: Its name.
        method: How the map was made.
        positions: (n, 2) float32, turned so that it lies on the first map as well as it can; NaN
            where the other run has not embedded the photo.
        kept: (n,) the share of each photo's ten nearest that are the same in both; NaN where it
            was not measured.
        mean_kept: Over all that were measured.
        shared: Photos that both have.
    """

    run: str
    method: Method
    positions: npt.NDArray[np.float32]
    kept: npt.NDArray[np.float32]
    mean_kept: float
    shared: int

    @property
    def words(self) -> str:
        """How far the two agree."""
        return (
            f"{self.mean_kept:.0%} of the ten nearest are the same in both runs "
            f"({plural(self.shared, 'photo')})"
        )


class Beside(QObject):
    """Opens another run's index and compares the two, off the GUI thread."""

    changed = pyqtSignal()
    """Another one is beside, or none."""
    progressed = pyqtSignal(object)
    """`Progress`, or None once nothing is being compared."""
    failed = pyqtSignal(object)
    """`UserError`."""

    def __init__(self, project: Project, exploring: Exploring, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project
        self._exploring = exploring
        self._task: BackgroundTask | None = None
        self._shown: BesideMap | None = None
        exploring.opened_changed.connect(self.close)

    @property
    def shown(self) -> BesideMap | None:
        return self._shown

    def others(self) -> Sequence[Run]:
        """The runs that can be set beside the one that is explored."""
        opened = self._exploring.opened
        if opened is None:
            return ()
        return [run for run in runs_to_explore(self._project) if run != opened.run]

    def open(self, run: Run, layout: Layout) -> None:
        """Sets a run beside the one that is explored, whose map is given."""
        opened = self._exploring.opened
        if opened is None:
            return
        self.stop()
        self._task = BackgroundTask(partial(_compare, self._project, opened, layout, run))
        self._task.progressed.connect(self.progressed)
        self._task.failed.connect(self._on_failed)
        self._task.finished.connect(self._on_compared)
        self._task.start()
        self.progressed.emit(Progress(f"Opening {run.name}", 0, None, 0.0))

    def stop(self) -> None:
        """Compares no further."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self.progressed.emit(None)

    def close(self) -> None:
        """Takes the other run away."""
        self.stop()
        if self._shown is not None:
            self._shown = None
            self.changed.emit()

    def _on_failed(self, error: object) -> None:
        self._task = None
        self.progressed.emit(None)
        self.failed.emit(error)

    def _on_compared(self, shown: BesideMap) -> None:
        self._task = None
        self._shown = shown
        self.progressed.emit(None)
        self.changed.emit()


def _compare(
    project: Project, opened: OpenedIndex, layout: Layout, run: Run, context: JobContext
) -> BesideMap:
    other = read_index(run.index_file)
    compared = compare_neighbourhoods(opened.index, other, context)
    # The map that was made of it before, by the same method; its principal components else.
    stored = load_map(project, other.model_hash, layout.method)
    method = Method.PCA if stored is None else layout.method
    theirs = (
        pca(other.vectors) if stored is None else fit_to_index(stored, other, context).positions
    )
    turned = turned_onto(theirs[compared.rows_b], layout.positions[compared.rows_a])
    positions = np.full((opened.index.size, 2), np.nan, np.float32)
    positions[compared.rows_a] = turned
    kept = np.full(opened.index.size, np.nan, np.float32)
    kept[compared.rows_a] = compared.kept
    return BesideMap(run.name, method, positions, kept, compared.mean_kept, len(compared.photo_ids))
