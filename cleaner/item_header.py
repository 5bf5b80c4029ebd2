"""Above the board: which item this is, how it stands, and where in the queue."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cleaner.queue_row import price_text
from core.catalogue.records import Item, ItemState
from core.number_words import plural
from core.qt.elided_label import ElidedLabel
from core.qt.theme import scaled_font, set_role

_ROLES = {
    ItemState.DONE: "success",
    ItemState.REJECTED: "error",
    ItemState.SKIPPED: "warning",
}


class ItemHeader(QWidget):
    """Two lines of constant height: nothing below moves when the item is another one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = ElidedLabel(self)
        self._title.setObjectName("item_title")
        self._title.setFont(scaled_font(self, 1.25, bold=True))
        self._facts = ElidedLabel(self)
        self._facts.setObjectName("item_line")
        self._facts.setProperty("role", "muted")
        self._state = QLabel(self)
        self._state.setObjectName("item_state")
        self._state.setFont(scaled_font(self, 1.0, bold=True))
        self._counts = QLabel(self)
        self._counts.setObjectName("item_counts")
        self._counts.setProperty("role", "muted")
        self._counts.setAlignment(Qt.AlignmentFlag.AlignRight)
        upper = QHBoxLayout()
        upper.setSpacing(12)
        upper.addWidget(self._title, 1)
        upper.addWidget(self._state)
        lower = QHBoxLayout()
        lower.setSpacing(12)
        lower.addWidget(self._facts, 1)
        lower.addWidget(self._counts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 14, 6)
        layout.setSpacing(2)
        layout.addLayout(upper)
        layout.addLayout(lower)

    def show_item(self, item: Item | None, row: int | None, row_count: int) -> None:
        """Shows an item and its row in the queue; None for nothing."""
        if item is None:
            for label in (self._title, self._facts, self._state, self._counts):
                label.setText("")
            return
        metadata = item.metadata
        parts = (
            metadata.brand,
            metadata.size,
            metadata.colour,
            price_text(metadata),
            metadata.condition,
            metadata.category,
        )
        self._title.setText(item.title)
        self._facts.setText(" · ".join(part for part in parts if part) or item.key)
        self._state.setText(_state_in_words(item))
        set_role(self._state, _ROLES.get(item.state, "muted"))
        place = f"   item {row + 1:,} of {row_count:,}" if row is not None else ""
        self._counts.setText(
            f"{item.kept_count} of {plural(item.photo_count, 'photo')} kept{place}"
        )


def _state_in_words(item: Item) -> str:
    if item.state is ItemState.REJECTED and item.reason is not None:
        return f"rejected: {item.reason}"
    return str(item.state)
