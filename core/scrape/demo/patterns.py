"""What is woven into or printed on a garment's cloth, as tiles and as a chest print."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.scrape.demo.brush import Brush
from core.scrape.demo.motifs import chest_print, draw_flower, draw_leaf
from core.scrape.demo.palette import RGB, accent, companion, luminance, mix
from core.scrape.demo.textures import Bytes, Tile, make_tile

PatternKind = Literal[
    "plain", "horizontal_stripes", "vertical_stripes", "dots", "floral", "checks", "print"
]
PATTERN_KINDS: tuple[PatternKind, ...] = get_args(PatternKind)


@dataclass(frozen=True)
class Pattern:
    """A pattern over a garment's own colour.

    Attributes:
        kind: Its name in the ground truth.
        variant: The design within the kind ("breton", "gingham", …); see `VARIANTS`.
        second: The colour beside the garment's own.
        third: A further colour, which some designs use.
        scale_cm: The repeat of stripes, dots and checks, or the size of a flower.
        share: How much of a repeat the second colour takes, 0 to 1.
        seed: Fixes what is scattered.
    """

    kind: PatternKind = "plain"
    variant: str = "plain"
    second: RGB = (255, 255, 255)
    third: RGB = (255, 255, 255)
    scale_cm: float = 4.0
    share: float = 0.5
    seed: int = 0

    @property
    def is_placed(self) -> bool:
        """Whether it is one motif on the chest and not an all-over repeat."""
        return self.variant.startswith("chest")


VARIANTS: dict[PatternKind, dict[str, tuple[float, float]]] = {  # design: smallest, largest scale
    "plain": {"plain": (4, 4)},
    "horizontal_stripes": {"even": (2, 9), "breton": (1.6, 3.2), "triple": (5, 12)},
    "vertical_stripes": {"even": (1.5, 6), "pinstripe": (1.2, 3), "triple": (4, 9)},
    "dots": {"staggered": (1.6, 5), "square": (1.4, 4), "confetti": (1.5, 3.5)},
    "floral": {"ditsy": (1.6, 2.8), "bloom": (4.5, 8), "meadow": (2.5, 4.5)},
    "checks": {"gingham": (1.0, 4), "tartan": (5, 12), "windowpane": (3, 8)},
    "print": {
        "chest_text": (26, 34),
        "chest_sunset": (22, 30),
        "chest_shapes": (24, 32),
        "chest_bouquet": (22, 30),
        "chest_number": (22, 28),
        "leopard": (2.5, 4.5),
        "brush": (4, 8),
        "leaves": (5, 9),
    },
}


def draw_pattern(colour: RGB, rng: Generator, kind: PatternKind | None = None) -> Pattern:
    """A pattern to go with a garment's colour; plain for about a third where no kind is given."""
    if kind is None:
        shares = [0.32, 0.14, 0.09, 0.11, 0.13, 0.1, 0.11]
        kind = PATTERN_KINDS[int(rng.choice(len(PATTERN_KINDS), p=shares))]
    designs = list(VARIANTS[kind])
    variant = designs[int(rng.integers(len(designs)))]
    low, high = VARIANTS[kind][variant]
    second = companion(colour, rng)
    return Pattern(
        kind=kind,
        variant=variant,
        second=second,
        third=accent((colour, second), rng),
        scale_cm=float(np.round(np.exp(rng.uniform(np.log(low), np.log(high))), 3)),
        share=float(np.round(rng.uniform(0.22, 0.58), 3)),
        seed=int(rng.integers(2**31)),
    )


@lru_cache(maxsize=12)
def pattern_tile(colour: RGB, pattern: Pattern) -> Tile:
    """The all-over repeat as sRGB; a plain cloth for patterns that are placed on the chest."""
    if pattern.kind in ("horizontal_stripes", "vertical_stripes"):
        return _stripes(colour, pattern)
    if pattern.kind == "dots":
        return _dots(colour, pattern)
    if pattern.kind == "floral":
        return _floral(colour, pattern)
    if pattern.kind == "checks":
        return _checks(colour, pattern)
    if pattern.kind == "print" and not pattern.is_placed:
        return _allover(colour, pattern)
    return make_tile(np.full((16, 16, 3), colour, np.uint8), 4.0)


