"""The line over the map from which a run's epochs are played and compared."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from core.qt.elided_combo_box import ElidedComboBox
from core.qt.key_claims import BUTTON_KEYS, FIELD_KEYS, KeyClaim

STEPS = 100
"""Of the slider, from an epoch to the next."""

_ALONE = "compare with…"


class EpochBar(QWidget):
    """Says what is wanted; shows what it is told."""

    play_toggled = pyqtSignal()
    time_chosen = pyqtSignal(float)
    """0 at the first epoch that was kept, 1 at the second …"""
    beside_chosen = pyqtSignal(object)
    """The place of an epoch to be shown below, or None."""
    closed = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("epoch_bar")
        self._play = self._button("epoch_play", "Play")
        self._play.setToolTip("Play how the map came to be, from the first epoch to the last")
        self._play.clicked.connect(self.play_toggled)
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setObjectName("epoch_slider")
        self._slider.setToolTip("Which epoch is shown")
        self._slider.setSingleStep(STEPS)
        self._slider.setPageStep(STEPS)
        self._slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self._slider.setTickInterval(STEPS)
        self._slider.valueChanged.connect(lambda value: self.time_chosen.emit(value / STEPS))
        self._words = QLabel(self)
        self._words.setObjectName("epoch_words")
        self._beside = ElidedComboBox(self)
        self._beside.setObjectName("epoch_beside")
        self._beside.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._beside.setToolTip("Another epoch below, of the same photos; the selection is linked")
        self._beside.activated.connect(
            lambda number: self.beside_chosen.emit(number - 1 if number else None)
        )
        KeyClaim(self._beside, (*BUTTON_KEYS, *FIELD_KEYS))
        close = self._button("epoch_close", "Close")
        close.setToolTip("Show the whole map again")
        close.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._play)
        row.addWidget(self._slider, 1)
        row.addWidget(self._words)
        row.addWidget(self._beside)
        row.addWidget(close)
        self.hide()

    def show_epochs(self, epochs: Sequence[int]) -> None:
        """Offers these epochs, the last one chosen and none beside."""
        with QSignalBlocker(self._slider), QSignalBlocker(self._beside):
            self._slider.setRange(0, (len(epochs) - 1) * STEPS)
            self._slider.setValue(self._slider.maximum())
            self._beside.clear()
            self._beside.addItems([_ALONE, *(f"epoch {epoch}" for epoch in epochs)])
        # As wide as its longest: the map must not be moved by what is said of it.
        longest = f"Epoch {max(epochs)} to {max(epochs)}"
        self._words.setMinimumWidth(self._words.fontMetrics().horizontalAdvance(longest))
        for widget in (self._play, self._slider, self._beside):
            widget.setEnabled(len(epochs) > 1)
        self.show()

    def show_time(self, time: float, words: str) -> None:
        """Moves the slider, which says nothing of it, and says where it is."""
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(time * STEPS))
        self._words.setText(words)

    def show_playing(self, is_playing: bool) -> None:
        self._play.setText("Pause" if is_playing else "Play")

    def _button(self, name: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setText(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(button, BUTTON_KEYS)
        return button
