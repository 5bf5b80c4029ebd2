"""Rich text in colours of the theme."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import QLabel, QWidget

from core.qt.theme import Colours, colours


class ThemedLabel(QLabel):
    """A label of words in several colours, which are those of the theme it is shown in.

    A style sheet gives a label one colour; those written into its text would stay the colours of
    the theme in which it was set.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: Callable[[Colours], str] | None = None
        self.setTextFormat(Qt.TextFormat.RichText)

    def say(self, words: Callable[[Colours], str]) -> None:
        """Shows the HTML that is made of the colours, now and in each theme that is chosen."""
        self._words = words
        self.setText(words(colours(self)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._words is not None:
            self.setText(self._words(colours(self)))
