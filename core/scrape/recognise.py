"""A look at a scrape before anything is stored: what it is, how much, and what it says."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.records import METADATA_COLUMNS
from core.errors import UserError, displayable
from core.jobs.context import JobContext
from core.number_words import plural
from core.scrape.completing import completed
from core.scrape.found import FoundItem, Layout, Notes, ScrapeWarning
from core.scrape.item_columns import ItemColumn
from core.scrape.layouts import Recognised, read_scrape, recognise, scrapes_below

_FIELDS = METADATA_COLUMNS[:-1]
"""Without `extra`, what a scrape says that has no column of its own."""

_EXAMPLES = 12
_SAMPLE = 200
"""Items whose pages are read for the coverage, evenly spread over the scrape."""

_LIMIT_S = 8.0
_SUSPICIOUSLY_MANY = 100


@dataclass(frozen=True)
class Preview:
    """What an import would bring.

    Attributes:
        path: What was looked at.
        root: The folder that photo paths start from.
        layout: How it would be read; None where nothing was recognised (a warning says why).
        why: What it was told by.
        alternatives: Other layouts it could be read as, with the reason.
        items: How many items; at least so many where `is_complete` is false.
        photos: How many photos, likewise.
        to_download: How many of them are known by URL only.
        is_complete: Whether all of the scrape was looked at; a large one is not.
        photos_per_item: Number of items by number of photos.
        coverage: For each metadata field the share of the sampled items that have it, 0 to 1.
        sampled: How many items the coverage was taken from.
        examples: Some items with their metadata, spread over the scrape.
        columns: For tables, which column each field is taken from.
        unused_columns: For tables, the columns that are kept as further metadata.
        item_columns: For tables that do not say which item a photo belongs to, the columns that
            could.
        warnings: What the user should know before importing.
    """

    path: str
    root: str
    layout: Layout | None
    why: str
    alternatives: tuple[tuple[Layout, str], ...]
    items: int
    photos: int
    to_download: int
    is_complete: bool
    photos_per_item: Mapping[int, int]
    coverage: Mapping[str, float]
    sampled: int
    examples: tuple[FoundItem, ...]
    columns: Mapping[str, str]
    unused_columns: tuple[str, ...]
    item_columns: tuple[ItemColumn, ...]
    warnings: tuple[ScrapeWarning, ...]

    def __str__(self) -> str:
        if self.layout is None:
            return "\n".join([f"{self.path}: {self.why}", *map(str, self.warnings)])
        at_least = "" if self.is_complete else "at least "
        few = sum(n for photos, n in self.photos_per_item.items() if photos == 1)
        lines = [
            f"{self.path}: {self.layout}, told by {self.why}",
            f"Items:  {at_least}{self.items:,} ({few:,} with one photo only)",
            f"Photos: {at_least}{self.photos:,}"
            + (f", {self.to_download:,} of them to be downloaded" if self.to_download else ""),
            f"Known of {plural(self.sampled, 'sampled item')}: "
            + (
                ", ".join(f"{name} {share:.0%}" for name, share in self.coverage.items() if share)
                or "nothing but their photos"
            ),
        ]
        if self.columns:
            used = ", ".join(f"{field} = {column}" for field, column in self.columns.items())
            kept = ", ".join(self.unused_columns)
            lines.append(f"Columns: {used}{f'; kept as they are: {kept}' if kept else ''}")
        lines += [f"Or: {layout} ({why})" for layout, why in self.alternatives]
        for item in self.examples[:3]:
            metadata = item.metadata
            said = " · ".join(filter(None, (metadata.title, metadata.brand, metadata.size)))
            photos = plural(len(item.photos), "photo")
            lines.append(f"  {item.key}: {photos}{f', {said}' if said else ''}")
        lines += [f"Note: {warning}" for warning in self.warnings]
        return "\n".join(lines)


def preview(
    path: Path,
    context: JobContext | None = None,
    *,
    layout: Layout | None = None,
    columns: Mapping[str, str] | None = None,
    photos_folder: Path | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Preview:
    """What importing the path would bring; takes some ten seconds at most and stores nothing.

    Raises:
        UserError: There is no such path, or a table that cannot be read at all. A folder in which
            nothing is found is no error: the preview says so.
        Cancelled: The user has asked to stop.
    """
    context = context or JobContext()
    notes = Notes()
    context.report("Looking at the scrape", 0)
    try:
        recognised = recognise(
            path,
            layout=layout,
            columns=columns,
            photos_folder=photos_folder,
            context=context,
            clock=clock,
        )
    except UserError as error:
        if error.path is None or not path.exists():
            raise
        return _nothing(path, error)
    return _look_through(recognised, notes, context, clock)


def _look_through(
    recognised: Recognised, notes: Notes, context: JobContext, clock: Callable[[], float]
) -> Preview:
    until = clock() + _LIMIT_S
    sizes: Counter[int] = Counter()
    photos = to_download = 0
    is_complete = True
    sample = _SpreadSample(_SAMPLE)
    largest: FoundItem | None = None
    for item in read_scrape(recognised, notes, context).items:
        sizes[len(item.photos)] += 1
        photos += len(item.photos)
        to_download += sum(1 for photo in item.photos if photo.url)
        sample.add(item)
        if largest is None or len(item.photos) > len(largest.photos):
            largest = item
        context.report("Counting items", sizes.total())
        if clock() > until:
            is_complete = False
            break
    known: list[FoundItem] = []
    chosen = sample.items()
    until = max(until, clock() + _LIMIT_S / 4)
    for item in completed(recognised.root, chosen, context, processes=1):
        known.append(item)
        context.report("Reading a sample of the item pages", len(known), len(chosen))
        if clock() > until:
            break
    step = max(1, len(known) // _EXAMPLES)
    return Preview(
        path=displayable(recognised.path),
        root=displayable(recognised.root),
        layout=recognised.layout,
        why=recognised.why,
        alternatives=recognised.alternatives,
        items=sizes.total(),
        photos=photos,
        to_download=to_download,
        is_complete=is_complete,
        photos_per_item=dict(sorted(sizes.items())),
        coverage=_coverage(known),
        sampled=len(known),
        examples=tuple(known[::step][:_EXAMPLES]),
        columns=recognised.columns,
        unused_columns=recognised.unused_columns,
        item_columns=recognised.item_columns,
        warnings=(
            *_about_sizes(sizes, largest),
            *_about_parts(recognised, context),
            *notes.warnings(),
        ),
    )


class _SpreadSample:
    """At most `2 × size` items, evenly spread over however many are added, in order."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._stride = 1
        self._count = 0
        self._kept: list[FoundItem] = []

    def add(self, item: FoundItem) -> None:
        if self._count % self._stride == 0:
            self._kept.append(item)
            if len(self._kept) >= 2 * self._size:
                self._kept = self._kept[::2]
                self._stride *= 2
        self._count += 1

    def items(self) -> list[FoundItem]:
        """At most `size` of them."""
        if len(self._kept) <= self._size:
            return self._kept
        step = len(self._kept) / self._size
        return [self._kept[int(number * step)] for number in range(self._size)]


