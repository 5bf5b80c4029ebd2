"""What a saved item page says, in any of the ways that shops have said it over the years."""

from __future__ import annotations

import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement, Tag
from bs4.exceptions import ParserRejectedMarkup
from lxml import etree

from core.catalogue.records import Metadata
from core.scrape.clean_text import first_known, one_line, paragraphs, web_url
from core.scrape.page_scripts import condition_of, item_object_of, loose_fields_of, product_of
from core.scrape.prices import parse_price

MAX_PAGE_BYTES = 8_000_000
"""What lies beyond is not read; item pages are 3 KB to 1 MB."""

REMOVED = {"page": "removed"}
"""`Metadata.extra` of a page that says that its item is gone."""

_TELLING_TAGS = ("script", "meta", "link", "title", "h1")
_TEST_ID = "item-attributes-"
_PRICE = "item-price"
NOT_FOUND = "page-not-found"
STATUS = "item-status"
"""Beginnings of `data-testid`s: of a page without an item, and of what says that it is sold."""


_WITH_PROPERTY = etree.XPath("//*[@itemprop]")
_WITH_TEST_ID = etree.XPath("//*[@data-testid]")


def read_item_page(data: bytes) -> Metadata:
    """The page's metadata; empty where it says nothing.

    Each field comes from the first of these that has it: schema.org's Product as JSON-LD, the
    shop's own item object in a script, `itemprop` attributes, `data-testid="item-attributes-…"`
    elements, single JSON fields in scripts, the heading and Open Graph tags. Never raises.
    """
    page = parse_page(data[:MAX_PAGE_BYTES])
    if page is None:
        return Metadata()
    test_ids = [attribute(element, "data-testid") for element in page.with_test_id]
    if NOT_FOUND in test_ids:
        return Metadata(extra=REMOVED)
    scripts = [(attribute(e, "type"), e.get_text()) for e in page.named["script"]]
    linked = [text for kind, text in scripts if kind == "application/ld+json"]
    others = [text for kind, text in scripts if kind != "application/ld+json"]
    found = (
        product_of(linked),
        item_object_of(others),
        _from_properties(page),
        _from_test_ids(page),
        loose_fields_of(others),
        _from_head(page),
    )
    return first_known(*(metadata for metadata in found if metadata is not None))


class ItemPage:
    """A page's telling elements, sorted in one pass: each search by Beautiful Soup is another."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.named: dict[str, list[Tag]] = {name: [] for name in _TELLING_TAGS}
        self.with_property: list[Tag] = []
        self.with_test_id: list[Tag] = []
        for element in soup.descendants:
            if not isinstance(element, Tag):
                continue
            if element.name in self.named:
                self.named[element.name].append(element)
            if "itemprop" in element.attrs:
                self.with_property.append(element)
            if "data-testid" in element.attrs:
                self.with_test_id.append(element)


def parse_page(data: bytes) -> ItemPage | None:
    """The page's telling elements; None where there are none. Never raises."""
    telling = _telling_part(data)
    if not telling:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        try:
            return ItemPage(BeautifulSoup(telling, "lxml"))
        except (ParserRejectedMarkup, ValueError, AssertionError, RecursionError):
            return None


def _telling_part(data: bytes) -> str:
    """The elements that may carry metadata, as a page of their own.

    Beautiful Soup makes an object of each tag, which takes 70 ms for a page of 300 KB. Picking the
    few telling ones out with lxml first takes a fifth of that.
    """
    # Decoded as what pages are saved as; guessing would take longer than the rest.
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        tree = etree.fromstring(data.replace(b"\0", b""), parser)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    if tree is None:
        return ""
    elements = list(tree.iter(*_TELLING_TAGS))
    if b"itemprop" in data:
        elements += _WITH_PROPERTY(tree)
    if b"data-testid" in data:
        elements += [e for e in _WITH_TEST_ID(tree) if _is_telling_id(e.get("data-testid", ""))]
    return "".join(
        etree.tostring(element, method="html", encoding="unicode", with_tail=False)
        for element in elements
    )


def _is_telling_id(test_id: str) -> bool:
    return test_id.startswith((_TEST_ID, STATUS)) or test_id in (_PRICE, NOT_FOUND)


