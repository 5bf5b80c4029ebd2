"""The photos that a query is made of, when there are several: wanted ones and unwanted ones."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.qt.elided_label import ElidedLabel
from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.photo_loader import PhotoLoader
from explorer.photo_box import PhotoBox
from explorer.query import Example

_ROW_PX = 44
_MOST = 5
"""With more lines the sliders below would be out of sight."""


class ExampleStrip(QWidget):
    """A line for each photo: what it is, which way it counts, and a cross to take it out."""

    turned = pyqtSignal(int)
    """The example of this number should count the other way round."""
    removed = pyqtSignal(int)
    """The example of this number should go."""

    def __init__(self, loader: PhotoLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self._loader = loader
        self._lines: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)

    def show_examples(self, examples: Sequence[Example]) -> None:
        """Shows them where they are several; a single one is shown large elsewhere."""
        for line in self._lines:
            line.hide()
            line.deleteLater()
        shown = examples[:_MOST] if len(examples) > 1 else ()
        self._lines = [self._line(number, example) for number, example in enumerate(shown)]
        if len(examples) > _MOST:
            more = QLabel(f"and {len(examples) - _MOST} more", self)
            more.setProperty("role", "muted")
            self._lines.append(more)
        for line in self._lines:
            self._column.addWidget(line)
            line.show()

    def _line(self, number: int, example: Example) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        box = PhotoBox(self._loader, _ROW_PX, line)
        box.setFixedWidth(_ROW_PX)
        box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        box.show_photo(example.photo)
        row.addWidget(box)
        title = ElidedLabel(line)
        title.setText(example.title)
        row.addWidget(title, 1)
        way = _button("more" if example.is_wanted else "less", f"turn_{number}", line)
        way.setToolTip(
            "The neighbours should be like this photo; a click has them be unlike it"
            if example.is_wanted
            else "The neighbours should be unlike this photo; a click has them be like it"
        )
        way.clicked.connect(lambda: self.turned.emit(number))
        away = _button("×", f"remove_{number}", line)
        away.setToolTip("Take this photo out of the query")
        away.clicked.connect(lambda: self.removed.emit(number))
        row.addWidget(way)
        row.addWidget(away)
        return line


def _button(text: str, name: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setText(text)
    button.setObjectName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    KeyClaim(button, BUTTON_KEYS)
    return button
