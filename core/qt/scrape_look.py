"""A look at a scrape for the import dialog: the preview, and the first photo of some items."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from core.images import Pixels, UnreadableImage, fit_within, load
from core.jobs.context import JobContext
from core.number_words import plural
from core.scrape.found import FoundItem, Layout
from core.scrape.recognise import Preview, preview

THUMBNAIL_PX = 224


@dataclass(frozen=True)
class ExampleItem:
    """An item to show.

    Attributes:
        title: Its title, or its key.
        about: How many photos, and the brand.
        pixels: Its first photo, small; None where that cannot be shown.
        problem: Then, why.
    """

    title: str
    about: str
    pixels: Pixels | None
    problem: str


@dataclass(frozen=True)
class ScrapeLook:
    """All that the dialog shows."""

    preview: Preview
    examples: tuple[ExampleItem, ...]


def look_at(
    path: Path, layout: Layout | None, context: JobContext, *, item_column: str = ""
) -> ScrapeLook:
    """Previews a scrape; takes some ten seconds at most, and belongs off the GUI thread.

    Args:
        path: A folder, table or dump.
        layout: What the user says it is.
        context: Progress and cancellation.
        item_column: For tables, the column that says which item a photo belongs to, where the user
            has chosen one.

    Raises:
        UserError: There is no such path, or a table that cannot be read.
        Cancelled: As the context says.
    """
    columns = {"item_id": item_column} if item_column else None
    found = preview(path, context, layout=layout, columns=columns)
    examples = []
    for item in found.examples:
        context.check_cancelled()
        examples.append(_example(Path(os.fsdecode(found.root)), item))
    return ScrapeLook(found, tuple(examples))


def _example(root: Path, item: FoundItem) -> ExampleItem:
    count = plural(len(item.photos), "photo")
    about = " · ".join(filter(None, (count, item.metadata.brand)))
    first = item.photos[0]
    pixels: Pixels | None = None
    problem = ""
    if first.url:
        problem = "to be downloaded"
    else:
        try:
            at_least = None if first.crop else (THUMBNAIL_PX, THUMBNAIL_PX)
            whole = load(root / first.path, at_least=at_least).pixels
            if first.crop:
                left, top, right, bottom = first.crop
                whole = whole[top:bottom, left:right]
            pixels = fit_within(whole, THUMBNAIL_PX, THUMBNAIL_PX).copy()
        except UnreadableImage as error:
            problem = str(error.reason)
    return ExampleItem(item.metadata.title or item.key, about, pixels, problem)
