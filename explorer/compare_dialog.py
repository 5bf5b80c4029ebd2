"""Photos of the explorer side by side, zoomed and moved as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt5.QtWidgets import QDialog, QVBoxLayout, QWidget

from core.catalogue.records import Photo
from core.qt.compare_view import CompareView
from core.qt.photo_loader import PhotoLoader


class CompareDialog(QDialog):
    """Modal, so that its keys are its own; Escape closes it."""

    def __init__(
        self,
        loader: PhotoLoader,
        photos: Sequence[Photo],
        names: Mapping[int, str],
        parent: QWidget,
    ) -> None:
        """Shows two to four photos.

        Args:
            loader: Their pixels.
            photos: The first is what copies are laid on.
            names: What to call them, by photo id.
            parent: The owner in Qt's sense.
        """
        super().__init__(parent)
        self.setObjectName("compare_dialog")
        self.setWindowTitle("Compare")
        self.setModal(True)
        self._view = CompareView(loader, self)
        self._view.closed.connect(self.accept)
        # Without the buttons that reject: decisions are the cleaner's, where the item is seen.
        ids = [photo.id for photo in photos]
        self._view.show_photos(photos, names, only_to_look_at=ids)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.addWidget(self._view)
        room = parent.window().size()
        self.resize(int(room.width() * 0.92), int(room.height() * 0.9))

    def done(self, result: int) -> None:
        self._view.clear()
        super().done(result)
        self.deleteLater()
