"""Bringing a scrape into the catalogue, as often as one likes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.database import Catalogue
from core.catalogue.paths import from_stored
from core.catalogue.records import PhotoStatus
from core.errors import UserError, displayable
from core.jobs.context import JobContext
from core.number_words import plural
from core.scrape.completing import completed
from core.scrape.found import FoundItem, Layout, Notes, ScrapeWarning
from core.scrape.layouts import Recognised, read_scrape, recognise
from core.scrape.sources import as_before, beside_other_sources, source_of
from core.scrape.storing import Store

_BATCH_PHOTOS = 200
"""Photos in one transaction: some 10 ms, so that a decision made meanwhile never waits for long."""


@dataclass(frozen=True)
class ImportResult:
    """What an import did.

    Attributes:
        source_id: The catalogue's row for the scrape.
        root: The folder that photo paths start from.
        layout: How the scrape was read.
        items_added: Items that were not there before; likewise the following.
        items_updated: Items of whom the scrape says something else than before.
        photos_changed: Photos whose file is another than before; they will be hashed again.
        photos_gone: Photos whose file is no longer there; their rows and decisions stay.
        to_download: Photos of the whole project that wait for `download`.
        warnings: What the user should know.
        seconds: How long it took.
    """

    source_id: int
    root: str
    layout: Layout
    items_added: int
    items_updated: int
    items_unchanged: int
    photos_added: int
    photos_changed: int
    photos_unchanged: int
    photos_gone: int
    to_download: int
    warnings: tuple[ScrapeWarning, ...]
    seconds: float

    def __str__(self) -> str:
        lines = [
            f"Imported {self.root} ({self.layout}) in {self.seconds:.1f} s",
            f"Items:  {self.items_added:,} new, {self.items_updated:,} updated,"
            f" {self.items_unchanged:,} as before",
            f"Photos: {self.photos_added:,} new, {self.photos_changed:,} changed,"
            f" {self.photos_unchanged:,} as before, {self.photos_gone:,} gone",
        ]
        if self.to_download:
            lines.append(
                f"{plural(self.to_download, 'photo is', 'photos are')} still to be downloaded."
            )
        lines += [f"Note: {warning}" for warning in self.warnings]
        return "\n".join(lines)


def import_scrape(
    catalogue: Catalogue,
    path: Path,
    *,
    layout: Layout | None = None,
    columns: Mapping[str, str] | None = None,
    photos_folder: Path | None = None,
    context: JobContext | None = None,
) -> ImportResult:
    """Brings everything that the scrape holds into the catalogue.

    Importing again adds what is new, brings up to date what the scrape says, and forgets nothing
    that was decided. After a cancellation or a crash, importing again carries on: what was stored
    is passed over. Nothing is written but the catalogue.

    Args:
        catalogue: Where to.
        path: A folder, or a table or dump.
        layout: What the user says it is; by default what it was imported as before, or else what
            it looks like.
        columns: For tables: field to column.
        photos_folder: For tables: where the photos lie, if not beside the table.
        context: Reports items; asked about cancelling at least once an item.

    Raises:
        UserError: There is nothing that can be imported.
        Cancelled: What was stored until then stays.
    """
    context = context or JobContext()
    began = time.monotonic()
    notes = Notes()
    context.report("Looking at the scrape", 0)
    recognised = None
    if layout is None and columns is None and photos_folder is None:
        recognised = as_before(catalogue, path)
    if recognised is None:
        recognised = recognise(
            path, layout=layout, columns=columns, photos_folder=photos_folder, context=context
        )
    recognised = beside_other_sources(catalogue, recognised)
    for folder in recognised.passed_over:
        notes.add("Folders that are sources of this project already were passed over", folder)
    reading = read_scrape(recognised, notes, context)
    total = reading.count()
    store: Store | None = None
    by_id: dict[str, str] = {}
    done = 0
    with closing(completed(recognised.root, reading.items, context)) as items:
        for batch in _batches(items):
            if store is None:  # only now: a scrape with nothing in it is no source
                store = Store(catalogue, source_of(catalogue, recognised, path))
            store.add(batch)
            for item in batch:
                _note_shared_id(item, by_id, notes)
            done += len(batch)
            context.report("Importing items", done, total, batch[-1].key)
    if store is None:
        said = "".join(f" {str(warning).rstrip('.')}." for warning in notes.warnings())
        raise UserError(
            f"Nothing was found that can be imported as {recognised.layout}",
            path=path,
            remedy=f"Choose another layout, or the folder that holds the items.{said}",
        )
    context.report("Importing items", done, done)  # items without a photo were counted too
    _look_for_gone(store, recognised, context)
    for key in store.tally.added_to_done:
        notes.add("Items that you had done with got further photos", key, "Look at them again.")
    tally = store.tally
    return ImportResult(
        source_id=store.source_id,
        root=displayable(recognised.root),
        layout=recognised.layout,
        items_added=tally.items_added,
        items_updated=tally.items_updated,
        items_unchanged=tally.items_unchanged,
        photos_added=tally.photos_added,
        photos_changed=tally.photos_changed,
        photos_unchanged=tally.photos_unchanged,
        photos_gone=tally.photos_gone,
        to_download=_waiting(catalogue),
        warnings=notes.warnings(),
        seconds=time.monotonic() - began,
    )


def _note_shared_id(item: FoundItem, by_id: dict[str, str], notes: Notes) -> None:
    """Tells of folders that hold the same listing, by the site's id."""
    id_ = str(item.metadata.extra.get("id") or "")
    if id_ and by_id.setdefault(id_, item.key) != item.key:
        notes.add(
            "Items have the same id as another one: one listing scraped twice?",
            f"{by_id[id_]} and {item.key}",
        )


def _batches(items: Iterator[FoundItem]) -> Iterator[list[FoundItem]]:
    batch: list[FoundItem] = []
    photos = 0
    for item in items:
        batch.append(item)
        photos += len(item.photos)
        if photos >= _BATCH_PHOTOS:
            yield batch
            batch, photos = [], 0
    if batch:
        yield batch


def _look_for_gone(store: Store, recognised: Recognised, context: JobContext) -> None:
    """Photos that the scrape named before and whose files are no longer there."""
    rows = store.catalogue.connection.execute(
        "SELECT id, item_id, path FROM photo WHERE source_id = ? AND url = ''"
        " AND quarantine IS NULL AND status = ? ORDER BY id",
        [store.source_id, PhotoStatus.READY],
    ).fetchall()
    gone: list[tuple[int, int]] = []
    for id_, item_id, path in rows:
        if id_ in store.seen:
            continue
        context.check_cancelled()
        if not os.path.lexists(recognised.root / from_stored(path)):
            gone.append((id_, item_id))
    for start in range(0, len(gone), _BATCH_PHOTOS):
        store.mark_gone(gone[start : start + _BATCH_PHOTOS])


def _waiting(catalogue: Catalogue) -> int:
    row = catalogue.connection.execute(
        "SELECT count(*) FROM photo WHERE status = ?", [PhotoStatus.TO_DOWNLOAD]
    ).fetchone()
    return int(row[0])
