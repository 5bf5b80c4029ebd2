"""What the gallery lists: neighbours, photos that were searched for, the selection."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from core.catalogue.database import Catalogue
from core.catalogue.items import ItemFilter, find_items
from core.catalogue.photos import read_hints
from core.embedding.index import Rows
from core.embedding.suspicions import Finding, Suspicion
from core.qt.open_project import OpenProject
from explorer.entries import PlainEntries, RankedEntries
from explorer.exploring import Exploring
from explorer.gallery_panel import Source
from explorer.gallery_tile import Entry, Mark
from explorer.library import Library
from explorer.suspecting import Suspecting

_MOST_FOUND = 5_000


class Listing(QObject):
    """Entries of each source; what is listed passes the filter, whatever the source."""

    changed = pyqtSignal(object)
    """`Source` whose entries are other ones now."""

    def __init__(
        self,
        open_project: OpenProject,
        exploring: Exploring,
        library: Library,
        suspecting: Suspecting,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._open_project = open_project
        self._exploring = exploring
        self._library = library
        self._suspecting = suspecting
        self._suspicion = Suspicion.FAR_FROM_ITEM
        self._words = ""
        self._found: Rows = np.empty(0, np.int64)
        exploring.results_changed.connect(lambda: self.changed.emit(Source.NEIGHBOURS))
        exploring.selection.selected_changed.connect(lambda: self.changed.emit(Source.SELECTION))
        exploring.selection.visible_changed.connect(lambda: self.changed.emit(Source.FOUND))
        exploring.selection.visible_changed.connect(lambda: self.changed.emit(Source.SUSPECTS))
        suspecting.changed.connect(lambda: self.changed.emit(Source.SUSPECTS))
        exploring.opened_changed.connect(self._forget)

    def entries(self, source: Source) -> Sequence[Entry]:
        """What a source lists now."""
        match source:
            case Source.NEIGHBOURS:
                return self._neighbours()
            case Source.FOUND:
                visible = self._exploring.selection.visible
                return PlainEntries(self._found[visible[self._found]])
            case Source.SELECTION:
                return PlainEntries(self._exploring.selection.selected_rows())
            case Source.SUSPECTS:
                return [self._suspect(finding) for finding in self.suspects()]

    def count(self, source: Source) -> int:
        """How many a source lists."""
        match source:
            case Source.NEIGHBOURS:
                return len(self._exploring.results)
            case Source.FOUND:
                return int(self._exploring.selection.visible[self._found].sum())
            case Source.SELECTION:
                return len(self._exploring.selection.selected_rows())
            case Source.SUSPECTS:
                return self.suspect_count(self._suspicion)

    def empty_text(self, source: Source) -> str:
        """Why it lists nothing."""
        exploring = self._exploring
        match source:
            case Source.NEIGHBOURS if exploring.query is None:
                return (
                    "Nothing is looked for yet. Double-click a point of the map, drop a photo of "
                    "your own anywhere here, or search for one by title, brand or id."
                )
            case Source.NEIGHBOURS:
                return "No photo passes the filter. Clear it with Shift+F."
            case Source.FOUND:
                return "No photo of the index was found, or none passes the filter."
            case Source.SUSPECTS:
                return self._suspecting.why_empty(self._suspicion)
            case Source.SELECTION:
                return "No photo is selected. Draw around points of the map, or click photos."

    @property
    def suspicion(self) -> Suspicion:
        """Which list of suspects is listed."""
        return self._suspicion

    def note(self) -> str:
        """What the list of suspects was made from, where that is worth knowing."""
        return self._suspecting.note(self._suspicion)

    def suspect(self, suspicion: Suspicion) -> None:
        """Lists another one."""
        self._suspicion = suspicion
        self.changed.emit(Source.SUSPECTS)

    def suspects(self, suspicion: Suspicion | None = None) -> list[Finding]:
        """A list (the one that is listed, by default), as far as the filter lets through."""
        visible = self._exploring.selection.visible
        rows, findings = self._suspecting.findings(suspicion or self._suspicion)
        return [findings[at] for at in np.flatnonzero(visible[rows]).tolist()]

    def suspect_count(self, suspicion: Suspicion) -> int:
        """How many `suspects` there are."""
        rows, _ = self._suspecting.findings(suspicion)
        return int(self._exploring.selection.visible[rows].sum())

    def find(self, words: str) -> None:
        """Searches the catalogue's items for words, or for an id; answers by `changed`."""
        self._words = words
        if not words:
            self._take_found(np.empty(0, np.int64))
            return
        opened = self._exploring.opened
        if opened is None:
            return
        item_of = opened.facts.item_of

        def query(catalogue: Catalogue) -> Rows:
            ids = find_items(catalogue, ItemFilter(text=words))[:_MOST_FOUND]
            rows = np.flatnonzero(np.isin(item_of, ids))
            by_id = words.lstrip("#")
            if by_id.isdecimal():
                rows = np.union1d(opened.index.rows_of([int(by_id)]), rows)
            return rows

        self._open_project.read(query, self._take_found, key="explorer-find")

    def _take_found(self, rows: Rows) -> None:
        self._found = rows
        self.changed.emit(Source.FOUND)

    def _forget(self) -> None:
        """The words that are looked for stay; their photos have other rows in another index."""
        self._take_found(np.empty(0, np.int64))
        self.find(self._words)

    def _neighbours(self) -> Sequence[Entry]:
        results = self._exploring.results
        own, copies = self._exploring.own_item_rows(), self._copies()
        new = self._exploring.newcomers()
        opened = self._exploring.opened

        def mark(row: int) -> Mark:
            if opened is not None and int(opened.index.photo_ids[row]) in copies:
                return Mark.COPY
            if row in own:
                return Mark.OWN_ITEM
            return Mark.NEW if row in new else Mark.NONE

        return RankedEntries(results.rows, results.distances, mark)

    def _suspect(self, finding: Finding) -> Entry:
        was_sent = self._suspecting.was_sent(finding.row)
        mark = Mark.SENT if was_sent else Mark.NONE
        return Entry(finding.row, f"{finding.score:.2f}", mark, finding.why)

    def _copies(self) -> frozenset[int]:
        """The photos that hints know as copies of the query's."""
        query = self._exploring.query
        if query is None:
            return frozenset()
        known = [example.photo for example in query.wanted if example.row is not None]
        own, items = {photo.id for photo in known}, {photo.item_id for photo in known}
        if not own:
            return frozenset()
        hints = read_hints(self._open_project.catalogue, items)
        pairs = (
            (hint.photo_id, hint.other_photo_id)
            for of_item in hints.values()
            for hint in of_item
            if hint.other_photo_id is not None
        )
        linked = {a for pair in pairs if own & set(pair) for a in pair if a is not None}
        return frozenset(linked - own)
