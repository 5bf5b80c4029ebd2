"""A folder per item, with or without the saved page or `item.json` beside the photos."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from core.catalogue.records import Metadata
from core.jobs.context import JobContext
from core.scrape.found import FoundItem, FoundPhoto, Notes, Reading, key_of
from core.scrape.photo_files import photos_in
from core.scrape.walk import Folder, walk

_CONTAINERS = frozenset(
    "data dataset datasets download downloads image images img imgs item items listings own"
    " pair-directories photo photos pics picture pictures products scrape scraped scrapes test"
    " train validation vinted".split()
)
"""Folder names that say what is inside but not of which category."""

_SCRAPED = "vinted_"
_PAGE_NAMES = ("soup.html", "item.html", "page.html", "index.html")


def read_item_folders(
    root: Path, notes: Notes, context: JobContext, passed_over: Collection[str] = ()
) -> Reading:
    """Every folder with photos in it, at any depth, as an item of the category above it.

    Metadata beyond the category is left in the sidecars. Folders in `passed_over` (relative
    paths) are left out.
    """

    def count() -> int:
        number = 0
        for number, _ in enumerate(_items(root, Notes(), context, passed_over), start=1):
            context.report("Counting items", number)
        return number

    return Reading(_items(root, notes, context, passed_over), count)


def _items(
    root: Path, notes: Notes, context: JobContext, passed_over: Collection[str]
) -> Iterator[FoundItem]:
    for folder in walk(root, notes, context, passed_over=passed_over):
        photos = photos_in(root, folder)
        sidecars = _sidecars(folder, {photo.name for photo in photos})
        if not photos:
            if sidecars and not folder.subfolders:
                notes.add("Folders with an item page but no photo were left out", folder.path)
            continue
        if folder.subfolders:
            notes.add(
                "Folders with photos of their own and further folders are taken as items",
                folder.path or root.name,
            )
        yield FoundItem(
            key=key_of(folder.path or root.name),
            metadata=Metadata(category=category_of(root, folder.path, is_scraped=bool(sidecars))),
            photos=tuple(
                FoundPhoto(
                    folder.child(photo.name), byte_count=photo.byte_count, mtime_ns=photo.mtime_ns
                )
                for photo in photos
            ),
            sidecars=tuple(folder.child(name) for name in sidecars),
        )


def category_of(root: Path, item_path: str, *, is_scraped: bool) -> str:
    """The category that the folder above an item's names, or "".

    Args:
        root: The folder that was chosen. One's own photos lie in a folder of any name; it names
            the category only of what a scraper saved there, which its name or a page beside the
            photos shows.
        item_path: The item's folder, from the root.
        is_scraped: Whether such a page lies there.
    """
    if not item_path:
        return ""
    above = item_path.rpartition("/")[0].rpartition("/")[2]
    if not above and (is_scraped or root.name.startswith(_SCRAPED)):
        above = root.name
    name = key_of(above).removeprefix(_SCRAPED)
    return "" if name.lower() in _CONTAINERS else name


def _sidecars(folder: Folder, photo_names: set[str]) -> list[str]:
    """The item's saved page and JSON, the likeliest of each."""
    others = [file.name for file in folder.files if file.name not in photo_names]
    pages = [name for name in others if name.lower().endswith((".html", ".htm"))]
    pages.sort(key=lambda name: name.lower() not in _PAGE_NAMES)
    dumps = [name for name in others if name.lower() == "item.json"]
    return dumps[:1] + pages[:1]
