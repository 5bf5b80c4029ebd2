"""What a run's process said: its last words in the header, all of them in a window of their own."""

from __future__ import annotations

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

from core.jobs.context import JobContext
from core.qt.background import run_in_background
from core.qt.details_dialog import DetailsDialog
from core.qt.training.run_rows import RunRow
from core.training.launching import last_words
from core.training.runs import RunState

TROUBLED = (RunState.DEAD, RunState.FAILED)
_MOST_LETTERS = 400_000


class WorkerWords(QObject):
    """Reads on threads of its own."""

    found = pyqtSignal(str, str)
    """A run's name and its worker's last words."""
    refused = pyqtSignal(object)
    """`UserError`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._last: dict[str, str] = {}

    def find_last(self, row: RunRow) -> None:
        """Finds the last words of a run that came to grief; reads them once each time it does."""
        if row.state not in TROUBLED:
            self._last.pop(row.name, None)
        elif row.name in self._last:
            self.found.emit(row.name, self._last[row.name])
        else:
            self._last[row.name] = ""
            run_in_background(
                self,
                lambda _: last_words(row.record.run),
                lambda words: self._on_read(row.name, words),
                self.refused.emit,
            )

    def show_all(self, row: RunRow) -> None:
        """Shows all that a run's process printed."""

        def read(_: JobContext) -> str:
            try:
                return row.record.run.log_file.read_text("utf-8", "replace")[-_MOST_LETTERS:]
            except OSError:
                return ""

        def show(text: str) -> None:
            words = f"All that the worker of “{row.name}” printed."
            dialog = DetailsDialog("Worker", words, text or "Nothing.", self._parent.window())
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

        run_in_background(self, read, show, self.refused.emit)

    def _on_read(self, name: str, words: str) -> None:
        self._last[name] = words
        self.found.emit(name, words)
