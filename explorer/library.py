"""What the catalogue knows of the photos in the index, read a page at a time when first shown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from core.catalogue.items import read_items
from core.catalogue.photos import read_photos_by_id
from core.catalogue.records import Changes, Item, Photo
from core.embedding.index import Ids
from core.qt.open_project import OpenProject

_KEPT = 20_000


@dataclass(frozen=True)
class Facts:
    """A photo with its item; both None where the photo has left the catalogue since indexing."""

    photo: Photo | None
    item: Item | None

    @property
    def title(self) -> str:
        return "" if self.item is None else self.item.title


GONE = Facts(None, None)


class Library(QObject):
    """Photos and items by row of the index.

    Point reads on the GUI thread (50 photos with their items take about three milliseconds), so
    that nothing is ever shown without its words.
    """

    changed = pyqtSignal()
    """What was read before may be out of date."""

    def __init__(self, open_project: OpenProject, parent: QObject) -> None:
        super().__init__(parent)
        self._open_project = open_project
        self._photo_ids: Ids = np.empty(0, np.int64)
        self._facts: OrderedDict[int, Facts] = OrderedDict()
        open_project.changed.connect(self._on_changed)

    def use(self, photo_ids: Ids) -> None:
        """Takes the photos of another index."""
        self._photo_ids = photo_ids
        self._facts.clear()

    def facts(self, row: int) -> Facts:
        """Of one row."""
        return self.facts_of([row])[0]

    def facts_of(self, rows: Sequence[int]) -> list[Facts]:
        """Of many rows, in order."""
        self._read(row for row in rows if row not in self._facts)
        found = [self._facts[row] for row in rows]
        for row in rows:
            self._facts.move_to_end(row)
        while len(self._facts) > _KEPT:
            self._facts.popitem(last=False)
        return found

    def _read(self, rows: Iterable[int]) -> None:
        missing = {int(self._photo_ids[row]): row for row in rows}
        if not missing:
            return
        catalogue = self._open_project.catalogue
        photos = read_photos_by_id(catalogue, missing)
        item_ids = {photo.item_id for photo in photos.values()}
        items = {item.id: item for item in read_items(catalogue, item_ids)}
        for photo_id, row in missing.items():
            photo = photos.get(photo_id)
            self._facts[row] = GONE if photo is None else Facts(photo, items.get(photo.item_id))

    def _on_changed(self, _: Changes) -> None:
        # All of it: what a page costs is less than knowing which rows the items have.
        self._facts.clear()
        self.changed.emit()
