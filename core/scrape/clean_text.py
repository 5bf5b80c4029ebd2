"""Making what a scrape says fit for the catalogue: bounded, valid text and valid JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from core.catalogue.records import Metadata

MAX_FIELD = 500
"""Characters of a title, brand, size, …"""

MAX_DESCRIPTION = 20_000
MAX_EXTRA = 100_000
"""Characters of JSON that an item may carry beside the typed columns."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def one_line(value: object, limit: int = MAX_FIELD) -> str:
    """A short field: spaces collapsed, unprintable characters gone; "" for no text at all."""
    return " ".join(_to_text(value).split())[:limit].rstrip()


def paragraphs(value: object, limit: int = MAX_DESCRIPTION) -> str:
    """A description: line breaks kept, at most one empty line in a row."""
    lines = [" ".join(line.split()) for line in _to_text(value).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:limit].rstrip()


def web_url(value: object) -> str:
    """The value if it is an http or https URL of a host, else ""."""
    if not isinstance(value, str):
        return ""
    url = _UNPRINTABLE.sub("", value).strip()
    if url.startswith("//"):
        url = "https:" + url
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname)
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not named or len(url) > 4000:
        return ""
    return url


def plain_extra(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON that any reader takes (no NaN, no lone surrogates), of bounded size.

    Values that would exceed the bound are left out, the first ones kept.
    """
    kept: dict[str, Any] = {}
    room = MAX_EXTRA
    for key, value in values.items():
        plain = _plain(value, depth=0)
        if plain is None or plain in ("", [], {}):
            continue
        room -= len(json.dumps(plain)) + len(key)
        if room < 0:
            break
        kept[one_line(key, 200)] = plain
    return kept


def first_known(*found: Metadata) -> Metadata:
    """Each field from the first that knows it; extras united, the first one's values winning."""
    extra: dict[str, Any] = {}
    for metadata in reversed(found):
        extra.update(metadata.extra)

    def text(name: str) -> str:
        return next((str(getattr(m, name)) for m in found if getattr(m, name)), "")

    priced = next((m for m in found if m.price is not None), None)
    return Metadata(
        category=text("category"),
        title=text("title"),
        brand=text("brand"),
        size=text("size"),
        colour=text("colour"),
        condition=text("condition"),
        price=None if priced is None else priced.price,
        currency=text("currency") if priced is None else priced.currency or text("currency"),
        url=text("url"),
        description=text("description"),
        extra=extra,
    )


def _to_text(value: object) -> str:
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float):
        return "" if not math.isfinite(value) else f"{value:.15g}"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else ""
    return ""


def _plain(value: object, depth: int) -> Any:
    if depth > 8:
        return None
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {one_line(str(k), 200): _plain(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v, depth + 1) for v in value[:1000]]
    return _UNPRINTABLE.sub("", str(value))[:MAX_DESCRIPTION]
