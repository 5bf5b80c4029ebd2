"""A table with a row for each photo, by path or by URL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from core.catalogue.records import Metadata
from core.errors import UserError
from core.jobs.context import JobContext
from core.scrape.catalogue_item import steady_part
from core.scrape.clean_text import one_line, paragraphs, plain_extra, web_url
from core.scrape.found import FoundItem, FoundPhoto, Notes, Reading, key_of
from core.scrape.item_columns import ItemColumns
from core.scrape.photo_files import IMAGE_SUFFIXES
from core.scrape.prices import parse_price
from core.scrape.safe_paths import PhotoFinder, Refused
from core.scrape.table_columns import assign_columns
from core.scrape.table_rows import Row, Table, open_table, to_text

_MAX_VARIANTS = 50
"""Different values of one column that an item keeps."""

Columns = Mapping[str, tuple[str, ...]]


@dataclass
class _Draft:
    """An item whose rows are still being read."""

    values: dict[str, str]
    extra: dict[str, list[str]]
    photos: dict[str, None] = field(default_factory=dict)


def read_table(
    path: Path,
    root: Path,
    notes: Notes,
    context: JobContext,
    chosen: Mapping[str, str] | None = None,
) -> Reading:
    """The table's items in the order of their first rows, whose values they take.

    Columns that stand for no field are kept as further metadata; where an item's rows differ in
    one, all its values are kept. All rows are read before the first item comes; the photos' files
    are looked for item by item.

    Args:
        path: The table.
        root: The folder that the photos must lie in (resolved).
        notes: Takes warnings.
        context: Asked about cancelling every thousand rows.
        chosen: Field to column, where the user said so; see `table_columns`.

    Raises:
        UserError: The table cannot be read, or says nowhere where its photos are.
    """
    drafts: dict[str, _Draft] = {}

    def load() -> None:
        if not drafts:
            with open_table(path, notes) as table:
                columns = columns_of_photos(table.header, chosen, path)
                drafts.update(_group(table, columns, notes, context))

    def count() -> int:
        load()
        return len(drafts)

    def items() -> Iterator[FoundItem]:
        load()
        finder = PhotoFinder(root, path.parent, context)
        for key, draft in drafts.items():
            context.check_cancelled()
            photos = tuple(_find_all(draft.photos, finder, notes, key))
            if photos:
                yield FoundItem(key, _metadata(draft), photos)
            else:
                notes.add("Items of the table without a usable photo were left out", key)

    return Reading(items(), count)


def columns_of_photos(
    header: Sequence[str], chosen: Mapping[str, str] | None, path: Path
) -> dict[str, tuple[str, ...]]:
    """The columns of each field, a photo's path or URL among them.

    Raises:
        UserError: No column says where the photos are.
    """
    columns = assign_columns(header, chosen)
    if "path" not in columns and "url" not in columns:
        raise UserError(
            "No column of the table says where the photos are",
            path=path,
            remedy=(
                f"Its columns are {', '.join(header[:30]) or 'none'}. Name the right one, as in"
                " --column path=image or --column url=picture."
            ),
        )
    return columns


def photos_named(row: Row, places: Sequence[int]) -> tuple[str, ...]:
    """The photos that a row names in the first of these columns that is not empty."""
    for place in places:
        named = tuple(_several(row[place]))
        if named:
            return named
    return ()


def _group(table: Table, columns: Columns, notes: Notes, context: JobContext) -> dict[str, _Draft]:
    at = {name: position for position, name in enumerate(table.header)}
    used = {field: [at[name] for name in names] for field, names in columns.items()}
    taken = {position for positions in used.values() for position in positions}
    others = [(name, position) for name, position in at.items() if position not in taken]
    drafts: dict[str, _Draft] = {}
    by_photo = _rows_by_photo(table, used, context)
    by_folder = "item_id" not in used and _folders_tell_items(by_photo)
    if "item_id" not in used:
        if by_folder:
            notes.add("No column says which item a photo belongs to: its folder does")
        else:
            notes.add(
                "No column says which item a photo belongs to: each photo is an item of its own",
                remedy=_remedy(table.header, by_photo, columns),
            )
    for row, photos in by_photo:
        key = _key(row, photos, used, by_folder)
        if not key:
            notes.add("Rows of the table without an item or a photo were left out")
            continue
        draft = drafts.get(key)
        if draft is None:
            values = {f: to_text(row[positions[0]]) for f, positions in used.items()}
            draft = drafts[key] = _Draft(values, {})
        draft.photos.update(dict.fromkeys(photos))
        for name, position in others:
            value = one_line(to_text(row[position]))
            variants = draft.extra.setdefault(name, [])
            if value and value not in variants and len(variants) < _MAX_VARIANTS:
                variants.append(value)
    return drafts


def _rows_by_photo(
    table: Table, used: Mapping[str, Sequence[int]], context: JobContext
) -> list[tuple[Row, tuple[str, ...]]]:
    places = [used[field_name][0] for field_name in ("path", "url") if field_name in used]
    found: list[tuple[Row, tuple[str, ...]]] = []
    for number, row in enumerate(table.rows, start=1):
        if number % 1000 == 0:
            context.report("Reading the table", number)
            context.check_cancelled()
        found.append((row, photos_named(row, places)))
    return found


def _several(value: object) -> Iterator[str]:
    """The photos that one cell names: mostly one, but some tables list all of an item's."""
    if isinstance(value, list | tuple):
        for entry in value:
            yield from _several(entry)
        return
    text = to_text(value).strip()
    if text.startswith("["):
        try:
            listed = json.loads(text)
        except (ValueError, RecursionError):
            listed = None
        if isinstance(listed, list):
            for entry in listed:
                if isinstance(entry, str) and entry:
                    yield entry
            return
    if re.match(r"https?://", text, re.IGNORECASE):
        yield from re.split(r"[\s|;,]+(?=https?://)", text)
    elif text:
        yield text


