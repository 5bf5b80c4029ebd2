"""A data set as a file in a run's folder: photo ids, content hashes and splits, as Parquet."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.cleaning.splits import Split
from core.errors import UserError
from core.project import write_atomically
from core.training.photos import SPLITS, Dataset, TrainingItem, TrainingPhoto

_SCHEMA = pa.schema(
    [
        ("photo", pa.int64()),
        ("content_hash", pa.binary()),
        ("file", pa.binary()),  # bytes, for file names on Linux need not be UTF-8
        ("crop", pa.list_(pa.int32())),
        ("item", pa.int32()),
        ("key", pa.string()),
        ("category", pa.string()),
        ("source", pa.string()),
        ("split", pa.string()),
    ]
)
_ABOUT = b"pickglass"


def write_split(dataset: Dataset, file: Path) -> None:
    """Stores a data set, a row a photo.

    Raises:
        UserError: It cannot be written.
    """
    item_of = dataset.item_of.tolist()
    items = [dataset.items[item] for item in item_of]
    about = json.dumps({"fingerprint": dataset.fingerprint, "warnings": dataset.warnings})
    table = pa.table(
        [
            [photo.key for photo in dataset.photos],
            [photo.content_hash for photo in dataset.photos],
            [os.fsencode(photo.file) for photo in dataset.photos],
            [photo.crop for photo in dataset.photos],
            item_of,
            [_text(item.key) for item in items],
            [_text(item.category) for item in items],
            [_text(item.source) for item in items],
            [str(SPLITS[split]) for split in dataset.split_of[dataset.item_of].tolist()],
        ],
        schema=_SCHEMA,
    ).replace_schema_metadata({_ABOUT: about.encode()})
    stream = io.BytesIO()
    pq.write_table(table, stream)
    try:
        write_atomically(file, stream.getvalue())
    except OSError as error:
        raise UserError(
            f"The division of the data set cannot be stored ({error.strerror})",
            path=file,
            remedy="Make room on the disk, see that you may write there, and start again.",
        ) from error


def read_split(file: Path) -> Dataset:
    """The data set that `write_split` stored; whether its photos are still there is not looked at.

    Raises:
        UserError: The file is missing or damaged.
    """
    try:
        table = pq.read_table(file, schema=_SCHEMA)
        about = json.loads((pq.read_schema(file).metadata or {})[_ABOUT])
        dataset = _dataset(table.to_pydict(), tuple(map(str, about["warnings"])))
        if dataset.fingerprint != about["fingerprint"]:
            raise ValueError("its fingerprint is not that of its rows")
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise UserError(
            f"The division of this run's data set cannot be read ({error})",
            path=file,
            remedy="Start the run anew from its instruction; the photos are divided again by its"
            " seed.",
        ) from error
    return dataset


def _dataset(columns: dict[str, list[Any]], warnings: tuple[str, ...]) -> Dataset:
    item_of = np.array(columns["item"], np.int32)
    firsts = np.unique(item_of, return_index=True)[1].tolist()
    keys, categories, sources = columns["key"], columns["category"], columns["source"]
    return Dataset(
        items=tuple(TrainingItem(keys[row], categories[row], sources[row]) for row in firsts),
        photos=tuple(
            TrainingPhoto(
                key, content, Path(os.fsdecode(path)), None if crop is None else _crop(crop)
            )
            for key, content, path, crop in zip(
                columns["photo"],
                columns["content_hash"],
                columns["file"],
                columns["crop"],
                strict=True,
            )
        ),
        item_of=item_of,
        split_of=np.array([SPLITS.index(Split(columns["split"][row])) for row in firsts], np.int8),
        warnings=warnings,
    )


def _crop(edges: list[int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = edges
    return left, top, right, bottom


def _text(text: str) -> str:
    """What Parquet takes; the fingerprint is of the same bytes."""
    return text.encode("utf-8", "replace").decode("utf-8")
