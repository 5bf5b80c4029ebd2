"""Keeps in the project where the user is, without a write for every item that he passes."""

from __future__ import annotations

from PyQt5.QtCore import QObject, QTimer

from core.catalogue.database import Catalogue
from core.cleaning.place import Place, read_place, write_place
from core.qt.open_project import OpenProject

_PAUSE_MS = 500


class PlaceKeeper(QObject):
    """Stores the place once it has been the same for a moment, and at the end."""

    def __init__(self, open_project: OpenProject, parent: QObject) -> None:
        super().__init__(parent)
        self._open_project = open_project
        self._place = self._stored = read_place(open_project.catalogue)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.store)

    @property
    def place(self) -> Place:
        return self._place

    def note(self, place: Place) -> None:
        """Says where the user is."""
        self._place = place
        self._pause.start()

    def store(self) -> None:
        """Has the place written now, if it is another."""
        self._pause.stop()
        place = self._place
        if place == self._stored:
            return
        self._stored = place

        def write(catalogue: Catalogue) -> None:
            write_place(catalogue, place)

        self._open_project.decide(write)
