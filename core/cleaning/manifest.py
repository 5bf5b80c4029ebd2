"""The table beside exported photos, a row a photo, as CSV and Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.catalogue.records import Item, Photo
from core.cleaning.splits import Split
from core.errors import displayable


class ManifestFormat(StrEnum):
    """How the table is written; the value is the file's extension."""

    CSV = "csv"
    PARQUET = "parquet"

    @property
    def file_name(self) -> str:
        return f"manifest.{self}"


@dataclass(frozen=True)
class ManifestRow:
    """One photo.

    Attributes:
        item_id: The item's number in the project.
        item: What the scrape calls it.
        number: The photo's place in the item, from 0, with gaps where photos were rejected.
        path: Of the exported file, relative to the manifest, with "/"; "" in a manifest alone.
        content_hash: SHA-256 of the original file, hexadecimal.
        crop: "x1,y1,x2,y2" in upright pixels where the photo is a part of the original file.
        width: Pixels, upright; likewise height.
        original_path: Absolute; bytes that are not UTF-8 are replaced by U+FFFD.
        extra: JSON: whatever else the scrape said.
        tags: JSON: a list of the names that the user gave the photo.
    """

    item_id: int
    item: str
    number: int
    path: str
    content_hash: str
    split: str
    crop: str
    width: int | None
    height: int | None
    category: str
    title: str
    brand: str
    size: str
    colour: str
    condition: str
    price: float | None
    currency: str
    url: str
    description: str
    note: str
    photo_url: str
    original_path: str
    extra: str
    tags: str


_TYPES = {
    "item_id": pa.int64(),
    "number": pa.int32(),
    "width": pa.int32(),
    "height": pa.int32(),
    "price": pa.float64(),
}
_SCHEMA = pa.schema(
    [(field.name, _TYPES.get(field.name, pa.string())) for field in fields(ManifestRow)]
)


def manifest_row(item: Item, photo: Photo, original: Path, path: str, split: Split) -> ManifestRow:
    """The row of an exported photo."""
    assert photo.content_hash is not None
    said = item.metadata
    return ManifestRow(
        item_id=item.id,
        item=item.key,
        number=photo.position,
        path=path,
        content_hash=photo.content_hash[:32].hex(),
        split=split,
        crop="" if photo.crop is None else ",".join(map(str, photo.crop)),
        width=photo.width,
        height=photo.height,
        category=said.category,
        title=said.title,
        brand=said.brand,
        size=said.size,
        colour=said.colour,
        condition=said.condition,
        price=said.price,
        currency=said.currency,
        url=said.url,
        description=said.description,
        note=item.note,
        photo_url=photo.url,
        original_path=displayable(original),
        extra=json.dumps(dict(said.extra), ensure_ascii=False, sort_keys=True),
        tags=json.dumps(photo.tags, ensure_ascii=False),
    )


class ManifestWriter:
    """Writes the table in several formats, batch by batch; finish it by leaving the `with` block.

    Args:
        files: The file for each format; what is there already is written over.
    """

    def __init__(self, files: dict[ManifestFormat, Path]) -> None:
        self._csv_file = None
        self._parquet: Any = None
        if ManifestFormat.CSV in files:
            self._csv_file = files[ManifestFormat.CSV].open("w", encoding="utf-8", newline="")
            self._csv = csv.writer(self._csv_file)
            self._csv.writerow(_SCHEMA.names)
        if ManifestFormat.PARQUET in files:
            self._parquet = pq.ParquetWriter(files[ManifestFormat.PARQUET], _SCHEMA)

    def write(self, rows: Sequence[ManifestRow]) -> None:
        values = [tuple(vars(row).values()) for row in rows]
        if self._csv_file is not None:
            self._csv.writerows(values)
        if self._parquet is not None and values:
            columns = zip(zip(*values, strict=True), _SCHEMA.types, strict=True)
            arrays = [pa.array(column, type_) for column, type_ in columns]
            self._parquet.write_table(pa.table(arrays, schema=_SCHEMA))

    def __enter__(self) -> ManifestWriter:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._csv_file is not None:
                self._csv_file.close()
        finally:
            if self._parquet is not None:
                self._parquet.close()
