"""The demo's item pages say what the seller said, in each of the ways that pages have said it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.scrape.demo.garments import draw_garment
from core.scrape.demo.listings import Listing, draw_listing
from core.scrape.demo.pages import PageStyle, write_page
from core.scrape.demo.plan import Settings, plan_item
from core.scrape.item_page import REMOVED, read_item_page

TELLING = [style for style in PageStyle if style not in (PageStyle.BARE, PageStyle.NOT_FOUND)]


def a_listing(seed: int = 1) -> Listing:
    rng = np.random.default_rng(seed)
    return draw_listing(draw_garment("garment", "blouses", "Ateljé Gråsten", rng), seed, rng)


@pytest.mark.parametrize("style", TELLING)
@pytest.mark.parametrize("seed", range(6))
def test_title_brand_size_and_price_can_be_read_back(style, seed):
    listing = a_listing(seed)
    read = read_item_page(write_page(listing, style).encode())
    assert listing.title in read.title
    assert read.brand == listing.brand
    assert read.size == listing.size
    assert read.price == pytest.approx(float(listing.price))
    assert read.currency == listing.currency


@pytest.mark.parametrize("style", TELLING)
def test_what_sellers_type_cannot_break_the_page(style):
    hostile = 'Kleid </script><b> & "schön" \\ 50 % <!--'
    read = read_item_page(write_page(replace(a_listing(), title=hostile), style).encode())
    assert hostile in read.title


def test_a_bare_page_says_nothing():
    read = read_item_page(write_page(a_listing(), PageStyle.BARE).encode())
    assert (read.brand, read.size, read.price) == ("", "", None)


def test_a_removed_item_is_known_as_such():
    read = read_item_page(write_page(a_listing(), PageStyle.NOT_FOUND).encode())
    assert read.extra == REMOVED


def test_two_hundred_items_have_every_style_some_bare_pages_and_one_removed_item():
    settings = Settings(items=200, seed=7, side_px=800)
    styles = [plan_item(settings, number).style for number in range(200)]
    assert set(styles) == set(PageStyle)
    assert styles.count(PageStyle.BARE) == 8
    assert styles.count(PageStyle.NOT_FOUND) == 1


def test_listings_are_in_three_languages_and_name_patterns_in_them():
    settings = Settings(items=200, seed=7, side_px=800)
    listings = [plan_item(settings, number).listing for number in range(200)]
    assert {listing.language for listing in listings} == {"en", "de", "fr"}
    titles = " ".join(listing.title.lower() for listing in listings)
    for word in ("striped", "gestreift", "rayé", "pois", "kariert", "à fleurs"):
        assert word in titles


def test_no_two_items_share_an_address():
    settings = Settings(items=200, seed=7, side_px=800)
    urls = {plan_item(settings, number).listing.url for number in range(200)}
    assert len(urls) == 200
