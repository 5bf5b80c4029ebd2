"""Filters, worked out off the GUI thread: half a million texts take a tenth of a second."""

from __future__ import annotations

from functools import partial

from PyQt5.QtCore import QObject, pyqtSignal

from core.embedding.filters import FilterResult, PhotoFilter, apply_filter
from core.qt.background import BackgroundTask
from explorer.opened_index import OpenedIndex


class Filtering(QObject):
    """Of several filters asked for, only the last one is told of: what is typed supersedes."""

    done = pyqtSignal(object, object, object)
    """`OpenedIndex`, `PhotoFilter`, `FilterResult`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._task: BackgroundTask | None = None

    def begin(self, opened: OpenedIndex, wanted: PhotoFilter) -> None:
        """Has a filter worked out, and no other any more."""
        self.stop()
        self._task = BackgroundTask(lambda context: apply_filter(opened.facts, wanted, context))
        self._task.finished.connect(partial(self._on_finished, opened, wanted))
        self._task.start()

    def stop(self) -> None:
        """Drops what is being worked out."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _on_finished(self, opened: OpenedIndex, wanted: PhotoFilter, result: FilterResult) -> None:
        self._task = None
        self.done.emit(opened, wanted, result)
