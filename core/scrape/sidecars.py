"""Reading the saved page and `item.json` that lie beside an item's photos."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.catalogue.records import Metadata
from core.scrape.catalogue_item import metadata_of
from core.scrape.clean_text import first_known
from core.scrape.found import FoundItem
from core.scrape.item_page import MAX_PAGE_BYTES, read_item_page


def complete(root: Path, found: FoundItem) -> FoundItem:
    """The item with what its sidecars say; what the reader knew already goes first.

    Never raises: a sidecar that cannot be read says nothing.
    """
    if not found.sidecars:
        return found
    read = (_read(root / sidecar) for sidecar in found.sidecars)
    return replace(found, metadata=first_known(found.metadata, *read))


def read_item_json(data: bytes) -> Mapping[str, Any] | None:
    """The API's item in an `item.json`, or None."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, Mapping) and isinstance(value.get("item"), Mapping):
        value = value["item"]
    return value if isinstance(value, Mapping) else None


def _read(file: Path) -> Metadata:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_PAGE_BYTES)
    except (OSError, ValueError):
        return Metadata()
    if file.name.lower().endswith(".json"):
        item = read_item_json(data)
        return Metadata() if item is None else metadata_of(item)
    return read_item_page(data)


def names_an_item(file: Path) -> bool:
    """Whether a JSON file is about an item of the catalogue API."""
    try:
        with file.open("rb") as opened:
            item = read_item_json(opened.read(MAX_PAGE_BYTES))
    except (OSError, ValueError):
        return False
    return item is not None and "id" in item and ("title" in item or "photos" in item)
