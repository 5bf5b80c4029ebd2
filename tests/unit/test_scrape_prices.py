from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.scrape.prices import iso_currency, parse_price


@pytest.mark.parametrize(
    ("said", "amount", "currency"),
    [
        ("12,50 €", 12.5, "EUR"),
        ("£5.00", 5.0, "GBP"),
        ("1 234,00 zł", 1234.0, "PLN"),
        ("1\u202f234,00\u00a0€", 1234.0, "EUR"),
        ("1.234,56 €", 1234.56, "EUR"),
        ("$1,234.56", 1234.56, "USD"),
        ("CHF 1'200.00", 1200.0, "CHF"),
        ("1.234 €", 1234.0, "EUR"),
        ("0.125", 0.125, ""),
        ("12.345.678", 12345678.0, ""),
        ("1,234,567.5", 1234567.5, ""),
        ("C$ 20", 20.0, "CAD"),
        ("149 Kč", 149.0, "CZK"),
        ("7 eur", 7.0, "EUR"),
        ("15.0", 15.0, ""),
        ("20,-", 20.0, ""),
        ("from 3,99 to 5,99 €", 3.99, "EUR"),
        ("-5 €", None, "EUR"),
        ("free", None, ""),
        ("", None, ""),
        (None, None, ""),
        (True, None, ""),
        (12, 12.0, ""),
        (float("nan"), None, ""),
        (10**400, None, ""),
    ],
)
def test_a_price_is_an_amount_and_an_iso_currency(said, amount, currency):
    assert parse_price(said) == (amount, currency)


def test_the_currency_beside_the_number_goes_before_the_one_said_elsewhere():
    assert parse_price("5 €", "USD") == (5.0, "EUR")
    assert parse_price(5, "zł") == (5.0, "PLN")
    assert parse_price("5", "eur") == (5.0, "EUR")


def test_a_code_inside_a_word_is_no_currency():
    assert iso_currency("europe") == ""
    assert iso_currency("kr") == ""  # Swedish, Danish or Norwegian


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.binary()))
def test_any_value_gives_a_sound_amount_or_none(value):
    amount, currency = parse_price(value, value)
    assert amount is None or 0 <= amount < 1e12
    assert currency == "" or len(currency) == 3


@given(st.integers(0, 10**8), st.sampled_from(["{:,.2f}", "{:.2f}"]), st.booleans())
def test_what_is_written_with_two_decimals_comes_back(cents, form, continental):
    text = form.format(cents / 100)
    if continental:
        text = text.translate(str.maketrans(",.", ".,"))
    assert parse_price(text)[0] == pytest.approx(cents / 100)
