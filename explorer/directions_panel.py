"""The sliders, what new directions are learned from, and how the learning goes."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from core.jobs.context import Progress
from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.tool_button import tool_button
from explorer.actions import Actions, Do
from explorer.direction_row import DirectionRow
from explorer.direction_shelf import DirectionShelf, Shelved


class DirectionsPanel(QWidget):
    """A row for each direction of the model."""

    moved = pyqtSignal(str, float)
    """Name of a direction, and its slider's position from -1 to 1."""
    report_wanted = pyqtSignal(str)
    path_wanted = pyqtSignal(str)

    def __init__(self, shelf: DirectionShelf, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._rows: list[DirectionRow] = []
        self._hint = QLabel(
            "Teach a direction by words of the titles, or by photos that have the pattern and "
            "photos that do not.",
            self,
        )
        self._hint.setWordWrap(True)
        self._hint.setProperty("role", "muted")
        self._marked = QLabel(self)
        self._marked.setObjectName("marked")
        self._marked.setWordWrap(True)
        self._told = QLabel(self)
        self._told.setProperty("role", "muted")
        self._told.setWordWrap(True)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._orthogonal = QCheckBox("At right angles", self)
        self._orthogonal.setObjectName("orthogonal")
        self._orthogonal.setToolTip(actions[Do.ORTHOGONAL].toolTip())
        self._orthogonal.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(self._orthogonal, BUTTON_KEYS)
        self._orthogonal.toggled.connect(shelf.set_orthogonal)
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        tools = QHBoxLayout()
        tools.setSpacing(2)
        for do, text in ((Do.LEARN, "Learn…"), (Do.AXES, "Axes"), (Do.RESET, "Reset")):
            tools.addWidget(tool_button(actions[do], text, self))
        tools.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._hint)
        layout.addLayout(self._list)
        layout.addWidget(self._orthogonal)
        layout.addWidget(self._marked)
        layout.addWidget(self._told)
        layout.addWidget(self._bar)
        layout.addLayout(tools)
        shelf.changed.connect(self._on_changed)
        shelf.learning.connect(self._on_learning)
        self._on_changed()
        self._on_learning(None)
        self.show_marked(0, 0)

    def show_extents(self, extents: Mapping[str, float]) -> None:
        """Puts each slider where the query is moved to."""
        for row in self._rows:
            row.show_extent(extents.get(row.name, 0.0))

    def show_marked(self, having: int, not_having: int) -> None:
        """Says how many photos are marked to learn from."""
        self._marked.setText(f"Marked: {having:,} that have it, {not_having:,} that do not")
        self._marked.setVisible(bool(having or not_having))

    def _on_changed(self) -> None:
        shelved = self._shelf.shelved
        self._hint.setVisible(not shelved)
        self._orthogonal.setVisible(len(shelved) > 1)
        with QSignalBlocker(self._orthogonal):
            self._orthogonal.setChecked(self._shelf.is_orthogonal)
        if [row.shelved for row in self._rows] == list(shelved):
            return
        # In place where possible: a slider under the mouse must not vanish.
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(each) for each in shelved]
        for row in self._rows:
            self._list.addWidget(row)
            row.show()

    def _row(self, shelved: Shelved) -> DirectionRow:
        row = DirectionRow(shelved, self)
        row.moved.connect(self.moved)
        row.report_wanted.connect(self.report_wanted)
        row.path_wanted.connect(self.path_wanted)
        row.strict_wanted.connect(self._shelf.set_strict)
        row.delete_wanted.connect(self._shelf.delete)
        return row

    def _on_learning(self, progress: Progress | None) -> None:
        for widget in (self._told, self._bar):
            widget.setVisible(progress is not None)
        if progress is not None:
            self._told.setText(progress.stage)
            self._bar.setRange(0, progress.total or 0)
            self._bar.setValue(progress.done)