def _from_properties(page: ItemPage) -> Metadata:
    """`itemprop` attributes, as in `<div class="details-list__item-value" itemprop="brand">`."""
    values: dict[str, str] = {}
    for element in page.with_property:
        name = attribute(element, "itemprop")
        if name == "name" and element.name not in ("h1", "meta"):
            continue  # brands and breadcrumbs within an item have a name as well
        if name and name not in values:
            values[name] = _value(element)
    price, currency = parse_price(values.get("price"), values.get("priceCurrency"))
    extra = {n: values[n] for n in ("location", "upload_date") if values.get(n)}
    return Metadata(
        title=one_line(values.get("name")),
        brand=one_line(values.get("brand")),
        size=one_line(values.get("size")),
        colour=one_line(values.get("color")),
        condition=condition_of(
            one_line(values.get("condition") or values.get("status") or values.get("itemCondition"))
        ),
        price=price,
        currency=currency,
        url=web_url(values.get("url")),
        description=paragraphs(values.get("description")),
        extra=extra,
    )


def _from_test_ids(page: ItemPage) -> Metadata:
    """`<div data-testid="item-attributes-brand">` with a label and a value in it."""
    values: dict[str, str] = {}
    for element in page.with_test_id:
        test_id = attribute(element, "data-testid")
        name = "price" if test_id == _PRICE else test_id.removeprefix(_TEST_ID)
        values.setdefault(name, _last_text(element))
    price, currency = parse_price(values.get("price"))
    extra = {n: values[n] for n in ("location", "upload_date", "material") if values.get(n)}
    return Metadata(
        brand=one_line(values.get("brand")),
        size=one_line(values.get("size")),
        colour=one_line(values.get("color")),
        condition=one_line(values.get("status") or values.get("condition")),
        price=price,
        currency=currency,
        extra=extra,
    )


def _from_head(page: ItemPage) -> Metadata:
    values: dict[str, str] = {}
    for element in page.named["meta"]:
        name = attribute(element, "property") or attribute(element, "name")
        values.setdefault(name, attribute(element, "content"))
    price, currency = parse_price(
        values.get("og:price:amount") or values.get("product:price:amount"),
        values.get("og:price:currency") or values.get("product:price:currency"),
    )
    canonical = next(
        (
            attribute(link, "href")
            for link in page.named["link"]
            if "canonical" in attribute(link, "rel")
        ),
        "",
    )
    return Metadata(
        title=_title(page, one_line(values.get("og:title"))),
        brand=one_line(values.get("og:brand") or values.get("product:brand")),
        condition=one_line(values.get("product:condition")),
        price=price,
        currency=currency,
        url=web_url(values.get("og:url")) or web_url(canonical),
        description=paragraphs(values.get("og:description") or values.get("description")),
    )


def _title(page: ItemPage, open_graph: str) -> str:
    """The heading if the page is named after it, else what it is named."""
    headings = [one_line(heading.get_text()) for heading in page.named["h1"]]
    title = one_line(" ".join(title.get_text() for title in page.named["title"][:1]))
    named = open_graph or title
    # "Red dress - Zara | Shop" for an item whose heading is "Red dress".
    heading = next((h for h in headings if h and named.startswith(h)), "")
    if heading or open_graph:
        return heading or open_graph
    return title.rpartition(" | ")[0]  # without a bar it is mostly the shop's name


def _value(element: Tag) -> str:
    """An element's value: its `content`, its link, or its text without what its buttons say."""
    content = attribute(element, "content")
    if content:
        return content
    if element.name == "link" or attribute(element, "itemprop") == "url":
        return attribute(element, "href")
    return "\n".join(_texts(element))


def _last_text(element: Tag) -> str:
    """The value in an element that holds a label first."""
    for inner in element.descendants:
        if isinstance(inner, Tag) and "itemprop" in inner.attrs:
            element = inner
            break
    texts = _texts(element)
    return texts[-1] if texts else ""


def _texts(element: Tag) -> list[str]:
    return [
        text
        for piece in element.descendants
        if isinstance(piece, NavigableString)
        and (text := str(piece).strip())
        and not _in_button(piece, element)
    ]


def _in_button(piece: PageElement, root: Tag) -> bool:
    for parent in piece.parents:
        if parent is root:
            return False
        if parent.name in ("button", "script", "style", "svg"):
            return True
    return False


def attribute(element: Tag, name: str) -> str:
    """An attribute's text, "" where there is none; words of one with several, such as `class`."""
    value = element.get(name)
    return " ".join(value) if isinstance(value, list) else str(value or "")
