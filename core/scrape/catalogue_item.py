"""An item as the catalogue API says it: in dumps, in `item.json`, and inside saved pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from core.catalogue.records import Metadata
from core.scrape.clean_text import one_line, paragraphs, plain_extra, web_url
from core.scrape.found import FoundPhoto, Notes
from core.scrape.prices import parse_price

Json = Mapping[str, Any]

_TYPED = frozenset(
    "title brand_title brand size_title size status condition color color1 color2 colour price"
    " currency url description photo photos category".split()
)


def metadata_of(item: Json) -> Metadata:
    """What the API's item says, typed; all else but its photos in `extra`."""
    price, currency = _price(item)
    colours = [one_line(item.get(name)) for name in ("color1", "color2")]
    return Metadata(
        category=_name(item.get("category")),
        title=one_line(item.get("title")),
        brand=one_line(item.get("brand_title")) or _name(item.get("brand")),
        size=one_line(item.get("size_title")) or _name(item.get("size")),
        colour=_name(item.get("color"))
        or ", ".join(c for c in colours if c)
        or _name(item.get("colour")),
        condition=_name(item.get("status")) or _name(item.get("condition")),
        price=price,
        currency=currency,
        url=web_url(item.get("url")),
        description=paragraphs(item.get("description")),
        extra=plain_extra({k: v for k, v in item.items() if k not in _TYPED}),
    )


def key_of_item(item: Json) -> str:
    """The item's id as text, or "" if it has none."""
    return one_line(item.get("id"), 200)


def photos_of(item: Json, notes: Notes) -> tuple[FoundPhoto, ...]:
    """The item's photos by URL, each once, largest version first choice."""
    found: dict[str, FoundPhoto] = {}
    for photo in _photo_entries(item):
        raw = photo.get("full_size_url") or photo.get("url")
        url = web_url(raw)
        if not url:
            if raw:
                notes.add(
                    "Photo addresses that are not http or https were refused",
                    f"{key_of_item(item)}: {raw}",
                )
            continue
        key = one_line(photo.get("id"), 40) or steady_part(url)
        found.setdefault(key, FoundPhoto("", url=url, url_key=key))
    return tuple(found.values())


def steady_part(url: str) -> str:
    """What stays of a photo's URL when the site signs it anew.

    Sites append signatures and expiry times as a query; where the path names a picture file, the
    query says no more than that.
    """
    parts = urlsplit(url)
    if re.search(r"\.(jpe?g|png|webp|gif|avif|heic)$", parts.path, re.IGNORECASE):
        return f"{parts.hostname}{parts.path}"
    return url.partition("#")[0]


def _photo_entries(item: Json) -> Iterator[Json]:
    entries = item.get("photos")
    if not isinstance(entries, list) or not entries:
        entries = [item.get("photo")]
    for entry in entries:
        if isinstance(entry, Mapping):
            yield entry
        elif isinstance(entry, str):
            yield {"url": entry}


def _price(item: Json) -> tuple[float | None, str]:
    price, currency = item.get("price"), item.get("currency")
    if isinstance(price, Mapping):
        return parse_price(price.get("amount"), price.get("currency_code") or currency)
    return parse_price(price, currency)


def _name(value: object) -> str:
    """A name said outright or as the title of an object."""
    if isinstance(value, Mapping):
        return one_line(value.get("title")) or one_line(value.get("name"))
    return one_line(value) if isinstance(value, str) else ""
