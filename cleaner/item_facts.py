"""What is known of an item and its photos, in words."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence

from cleaner.facts_view import Fact
from cleaner.queue_row import price_text
from core.catalogue.records import Item, Operation, Photo, PhotoStatus, Verdict
from core.errors import displayable
from core.qt.photo_words import size_in_words

_MOST_LINES = 12
"""With more photos, a line for each would push all else out of sight."""


def item_facts(item: Item) -> list[Fact]:
    """What the scrape says of the item."""
    metadata = item.metadata
    known = (
        ("Title", metadata.title),
        ("Brand", metadata.brand),
        ("Size", metadata.size),
        ("Colour", metadata.colour),
        ("Condition", metadata.condition),
        ("Price", price_text(metadata)),
        ("Category", metadata.category),
        ("Name", item.key),
        ("Description", metadata.description),
    )
    facts = [Fact(label, value) for label, value in known if value]
    if metadata.url:
        facts.append(Fact("Page", metadata.url, url=metadata.url))
    for key, value in metadata.extra.items():
        words = _in_words(value)
        if words:
            facts.append(Fact(str(key), words))
    return facts


def photo_facts(photos: Sequence[Photo], selected: Collection[int]) -> list[Fact]:
    """In full of the selected photos; a line for each where none is selected."""
    numbered = list(enumerate(photos, start=1))
    if not selected and len(photos) > _MOST_LINES:
        return [Fact("", f"{len(photos)} photos; select some to see their files", is_muted=True)]
    if not selected:
        return [Fact(str(number), _in_a_line(photo)) for number, photo in numbered]
    facts: list[Fact] = []
    for number, photo in numbered:
        if photo.id in selected:
            facts += _in_full(number, photo)
    return facts


def history_facts(history: Sequence[Operation], now: float | None = None) -> list[Fact]:
    """What was done, newest first; what was undone is struck through."""
    today = time.strftime("%Y-%m-%d", time.localtime(now))
    return [
        Fact(
            _when(operation.at, today),
            f"{operation.summary} ({operation.who})",
            is_void=operation.undone_by is not None,
            is_muted=operation.undoes is not None,
        )
        for operation in history
    ]


def _in_words(value: object) -> str:
    """What a scrape's JSON says, without its brackets."""
    if isinstance(value, Mapping):
        parts = [f"{key} {_in_words(each)}" for key, each in value.items() if _in_words(each)]
        return ", ".join(parts)
    if isinstance(value, list):
        return ", ".join(filter(None, map(_in_words, value)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _in_a_line(photo: Photo) -> str:
    parts = [
        f"{photo.width} × {photo.height}" if photo.width else "",
        size_in_words(photo.byte_count),
        _kind(photo),
        photo.problem,
        f"tagged {', '.join(photo.tags)}" if photo.tags else "",
    ]
    return " · ".join(part for part in parts if part) or _status(photo)


def _in_full(number: int, photo: Photo) -> list[Fact]:
    verdict = str(photo.verdict)
    if photo.verdict is Verdict.REJECTED and photo.reason is not None:
        verdict = f"{verdict}: {photo.reason}"
    known = (
        (f"Photo {number}", photo.name),
        ("Pixels", f"{photo.width} × {photo.height}" if photo.width else ""),
        ("File", size_in_words(photo.byte_count)),
        ("Kind", _kind(photo)),
        ("Problem", photo.problem),
        ("State", "" if photo.status is PhotoStatus.READY else _status(photo)),
        ("Decision", verdict),
        ("Tags", ", ".join(photo.tags)),
        ("Crop", ", ".join(map(str, photo.crop)) if photo.crop else ""),
        ("In quarantine", "yes" if photo.quarantined else ""),
        ("Path", displayable(photo.file)),
        ("Content", photo.content_hash.hex() if photo.content_hash else ""),
    )
    facts = [Fact(label, value) for label, value in known if value]
    if photo.url:
        facts.append(Fact("From", photo.url, url=photo.url))
    return facts


def _kind(photo: Photo) -> str:
    if not photo.container:
        return ""
    quality = f" {photo.jpeg_quality}" if photo.jpeg_quality else ""
    return f"{photo.container.upper()}{quality}"


def _status(photo: Photo) -> str:
    return "not looked at yet" if photo.status is PhotoStatus.NEW else str(photo.status)


def _when(at: float, today: str) -> str:
    moment = time.localtime(at)
    if time.strftime("%Y-%m-%d", moment) == today:
        return time.strftime("%H:%M", moment)
    return time.strftime("%Y-%m-%d %H:%M", moment)
