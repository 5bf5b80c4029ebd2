"""Real photos as a batch has them: what the augmentation of the instruction does."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import QWidget

from core.qt.background import BackgroundTask
from core.qt.training.picture_view import PictureView
from core.qt.training.trial_panel import TrialPanel
from core.training.instruction import Instruction


class AugmentationPanel(TrialPanel):
    """A row a photo: as it is, then as training would see it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            "augmentation",
            "Some training photos, each as it is and then as batches might have it. Drawn by the "
            "code that trains, so loading its library takes some seconds.",
            "Draw photos",
            "Draw training photos under the instruction's augmentation, others each time (P)",
            parent,
        )
        self._picture = PictureView("augmentation_picture", self, at_top=True)
        self.body.addWidget(self._picture, 1)

    def relevant(self, instruction: Instruction) -> object:
        data = instruction.data
        return instruction.augmentation, data.side_px, data.fit

    def show_file(self, file: Path) -> None:
        """Shows the picture that was drawn."""
        task = BackgroundTask(lambda _: QImage(str(file)))
        task.finished.connect(self._picture.show_picture)
        task.start()

    @property
    def is_empty(self) -> bool:
        return self._picture.is_empty
