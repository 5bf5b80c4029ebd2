"""What the readers find in a scrape, before anything is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from core.catalogue.records import Metadata


class Layout(StrEnum):
    """How a scrape lies on the disk."""

    ITEM_FOLDERS = "item folders"
    """A folder per item, its photos beside the saved item page (`soup.html`)."""
    VINTED_DOWNLOADER = "vinted-downloader"
    """A folder per item, its photos beside `item.json`."""
    CATALOGUE_DUMP = "catalogue dump"
    """JSON of the catalogue API: a list, `{"items": [...]}` or JSON lines; photos by URL."""
    TABLE = "table"
    """CSV or Parquet, a row a photo, by path or by URL."""
    DEEPFASHION2 = "DeepFashion2"
    """`annos/000001.json` beside `image/000001.jpg`; an item's photos are crops."""
    OWN_PHOTOS = "own photos"
    """A folder per item and nothing but photos in it."""


Crop = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class FoundPhoto:
    """One photo of a scrape.

    Attributes:
        path: Relative to the source's root, with "/"; "" where the photo is to be downloaded.
        url: Where to download it from; "" where the scrape holds the file.
        url_key: For downloads, what tells the photo from the item's others and stays the same
            when the site signs its URLs anew.
        crop: (x1, y1, x2, y2) in upright pixels, where the photo is a part of the file.
        byte_count: The file's size; None where it was not there to be looked at.
        mtime_ns: The file's modification time, likewise.
    """

    path: str
    url: str = ""
    url_key: str = ""
    crop: Crop | None = None
    byte_count: int | None = None
    mtime_ns: int | None = None


@dataclass(frozen=True, slots=True)
class FoundItem:
    """One item of a scrape.

    Attributes:
        key: What the scrape calls it; unique within the source.
        metadata: What is known without opening the sidecars.
        photos: In the scrape's order; at least one.
        sidecars: Files that say more about the item (saved page, `item.json`), relative to the
            source's root. `core.scrape.sidecars.complete` reads them; that is left to the caller
            because it is nearly all of the time that reading takes.
    """

    key: str
    metadata: Metadata
    photos: tuple[FoundPhoto, ...]
    sidecars: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A reader at work.

    Attributes:
        items: Found as it is iterated; may raise `UserError` and `Cancelled`.
        count: Says how many items there will be, which may take a walk through the scrape.
    """

    items: Iterator[FoundItem]
    count: Callable[[], int | None]


@dataclass(frozen=True)
class ScrapeWarning:
    """Something about the scrape that the user should know.

    Attributes:
        message: What it is, without numbers: "Links are not followed".
        count: How often.
        examples: A few of the places, for showing.
        remedy: What the user can do, or "".
    """

    message: str
    count: int
    examples: tuple[str, ...] = ()
    remedy: str = ""

    def __str__(self) -> str:
        often = f" ({self.count:,} times)" if self.count > 1 else ""
        places = f": {', '.join(self.examples)}" if self.examples else ""
        more = ", …" if self.count > len(self.examples) > 0 else ""
        remedy = f". {self.remedy}" if self.remedy else ""
        return f"{self.message}{often}{places}{more}{remedy}"


@dataclass
class Notes:
    """Collects a reader's warnings; a million alike take the room of a few."""

    max_examples: int = 5
    _counts: dict[str, int] = field(default_factory=dict)
    _examples: dict[str, list[str]] = field(default_factory=dict)
    _remedies: dict[str, str] = field(default_factory=dict)

    def add(self, message: str, example: str = "", remedy: str = "") -> None:
        """Counts one more; equal messages are one warning."""
        self._counts[message] = self._counts.get(message, 0) + 1
        self._remedies.setdefault(message, remedy)
        examples = self._examples.setdefault(message, [])
        if example and len(examples) < self.max_examples:
            examples.append(showable(example))

    def warnings(self) -> tuple[ScrapeWarning, ...]:
        """One for each message, in the order of their first occurrence."""
        return tuple(
            ScrapeWarning(message, count, tuple(self._examples[message]), self._remedies[message])
            for message, count in self._counts.items()
        )


def showable(text: str, limit: int = 120) -> str:
    """The text on one line, of bounded length, in characters that any screen accepts."""
    clean = text.encode("utf-8", "surrogateescape" if _is_file_name(text) else "replace")
    line = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for c in clean.decode("utf-8", "replace")
    )
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _is_file_name(text: str) -> bool:
    """Whether all lone surrogates in it come from undecodable bytes of a file name."""
    return not any("\ud800" <= c <= "\udfff" and not "\udc80" <= c <= "\udcff" for c in text)


def key_of(path: str | Path) -> str:
    r"""A relative path as an item's key: text that any database takes.

    Bytes that are not UTF-8 show as `\xff`.
    """
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