@lru_cache(maxsize=12)
def placed_print(colour: RGB, pattern: Pattern) -> Bytes:
    """The chest motif as (512, 512, 4) RGBA, `pattern.scale_cm` wide and high on the cloth."""
    light = luminance(colour) >= 110
    ink = pattern.second if light or luminance(pattern.second) > 110 else (235, 232, 224)
    return chest_print(
        pattern.variant, ink, pattern.third, mix(ink, pattern.third, 0.5), pattern.seed
    )


def _band(length_px: int, edges: list[tuple[float, float]]) -> NDArray[np.float32]:
    """Coverage 0 to 1 along one repeat, with bands from a to b (fractions of the repeat)."""
    fine = np.zeros(length_px * 8, np.float32)
    for start, end in edges:
        fine[round(start * fine.size) : round(end * fine.size)] = 1.0
    return np.asarray(fine.reshape(length_px, 8).mean(axis=1), np.float32)


def _blend(base: NDArray[np.float32], colour: RGB, cover: NDArray[np.float32]) -> None:
    base += (np.array(colour, np.float32) - base) * cover[..., None]


def _stripes(colour: RGB, pattern: Pattern) -> Tile:
    px_per_cm = 24.0
    length = max(round(pattern.scale_cm * px_per_cm), 12)
    line = np.tile(np.array(colour, np.float32), (length, 1))
    share = pattern.share
    if pattern.variant == "even":
        _blend(line, pattern.second, _band(length, [(0.0, share)]))
    elif pattern.variant in ("breton", "pinstripe"):
        thin = 0.4 * share if pattern.variant == "pinstripe" else 0.7 * share
        _blend(line, pattern.second, _band(length, [(0.0, thin)]))
    else:
        _blend(
            line, pattern.second, _band(length, [(0.0, 0.5 * share), (0.62, 0.62 + 0.3 * share)])
        )
        _blend(line, pattern.third, _band(length, [(0.5 * share + 0.08, 0.5 * share + 0.14)]))
    stripes = np.repeat(np.rint(line).astype(np.uint8)[:, None], 16, axis=1)
    if pattern.kind == "vertical_stripes":
        stripes = stripes.transpose(1, 0, 2).copy()
    return make_tile(stripes, length / pattern.scale_cm)


def _dots(colour: RGB, pattern: Pattern) -> Tile:
    px_per_cm = 26.0
    step = round(pattern.scale_cm * px_per_cm)
    radius = step * (0.14 + 0.3 * pattern.share)
    if pattern.variant == "confetti":
        brush = Brush(step * 8, colour)
        rng = np.random.default_rng(pattern.seed)
        for row in range(8):
            for column in range(8):
                centre = (np.array([column, row]) + rng.uniform(0.15, 0.85, 2)) * step
                shade = (pattern.second, pattern.second, pattern.third)[int(rng.integers(3))]
                brush.disc(centre, radius * rng.uniform(0.45, 1.0), shade)
        return make_tile(brush.picture, step / pattern.scale_cm)
    brush = Brush(step * 2, colour)
    for row in range(2):
        for column in range(2):
            shift = 0.5 * (row % 2) if pattern.variant == "staggered" else 0.0
            brush.disc(np.array([column + 0.5 + shift, row + 0.5]) * step, radius, pattern.second)
    return make_tile(brush.picture, step / pattern.scale_cm)


def _floral(colour: RGB, pattern: Pattern) -> Tile:
    rng = np.random.default_rng(pattern.seed)
    repeat_cm = pattern.scale_cm * {"ditsy": 6.0, "meadow": 4.6, "bloom": 3.2}[pattern.variant]
    side = int(min(768, 30 * repeat_cm))
    px_per_cm = side / repeat_cm
    brush = Brush(side, colour)
    size = pattern.scale_cm * px_per_cm / 2
    dark = luminance(colour) < 110
    green = mix((96, 128, 84) if dark else (70, 104, 66), colour, 0.15)
    heart = (238, 200, 90) if pattern.second[2] < 200 or not dark else (226, 166, 60)
    centres = scattered(side, size * (1.5 if pattern.variant == "bloom" else 2.0), rng)
    for centre in centres:
        for _ in range(int(rng.integers(1, 4))):
            draw_leaf(brush, centre, size * rng.uniform(0.9, 1.5), rng.uniform(0, 2 * np.pi), green)
    petals = int(rng.integers(5, 7)) if pattern.variant != "meadow" else int(rng.integers(8, 12))
    for centre in centres:
        tone = pattern.second if rng.random() < 0.62 else pattern.third
        draw_flower(brush, centre, size * rng.uniform(0.6, 1.05), petals, tone, heart, rng)
    if pattern.variant != "ditsy":
        for centre in scattered(side, size * 0.9, rng)[: 3 * len(centres)]:
            brush.disc(centre, size * 0.09, mix(pattern.second, colour, 0.35))
    return make_tile(brush.picture, px_per_cm)


