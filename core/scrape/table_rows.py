"""The rows of a CSV or Parquet file, whatever its separator and encoding."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import UserError
from core.scrape.found import Notes

TABLE_SUFFIXES = (".csv", ".tsv", ".parquet", ".pq")
_SAMPLE_BYTES = 65536
_MAX_FIELD = 10_000_000

Row = Sequence[Any]


@dataclass(frozen=True)
class Table:
    """An open table.

    Attributes:
        header: Its column names.
        rows: Its rows, read as they are asked for; each as long as the header. Values are text
            in CSV and whatever Arrow makes of them in Parquet.
    """

    header: tuple[str, ...]
    rows: Iterator[Row]


@contextmanager
def open_table(path: Path, notes: Notes) -> Iterator[Table]:
    """Opens a CSV or Parquet file, told apart by content.

    Raises:
        UserError: It can be read as neither.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_SAMPLE_BYTES)
        if start[:4] == b"PAR1":
            with pq.ParquetFile(path) as parquet:
                yield _parquet_table(parquet)
            return
        encoding = _encoding(start)
        # Escaped, so that the name of a file that is not UTF-8 comes out as the system spells it.
        errors = "replace" if encoding == "utf-16" else "surrogateescape"
        with path.open(encoding=encoding, errors=errors, newline="") as text:
            yield _csv_table(path, start.decode(encoding, "replace"), text, notes)
    except (OSError, pa.ArrowException) as error:
        raise UserError(
            "The table cannot be read",
            path=path,
            remedy=f"Check that it is a whole CSV or Parquet file ({error}).",
        ) from error


def _parquet_table(parquet: pq.ParquetFile) -> Table:
    header = tuple(str(name) for name in parquet.schema_arrow.names)

    def rows() -> Iterator[Row]:
        for batch in parquet.iter_batches(batch_size=4096):
            columns = [column.to_pylist() for column in batch.columns]
            yield from zip(*columns, strict=True)

    return Table(header, rows())


def _csv_table(path: Path, start: str, text: Iterator[str], notes: Notes) -> Table:
    csv.field_size_limit(_MAX_FIELD)  # the default breaks off at long descriptions
    reader = csv.reader(text, delimiter=_separator(start))
    try:
        header = _distinct(next(reader))
    except (StopIteration, csv.Error) as error:
        raise UserError(
            "The table has no rows", path=path, remedy="Its first row names the columns."
        ) from error

    def rows() -> Iterator[Row]:
        width = len(header)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                notes.add("Rows of the table that cannot be read were left out", str(error))
                continue
            if not any(row):
                continue
            if len(row) != width:
                notes.add(
                    "Rows of the table have more or fewer values than the header",
                    f"line {reader.line_num}",
                )
                row = [*row[:width], *[""] * (width - len(row))]
            yield row

    return Table(header, rows())


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The names, those that are empty or occur again numbered."""
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        name = name.strip() or f"column {number}"
        found.append(name if name not in found else f"{name} {number}")
    return tuple(found)


def _encoding(start: bytes) -> str:
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    # One odd file name in a table of UTF-8 is no reason to misread all the others.
    text = start.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(1 for character in text if character > "\x7f") - wrong
    return "cp1252" if wrong > right else "utf-8-sig"


def _separator(start: str) -> str:
    """The likeliest of , ; tab and |: the one that the first line has most of."""
    lines = start.lstrip("\ufeff").splitlines()
    first = lines[0] if lines else ""
    return max(",;\t|", key=first.count)


def to_text(value: object) -> str:
    """A cell as text; lists and objects as JSON; "" for nothing, NaN included."""
    if value is None or value != value:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # ids that pandas made floats of because one was missing
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
