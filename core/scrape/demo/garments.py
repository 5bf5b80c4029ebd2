"""Garments: what is the same in all photos of one item."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
from numpy.random import Generator

from core.scrape.demo.palette import RGB, companion, draw_colour
from core.scrape.demo.patterns import Pattern, draw_pattern

Category = Literal["tshirts", "tanks", "blouses", "longsleeves", "dresses"]
CATEGORIES: tuple[Category, ...] = get_args(Category)
Fabric = Literal["jersey", "rib", "linen", "twill", "knit", "satin"]


@dataclass(frozen=True)
class Neck:
    """The neckline: half its width, how deep it is in front and behind, and its shape.

    `power` is the superellipse's: 1 is a V, 2 is round, 5 is square. `band_cm` is the width of its
    ribbing or binding, 0 for a plain edge.
    """

    half_cm: float = 8.5
    depth_cm: float = 8.0
    back_cm: float = 2.0
    power: float = 2.0
    band_cm: float = 1.8


@dataclass(frozen=True)
class Sleeve:
    """A sleeve: its length from the shoulder (0 for none), width at the cuff, and fullness.

    `puff` widens the upper sleeve (1 is straight), `flare` the lower; `cuff_cm` is a band at the
    end.
    """

    length_cm: float = 20.0
    cuff_half_cm: float = 8.0
    puff: float = 1.0
    flare: float = 1.0
    cuff_cm: float = 0.0


@dataclass(frozen=True)
class Body:
    """The body's half widths and heights in cm, from the shoulder's neck point downwards."""

    shoulder_half: float = 21.0
    shoulder_drop: float = 3.5
    armhole: float = 23.0
    chest_half: float = 25.0
    waist_half: float = 24.0
    waist: float = 42.0
    hem_half: float = 25.0
    length: float = 68.0
    hem_curve: float = 1.0  # how much lower the hem's middle is than its sides


@dataclass(frozen=True)
class Trims:
    """What is sewn on. Lengths in cm, 0 and False for none."""

    collar: bool = False
    placket_cm: float = 0.0
    buttons: int = 0
    pocket: bool = False
    waist_seam: bool = False
    belt: bool = False
    tiers: int = 0
    lace_hem_cm: float = 0.0
    contrast: RGB | None = None  # bands, collar and cuffs in another colour
    raglan: bool = False
    label: RGB = (245, 245, 240)


@dataclass(frozen=True)
class Garment:
    """One garment.

    Attributes:
        id: Names it in the ground truth.
        category: As the folder is called.
        colour_name: A key of `palette.COLOURS`.
        colour: Its own shade, sRGB.
        pattern: What is printed or woven over the colour; may be replaced to see the same garment
            with another pattern.
        fabric: Its weave.
        melange: How heathered the yarn is, 0 to 1.
        gloss: How much it shines, 0 to 1.
        stiffness: 0 drapes in many soft folds, 1 in few.
        brand: The name on its label.
    """

    id: str
    category: Category
    colour_name: str
    colour: RGB
    pattern: Pattern = field(default_factory=Pattern)
    fabric: Fabric = "jersey"
    neck: Neck = field(default_factory=Neck)
    sleeve: Sleeve = field(default_factory=Sleeve)
    body: Body = field(default_factory=Body)
    trims: Trims = field(default_factory=Trims)
    melange: float = 0.0
    gloss: float = 0.0
    stiffness: float = 0.5
    brand: str = ""


def draw_garment(garment_id: str, category: Category, brand: str, rng: Generator) -> Garment:
    """A garment of a category with its own cut, colour, pattern and fabric."""
    colour_name, colour = draw_colour(rng)
    pattern = draw_pattern(colour, rng)
    neck, sleeve, body, trims = _CUTS[category](rng)
    if trims.buttons and pattern.is_placed:  # a placket would cut through it
        pattern = draw_pattern(colour, rng, "floral")
    contrast = companion(colour, rng)
    if rng.random() < (0.3 if pattern.kind in ("plain", "print") else 0.12):
        trims = replace(trims, contrast=contrast)
    fabric = _FABRICS[category][int(rng.integers(len(_FABRICS[category])))]
    heathered = fabric in ("jersey", "knit") and rng.random() < 0.35
    return Garment(
        id=garment_id,
        category=category,
        colour_name=colour_name,
        colour=colour,
        pattern=pattern,
        fabric=fabric,
        neck=neck,
        sleeve=sleeve,
        body=body,
        trims=trims,
        melange=float(rng.uniform(0.5, 1.0)) if heathered else 0.06,
        gloss=float(rng.uniform(0.4, 0.8)) if fabric == "satin" else float(rng.uniform(0.0, 0.08)),
        stiffness=float(rng.uniform(0.2, 0.9)),
        brand=brand,
    )


_FABRICS: dict[str, tuple[Fabric, ...]] = {
    "tshirts": ("jersey", "jersey", "jersey", "rib"),
    "tanks": ("jersey", "rib", "linen", "satin"),
    "blouses": ("linen", "satin", "twill", "linen"),
    "longsleeves": ("jersey", "rib", "knit", "knit"),
    "dresses": ("jersey", "linen", "satin", "twill"),
}


def _between(rng: Generator, low: float, high: float) -> float:
    return float(np.round(rng.uniform(low, high), 2))


def _neck(rng: Generator, kinds: tuple[str, ...]) -> Neck:
    kind = kinds[int(rng.integers(len(kinds)))]
    if kind == "v":
        return Neck(_between(rng, 7.5, 10), _between(rng, 13, 20), 1.8, 1.08, _between(rng, 1, 2))
    if kind == "scoop":
        return Neck(
            _between(rng, 9.5, 12.5), _between(rng, 11, 16), 3.5, 2.2, _between(rng, 0.8, 1.8)
        )
    if kind == "boat":
        return Neck(_between(rng, 12, 14.5), _between(rng, 4, 6), 2.2, 2.3, _between(rng, 0.8, 1.6))
    if kind == "square":
        return Neck(
            _between(rng, 10, 12.5), _between(rng, 9, 13), 4.0, 5.0, _between(rng, 0.8, 1.8)
        )
    if kind == "high":
        return Neck(_between(rng, 7, 8), _between(rng, 3.5, 5), 1.2, 2.0, _between(rng, 3, 4.5))
    return Neck(_between(rng, 8, 9.8), _between(rng, 7, 10), 2.0, 2.0, _between(rng, 1.6, 2.6))


def _top_body(rng: Generator, shoulder: float) -> Body:
    chest = _between(rng, 22, 29)
    waist = chest - _between(rng, 0, 3.5)
    return Body(
        shoulder_half=shoulder,
        shoulder_drop=_between(rng, 2.5, 4.8),
        armhole=_between(rng, 20, 25),
        chest_half=chest,
        waist_half=waist,
        waist=_between(rng, 38, 44),
        hem_half=waist + _between(rng, 0, 3.5),
        length=_between(rng, 54, 74),
        hem_curve=_between(rng, -0.5, 3.0),
    )


def _tshirt(rng: Generator) -> tuple[Neck, Sleeve, Body, Trims]:
    body = _top_body(rng, _between(rng, 18, 22))
    sleeve = Sleeve(_between(rng, 14, 24), _between(rng, 7.5, 10), 1.0, _between(rng, 0.98, 1.1))
    neck = _neck(rng, ("crew", "crew", "v", "scoop", "boat"))
    return neck, sleeve, body, Trims(pocket=rng.random() < 0.2, raglan=rng.random() < 0.15)


def _tank(rng: Generator) -> tuple[Neck, Sleeve, Body, Trims]:
    neck = _neck(rng, ("scoop", "v", "square", "scoop"))
    strap = _between(rng, 1.2, 6.5)
    body = _top_body(rng, neck.half_cm + strap)
    chest = _between(rng, 21, 26)
    waist = chest - _between(rng, 0, 2.5)
    hem = waist + _between(rng, 0, 4)
    body = replace(body, chest_half=chest, waist_half=waist, hem_half=hem, shoulder_drop=0.8)
    return (
        neck,
        Sleeve(0.0),
        body,
        Trims(lace_hem_cm=_between(rng, 2, 4) if rng.random() < 0.2 else 0.0),
    )


def _blouse(rng: Generator) -> tuple[Neck, Sleeve, Body, Trims]:
    collared = rng.random() < 0.6
    neck = Neck(7.6, 8.5, 1.5, 1.5, 0.0) if collared else _neck(rng, ("v", "crew", "high"))
    body = _top_body(rng, _between(rng, 18.5, 21))
    body = replace(body, hem_curve=_between(rng, 1, 7))
    if rng.random() < 0.6:
        sleeve = Sleeve(
            _between(rng, 54, 59), 5.5, _between(rng, 1, 1.4), _between(rng, 1, 1.5), 5.5
        )
    else:
        sleeve = Sleeve(
            _between(rng, 16, 30), 8.0, _between(rng, 1, 1.35), 1.1, _between(rng, 0, 2.5)
        )
    buttons = int(rng.integers(5, 8)) if collared or rng.random() < 0.4 else 0
    trims = Trims(
        collar=collared,
        placket_cm=3.0 if buttons else 0.0,
        buttons=buttons,
        pocket=collared and rng.random() < 0.4,
    )
    return neck, sleeve, body, trims


def _longsleeve(rng: Generator) -> tuple[Neck, Sleeve, Body, Trims]:
    body = _top_body(rng, _between(rng, 18.5, 22))
    full = rng.random() < 0.75
    length = _between(rng, 54, 60) if full else _between(rng, 36, 44)
    sleeve = Sleeve(length, _between(rng, 5, 6.5), 1.0, 1.0, _between(rng, 0, 6))
    neck = _neck(rng, ("crew", "v", "boat", "high", "crew"))
    return neck, sleeve, body, Trims(raglan=rng.random() < 0.2)


def _dress(rng: Generator) -> tuple[Neck, Sleeve, Body, Trims]:
    neck = _neck(rng, ("scoop", "v", "square", "crew", "boat"))
    kind = int(rng.integers(4))
    if kind == 0:  # straps
        shoulder, sleeve = neck.half_cm + _between(rng, 1.2, 4.5), Sleeve(0.0)
    elif kind == 1:  # sleeveless
        shoulder, sleeve = _between(rng, 16.5, 18.5), Sleeve(0.0)
    elif kind == 2:
        shoulder = _between(rng, 17.5, 20)
        sleeve = Sleeve(_between(rng, 12, 26), 8.0, _between(rng, 1, 1.4), 1.1, _between(rng, 0, 2))
    else:
        shoulder, sleeve = _between(rng, 18, 20), Sleeve(_between(rng, 44, 58), 6.0, 1.1, 1.15, 3.0)
    chest = _between(rng, 21, 25)
    waist = chest - _between(rng, 1.5, 5)
    flared = rng.random() < 0.65
    seam = flared and rng.random() < 0.8
    body = Body(
        shoulder_half=shoulder,
        shoulder_drop=0.8 if kind == 0 else _between(rng, 2.5, 4),
        armhole=_between(rng, 20, 23),
        chest_half=chest,
        waist_half=waist,
        waist=_between(rng, 36, 43),
        hem_half=_between(rng, 34, 50) if flared else waist + _between(rng, 2, 6),
        length=_between(rng, 84, 118),
        hem_curve=_between(rng, 2, 6) if flared else 0.6,
    )
    trims = Trims(
        waist_seam=seam,
        belt=seam and rng.random() < 0.35,
        tiers=int(rng.integers(1, 4)) if flared and rng.random() < 0.3 else 0,
        placket_cm=3.0 if kind == 2 and rng.random() < 0.3 else 0.0,
        lace_hem_cm=_between(rng, 2, 4) if rng.random() < 0.12 else 0.0,
    )
    if trims.placket_cm:
        trims = replace(trims, buttons=int(rng.integers(6, 10)))
    return neck, sleeve, body, trims


_CUTS = {
    "tshirts": _tshirt,
    "tanks": _tank,
    "blouses": _blouse,
    "longsleeves": _longsleeve,
    "dresses": _dress,
}