def _coverage(items: list[FoundItem]) -> dict[str, float]:
    return {
        name: sum(1 for i in items if getattr(i.metadata, name) not in ("", None)) / len(items)
        if items
        else 0.0
        for name in _FIELDS
    }


def _about_sizes(sizes: Counter[int], largest: FoundItem | None) -> list[ScrapeWarning]:
    many = sum(count for size, count in sizes.items() if size > _SUSPICIOUSLY_MANY)
    if largest is None:
        return [
            ScrapeWarning(
                "Nothing was found that can be read this way",
                1,
                remedy="Choose another layout, or the folder that holds the items.",
            )
        ]
    if not many:
        return []
    return [
        ScrapeWarning(
            f"Items with more than {_SUSPICIOUSLY_MANY} photos",
            many,
            (f"{largest.key}: {len(largest.photos):,} photos",),
            "If these are photos of many items in one folder, put each item's photos into a folder"
            " of its own, or import a table that says which item each photo belongs to.",
        )
    ]


def _about_parts(recognised: Recognised, context: JobContext) -> list[ScrapeWarning]:
    if recognised.layout not in (Layout.OWN_PHOTOS, Layout.ITEM_FOLDERS):
        return []
    parts = scrapes_below(recognised.root, context)
    if not parts:
        return []
    return [
        ScrapeWarning(
            "Folders in here are scrapes of their own, whose tables would not be read",
            len(parts),
            tuple(parts[:5]),
            "Import them one by one.",
        )
    ]


def _nothing(path: Path, error: UserError) -> Preview:
    return Preview(
        path=displayable(path),
        root=displayable(path),
        layout=None,
        why="nothing to import was recognised",
        alternatives=(),
        items=0,
        photos=0,
        to_download=0,
        is_complete=True,
        photos_per_item={},
        coverage=dict.fromkeys(_FIELDS, 0.0),
        sampled=0,
        examples=(),
        columns={},
        unused_columns=(),
        item_columns=(),
        warnings=(ScrapeWarning(error.message, 1, remedy=error.remedy),),
    )
