"""An exported manifest as a source: CSV or Parquet, a row a photo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.cleaning.manifest import ManifestFormat
from core.cleaning.photo_content import Crop
from core.cleaning.splits import Split
from core.errors import UserError
from core.jobs.context import JobContext
from core.number_words import plural
from core.scrape.found import Notes
from core.scrape.table_rows import open_table, to_text
from core.training.photos import TrainingItem, TrainingPhoto
from core.training.sources.file_hashes import hash_files
from core.training.sources.found import Found, FoundItem

_CHECK_EVERY = 1000
_HASH_DIGITS = 64


@dataclass(frozen=True)
class _Row:
    item: str
    key: str
    category: str
    file: Path
    content: bytes | None
    crop: Crop | None
    trains: bool


def manifest_in(folder: Path) -> Path | None:
    """The manifest of an export's folder, None where it has none."""
    for format_ in (ManifestFormat.PARQUET, ManifestFormat.CSV):
        if (folder / format_.file_name).is_file():
            return folder / format_.file_name
    return None


def read_manifest(file: Path, source: str, context: JobContext) -> Found:
    """The photos of a manifest, from the export's files or, in a manifest alone, the originals.

    Items that the export has among the training ones are never held out: it knew which photos are
    in several items, which the manifest does not say.

    Args:
        file: Columns `item_id` or `item`, and `path` (relative to the file) or `original_path`;
            also read are `category`, `content_hash`, `crop` and `split`.
        source: What the instruction calls it.
        context: Progress and cancellation.

    Raises:
        UserError: It cannot be read, or lacks these columns.
    """
    grouped: dict[str, list[_Row]] = {}
    for row in _rows(file, context):
        grouped.setdefault(row.item, []).append(row)
    unknown = list({row.file: None for rows in grouped.values() for row in rows if not row.content})
    hashes = hash_files(unknown, context)
    items: list[FoundItem] = []
    never_held_out: list[tuple[int, int]] = []
    lost = 0
    for rows in grouped.values():
        photos = []
        for row in rows:
            content = row.content or hashes.get(row.file)
            if content is None:
                lost += 1
                continue
            photos.append(TrainingPhoto(0, _with_crop(content, row.crop), row.file, row.crop))
        if not photos:
            continue
        if any(row.trains for row in rows):
            never_held_out.append((len(items), len(items)))
        first = rows[0]
        items.append(FoundItem(TrainingItem(first.key, first.category, source), tuple(photos)))
    unreadable = plural(lost, "photo")
    warnings = [f"Left out: {unreadable} of {file.name} that cannot be read."] if lost else []
    return Found(items, never_held_out, warnings)


def _rows(file: Path, context: JobContext) -> Iterator[_Row]:
    with open_table(file, Notes()) as table:
        header = {name.strip().lower(): place for place, name in enumerate(table.header)}
        if not header.keys() & {"item_id", "item"} or not header.keys() & {"path", "original_path"}:
            raise UserError(
                "This table does not say which photos there are and of which items",
                path=file,
                remedy="It needs the columns item_id and path, as an exported manifest has them.",
            )
        for number, values in enumerate(table.rows):
            if number % _CHECK_EVERY == 0:
                context.check_cancelled()
                context.report("Reading the manifest", number)
            row = _row(
                file.parent.absolute(),
                {name: to_text(values[place]).strip() for name, place in header.items()},
            )
            if row is not None:
                yield row


def _row(folder: Path, values: Mapping[str, str]) -> _Row | None:
    item = values.get("item_id") or values.get("item")
    path = values.get("path") or values.get("original_path")
    if not item or not path:
        return None
    content = values.get("content_hash", "")
    crop = _crop(values.get("crop", ""))
    if values.get("path") and crop is not None:
        # The export has cut the photo out; the hash is of the file that it was cut out of.
        content, crop = "", None
    return _Row(
        item=item,
        key=values.get("item") or item,
        category=values.get("category", ""),
        file=folder / path,
        content=bytes.fromhex(content) if _is_hash(content) else None,
        crop=crop,
        trains=values.get("split", "").lower() == Split.TRAIN,
    )


def _is_hash(text: str) -> bool:
    return len(text) == _HASH_DIGITS and all(digit in "0123456789abcdefABCDEF" for digit in text)


def _crop(text: str) -> Crop | None:
    edges = text.split(",")
    if len(edges) != 4 or not all(edge.strip().lstrip("-").isdecimal() for edge in edges):
        return None
    left, top, right, bottom = map(int, edges)
    return left, top, right, bottom


def _with_crop(content: bytes, crop: Crop | None) -> bytes:
    return content if crop is None else content + ",".join(map(str, crop)).encode()
