"""The saved item page, with its facts in one of the several ways that pages have carried them."""

from __future__ import annotations

import json
from enum import StrEnum
from html import escape

from core.scrape.demo.listings import Listing
from core.scrape.demo.words import Language


class PageStyle(StrEnum):
    """How a page carries what is known of its item."""

    LD_JSON = "ld_json"  # <script type="application/ld+json">, a Product
    OPEN_GRAPH = "open_graph"  # og: tags, and itemprop for size and condition
    ITEMPROP = "itemprop"  # inside div.details-list__item-value
    TEST_ID = "test_id"  # data-testid="item-attributes-…"
    ITEM_DTO = "item_dto"  # JSON with an itemDto in a script tag
    BARE = "bare"  # nothing but a heading
    NOT_FOUND = "not_found"  # the item was removed


_LABELS: dict[Language, dict[str, str]] = {
    "en": {
        "brand": "Brand",
        "size": "Size",
        "condition": "Condition",
        "color": "Colour",
        "location": "Location",
        "upload_date": "Uploaded",
    },
    "de": {
        "brand": "Marke",
        "size": "Größe",
        "condition": "Zustand",
        "color": "Farbe",
        "location": "Standort",
        "upload_date": "Hochgeladen",
    },
    "fr": {
        "brand": "Marque",
        "size": "Taille",
        "condition": "État",
        "color": "Couleur",
        "location": "Emplacement",
        "upload_date": "Ajouté",
    },
}


def write_page(listing: Listing, style: PageStyle) -> str:
    """The page's HTML."""
    if style is PageStyle.NOT_FOUND:
        return _page(listing.language, "Page not found", "", _NOT_FOUND)
    if style is PageStyle.BARE:
        return _page(listing.language, "secondhand.example", "", "<main><p>…</p></main>")
    head, body = _WRITERS[style](listing)
    return _page(listing.language, f"{listing.title} | secondhand.example", head, body)


_NOT_FOUND = (
    '<main><div data-testid="page-not-found"><h1>404</h1>'
    "<p>The page you are looking for is no longer here.</p></div></main>"
)


def _page(language: str, title: str, head: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n{head}</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _script(kind: str, data: object, extra: str = "") -> str:
    # A closing tag inside the text would end the script early.
    text = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="{kind}"{extra}>{text}</script>\n'


def _ld_json(listing: Listing) -> tuple[str, str]:
    condition = "New" if listing.condition.startswith("Ne") else "Used"
    product = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": listing.title,
        "description": listing.description,
        "brand": {"@type": "Brand", "name": listing.brand},
        "color": listing.colour,
        "size": listing.size,
        "category": listing.category,
        "itemCondition": f"https://schema.org/{condition}Condition",
        "offers": {
            "@type": "Offer",
            "price": listing.price,
            "priceCurrency": listing.currency,
            "url": listing.url,
            "availability": "https://schema.org/InStock",
        },
    }
    body = f"<main><h1>{escape(listing.title)}</h1><p>{escape(listing.description)}</p></main>"
    return _script("application/ld+json", product) + _canonical(listing), body


def _canonical(listing: Listing) -> str:
    return f'<link rel="canonical" href="{escape(listing.url)}">\n'


def _open_graph(listing: Listing) -> tuple[str, str]:
    facts = {
        "og:type": "product",
        "og:title": f"{listing.title} - {listing.brand}",
        "og:description": f"{listing.description} {listing.size}, {listing.condition}",
        "og:url": listing.url,
        "og:price:amount": listing.price,
        "og:price:currency": listing.currency,
        "og:brand": listing.brand,
    }
    head = "".join(
        f'<meta property="{name}" content="{escape(value)}">\n' for name, value in facts.items()
    )
    return (
        head,
        f"<main><h1>{escape(listing.title)}</h1>{_details(listing, ('size', 'condition'))}</main>",
    )


def _details(listing: Listing, names: tuple[str, ...]) -> str:
    values = {
        "brand": listing.brand,
        "size": listing.size,
        "condition": listing.condition,
        "color": listing.colour,
        "location": listing.town,
        "upload_date": listing.uploaded,
    }
    rows = "".join(
        '<div class="details-list__item">'
        f'<div class="details-list__item-title">{_LABELS[listing.language][name]}</div>'
        f'<div class="details-list__item-value"><span itemprop="{name}">'
        f"{escape(values[name])}</span></div></div>\n"
        for name in names
    )
    return f'<div class="details-list">\n{rows}</div>'


def _itemprop(listing: Listing) -> tuple[str, str]:
    body = (
        f'<main itemscope itemtype="https://schema.org/Product">'
        f'<h1 itemprop="name">{escape(listing.title)}</h1>\n'
        f'<div class="details-list__item-value"><span itemprop="price">'
        f"{escape(listing.shown_price)}</span></div>\n"
        f"{_details(listing, tuple(_LABELS['en']))}\n"
        f'<div class="details-list__item-value" itemprop="description">'
        f"<span>{escape(listing.description)}</span></div></main>"
    )
    return _canonical(listing), body


def _test_id(listing: Listing) -> tuple[str, str]:
    labels = _LABELS[listing.language]
    rows = "".join(
        f'<div class="details-list__item" data-testid="item-attributes-{test_id}">'
        f'<div class="details-list__item-title"><span>{labels[label]}</span></div>'
        f'<div class="details-list__item-value"><span>{escape(value)}</span></div></div>\n'
        for test_id, label, value in (
            ("brand", "brand", listing.brand),
            ("size", "size", listing.size),
            ("status", "condition", listing.condition),
            ("color", "color", listing.colour),
            ("upload_date", "upload_date", listing.uploaded),
        )
    )
    body = (
        f'<main><div data-testid="item-page-summary-plugin">'
        f"<h1>{escape(listing.title)}</h1></div>\n"
        f'<div data-testid="item-price"><p>{escape(listing.shown_price)}</p></div>\n{rows}'
        f'<div itemprop="description"><span>{escape(listing.description)}</span></div></main>'
    )
    return f'<meta property="og:title" content="{escape(listing.title)}">\n' + _canonical(
        listing
    ), body


def _item_dto(listing: Listing) -> tuple[str, str]:
    data = {
        "itemDto": {
            "id": listing.shop_id,
            "title": listing.title,
            "description": listing.description,
            "brand_title": listing.brand,
            "size_title": listing.size,
            "status": listing.condition,
            "color1": listing.colour,
            "price": {"amount": listing.price, "currency_code": listing.currency},
            "url": listing.url,
            "user": {"login": listing.seller},
        }
    }
    body = f'<main><div id="root"></div></main>\n{_script("application/json", data)}'
    return "", body


_WRITERS = {
    PageStyle.LD_JSON: _ld_json,
    PageStyle.OPEN_GRAPH: _open_graph,
    PageStyle.ITEMPROP: _itemprop,
    PageStyle.TEST_ID: _test_id,
    PageStyle.ITEM_DTO: _item_dto,
}
