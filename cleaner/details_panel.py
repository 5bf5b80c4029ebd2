"""The right side: what is suspected, the photos' files, what the scrape says, note and history."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PyQt5.QtCore import Qt, QUrl, pyqtSignal
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from cleaner.facts_view import FactsView
from cleaner.hint_cards import HintCards
from cleaner.item_facts import history_facts, item_facts, photo_facts
from cleaner.note_editor import NoteEditor
from cleaner.shown_item import ShownItem
from core.catalogue.records import Item
from core.qt.section import Section


class DetailsPanel(QScrollArea):
    """Everything in words about the item on the board."""

    left = pyqtSignal()
    """The user is done here and wants the keys back for the photos."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("details_panel")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget(self)
        self.hints = HintCards(body)
        self.note = NoteEditor(body)
        self.note.left.connect(self.left)
        self._photos = FactsView(body)
        self._photos.setObjectName("photo_facts")
        self._item = FactsView(body)
        self._item.setObjectName("item_facts")
        self._history = FactsView(body)
        self._history.setObjectName("item_history")
        for view in (self._photos, self._item):
            view.link_clicked.connect(_open_in_browser)
        self._hint_section = Section("cleaner", "hints", "Hints", self.hints, body)
        self._note_section = Section("cleaner", "note", "Note", self.note, body)
        self._history_section = Section("cleaner", "history", "History", self._history, body)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(10, 8, 10, 12)
        layout.setSpacing(10)
        for section in (
            self._hint_section,
            Section("cleaner", "photos", "Photos", self._photos, body),
            Section("cleaner", "item", "Item", self._item, body),
            self._note_section,
            self._history_section,
        ):
            layout.addWidget(section)
        layout.addStretch()
        self.setWidget(body)

    def show_item(
        self, shown: ShownItem | None, selected: Collection[int], elsewhere: Mapping[int, Item]
    ) -> None:
        """Shows an item (None: nothing); `elsewhere` as `HintCards.show_hints` takes it."""
        self.widget().setVisible(shown is not None)
        self.hints.show_hints(shown, elsewhere)
        self._hint_section.set_count(len(shown.hints) if shown and shown.hints else None)
        self._item.show_facts(item_facts(shown.item) if shown else [])
        self._history.show_facts(history_facts(shown.history) if shown else [])
        self._history_section.setVisible(bool(shown and shown.history))
        self.note.show_note(*(shown.item.id, shown.item.note) if shown else (None, ""))
        self.show_selection(shown, selected)

    def show_selection(self, shown: ShownItem | None, selected: Collection[int]) -> None:
        """Shows the facts of the selected photos, or of all in brief."""
        self._photos.show_facts(photo_facts(shown.photos, selected) if shown else [])

    def edit_note(self) -> None:
        """Puts the cursor into the note."""
        self._note_section.unfold()
        self.ensureWidgetVisible(self.note)
        self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _open_in_browser(url: QUrl) -> None:
    QDesktopServices.openUrl(url)