def _checks(colour: RGB, pattern: Pattern) -> Tile:
    length = max(round(pattern.scale_cm * 26.0), 16)
    base = np.tile(np.array(colour, np.float32), (length, length, 1))
    if pattern.variant == "gingham":
        band = _band(length, [(0.0, 0.5)]) * 0.52
        cover = 1 - (1 - band[:, None]) * (1 - band[None, :])
        cover = np.where(cover > 0.7, 1.0, cover)
        _blend(base, pattern.second, cover.astype(np.float32))
    elif pattern.variant == "windowpane":
        width = 0.03 + 0.06 * pattern.share
        line = _band(length, [(0.4, 0.4 + width)])
        _blend(base, pattern.second, np.maximum(line[:, None], line[None, :]))
    else:
        share = pattern.share
        for shade, edges, strength in (
            (pattern.second, [(0.08, 0.08 + 0.7 * share)], 0.55),
            (mix(colour, (20, 20, 24), 0.6), [(0.62, 0.7), (0.78, 0.86)], 0.5),
            (pattern.third, [(0.73, 0.75), (0.08 + 0.35 * share, 0.1 + 0.35 * share)], 0.85),
        ):
            line = _band(length, edges) * strength
            _blend(base, shade, np.tile(line[:, None], (1, length)))
            _blend(base, shade, np.tile(line[None, :], (length, 1)))
    return make_tile(np.rint(base).astype(np.uint8), length / pattern.scale_cm)


def _allover(colour: RGB, pattern: Pattern) -> Tile:
    rng = np.random.default_rng(pattern.seed)
    repeat_cm = pattern.scale_cm * 5.0
    side = int(min(768, 28 * repeat_cm))
    px_per_cm = side / repeat_cm
    size = pattern.scale_cm * px_per_cm / 2
    brush = Brush(side, colour)
    if pattern.variant == "leopard":
        inner = mix(pattern.second, colour, 0.45)
        outline = (
            mix((30, 24, 22), pattern.second, 0.1) if luminance(colour) > 90 else pattern.second
        )
        for centre in scattered(side, size * 1.35, rng):
            brush.blob(centre, size * rng.uniform(0.45, 0.7), inner, rng, 0.25)
            start = rng.uniform(0, 2 * np.pi)
            for turn in rng.uniform(0.0, 0.5, 3) + np.arange(3) * 2.1:
                brush.arc(
                    centre, size * 0.62, start + turn, rng.uniform(1.0, 1.7), size * 0.3, outline
                )
    elif pattern.variant == "brush":
        for centre in scattered(side, size * 1.1, rng):
            shade = (pattern.second, pattern.third, mix(colour, pattern.second, 0.4))[
                int(rng.integers(3))
            ]
            brush.stroke(
                centre, size * rng.uniform(1.2, 2.4), size * 0.42, rng.uniform(0, np.pi), shade, rng
            )
    else:
        for centre in scattered(side, size * 1.25, rng):
            angle = rng.uniform(0, 2 * np.pi)
            shade = pattern.second if rng.random() < 0.65 else pattern.third
            for side_turn in (-0.75, 0.0, 0.75):
                draw_leaf(brush, centre, size * rng.uniform(1.1, 1.5), angle + side_turn, shade)
    return make_tile(brush.picture, px_per_cm)


def scattered(side: int, apart_px: float, rng: Generator) -> list[NDArray[np.float64]]:
    """Points (2,) on a repeating square of `side` pixels, none within `apart_px` of another."""
    tries = rng.uniform(0, side, (int(10 * (side / apart_px) ** 2), 2))
    free = np.ones(len(tries), bool)
    points = []
    for k, point in enumerate(tries):
        if free[k]:
            points.append(point)
            gap = np.abs(tries - point)
            free &= np.hypot(*np.minimum(gap, side - gap).T) >= apart_px
    return points