def _key(
    row: Row, photos: Sequence[str], used: Mapping[str, Sequence[int]], by_folder: bool
) -> str:
    if "item_id" in used:
        parts = [one_line(to_text(row[position]), 200) for position in used["item_id"]]
        return " / ".join(parts) if any(parts) else ""
    if not photos:
        return ""
    first = key_of(photos[0].replace("\\", "/"))
    return (first.rpartition("/")[0] if by_folder else first)[-300:]


def _folders_tell_items(rows: Sequence[tuple[Row, tuple[str, ...]]]) -> bool:
    """Whether the paths' folders look like items: several, and few photos in each."""
    folders = [photo.replace("\\", "/").rpartition("/")[0] for _, named in rows for photo in named]
    if not folders or not all(folders):
        return False
    return 2 <= len(set(folders)) <= 0.9 * len(folders) and len(folders) / len(set(folders)) <= 50


def _remedy(
    header: Sequence[str], rows: Sequence[tuple[Row, tuple[str, ...]]], columns: Columns
) -> str:
    """Names the columns that could tell items apart."""
    counted = ItemColumns(header, {name for names in columns.values() for name in names})
    for row, _ in rows:
        counted.add(row)
    likely = counted.likely()
    if not likely:
        return "If one does, say so, as in --column item_id=COLUMN."
    return (
        f"If one does, choose it, in a terminal by --column item_id={likely[0].name}; likely are"
        f" {', '.join(map(str, likely))}."
    )


def _find_all(
    named: Mapping[str, None], finder: PhotoFinder, notes: Notes, key: str
) -> Iterator[FoundPhoto]:
    for photo in named:
        if re.match(r"(https?:)?//", photo, re.IGNORECASE):
            url = web_url(photo)
            if url:
                yield FoundPhoto("", url=url, url_key=steady_part(url))
            else:
                notes.add("Photo addresses that are no addresses were refused", f"{key}: {photo}")
            continue
        try:
            found = finder.find(photo)
        except Refused as why:
            notes.add(
                f"Paths in the table were refused: {why}",
                f"{key}: {photo}",
                "Photos must lie in the scrape's folder; with --photos you can name another one.",
            )
            continue
        if found.byte_count is None:
            notes.add("Photos that the table names are not there", photo)
        yield found


def _metadata(draft: _Draft) -> Metadata:
    values = draft.values
    price, currency = parse_price(values.get("price"), values.get("currency"))
    item_url = web_url(values.get("item_url"))
    picture = urlsplit(item_url).path.lower().endswith(tuple(IMAGE_SUFFIXES))
    return Metadata(
        category=one_line(values.get("category")),
        title=one_line(values.get("title")),
        brand=one_line(values.get("brand")),
        size=one_line(values.get("size")),
        colour=one_line(values.get("colour")),
        condition=one_line(values.get("condition")),
        price=price,
        currency=currency,
        url="" if picture else item_url,
        description=paragraphs(values.get("description")),
        extra=plain_extra(
            {name: v[0] if len(v) == 1 else v for name, v in draft.extra.items() if v}
        ),
    )
