"""The query beside some of its neighbours, zoomed and moved as one."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtWidgets import QDialog, QVBoxLayout, QWidget

from core.catalogue.records import Photo
from core.qt.compare_view import CompareView
from core.qt.comparison import MOST_PHOTOS
from core.qt.photo_loader import PhotoLoader

MOST_BESIDE_QUERY = MOST_PHOTOS - 1


class CompareDialog(QDialog):
    """Modal, so that its keys are its own; Escape closes it."""

    def __init__(
        self, loader: PhotoLoader, query: Photo, others: Sequence[Photo], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("compare_dialog")
        self.setWindowTitle("Query and neighbours")
        self.setModal(True)
        self._view = CompareView(loader, self)
        self._view.closed.connect(self.accept)
        names = {query.id: "the query"} | {photo.id: "neighbour" for photo in others}
        self._view.show_photos([query, *others], names)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.addWidget(self._view)
        room = parent.window().size()
        self.resize(int(room.width() * 0.92), int(room.height() * 0.9))

    def done(self, result: int) -> None:
        self._view.clear()
        super().done(result)
        self.deleteLater()
