"""Items saved from the catalogue API as JSON; their photos are still to be downloaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from core.jobs.context import JobContext
from core.scrape.catalogue_item import Json, key_of_item, metadata_of, photos_of
from core.scrape.found import FoundItem, Notes, Reading
from core.scrape.json_stream import DamagedJson, objects
from core.scrape.walk import walk

DUMP_SUFFIXES = (".json", ".jsonl", ".ndjson", ".jl")


def read_catalogue_dump(path: Path, notes: Notes, context: JobContext) -> Reading:
    """The items of a dump, or of all dumps in a folder, in order.

    An item that occurs several times, as it does where pages overlap or a day's scrape is appended
    to the last, is one item, with what its last occurrence says and the photos of all. That takes
    a first pass to count occurrences; memory is that of the ids and of the repeated items.
    """
    occurrences: Counter[str] = Counter()

    def count() -> int:
        if not occurrences:
            for number, item in enumerate(_items(path, Notes(), context), start=1):
                occurrences[item.key] += 1
                context.report("Counting items", number)
        return len(occurrences)

    def items() -> Iterator[FoundItem]:
        count()
        waiting: dict[str, FoundItem] = {}
        for item in _items(path, notes, context):
            occurrences[item.key] -= 1
            if item.key in waiting:
                item = replace(item, photos=(*waiting.pop(item.key).photos, *item.photos))
            if occurrences[item.key] > 0:
                notes.add("Items that occur several times were taken as one", item.key)
                waiting[item.key] = item
            else:
                yield item

    return Reading(items(), count)


def dump_files(path: Path, context: JobContext) -> Sequence[Path]:
    """The file itself, or the JSON files in a folder, in natural order."""
    if not path.is_dir():
        return [path]
    return [
        path / folder.child(file.name)
        for folder in walk(path, Notes(), context)
        for file in folder.files
        if file.name.lower().endswith(DUMP_SUFFIXES)
    ]


def looks_like_item(value: Json) -> bool:
    """Whether an object is an item of the catalogue API, and not just any JSON."""
    return bool(key_of_item(value)) and ("photo" in value or "photos" in value)


def _items(path: Path, notes: Notes, context: JobContext) -> Iterator[FoundItem]:
    for file in dump_files(path, context):
        try:
            for value in objects(file):
                context.check_cancelled()
                if not looks_like_item(value):
                    notes.add("Entries that are no items were left out", key_of_item(value))
                    continue
                photos = photos_of(value, notes)
                if photos:
                    yield FoundItem(key_of_item(value), metadata_of(value), photos)
                else:
                    notes.add("Items without a photo were left out", key_of_item(value))
        except DamagedJson as damage:
            notes.add(
                "A dump is damaged; what comes before the damage was read",
                f"{file.name}: {damage}",
                "If the scraper was stopped half-way, let it finish and import again.",
            )
        except OSError as error:
            notes.add("A dump cannot be read", f"{file.name}: {error.strerror}")
