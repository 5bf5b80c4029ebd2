"""What of an opened index is found off the GUI thread once it is wanted: clusters, shades."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from PyQt5.QtCore import QObject, pyqtSignal

from core.jobs.context import JobContext
from core.qt.background import BackgroundTask
from explorer.exploring import Exploring
from explorer.opened_index import OpenedIndex

T = TypeVar("T")


class Wanted(QObject, Generic[T]):
    """Keeps what was found of one index at a time."""

    found = pyqtSignal()
    progressed = pyqtSignal(object)
    """`Progress`, or None once nothing is being looked for."""

    def __init__(
        self,
        exploring: Exploring,
        find: Callable[[OpenedIndex, JobContext], T],
        parent: QObject,
    ) -> None:
        """Looks for nothing yet.

        Args:
            exploring: Whose index.
            find: Runs off the GUI thread.
            parent: The owner in Qt's sense.
        """
        super().__init__(parent)
        self._exploring = exploring
        self._find = find
        self._value: T | None = None
        self._task: BackgroundTask | None = None
        exploring.opened_changed.connect(self._on_opened)

    @property
    def value(self) -> T | None:
        """None until it is found."""
        return self._value

    def want(self) -> None:
        """Finds it, unless it is there or on its way; `found` follows."""
        opened = self._exploring.opened
        if opened is None or self._value is not None or self._task is not None:
            return
        self._task = BackgroundTask(partial(self._find, opened))
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
        self._value = None

    def _on_found(self, value: T) -> None:
        self._task = None
        self._value = value
        self.progressed.emit(None)
        self.found.emit()
