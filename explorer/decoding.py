"""What a run that can draw takes the moved query for: its decoder's picture of that point."""

from __future__ import annotations

from PyQt5.QtCore import QObject, pyqtSignal

from explorer.exploring import Exploring
from explorer.query_worker import QueryWorker

DECODER_FILE = "decoder.keras"
"""Beside the network of a run that can draw (`core.embedding.worker_query`)."""


class Decoding(QObject):
    """Asks for the picture whenever the point moves; what comes too late is dropped."""

    decoded = pyqtSignal(object)
    """A PNG file's bytes, or None where there is nothing to show."""

    def __init__(self, exploring: Exploring, worker: QueryWorker, parent: QObject) -> None:
        super().__init__(parent)
        self._exploring = exploring
        self._worker = worker
        self._asked = 0
        worker.decoded.connect(self._on_decoded)
        exploring.query_changed.connect(self._ask)
        exploring.moved.connect(self._ask)

    def _ask(self) -> None:
        opened, vector = self._exploring.opened, self._exploring.moved_vector()
        if opened is None or vector is None or not (opened.run.folder / DECODER_FILE).is_file():
            self._asked = 0
            self.decoded.emit(None)
            return
        self._asked = self._worker.decode(vector)

    def _on_decoded(self, number: int, png: bytes) -> None:
        # An older one is shown as well while a slider is drawn: it morphs rather than waits.
        if self._asked and number <= self._asked:
            self.decoded.emit(png)
