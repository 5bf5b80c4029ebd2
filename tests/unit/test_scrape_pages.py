from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from core.scrape.item_page import read_item_page
from core.scrape.sidecars import read_item_json


def page(head="", body=""):
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def ld_json(data):
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


PRODUCT = {
    "@context": "https://schema.org",
    "@type": "Product",
    "name": "Red dress &amp; hat",
    "description": "Worn once.\nNo stains.",
    "brand": {"@type": "Brand", "name": "Zara"},
    "offers": {"@type": "Offer", "price": "12.50", "priceCurrency": "EUR"},
    "itemCondition": "https://schema.org/UsedCondition",
    "color": "Red",
}


def test_json_ld_gives_every_field_it_has():
    found = read_item_page(page(ld_json(PRODUCT)))
    assert (found.title, found.brand, found.colour) == ("Red dress & hat", "Zara", "Red")
    assert (found.price, found.currency, found.condition) == (12.5, "EUR", "used")
    assert found.description == "Worn once.\nNo stains."


def test_json_ld_may_be_a_graph_with_offers_in_a_list():
    data = {
        "@graph": [
            {
                "@type": "BreadcrumbList",
                "itemListElement": [{"name": "Women"}, {"name": "Dresses"}, {"name": "Red dress"}],
            },
            {"@type": ["Product"], "name": "Red", "offers": [{"lowPrice": 3}], "brand": "Mango"},
        ]
    }
    found = read_item_page(page(ld_json(data)))
    assert (found.category, found.title, found.brand, found.price) == (
        "Dresses",
        "Red",
        "Mango",
        3.0,
    )


def test_item_properties_are_read_without_what_buttons_say():
    body = """
      <h1 itemprop="name">Pleated skirt</h1>
      <div class="details-list__item"><div class="details-list__item-title">Brand</div>
        <div class="details-list__item-value" itemprop="brand">
          <a href="/b"><span itemprop="name">Zara</span></a></div></div>
      <div class="details-list__item-value" itemprop="size">M / 38 <button>Size chart</button></div>
      <div class="details-list__item-value" itemprop="condition">Very good</div>
      <div class="details-list__item-value" itemprop="color">Red, Blue</div>
      <div class="details-list__item-value" itemprop="location">Lyon, France</div>
      <div class="details-list__item-value" itemprop="upload_date">2 days ago</div>
      <div itemprop="price">1 234,00 zł</div>"""
    found = read_item_page(page(body=body))
    assert (found.title, found.brand, found.size) == ("Pleated skirt", "Zara", "M / 38")
    assert (found.condition, found.colour) == ("Very good", "Red, Blue")
    assert (found.price, found.currency) == (1234.0, "PLN")
    assert found.extra == {"location": "Lyon, France", "upload_date": "2 days ago"}


def test_test_ids_hold_a_label_and_a_value():
    body = """
      <div data-testid="item-attributes-brand"><div>Brand</div><div><span>Zara</span></div></div>
      <div data-testid="item-attributes-status"><div>Condition</div><div>Good</div></div>
      <div data-testid="item-price"><p>£5.00</p></div>"""
    found = read_item_page(page(body=body))
    assert (found.brand, found.condition) == ("Zara", "Good")
    assert (found.price, found.currency) == (5.0, "GBP")


DTO = {
    "id": 5,
    "title": 'Skirt "A"',
    "brand_title": "H&M",
    "size_title": "S",
    "color1": "Red",
    "color2": "White",
    "status": "Good",
    "price": {"amount": "7.5", "currency_code": "GBP"},
}


def expect_dto(found):
    assert (found.title, found.brand, found.size) == ('Skirt "A"', "H&M", "S")
    assert (found.colour, found.condition) == ("Red, White", "Good")
    assert (found.price, found.currency) == (7.5, "GBP")
    assert found.extra == {"id": 5}


def test_the_item_object_is_found_in_json_in_an_assignment_and_escaped_in_a_string():
    plain = json.dumps({"props": {"itemDto": DTO}})
    expect_dto(read_item_page(page(f'<script type="application/json">{plain}</script>')))
    expect_dto(read_item_page(page(f"<script>window.state = {plain};</script>")))
    once = json.dumps(plain)
    expect_dto(read_item_page(page(f"<script>self.push([1,{once}])</script>")))


