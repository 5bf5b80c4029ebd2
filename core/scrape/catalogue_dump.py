"""Items saved from the catalogue API as JSON; their photos are still to be downloaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from core.jobs.context import JobContext
from core.scrape.catalogue_item import Json, key_of_item, metadata_of, photos_of
from core.scrape.found import FoundItem, FoundPhoto, Notes, Reading
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
                occurrences[key_of_item(item)] += 1
                context.report("Counting items", number)
        return len(occurrences)

    def items() -> Iterator[FoundItem]:
        count()
        waiting: dict[str, tuple[FoundPhoto, ...]] = {}
        for item in _items(path, notes, context):
            key = key_of_item(item)
            occurrences[key] -= 1
            photos = (*waiting.pop(key, ()), *photos_of(item, notes))
            if occurrences[key] > 0:
                notes.add("Items that occur several times were taken as one", key)
                waiting[key] = photos
            elif photos:
                yield FoundItem(key, metadata_of(item), photos)
            else:
                notes.add("Items without a photo were left out", key)

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


def holds_dumps(folder: Path, context: JobContext, max_depth: int | None = None) -> bool:
    """Whether some of the first JSON files in the folder (and below, so deep) are dumps."""
    files = [
        folder / inner.child(file.name)
        for inner in walk(folder, Notes(), context, max_depth=max_depth)
        for file in inner.files
        if file.name.lower().endswith(DUMP_SUFFIXES) and file.name != "item.json"
    ]
    return any(is_dump(file) for file in files[:5])


def is_dump(path: Path) -> bool:
    """Whether some of the first objects in the file are items of the catalogue API."""
    try:
        with path.open("rb") as file:
            start = file.read(64).lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
        return start[:1] in (b"{", b"[") and any(
            _is_item(value) for value in islice(objects(path), 50)
        )
    except (DamagedJson, OSError):
        return False


def _is_item(value: Json) -> bool:
    return bool(key_of_item(value)) and ("photo" in value or "photos" in value)


def _items(path: Path, notes: Notes, context: JobContext) -> Iterator[Json]:
    for file in dump_files(path, context):
        try:
            for value in objects(file):
                context.check_cancelled()
                if _is_item(value):
                    yield value
                else:
                    notes.add("Entries that are no items were left out", key_of_item(value))
        except DamagedJson as damage:
            notes.add(
                "A dump is damaged; what comes before the damage was read",
                f"{file.name}: {damage}",
                "If the scraper was stopped half-way, let it finish and import again.",
            )
        except OSError as error:
            notes.add("A dump cannot be read", f"{file.name}: {error.strerror}")
