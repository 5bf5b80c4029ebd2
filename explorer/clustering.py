"""The clusters of the run that is explored: found off the GUI thread once they are wanted."""

from __future__ import annotations

from functools import partial

from PyQt5.QtCore import QObject, pyqtSignal

from core.embedding.clusters import Labels, clusters_of
from core.jobs.context import JobContext
from core.project import Project
from core.qt.background import BackgroundTask
from explorer.exploring import Exploring
from explorer.opened_index import OpenedIndex


class Clustering(QObject):
    """Keeps the clusters of one index at a time."""

    found = pyqtSignal()
    progressed = pyqtSignal(object)
    """`Progress`, or None once nothing is being looked for."""

    def __init__(self, project: Project, exploring: Exploring, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project
        self._exploring = exploring
        self._labels: Labels | None = None
        self._task: BackgroundTask | None = None
        exploring.opened_changed.connect(self._on_opened)

    @property
    def labels(self) -> Labels | None:
        """(n,) the cluster of each photo; None until they are found."""
        return self._labels

    def want(self) -> None:
        """Finds them, unless they are there or on their way; `found` follows."""
        opened = self._exploring.opened
        if opened is None or self._labels is not None or self._task is not None:
            return
        self._task = BackgroundTask(partial(_find, self._project, opened))
        self._task.progressed.connect(self.progressed)
        self._task.finished.connect(self._on_found)
        self._task.start()

    def stop(self) -> None:
        """Looks no further."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self.progressed.emit(None)

    def _on_opened(self) -> None:
        self.stop()
        self._labels = None

    def _on_found(self, labels: Labels) -> None:
        self._task = None
        self._labels = labels
        self.progressed.emit(None)
        self.found.emit()


def _find(project: Project, opened: OpenedIndex, context: JobContext) -> Labels:
    return clusters_of(project, opened.index, context)
