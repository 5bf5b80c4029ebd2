"""The line of buttons over a comparison, which say what can be done to it just now."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QAction, QHBoxLayout, QLabel, QToolButton, QWidget

from core.qt.compare_actions import CHOICES, MODES, Do
from core.qt.comparison import Comparison, Mode
from core.qt.photo_zoom import LEAST_CLOSER

MODE_OF = dict(zip(MODES, Mode, strict=True))


class CompareBar(QWidget):
    """Enables the comparison's actions, and shows those that have a button."""

    back_clicked = pyqtSignal()

    def __init__(self, actions: Mapping[Do, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._buttons: dict[Do, QToolButton] = {}
        self._scale = QLabel(self)
        self._scale.setProperty("role", "muted")
        bar = QHBoxLayout(self)
        bar.setContentsMargins(8, 4, 8, 0)
        bar.setSpacing(4)
        for do in (*MODES, Do.WEAKER, Do.STRONGER, Do.ALIGN):
            bar.addWidget(self._button(do))
        bar.addStretch(1)
        bar.addWidget(self._scale)
        bar.addWidget(self._button(Do.NATURAL))
        back = QToolButton(self)
        back.setObjectName("compare_back")
        back.setText("Back")
        back.setToolTip("Back to all photos (Esc)")
        back.clicked.connect(self.back_clicked)
        bar.addWidget(back)

    def show_state(self, compared: Comparison, zoom: float, natural_zoom: float) -> None:
        """Enables what can be done.

        Args:
            compared: What is compared, and how.
            zoom: How much larger than whole the photos are shown.
            natural_zoom: How much that would be pixel by pixel.
        """
        several = len(compared.photos) > 1
        enabled = {do: several or not do.value.needs_several for do in Do}
        enabled[Do.WEAKER] = enabled[Do.STRONGER] = compared.mode is Mode.DIFFERENCE
        enabled[Do.ALIGN] = compared.can_align
        for number, do in enumerate(CHOICES):
            enabled[do] = several and number < len(compared.photos)
        for do, action in self._actions.items():
            action.setEnabled(enabled[do])
        for do, button in self._buttons.items():
            button.setVisible(enabled[do] or (several and do is Do.ALIGN))
        for do, mode in MODE_OF.items():
            self._actions[do].setChecked(compared.mode is mode)
        self._actions[Do.ALIGN].setChecked(compared.can_align and compared.is_aligned)
        closer = "1:1" if natural_zoom >= LEAST_CLOSER else f"{LEAST_CLOSER:.0f}×"
        self._actions[Do.NATURAL].setText("Whole" if zoom > 1 else closer)
        self._scale.setText(f"{100 * zoom / natural_zoom:.0f} %" if compared.photos else "")

    def _button(self, do: Do) -> QToolButton:
        button = self._buttons[do] = QToolButton(self)
        button.setDefaultAction(self._actions[do])
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button
