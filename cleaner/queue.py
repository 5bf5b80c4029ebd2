"""The items still before the user: found off the GUI thread, kept true by small steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from cleaner.model import QueueModel
from core.catalogue.database import Catalogue
from core.catalogue.items import ItemFilter, ItemIds, ItemOrder, find_items, matching_items, row_for
from core.catalogue.records import Changes, ItemState
from core.qt.open_project import OpenProject

_FEW_ITEMS = 200
"""Up to as many changed items are looked at singly; beyond, the queue is found anew."""

_OPEN = ItemFilter(states=frozenset({ItemState.OPEN}))


@dataclass(frozen=True)
class _Found:
    ids: ItemIds
    open_ids: frozenset[int]


class Queue(QObject):
    """The items that pass the filter, in order, and the current one even where it does not.

    Attributes:
        model: The rows, for the views.
    """

    refreshed = pyqtSignal()
    """The queue for the filter has been found (again)."""
    counted = pyqtSignal()
    """The number of items, or of open ones, is another."""

    def __init__(self, open_project: OpenProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_project = open_project
        self.model = QueueModel(open_project.catalogue, self)
        self._wanted = ItemFilter()
        self._order = ItemOrder.SCRAPE
        self._open: set[int] = set()
        self._current: int | None = None
        self._current_matches = True
        self._is_finding = False
        self._changed_meanwhile: set[int] = set()
        self._find_again = False

    @property
    def wanted(self) -> ItemFilter:
        return self._wanted

    @property
    def order(self) -> ItemOrder:
        return self._order

    @property
    def current(self) -> int | None:
        return self._current

    @property
    def current_matches(self) -> bool:
        """Whether the current item passes the filter."""
        return self._current_matches

    @property
    def is_finding(self) -> bool:
        """Whether the queue is being found anew."""
        return self._is_finding

    @property
    def match_count(self) -> int:
        """How many items pass the filter; the current one may be shown beside them."""
        rows = self.model.rowCount()
        return rows - (self._current is not None and not self._current_matches)

    @property
    def open_count(self) -> int:
        """How many of those are still to be decided on."""
        return len(self._open)

    @property
    def has_other_open(self) -> bool:
        """Whether an item beside the current one is still to be decided on."""
        return len(self._open) > (self._current in self._open)

    def look_for(self, wanted: ItemFilter, order: ItemOrder) -> None:
        """Changes filter and order; the queue follows once it is found (`refreshed`)."""
        self._wanted, self._order = wanted, order
        self.refresh()

    def refresh(self) -> None:
        """Finds the queue anew, in the background."""
        if self._is_finding:
            self._find_again = True
            return
        self._is_finding = True
        self._changed_meanwhile.clear()
        wanted, order = self._wanted, self._order
        self._open_project.read(lambda catalogue: _find(catalogue, wanted, order), self._on_found)

    def set_current(self, item_id: int | None) -> None:
        """Says which item the user looks at; it stays in the queue for as long as he does."""
        old, old_matched = self._current, self._current_matches
        if item_id == old:
            return
        self._current, self._current_matches = item_id, True
        if old is not None and not old_matched:
            row = self.model.row_of(old)
            if row is not None:
                self.model.remove(row)
        if item_id is not None and self.model.row_of(item_id) is None:
            self._current_matches = item_id in self._matching([item_id])
            self._insert(item_id)

    def neighbour(self, step: int) -> int | None:
        """The item so many rows after (before, if negative) the current one; None off the ends."""
        ids = self.model.ids
        row = None if self._current is None else self.model.row_of(self._current)
        if row is None:
            to = 0 if step > 0 else len(ids) - 1
        else:
            to = row + step
        return int(ids[to]) if 0 <= to < len(ids) else None

    def next_open(self) -> int | None:
        """The next item still to be decided on: after the current one, else from the top."""
        ids = self.model.ids
        row = None if self._current is None else self.model.row_of(self._current)
        after = 0 if row is None else row + 1
        for part in (ids[after:], ids[:after]):
            for first in range(0, len(part), 1024):
                for item_id in part[first : first + 1024].tolist():
                    if item_id in self._open and item_id != self._current:
                        return int(item_id)
        return None

    def around(self, reach: int) -> list[int]:
        """The items that the user may see next, likeliest first: after and before the current."""
        wanted = [self.next_open()]
        for step in range(1, reach + 1):
            wanted += [self.neighbour(step), self.neighbour(-step)]
        return list(dict.fromkeys(item_id for item_id in wanted if item_id is not None))

    def mark_decided(self, item_id: int) -> None:
        """Takes an item for decided on before that is stored, so that going on passes it by."""
        self._open.discard(item_id)

    def follow(self, changes: Changes) -> None:
        """Brings the queue up to date after something was changed in the catalogue."""
        if changes.everything or len(changes.item_ids) > _FEW_ITEMS:
            self.model.forget()
            self.refresh()
            return
        if self._is_finding:
            self._changed_meanwhile |= changes.item_ids
        self._look_again_at(changes.item_ids)

    def _on_found(self, found: _Found) -> None:
        self._is_finding = False
        if self._find_again:
            self._find_again = False
            self.refresh()
            return
        self._open = set(found.open_ids)
        ids = found.ids
        current = self._current
        if current is not None:
            self._current_matches = bool((ids == current).any())
            if not self._current_matches and self._exists(current):
                row = row_for(self._open_project.catalogue, ids, self._order, current)
                ids = np.insert(ids, row, current)
        self.model.set_ids(ids)
        # What the search may not have seen yet, having begun before it.
        self._look_again_at(self._changed_meanwhile)
        self._changed_meanwhile.clear()
        self.refreshed.emit()
        self.counted.emit()

    def _look_again_at(self, item_ids: Iterable[int]) -> None:
        """Puts single items in or out, as they now pass the filter or not."""
        ids = sorted(item_ids)
        if not ids:
            return
        matching = self._matching(ids)
        still_open = matching & matching_items(self._open_project.catalogue, _OPEN, ids)
        self._open.difference_update(ids)
        self._open |= still_open
        self.model.forget(ids)
        for item_id in ids:
            row = self.model.row_of(item_id)
            if item_id == self._current:
                self._current_matches = item_id in matching
            if item_id in matching:
                if row is None:
                    self._insert(item_id)
            elif row is not None and (item_id != self._current or not self._exists(item_id)):
                self.model.remove(row)
        self.counted.emit()

    def _matching(self, ids: Iterable[int]) -> frozenset[int]:
        return matching_items(self._open_project.catalogue, self._wanted, ids)

    def _exists(self, item_id: int) -> bool:
        """Whether there is something to show of it: merged items are nowhere."""
        return bool(matching_items(self._open_project.catalogue, ItemFilter(), [item_id]))

    def _insert(self, item_id: int) -> None:
        catalogue = self._open_project.catalogue
        self.model.insert(row_for(catalogue, self.model.ids, self._order, item_id), item_id)


def _find(catalogue: Catalogue, wanted: ItemFilter, order: ItemOrder) -> _Found:
    ids = find_items(catalogue, wanted, order)
    states = wanted.states & _OPEN.states if wanted.states else _OPEN.states
    open_ids = find_items(catalogue, replace(wanted, states=states)) if states else ids[:0]
    return _Found(ids, frozenset(open_ids.tolist()))
