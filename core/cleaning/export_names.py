"""Names for exported folders and files that every operating system takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from core.images import Container

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|manifest)(\..*)?", re.IGNORECASE)
"""Devices on Windows, and the manifests that lie beside the folders."""

_MAX_BYTES = 80

NO_CATEGORY = "uncategorised"

_EXTENSIONS = {
    Container.JPEG: ".jpg",
    Container.TIFF: ".tif",
}


def folder_names(items: Iterable[tuple[int, str, str]]) -> dict[int, str]:
    """A folder "category/item" for each item, different for all, also where case does not count.

    Args:
        items: (id, category, key) of every item there is, in order of id: an item's name then does
            not depend on which ones are exported.
    """
    names: dict[int, str] = {}
    given: set[str] = set()
    for id_, category, key in items:
        above = safe_name(category) if category.strip() else NO_CATEGORY
        name = plain = safe_name(key)
        while f"{above}/{name}".casefold() in given:
            name = f"{plain}~{id_}" if name == plain else f"{name}~"
        given.add(f"{above}/{name}".casefold())
        names[id_] = f"{above}/{name}"
    return names


def safe_name(text: str) -> str:
    """The text as a file name: at most 80 bytes, no characters or words that some disk refuses."""
    text = unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode()
    name = _FORBIDDEN.sub("_", text)
    name = "".join(char if char.isprintable() else "_" for char in name).strip(" .") or "_"
    name = name.encode()[:_MAX_BYTES].decode(errors="ignore").rstrip(" .")
    return f"{name}_" if _RESERVED.fullmatch(name) else name


def extension(container: Container) -> str:
    """The usual extension of a kind of picture, with its dot."""
    return _EXTENSIONS.get(container, f".{container}")
