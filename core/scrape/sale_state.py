"""Whether an item can still be bought, by what its page answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from core.scrape.item_page import (
    MAX_PAGE_BYTES,
    NOT_FOUND,
    STATUS,
    ItemPage,
    attribute,
    parse_page,
)
from core.scrape.page_scripts import offers_of, product_of, raw_item_of

_SOLD_WORDS = ("sold", "verkauft", "vendu", "venduto", "vendido", "sprzedan", "verkocht")
_SOLD_OFFERS = ("soldout", "outofstock", "discontinued", "oos")
_OPEN_OFFERS = ("instock", "limitedavailability", "onlineonly", "instoreonly", "preorder")
_AVAILABILITY = ("availability", "og:availability", "product:availability")


class SaleState(StrEnum):
    """What is known of an item's being for sale."""

    AVAILABLE = "available"
    SOLD = "sold"
    REMOVED = "removed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SaleAnswer:
    """What a page says, and by what."""

    state: SaleState
    why: str


def judge_answer(status: int, body: bytes) -> SaleAnswer:
    """What an answer for an item's page says; never raises.

    Args:
        status: HTTP status, after redirects.
        body: The page's first bytes.
    """
    if status in (404, 410):
        return SaleAnswer(SaleState.REMOVED, f"the shop answers {status}")
    if status != 200:
        return SaleAnswer(SaleState.UNKNOWN, f"the shop answers {status}")
    page = parse_page(body[:MAX_PAGE_BYTES])
    if page is None:
        return SaleAnswer(SaleState.UNKNOWN, "the page is empty")
    for answer in _answers(page):
        return answer
    return SaleAnswer(SaleState.UNKNOWN, "the page does not show the item")


def _answers(page: ItemPage) -> Iterator[SaleAnswer]:
    """What the page says, the surest first."""
    test_ids = [(attribute(element, "data-testid"), element) for element in page.with_test_id]
    if any(test_id == NOT_FOUND for test_id, _ in test_ids):
        yield SaleAnswer(SaleState.REMOVED, "the page says that it is not found")
    for test_id, element in test_ids:
        text = element.get_text(" ").casefold()
        if test_id.startswith(STATUS) and any(word in text for word in _SOLD_WORDS):
            yield SaleAnswer(SaleState.SOLD, "the page says that it is sold")
    scripts = [(attribute(e, "type"), e.get_text()) for e in page.named["script"]]
    linked = [text for kind, text in scripts if kind == "application/ld+json"]
    item = raw_item_of(text for kind, text in scripts if kind != "application/ld+json")
    if item is not None:
        if item.get("is_closed") is True or item.get("is_sold") is True:
            yield SaleAnswer(SaleState.SOLD, "the listing is closed")
        if item.get("is_hidden") in (True, 1) or item.get("is_visible") in (False, 0):
            yield SaleAnswer(SaleState.REMOVED, "the listing is hidden")
    words = [str(offer.get("availability") or "") for offer in offers_of(linked)]
    words += [
        attribute(element, "content") or attribute(element, "href") or element.get_text()
        for element in (*page.with_property, *page.named["meta"])
        if (attribute(element, "itemprop") or attribute(element, "property")) in _AVAILABILITY
    ]
    for word in words:
        plain = word.rpartition("/")[2].replace(" ", "").replace("_", "").casefold()
        if plain in _SOLD_OFFERS:
            yield SaleAnswer(SaleState.SOLD, "the offer is sold out")
        if plain in _OPEN_OFFERS:
            yield SaleAnswer(SaleState.AVAILABLE, "the offer is open")
    if item is not None:
        reserved = item.get("is_reserved") is True
        yield SaleAnswer(
            SaleState.AVAILABLE, "the listing is open" + (" but reserved" if reserved else "")
        )
    if product_of(linked) is not None:
        yield SaleAnswer(SaleState.AVAILABLE, "the page shows the item")
    shown = {attribute(element, "itemprop") for element in page.with_property}
    if "price" in shown or any(test_id == "item-price" for test_id, _ in test_ids):
        yield SaleAnswer(SaleState.AVAILABLE, "the page shows a price")
