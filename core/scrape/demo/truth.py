"""What each photo of the demo scrape truly is, as a table of its own beside the scrape."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path

from core.errors import UserError


class Kind(StrEnum):
    """What is true of one file of the scrape.

    A copy is the dirt and its original stays clean; `TruthRow.source` names the original.
    """

    CLEAN = "clean"
    EXIF_ROTATED = "exif_rotated"  # clean; its pixels lie sideways and an EXIF tag says so
    NO_EXTENSION = "no_extension"  # clean; a JPEG under a name without a suffix
    WRONG_EXTENSION = "wrong_extension"  # clean; WebP or PNG named .jpg, `detail` says which

    BYTE_COPY = "byte_copy"  # copies of a photo of the same item
    REENCODED = "reencoded"
    RESIZED = "resized"
    CROPPED = "cropped"
    BORDERED = "bordered"
    MIRRORED = "mirrored"
    ROTATED = "rotated"
    WATERMARKED = "watermarked"
    RELISTED = "relisted"  # a copy of a photo of another item, which lists the same garment

    TAG = "tag"  # a brand, care or price label from close up
    OTHER_ITEM = "other_item"  # a photo of another garment
    SCREENSHOT = "screenshot"  # a phone's screenshot of a shop page
    BLURRED = "blurred"
    DARK = "dark"

    TRUNCATED = "truncated"  # a JPEG whose download broke off
    HTML = "html"  # an error page saved as .jpg
    EMPTY = "empty"


CLEAN_KINDS = frozenset({Kind.CLEAN, Kind.EXIF_ROTATED, Kind.NO_EXTENSION, Kind.WRONG_EXTENSION})
COPY_KINDS = frozenset(
    {
        Kind.BYTE_COPY,
        Kind.REENCODED,
        Kind.RESIZED,
        Kind.CROPPED,
        Kind.BORDERED,
        Kind.MIRRORED,
        Kind.ROTATED,
        Kind.WATERMARKED,
        Kind.RELISTED,
    }
)
UNREADABLE_KINDS = frozenset({Kind.TRUNCATED, Kind.HTML, Kind.EMPTY})


@dataclass(frozen=True)
class TruthRow:
    """The truth about one photo file.

    Attributes:
        path: The file, relative to the scrape folder, with forward slashes.
        item: The item it lies in, the folder relative to the scrape ("vinted_dresses/item_000123").
        garment: Which garment is shown, "" where none is; two items that list the same garment
            share it, and an `other_item` photo bears the other garment's.
        kind: What the file is, one of `Kind`.
        source: The path of the photo it was copied from, or "".
        detail: How the kind was made ("crop 7 %", "90°", "webp"), or "".
        pattern: The garment's pattern ("plain", "dots", …), "" where none is shown.
        colour: The garment's colour by name, "" where none is shown.
        category: The item's category, as the folder names it ("dresses").
        view: "front", "back", "detail", "tag", "screen" or "" where nothing can be seen.
    """

    path: str
    item: str
    garment: str
    kind: Kind
    source: str
    detail: str
    pattern: str
    colour: str
    category: str
    view: str

    @property
    def is_clean(self) -> bool:
        """Whether the photo belongs in a clean data set."""
        return self.kind in CLEAN_KINDS

    @property
    def is_copy(self) -> bool:
        """Whether the photo was made from another one, which `source` names."""
        return self.kind in COPY_KINDS


def write_ground_truth(path: Path, rows: Iterable[TruthRow]) -> None:
    """Writes the table as CSV with a header, in the order given."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(TruthRow)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def read_ground_truth(path: Path) -> list[TruthRow]:
    """The rows of a demo scrape's `ground_truth.csv`, in the order of the scrape.

    Raises:
        UserError: The file is missing or is no such table.
    """
    remedy = "Make the demo scrape again, or choose the ground_truth.csv beside one."
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [_parsed(row) for row in csv.DictReader(file)]
    except OSError as error:
        raise UserError("The ground truth cannot be read", path=path, remedy=remedy) from error
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise UserError("This is not a ground truth table", path=path, remedy=remedy) from error


def _parsed(row: dict[str, str]) -> TruthRow:
    cells = {field.name: row[field.name] for field in fields(TruthRow) if field.name != "kind"}
    if any(not isinstance(cell, str) for cell in cells.values()):
        raise ValueError("a row is too short")
    return TruthRow(kind=Kind(row["kind"]), **cells)
