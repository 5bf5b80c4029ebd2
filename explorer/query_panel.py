"""The left panel: what is looked for, its embedding, and the directions to move it along."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.embedding.index import Vectors
from core.qt.elided_label import ElidedLabel
from core.qt.photo_loader import PhotoLoader
from core.qt.section import Section
from core.qt.theme import scaled_font
from core.qt.tool_button import tool_button
from explorer.actions import Actions, Do
from explorer.bar_polar import BarPolar
from explorer.decoded_picture import DecodedPicture
from explorer.example_strip import ExampleStrip
from explorer.photo_box import PhotoBox
from explorer.query import Query
from explorer.query_worker import WorkerState

_PHOTO_PX = 168


class QueryPanel(QScrollArea):
    """Says what the query is; the directions' widget is given to it."""

    example_turned = pyqtSignal(int)
    example_removed = pyqtSignal(int)

    def __init__(
        self, actions: Actions, loader: PhotoLoader, directions: QWidget, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("query_panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        self.setWidget(body)

        query = QWidget(body)
        self._photo = PhotoBox(loader, _PHOTO_PX, query)
        self._photo.setObjectName("query_photo")
        self._photo.setToolTip(f"Click for a part of it: {actions[Do.CROP].toolTip()}")
        self._photo.setCursor(Qt.CursorShape.PointingHandCursor)
        self._photo.clicked.connect(actions[Do.CROP].trigger)
        self._title = ElidedLabel(query)
        self._title.setObjectName("query_title")
        self._title.setFont(scaled_font(query, 1.0, bold=True))
        self._words = ElidedLabel(query)
        self._words.setProperty("role", "muted")
        self._tags = ElidedLabel(query)
        self._tags.setObjectName("query_tags")
        self._hint = QLabel(
            "Double-click a photo on the map, drop one of your own here, or search for one.", query
        )
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        self._examples = ExampleStrip(loader, query)
        self._examples.turned.connect(self.example_turned)
        self._examples.removed.connect(self.example_removed)
        self._decoded = DecodedPicture(query)
        self._worker = QLabel(query)
        self._worker.setObjectName("worker_state")
        self._worker.setProperty("role", "muted")
        self._worker.setWordWrap(True)
        layout = QVBoxLayout(query)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (
            self._hint,
            self._photo,
            self._title,
            self._words,
            self._tags,
            self._examples,
            self._decoded,
            self._worker,
        ):
            layout.addWidget(widget)
        layout.addLayout(_tools(actions, query))

        self._plot = BarPolar(body)
        self._plot_section = Section("explorer", "embedding", "Embedding", self._plot, body)
        column.addWidget(Section("explorer", "query", "Query", query, body))
        column.addWidget(Section("explorer", "directions", "Pattern directions", directions, body))
        column.addWidget(self._plot_section)
        column.addStretch(1)
        self.show_query(None, "", "")
        self.show_worker(WorkerState.IDLE)

    def sizeHint(self) -> QSize:
        return QSize(280, 600)

    def show_query(self, query: Query | None, words: str, tags: str) -> None:
        """Shows what is looked for.

        Args:
            query: None for nothing.
            words: What is known of its first photo's item.
            tags: What the user called that photo, in words.
        """
        self._hint.setVisible(query is None)
        self._plot_section.setVisible(query is not None)
        for widget in (self._photo, self._title, self._words, self._tags, self._examples):
            widget.setVisible(query is not None)
        if query is None:
            self._photo.show_photo(None)
            self._examples.show_examples(())
            return
        self._photo.show_photo(query.wanted[0].photo)
        self._title.setText(query.title)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self._tags.setText(tags)
        self._tags.setVisible(bool(tags))
        self._examples.show_examples(query.examples)

    def show_vector(self, vector: Vectors | None, moved: Vectors | None) -> None:
        """Draws the embedding, and where it is moved to."""
        self._plot.show_vector(vector, moved)

    def show_decoded(self, png: bytes | None) -> None:
        """Shows what the model takes the moved query for; None where it cannot say."""
        self._decoded.show_png(png)

    def show_worker(self, state: WorkerState) -> None:
        """Says how the model's process stands."""
        shown = state not in (WorkerState.IDLE, WorkerState.READY)
        self._worker.setText(state.value if shown else "")
        self._worker.setVisible(shown)


def _tools(actions: Actions, parent: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(0)
    shown: Sequence[tuple[Do, str]] = (
        (Do.OPEN_FILE, "File…"),
        (Do.PASTE, "Paste"),
        (Do.OPEN_URL, "Web…"),
    )
    for do, text in shown:
        row.addWidget(tool_button(actions[do], text, parent))
    row.addStretch(1)
    return row
