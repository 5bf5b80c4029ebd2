"""Choosing another item: its neighbours first, any other by searching."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cleaner.item_list import ItemList
from cleaner.model import QueueModel
from core.catalogue.items import ItemFilter, ItemIds, find_items
from core.qt.open_project import OpenProject
from core.qt.search_field import SearchField
from core.qt.theme import scaled_font


class ItemPicker(QDialog):
    """Type words, choose with the arrows, take it with Return (or a double click)."""

    picked = pyqtSignal(int)

    def __init__(
        self,
        open_project: OpenProject,
        *,
        title: str,
        verb: str,
        likely: Sequence[int],
        without: int,
        parent: QWidget,
    ) -> None:
        """Shows the likely items.

        Args:
            open_project: Whose items.
            title: What the item is wanted for.
            verb: What the button does: "Move", "Join".
            likely: Items to offer before anything is typed, likeliest first.
            without: The item that cannot be meant.
            parent: The widget that this is a question of.
        """
        super().__init__(parent)
        self.setObjectName("item_picker")
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._open_project = open_project
        self._likely = np.array([id_ for id_ in likely if id_ != without], np.int64)
        self._without = without
        self._model = QueueModel(open_project.catalogue, self)
        heading = QLabel(title, self)
        heading.setFont(scaled_font(self, 1.2, bold=True))
        self._search = SearchField("Title, brand, colour, size, folder or note", self)
        self._search.setObjectName("picker_search")
        self._search.searched.connect(self._look_for)
        self._search.stepped.connect(self._step)
        self._search.taken.connect(self._pick)
        self._search.left.connect(self.reject)
        self._list = ItemList(self._model, self)
        self._list.setObjectName("picker_list")
        self._list.item_clicked.connect(lambda _: self._search.setFocus())
        self._list.doubleClicked.connect(lambda _: self._pick())
        self._found = QLabel(self)
        self._found.setProperty("role", "muted")
        take = QPushButton(verb, self)
        take.setObjectName("picker_take")
        take.setProperty("role", "main")
        take.setAutoDefault(False)
        take.clicked.connect(self._pick)
        self._take = take
        leave = QPushButton("Cancel", self)
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self._found, 1)
        buttons.addWidget(leave)
        buttons.addWidget(take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(heading)
        layout.addWidget(self._search)
        layout.addWidget(self._list, 1)
        layout.addLayout(buttons)
        self._show(self._likely, "The items beside this one; type to find any other")
        self._search.setFocus()

    def sizeHint(self) -> QSize:
        return QSize(520, 480)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return
        super().keyPressEvent(event)

    def _look_for(self, text: str) -> None:
        if not text:
            self._show(self._likely, "The items beside this one; type to find any other")
            return
        wanted = ItemFilter(text=text)
        self._open_project.read(
            lambda catalogue: find_items(catalogue, wanted), self._on_found, key="item picker"
        )

    def _on_found(self, ids: ItemIds) -> None:
        if not self.isVisible():
            return
        ids = ids[ids != self._without]
        self._show(ids, f"{len(ids):,} found" if len(ids) else "No item has all these words")

    def _show(self, ids: ItemIds, found: str) -> None:
        self._model.set_ids(ids)
        self._found.setText(found)
        self._list.show_row(0 if len(ids) else None)
        self._take.setEnabled(bool(len(ids)))

    def _step(self, by: int) -> None:
        self._list.step(by)

    def _pick(self) -> None:
        item_id = self._list.chosen_id()
        if item_id is None:
            return
        self.accept()
        self.picked.emit(item_id)
