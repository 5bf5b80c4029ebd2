"""What a seller writes about a garment: title, size, price and the rest, in their language."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.random import Generator

from core.scrape.demo.garments import Garment
from core.scrape.demo.words import (
    BRANDS,
    CATEGORIES,
    COLOURS,
    CONDITIONS,
    DESCRIPTIONS,
    LANGUAGES,
    PATTERNS,
    SELLERS,
    SIZES,
    TITLES,
    TOWNS,
    Language,
)


@dataclass(frozen=True)
class Listing:
    """One item's page as its seller filled it in.

    `price` is an amount with two decimals and a point, `currency` an ISO code; `uploaded` is a day.
    """

    shop_id: int
    language: Language
    title: str
    description: str
    brand: str
    size: str
    colour: str
    condition: str
    price: str
    currency: str
    category: str
    seller: str
    town: str
    uploaded: str

    @property
    def url(self) -> str:
        """The page's address on a shop that does not exist."""
        return f"https://www.secondhand.example/items/{self.shop_id}"

    @property
    def short_size(self) -> str:
        """The size in letters, as it stands on labels."""
        return self.size.split(" / ")[0]

    @property
    def shown_price(self) -> str:
        """The price as its country writes it."""
        if self.currency == "GBP":
            return f"£{self.price}"
        return f"{self.price.replace('.', ',')} €"


def draw_brand(rng: Generator) -> str:
    """One of the invented brands."""
    return BRANDS[int(rng.integers(len(BRANDS)))]


def draw_listing(garment: Garment, number: int, rng: Generator) -> Listing:
    """A listing of a garment; `number` makes its shop id its own."""
    language = LANGUAGES[int(rng.choice(3, p=[0.34, 0.33, 0.33]))]
    size = SIZES[int(rng.integers(len(SIZES)))]
    colour = COLOURS[garment.colour_name][language]
    words = {
        "colour": colour,
        "pattern": _one(PATTERNS[garment.pattern.kind][language], rng),
        "thing": _one(CATEGORIES[garment.category][language], rng),
        "brand": garment.brand,
        "size": size.split(" / ")[0],
    }
    title = " ".join(_one(TITLES[language], rng).format(**words).replace(" ,", ",").split())
    title = title.rstrip(",- ")
    cents = int(rng.choice([0, 50, 90, 99]))
    return Listing(
        shop_id=4_100_000_000 + number * 1013 + int(rng.integers(1000)),
        language=language,
        title=title[:1].upper() + title[1:],
        description=_one(DESCRIPTIONS[language], rng).format(
            length=round(garment.body.length), chest=round(2 * garment.body.chest_half)
        ),
        brand=garment.brand,
        size=size,
        colour=colour[:1].upper() + colour[1:],
        condition=_one(CONDITIONS[language], rng),
        price=f"{int(rng.integers(3, 46))}.{cents:02d}",
        currency="GBP" if language == "en" and rng.random() < 0.6 else "EUR",
        category=garment.category,
        seller=_one(SELLERS, rng),
        town=_one(TOWNS[language], rng),
        uploaded=f"2024-{int(rng.integers(1, 13)):02d}-{int(rng.integers(1, 29)):02d}",
    )


def _one(choices: tuple[str, ...], rng: Generator) -> str:
    return choices[int(rng.integers(len(choices)))]
