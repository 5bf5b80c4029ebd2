"""What the panels show of what is explored: the query, what is listed, how is searched."""

from __future__ import annotations

from dataclasses import replace

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

from core.embedding.suspicions import Suspicion
from core.qt.popup_place import show_below
from explorer.exploring import Exploring
from explorer.filter_popup import FilterPopup
from explorer.gallery_panel import Source
from explorer.gallery_tile import item_words, tag_words
from explorer.library import Library
from explorer.listing import Listing
from explorer.view import ExplorerView


class Showing(QObject):
    """Keeps query panel, gallery and filter in step with what is explored."""

    listed = pyqtSignal()
    """The gallery lists other photos."""

    def __init__(
        self,
        exploring: Exploring,
        library: Library,
        listing: Listing,
        view: ExplorerView,
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._exploring = exploring
        self._library = library
        self._listing = listing
        self._view = view
        self._told = ""
        self.filter = FilterPopup(owner)
        self.filter.chosen.connect(exploring.filter)
        exploring.query_changed.connect(self._on_query_changed)
        exploring.settings_changed.connect(self._on_settings_changed)
        exploring.moved.connect(self._show_vector)
        exploring.selection.selected_changed.connect(self._on_selected)
        library.changed.connect(self._show_query)
        listing.changed.connect(self._on_listed)
        view.searched.connect(self._on_searched)
        panel = view.gallery
        panel.source_chosen.connect(self.show_source)
        panel.suspicion_chosen.connect(listing.suspect)
        panel.count_chosen.connect(self._on_count_chosen)
        panel.one_per_item_chosen.connect(self._on_one_per_item_chosen)

    @property
    def source(self) -> Source:
        """What the gallery lists."""
        return self._view.gallery.source

    def show_source(self, source: Source) -> None:
        """Lists something else in the gallery."""
        self._view.gallery.show_source(source)
        self._list()
        for each in Source:
            self._count(each)

    def open_filter(self) -> None:
        """Opens the filter below its button."""
        self._view.unfold(self._view.gallery)
        show_below(self.filter, self._view.gallery.filter_button)

    # Below this line: how

    def _on_query_changed(self) -> None:
        query = self._exploring.query
        self._show_query()
        if query is not None:
            self.show_source(Source.NEIGHBOURS)
            self._view.show_message(f"Photos like “{query.title}”")

    def _on_selected(self) -> None:
        """What a lasso holds is not to be seen in the gallery: says how to get at it."""
        count = int(self._exploring.selection.selected.sum())
        if count > 1:
            self._told = (
                f"{count:,} photos are selected: G lists them, T tags them, S sends them to the "
                "cleaner"
            )
            self._view.show_message(self._told)
        elif self._view.message == self._told:
            self._view.show_message("")

    def _show_query(self) -> None:
        query = self._exploring.query
        words = tags = ""
        if query is not None and query.wanted[0].row is not None:
            facts = self._library.facts(query.wanted[0].row)
            words, tags = item_words(facts.item), tag_words(facts.photo)
        self._view.query.show_query(query, words, tags)
        self._show_vector()

    def _show_vector(self) -> None:
        query = self._exploring.query
        moved = self._exploring.moved_vector() if self._exploring.is_moved else None
        self._view.query.show_vector(None if query is None else query.vector, moved)

    def _on_settings_changed(self) -> None:
        exploring, opened = self._exploring, self._exploring.opened
        total = 0 if opened is None else opened.index.size
        passing = 0 if exploring.filtered is None else len(exploring.filtered.rows)
        self._view.gallery.show_settings(exploring.settings, exploring.wanted, passing, total)
        if opened is not None and exploring.filtered is not None:
            self.filter.show_filter(exploring.asked_filter, opened.facts, exploring.filtered)

    def _on_listed(self, source: Source) -> None:
        if source is self.source:
            self._list()
        self._count(source)

    def _list(self) -> None:
        entries = self._listing.entries(self.source)
        self._view.gallery.show_entries(entries, self._listing.empty_text(self.source))
        self.listed.emit()

    def _count(self, source: Source) -> None:
        self._view.gallery.show_count(source, self._listing.count(source))
        if source is Source.SUSPECTS:
            self._view.gallery.show_suspicions(
                self._listing.suspicion,
                {suspicion: self._listing.suspect_count(suspicion) for suspicion in Suspicion},
                self._listing.note(),
            )

    def _on_searched(self, words: str) -> None:
        self.show_source(Source.FOUND if words else Source.NEIGHBOURS)
        self._listing.find(words)

    def _on_count_chosen(self, count: int) -> None:
        self._exploring.change(replace(self._exploring.settings, k=count))

    def _on_one_per_item_chosen(self, one: bool) -> None:
        self._exploring.change(replace(self._exploring.settings, one_per_item=one))
