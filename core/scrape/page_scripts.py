"""Items described by JSON in a page's script tags."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from core.catalogue.records import Metadata
from core.scrape.catalogue_item import metadata_of
from core.scrape.clean_text import one_line, paragraphs, web_url
from core.scrape.prices import parse_price

_DECODER = json.JSONDecoder(strict=False)  # pages hold raw line breaks inside strings

_ITEM_START = re.compile(r'(\\*)"(?:itemDto|item)\1"\s*:\s*(?=\{)')
_FIELD = re.compile(
    r'"(title|brand_title|size_title|status|color1|color2|currency)"\s*:\s*("(?:[^"\\]|\\.)*")'
)
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/])|[bfnrt])')
_MAX_DEPTH = 12
_MAX_OBJECT = 400_000
_MAX_OBJECTS = 20


def product_of(scripts: Iterable[str]) -> Metadata | None:
    """What schema.org's Product in `application/ld+json` scripts says, or None."""
    found: Metadata | None = None
    breadcrumbs = ""
    for text in scripts:
        for thing in _things(_parse(text)):
            kinds = thing.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if found is None and ("Product" in kinds or "IndividualProduct" in kinds):
                found = _from_product(thing)
            elif not breadcrumbs and "BreadcrumbList" in kinds:
                breadcrumbs = _category_of(thing)
    if breadcrumbs and (found is None or not found.category):
        found = Metadata(**{**vars(found or Metadata()), "category": breadcrumbs})
    return found


def item_object_of(scripts: Iterable[str]) -> Metadata | None:
    """What the first `itemDto` (or like) object in the page's scripts says, or None.

    The object may lie in a script of nothing but JSON, in an assignment, or escaped in a string.
    """
    item = raw_item_of(scripts)
    return None if item is None else metadata_of(item)


def raw_item_of(scripts: Iterable[str]) -> Mapping[str, Any] | None:
    """The first `itemDto` (or like) object in the page's scripts as it stands there, or None."""
    for text in scripts:
        for match in islice(_ITEM_START.finditer(text), _MAX_OBJECTS):
            item = _object_at(text, match.end(), len(match.group(1)))
            if item is not None and ({"brand_title", "size_title", "title"} & item.keys()):
                return item
    return None


def offers_of(scripts: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """The offers of schema.org's Products in `application/ld+json` scripts."""
    for text in scripts:
        for thing in _things(_parse(text)):
            kinds = thing.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if "Product" in kinds or "IndividualProduct" in kinds:
                offers = thing.get("offers")
                for offer in offers if isinstance(offers, list) else [offers]:
                    if isinstance(offer, Mapping):
                        yield offer


def loose_fields_of(scripts: Iterable[str]) -> Metadata | None:
    """`"brand_title": "…"` and its like, wherever first met; the least trusted, None if absent."""
    for text in scripts:
        if "brand_title" not in text:
            continue
        if '\\"brand_title' in text:
            text = _unescaped(text)
        item: dict[str, Any] = {}
        for name, value in _FIELD.findall(text):
            item.setdefault(name, _parse(value))
        if "brand_title" in item:
            return metadata_of(item)
    return None


def _parse(text: str) -> object:
    try:
        return _DECODER.decode(text.strip().removeprefix("<!--").removesuffix("-->").strip())
    except (ValueError, RecursionError):
        return None


def _things(value: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The objects of a JSON-LD document, which may be one, a list, or a `@graph`."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for entry in value:
            yield from _things(entry, depth + 1)
    elif isinstance(value, Mapping):
        yield value
        for name in ("@graph", "mainEntity", "itemOffered"):
            if name in value:
                yield from _things(value[name], depth + 1)


def _from_product(product: Mapping[str, Any]) -> Metadata:
    offer = product.get("offers")
    if isinstance(offer, list):
        offer = offer[0] if offer else None
    if not isinstance(offer, Mapping):
        offer = {}
    price, currency = parse_price(
        offer.get("price", offer.get("lowPrice")), offer.get("priceCurrency")
    )
    condition = product.get("itemCondition") or offer.get("itemCondition")
    return Metadata(
        category=_text(product.get("category")),
        title=_text(product.get("name")),
        brand=_text(product.get("brand")),
        size=_text(product.get("size")),
        colour=_text(product.get("color")),
        condition=condition_of(_text(condition)),
        price=price,
        currency=currency,
        url=web_url(product.get("url")) or web_url(offer.get("url")),
        description=paragraphs(html.unescape(str(product.get("description") or ""))),
    )


def condition_of(text: str) -> str:
    """A condition in plain words: `https://schema.org/UsedCondition` is "used"."""
    match = re.fullmatch(r"(?:https?://)?(?:www\.)?schema\.org/(\w+?)(?:Condition)?", text)
    return match.group(1).lower() if match else text


def _category_of(breadcrumbs: Mapping[str, Any]) -> str:
    """The breadcrumb before the last, which is the item itself."""
    entries = breadcrumbs.get("itemListElement")
    names: list[str] = []
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, Mapping):
            names.append(_text(entry.get("name")) or _text(entry.get("item")))
    return names[-2] if len(names) >= 2 else ""


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, (_text(entry) for entry in value[:10])))
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("title") or ""
    return one_line(html.unescape(value) if isinstance(value, str) else value)


def _object_at(text: str, start: int, escapes: int) -> Mapping[str, Any] | None:
    """The JSON object that begins there, inside a string if its quotes are escaped."""
    window = text[start : start + _MAX_OBJECT]
    while escapes:  # 1, 3, 7, … backslashes stand before a quote that was escaped 1, 2, 3, … times
        window = _unescaped(window)
        escapes //= 2
    try:
        value, _ = _DECODER.raw_decode(window)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, Mapping) else None


def _unescaped(text: str) -> str:
    """Undoes one round of JSON string escaping, in text that may begin or end within a string."""

    def meant(match: re.Match[str]) -> str:
        code, character = match.groups()
        return chr(int(code, 16)) if code else character or " "

    halves = _ESCAPE.sub(meant, text)  # what lies beyond U+FFFF is written as two escapes
    return halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
