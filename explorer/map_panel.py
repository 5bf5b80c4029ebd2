"""The right panel: the map with what is set on it, its legend, and the photo under the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PyQt5.QtCore import QEvent, QObject, QPoint, QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.qt.elided_combo_box import ElidedComboBox
from core.qt.elided_label import ElidedLabel
from core.qt.key_claims import BUTTON_KEYS, FIELD_KEYS, KeyClaim
from core.qt.photo_loader import PhotoLoader
from explorer.actions import Actions, Do
from explorer.epoch_bar import EpochBar
from explorer.hover_card import HoverCard
from explorer.library import Library
from explorer.map_colours import Colouring
from explorer.map_gesture import Tool
from explorer.map_legend import MapLegend
from explorer.map_view import MapView

_TOOLS = {Do.MOVE: Tool.MOVE, Do.LASSO: Tool.LASSO, Do.RECTANGLE: Tool.RECTANGLE}
_ALONE = "alone"
_LABELS = {Do.MOVE: "Move", Do.LASSO: "Lasso", Do.RECTANGLE: "Box", Do.FIT: "Fit"}


class MapPanel(QWidget):
    """A map under a line of choices."""

    colour_chosen = pyqtSignal(str)
    """A column's name."""
    projection_chosen = pyqtSignal(str)
    """A projection's name."""
    beside_chosen = pyqtSignal(str)
    """The name of a run to be shown beside, or "" for none."""
    stop_wanted = pyqtSignal()
    """The projection that is being computed is no longer wanted."""

    def __init__(
        self,
        view: MapView,
        second: MapView,
        library: Library,
        loader: PhotoLoader,
        actions: Actions,
        projections: Sequence[str],
        columns: Sequence[str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.map, self.second = view, second
        self._library = library
        self._projection = _choice("map_projection", projections, self)
        self._projection.setToolTip("How the embeddings are laid out in two dimensions")
        self._projection.currentTextChanged.connect(self.projection_chosen)
        self._colour = _choice("map_colour", columns, self)
        self._colour.setToolTip("What the points are coloured by")
        self._colour.currentTextChanged.connect(self.colour_chosen)
        self._tools: dict[Do, QToolButton] = {}
        self._kept = ElidedLabel(self)
        self._kept.setObjectName("map_kept")
        self._kept.setProperty("role", "muted")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setFixedWidth(56)
        self._stop = QToolButton(self)
        self._stop.setText("Stop")
        self._stop.setObjectName("map_stop")
        self._stop.setToolTip("Stop computing this map; the one that is shown stays")
        self._stop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(self._stop, BUTTON_KEYS)
        self._stop.clicked.connect(self.stop_wanted)
        self.epochs = EpochBar(self)
        self._legend = MapLegend(view)
        self._cards = {each: HoverCard(loader, each) for each in (view, second)}
        self._beside = _choice("map_beside", (_ALONE,), self)
        self._beside.setToolTip("Another run's map of the same photos; what is selected is linked")
        self._beside.activated.connect(self._on_beside)
        self._agreement = ElidedLabel(self)
        self._agreement.setObjectName("map_agreement")
        self._agreement.setProperty("role", "muted")
        self._below = QWidget(self)
        under = QVBoxLayout(self._below)
        under.setContentsMargins(0, 4, 0, 0)
        under.setSpacing(4)
        under.addWidget(self._agreement)
        under.addWidget(second, 1)
        maps = QSplitter(Qt.Orientation.Vertical, self)
        maps.setHandleWidth(3)
        maps.setChildrenCollapsible(False)
        maps.addWidget(view)
        maps.addWidget(self._below)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self._projection)
        top.addWidget(self._colour)
        top.addWidget(self._beside)
        top.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(2)
        below.addWidget(self._kept, 1)
        below.addWidget(self._bar)
        below.addWidget(self._stop)
        for do in _LABELS:
            below.addWidget(self._tool(actions, do))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(below)
        layout.addWidget(self.epochs)
        layout.addWidget(maps, 1)
        view.installEventFilter(self)
        for each in (view, second):
            each.hovered.connect(partial(self._on_hovered, each))
        self.show_beside((), "", "")
        self.show_progress(None)
        self.show_tool(Tool.MOVE)

    def show_colouring(self, column: str, colouring: Colouring) -> None:
        """Colours the map and explains the colours."""
        with QSignalBlocker(self._colour):
            self._colour.setCurrentText(column)
        for view in (self.map, self.second):
            view.colour_by(colouring)
        self._legend.show_colouring(colouring)
        self._place_legend()

    def show_projection(self, name: str, kept: str) -> None:
        """Says how the map was made and how much of the neighbourhoods it keeps."""
        with QSignalBlocker(self._projection):
            self._projection.setCurrentText(name)
        self._kept.setText(kept)

    def show_progress(self, share: float | None, text: str = "") -> None:
        """Shows how far a projection is, 0 to 1 (negative: not known); None where none is made."""
        for widget in (self._bar, self._stop):
            widget.setVisible(share is not None)
        if share is not None:
            self._bar.setRange(0, 0 if share < 0 else 1000)
            self._bar.setValue(max(0, int(share * 1000)))
            if text:
                self._kept.setText(text)

    def show_beside(self, names: Sequence[str], shown: str, agreement: str) -> None:
        """Says which runs can be shown beside, which one is, and how far it agrees."""
        with QSignalBlocker(self._beside):
            self._beside.clear()
            self._beside.addItems([_ALONE, *names])
            self._beside.setCurrentText(shown or _ALONE)
        self._beside.setVisible(bool(names))
        for box in (self._projection, self._beside):
            box.setEnabled(True)
        self._agreement.setText(f"{shown}: {agreement}" if shown else "")
        self._below.setVisible(bool(shown))

    def show_epochs(self, kept: str, beside: str | None) -> None:
        """Says what the map of an epoch is; where another is below, how far it agrees.

        What chooses other maps does not go with epochs, and is held back.
        """
        for box in (self._projection, self._beside):
            box.setEnabled(False)
        self._kept.setText(kept)
        self._agreement.setText(beside or "")
        self._below.setVisible(beside is not None)

    def active_map(self) -> MapView:
        """The map that keys move and zoom: the one that has them."""
        return self.second if self.second.hasFocus() else self.map

    def show_columns(self, columns: Sequence[str]) -> None:
        """Lists what the points can be coloured by."""
        if [self._colour.itemText(n) for n in range(self._colour.count())] != list(columns):
            shown = self._colour.currentText()
            with QSignalBlocker(self._colour):
                self._colour.clear()
                self._colour.addItems(list(columns))
                self._colour.setCurrentText(shown)

    def show_tool(self, tool: Tool) -> None:
        """Says what dragging does."""
        for view in (self.map, self.second):
            view.set_tool(tool)
        for do, button in self._tools.items():
            if do in _TOOLS:
                button.setChecked(_TOOLS[do] is tool)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            self._place_legend()
        return False

    def _tool(self, actions: Actions, do: Do) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"tool_{do.name.lower()}")
        button.setText(_LABELS[do])
        button.setStyleSheet("QToolButton { padding: 4px 5px }")
        button.setToolTip(actions[do].toolTip())
        button.setCheckable(do in _TOOLS)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(button, BUTTON_KEYS)
        button.clicked.connect(actions[do].trigger)
        self._tools[do] = button
        return button

    def _place_legend(self) -> None:
        self._legend.move(8, self.map.height() - self._legend.height() - 8)

    def _on_beside(self, number: int) -> None:
        self.beside_chosen.emit(self._beside.itemText(number) if number else "")

    def _on_hovered(self, view: MapView, row: object, at: QPoint) -> None:
        card = self._cards[view]
        other = self.second if view is self.map else self.map
        if isinstance(row, int):
            card.show_facts(self._library.facts(row), view.mapFromGlobal(at))
            other.show_hovered(row)
        else:
            card.hide()
            other.show_hovered(None)


def _choice(name: str, texts: Sequence[str], parent: QWidget) -> QComboBox:
    box = ElidedComboBox(parent)
    box.setObjectName(name)
    box.addItems(list(texts))
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(min(12, max(len(text) for text in texts)))
    KeyClaim(box, (*BUTTON_KEYS, *FIELD_KEYS))
    return box


def _muted(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "muted")
    return label
