"""Prices as shops write them: "12,50 €", "£5.00", "1 234,00 zł", 15.0."""

from __future__ import annotations

import math
import re

_SYMBOLS = {
    "us$": "USD",
    "a$": "AUD",
    "au$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "nz$": "NZD",
    "hk$": "HKD",
    "r$": "BRL",
    "zł": "PLN",
    "zl": "PLN",
    "kč": "CZK",
    "ft": "HUF",
    "lei": "RON",
    "лв": "BGN",
    "грн": "UAH",
    "руб": "RUB",
    "fr": "CHF",
    "€": "EUR",
    "£": "GBP",
    "$": "USD",
    "¥": "JPY",
    "₹": "INR",
    "₺": "TRY",
    "₽": "RUB",
    "₴": "UAH",
    "₩": "KRW",
    "₪": "ILS",
    "euro": "EUR",
    "euros": "EUR",
}
"""What stands for which ISO 4217 code. "kr" is left out: three currencies are called so."""

_CODES = frozenset(
    "AED AUD BGN BRL CAD CHF CNY CZK DKK EUR GBP HKD HRK HUF IDR ILS INR ISK JPY KRW MXN MYR NOK"
    " NZD PHP PLN RON RSD RUB SEK SGD THB TRY TWD UAH USD VND ZAR".split()
)

_NUMBER = re.compile(r"\d[\d.,'’\s\u00a0\u202f]*\d|\d")
_WORD = re.compile(r"[^\W\d_]*\$|[€£¥₹₺₽₴₩₪]|[^\W\d_]+")


def parse_price(value: object, currency: object = "") -> tuple[float | None, str]:
    """The amount and the ISO 4217 code; None and "" where they are not said.

    Args:
        value: A number, or text with or without a currency in it.
        currency: A code or symbol said elsewhere; what stands beside the number goes first.

    Whether a lone separator marks decimals or thousands is told by the digits after it: exactly
    three are thousands ("1.234 €"), unless the number begins with 0.
    """
    code = iso_currency(currency)
    if isinstance(value, bool) or value is None:
        return None, code
    if isinstance(value, int | float):
        return _sound(value), code
    if not isinstance(value, str) or len(value) > 200:
        return None, code
    code = iso_currency(value) or code
    match = _NUMBER.search(value)
    if match is None or value[: match.start()].rstrip().endswith(("-", "−")):
        return None, code
    return _sound(_amount(match.group())), code


def iso_currency(text: object) -> str:
    """The ISO 4217 code that the text names by code or symbol, or ""."""
    if not isinstance(text, str):
        return ""
    for word in _WORD.findall(text[:200]):
        if word.upper() in _CODES:
            return str(word.upper())
        if word.lower() in _SYMBOLS:
            return _SYMBOLS[word.lower()]
    return ""


def _amount(number: str) -> float:
    digits = re.sub(r"['’\s\u00a0\u202f]", "", number)
    last = max(digits.rfind("."), digits.rfind(","))
    if last == -1:
        return float(digits)
    whole, mark, decimals = digits[:last], digits[last], digits[last + 1 :]
    other = "," if mark == "." else "."
    grouped = len(decimals) == 3 and other not in whole and not whole.startswith("0")
    if grouped or mark in whole:  # "1.234" or "1.234.567"
        whole, decimals = whole + decimals, ""
    whole = re.sub(r"[.,]", "", whole)
    return float(f"{whole or '0'}.{decimals or '0'}")


def _sound(amount: float) -> float | None:
    try:
        amount = float(amount)
    except OverflowError:
        return None
    return amount if math.isfinite(amount) and 0 <= amount < 1e12 else None
