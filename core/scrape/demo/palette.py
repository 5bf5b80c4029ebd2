"""Named garment colours, and which second colours go with them."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

RGB = tuple[int, int, int]

COLOURS: dict[str, RGB] = {
    "white": (240, 240, 238),
    "cream": (236, 224, 200),
    "beige": (206, 184, 152),
    "black": (34, 34, 37),
    "grey": (142, 144, 148),
    "navy": (36, 46, 82),
    "light blue": (158, 192, 222),
    "blue": (52, 92, 168),
    "turquoise": (42, 150, 156),
    "green": (44, 110, 72),
    "olive": (104, 104, 66),
    "mint": (172, 214, 192),
    "yellow": (240, 208, 84),
    "mustard": (202, 152, 44),
    "orange": (222, 122, 50),
    "coral": (232, 118, 98),
    "red": (186, 38, 46),
    "burgundy": (104, 30, 46),
    "pink": (228, 164, 178),
    "lilac": (186, 166, 210),
    "purple": (104, 66, 134),
    "brown": (112, 76, 54),
}

# How often sellers' garments have each colour: much black, white and navy, little orange.
_SHARES = {"black": 4.0, "white": 3.5, "navy": 3.0, "grey": 2.0, "cream": 1.8, "light blue": 1.6}
_LIGHT = ("white", "cream", "light blue", "pink", "mint", "yellow", "lilac", "beige")
_DARK = ("black", "navy", "burgundy", "green", "brown", "purple")
_VIVID = ("red", "coral", "mustard", "blue", "turquoise", "orange", "pink", "green", "yellow")


def draw_colour(rng: Generator) -> tuple[str, RGB]:
    """A colour's name and one shade of it."""
    names = list(COLOURS)
    shares = np.array([_SHARES.get(name, 1.0) for name in names])
    name = names[int(rng.choice(len(names), p=shares / shares.sum()))]
    return name, shade_of(name, rng)


def shade_of(name: str, rng: Generator) -> RGB:
    """One garment's shade of a named colour: near enough to keep the name."""
    base = np.array(COLOURS[name], float)
    lightness = rng.normal(1.0, 0.05)
    tint = rng.normal(0.0, 4.0, 3)
    return as_rgb(base * lightness + tint)


def companion(colour: RGB, rng: Generator) -> RGB:
    """A second colour that stands out from the first: mostly light on dark, dark on light."""
    dark = luminance(colour) < 110
    pool = (_LIGHT if dark else _DARK) if rng.random() < 0.72 else _VIVID
    far = [name for name in pool if distance(COLOURS[name], colour) > 90] or ["white", "black"]
    return shade_of(far[int(rng.integers(len(far)))], rng)


def accent(colours: tuple[RGB, ...], rng: Generator) -> RGB:
    """A vivid colour that differs from all of the given ones."""
    far = [n for n in _VIVID if min(distance(COLOURS[n], c) for c in colours) > 70] or ["mustard"]
    return shade_of(far[int(rng.integers(len(far)))], rng)


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """`share` of the second colour in the first."""
    return as_rgb(np.array(first, float) * (1 - share) + np.array(second, float) * share)


def luminance(colour: RGB) -> float:
    """Rough perceived lightness, 0 to 255."""
    return 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]


def distance(first: RGB, second: RGB) -> float:
    """Euclidean distance in RGB, enough to tell 'stands out' from 'does not'."""
    return float(np.linalg.norm(np.subtract(first, second, dtype=float)))


def as_rgb(values: NDArray[np.float64]) -> RGB:
    """Three numbers as a colour that bytes can hold."""
    r, g, b = (int(v) for v in np.clip(np.rint(values), 0, 255))
    return r, g, b