def test_single_fields_in_scripts_are_the_last_resort():
    script = '<script>x={"a":1,"brand_title":"Caf\\u00e9 \\"C\\"","size_title":"L"'  # broken JSON
    found = read_item_page(page(script + "</script>"))
    assert (found.brand, found.size) == ('Café "C"', "L")


def test_open_graph_tags_give_the_title_without_the_shops_additions():
    head = """<meta property="og:title" content="Red dress - Zara | Shop">
      <meta property="og:description" content="Worn once">
      <meta property="og:url" content="https://shop.test/items/5">
      <meta property="og:price:amount" content="12,50">
      <meta property="og:price:currency" content="EUR">"""
    found = read_item_page(page(head, "<h1>Red dress</h1>"))
    assert (found.title, found.description) == ("Red dress", "Worn once")
    assert (found.url, found.price, found.currency) == ("https://shop.test/items/5", 12.5, "EUR")
    assert read_item_page(page(head)).title == "Red dress - Zara | Shop"


def test_the_most_trusted_way_goes_first_and_the_others_fill_its_gaps():
    head = ld_json({"@type": "Product", "name": "From JSON-LD"})
    head += '<meta property="og:title" content="From Open Graph">'
    body = '<div itemprop="brand">Zara</div><div itemprop="size">M</div>'
    body += '<div data-testid="item-attributes-size"><div>Size</div><div>XXL</div></div>'
    body += '<div data-testid="item-attributes-color"><div>Colour</div><div>Red</div></div>'
    found = read_item_page(page(head, body))
    assert (found.title, found.brand, found.size, found.colour) == (
        "From JSON-LD",
        "Zara",
        "M",
        "Red",
    )


def test_a_removed_page_is_marked_and_says_nothing_else():
    found = read_item_page(
        page("<title>404 | Shop</title>", '<div data-testid="page-not-found">Gone</div>')
    )
    assert (found.title, found.extra) == ("", {"page": "removed"})


def test_the_shops_name_is_no_title():
    assert read_item_page(page("<title>shop.example</title>")).title == ""
    assert read_item_page(page("<title>Red dress | shop.example</title>")).title == "Red dress"


def test_addresses_that_are_not_web_addresses_are_dropped():
    head = '<meta property="og:url" content="javascript:alert(1)">'
    assert read_item_page(page(head)).url == ""
    assert read_item_page(page('<link rel="canonical" href="file:///etc/passwd">')).url == ""


def test_an_empty_broken_or_binary_page_says_nothing():
    for data in (b"", b"   ", b"\0\0\0", b"\xff\xd8\xff\xe0" * 50, b"<" * 1000, b"plain text"):
        found = read_item_page(data)
        assert (found.title, found.brand, found.price) == ("", "", None)


def test_deeply_nested_pages_and_json_end():
    read_item_page(b"<div itemprop='brand'>" * 20_000)
    deep = "[" * 100_000
    read_item_page(page(f'<script type="application/ld+json">{deep}</script>'))
    read_item_page(page(f'<script>{{"itemDto": {{"title": {deep}</script>'))
    assert read_item_json(deep.encode()) is None


fragments = st.lists(
    st.sampled_from(
        [
            '<script type="application/ld+json">',
            "</script>",
            '{"@type":"Product","name":',
            '"brand_title":"',
            '\\"itemDto\\":{',
            "<div itemprop='price'>",
            '<meta property="og:title" content="',
            '">',
            "</div>",
            "<!--",
            "]]>",
            "&#0;",
            "\\u",
            "}",
            "[",
        ]
    )
    | st.text(max_size=20),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(fragments)
def test_any_page_is_read_without_a_crash(pieces):
    found = read_item_page("".join(pieces).encode("utf-8", "surrogatepass"))
    json.dumps(dict(found.extra), allow_nan=False).encode()
    found.title.encode()


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_a_crash(data):
    read_item_page(data)
    read_item_json(data)
