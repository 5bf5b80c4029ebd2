"""Flowers, leaves and chest prints."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from core.scrape.demo.brush import Brush, turned, write_centred
from core.scrape.demo.palette import RGB, mix
from core.scrape.demo.textures import Bytes

SLOGANS = (
    ("SLOW", "SUNDAY"),
    ("hello", "again"),
    ("NORTH", "BY BIKE"),
    ("bon", "voyage"),
    ("la vie", "lente"),
    ("KEINE", "EILE"),
    ("wild", "gardens"),
    ("OCEAN", "CLUB"),
    ("après", "midi"),
    ("moon", "& back"),
    ("FRISCHE", "LUFT"),
    ("take it", "easy"),
)


def draw_leaf(brush: Brush, base: ArrayLike, length: float, angle: float, colour: RGB) -> None:
    """A pointed leaf that grows from `base`, with a paler midrib."""
    t = np.linspace(0, 1, 12)
    half = 0.24 * length * np.sin(np.pi * t**0.8)
    upper = np.stack([t * length, half], axis=1)
    lower = np.stack([t * length, -half], axis=1)[::-1]
    turn = turned(angle).T
    brush.polygon(np.asarray(base) + np.concatenate([upper, lower]) @ turn, colour)
    if length > 16:
        rib = np.stack([t[:10] * length, np.zeros(10)], axis=1)
        brush.line(np.asarray(base) + rib @ turn, length / 40, mix(colour, (255, 255, 235), 0.25))


def draw_flower(
    brush: Brush,
    centre: ArrayLike,
    radius: float,
    petals: int,
    colour: RGB,
    heart: RGB,
    rng: Generator,
) -> None:
    """A blossom from above: a shaded ring of petals, a lighter one inside, and its heart."""
    centre = np.asarray(centre)
    start = rng.uniform(0, 2 * np.pi)
    t = np.linspace(0, 1, 12)
    widths = np.sin(np.pi * np.maximum(t, 0.02) ** 1.5)
    for ring, (reach, shade) in enumerate(
        (
            (1.0, mix(colour, (20, 10, 20), 0.16)),
            (0.94, colour),
            (0.6, mix(colour, (255, 255, 255), 0.3)),
        )
    ):
        along = radius * reach * t
        half = radius * reach * (2.5 / petals) * widths
        petal = np.concatenate([along, along[::-1]]) + 1j * np.concatenate([half, -half[::-1]])
        angles = start + 2 * np.pi * (np.arange(petals) + 0.08 * ring) / petals
        for turned_petal in np.exp(1j * angles)[:, None] * petal:
            outline = np.stack([turned_petal.real, turned_petal.imag], axis=1)
            brush.polygon(centre + outline, shade)
    brush.disc(centre, radius * 0.24, mix(heart, (60, 30, 10), 0.35))
    brush.disc(centre, radius * 0.19, heart)


def chest_print(variant: str, ink: RGB, second: RGB, third: RGB, seed: int) -> Bytes:
    """A motif for the chest as (512, 512, 4) RGBA with soft edges."""
    rng = np.random.default_rng(seed)
    brush = Brush(1024, (*ink, 0), repeats=False)
    if variant == "chest_text":
        _slogan(brush, (*ink, 255), (*second, 255), rng)
    elif variant == "chest_number":
        _number(brush, (*ink, 255), (*second, 255), rng)
    elif variant == "chest_sunset":
        _sunset(brush, (*ink, 255), (*second, 255), (*third, 255), rng)
    elif variant == "chest_bouquet":
        _bouquet(brush, ink, second, third, rng)
    else:
        _shapes(brush, (*ink, 255), (*second, 255), (*third, 255), rng)
    small: Bytes = cv2.resize(brush.picture, (512, 512), interpolation=cv2.INTER_AREA)
    return small


def _ink(brush: Brush, mask: Bytes, colour: Sequence[int]) -> None:
    cover = mask.astype(np.float32) * np.float32(1 / 255)
    solid = np.empty_like(brush.picture)
    cv2.rectangle(solid, (0, 0), mask.shape[::-1], tuple(colour), cv2.FILLED)
    brush.picture = cv2.blendLinear(solid, brush.picture, cover, 1 - cover)


def _slogan(brush: Brush, ink: Sequence[int], second: Sequence[int], rng: Generator) -> None:
    first, last = SLOGANS[int(rng.integers(len(SLOGANS)))]
    face = ("sans", "italic")[int(rng.integers(2))]
    weight = (400, 600, 800)[int(rng.integers(3))]
    mask = np.zeros((1024, 1024), np.uint8)
    write_centred(mask, first, (512, 340), 860, (255,), weight=weight, face=face, tallest=330)
    _ink(brush, mask, ink)
    mask[:] = 0
    write_centred(mask, last, (512, 640), 860, (255,), weight=weight, face=face, tallest=330)
    if rng.random() < 0.5:
        cv2.line(mask, (230, 830), (794, 830), 255, 12, cv2.LINE_AA)
    _ink(brush, mask, second if rng.random() < 0.6 else ink)


def _number(brush: Brush, ink: Sequence[int], second: Sequence[int], rng: Generator) -> None:
    mask = np.zeros((1024, 1024), np.uint8)
    write_centred(
        mask, f"{int(rng.integers(10, 100))}", (512, 560), 800, (255,), weight=900, tallest=640
    )
    halo = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (33, 33)))
    _ink(brush, halo, second)
    _ink(brush, mask, ink)
    mask[:] = 0
    write_centred(
        mask,
        ("ATHLETIC CLUB", "HARBOUR TEAM", "ROWING 1984")[int(rng.integers(3))],
        (512, 180),
        820,
        (255,),
        weight=600,
    )
    _ink(brush, mask, ink)


def _sunset(
    brush: Brush, ink: Sequence[int], second: Sequence[int], third: Sequence[int], rng: Generator
) -> None:
    brush.disc((512, 440), 380, second)
    for k, y in enumerate(np.linspace(430, 800, 6)):
        brush.polygon(
            [(100, y), (924, y), (924, y + 8 + 7 * k), (100, y + 8 + 7 * k)], (*second[:3], 0)
        )
    xs = np.linspace(110, 914, 9)
    for base, height, shade in ((690, 260, third), (760, 170, ink)):
        ys = base - height * rng.uniform(0.15, 1.0, 9) * np.sin(np.linspace(0.2, np.pi - 0.2, 9))
        ridge = np.stack([xs, ys], axis=1)
        brush.polygon(np.concatenate([ridge, [(914, 800), (110, 800)]]), shade)
    mask = np.zeros((1024, 1024), np.uint8)
    name = ("GOLDEN COAST", "MONTE SERA", "LAC D'ARGENT", "HIGH VALLEY")[int(rng.integers(4))]
    write_centred(mask, name, (512, 900), 780, (255,), weight=600)
    _ink(brush, mask, ink)


def _bouquet(brush: Brush, ink: RGB, second: RGB, third: RGB, rng: Generator) -> None:
    painted = Brush(1024, ink, repeats=False)
    mask = Brush(1024, (0, 0, 0), repeats=False)
    plan = rng.uniform(-1, 1, (9, 3))
    for layer, solid in ((painted, False), (mask, True)):
        white = (255, 255, 255)
        stems = white if solid else ink
        for dx, dy, turn in plan:
            tip = np.array([512 + 330 * dx, 380 + 230 * dy])
            layer.line(np.array([[512, 930], [512 + 120 * dx, 700], [*tip]]), 9, stems)
            draw_leaf(
                layer, (512 + 120 * dx, 700), 170, -np.pi / 2 + turn, white if solid else third
            )
        for k, (dx, dy, _) in enumerate(plan):
            tip = np.array([512 + 330 * dx, 380 + 230 * dy])
            shade = white if solid else (second if k % 2 else third)
            heart = white if solid else ink
            draw_flower(layer, tip, 120 + 30 * dy, 6, shade, heart, np.random.default_rng(k))
    brush.picture[..., :3] = painted.picture
    brush.picture[..., 3] = np.where(mask.picture[..., 0] > 110, 255, 0)


def _shapes(
    brush: Brush, ink: Sequence[int], second: Sequence[int], third: Sequence[int], rng: Generator
) -> None:
    shades = (ink, second, third)
    for k in range(7):
        centre = rng.uniform(230, 794, 2)
        shade = shades[k % 3]
        kind = int(rng.integers(4))
        size = rng.uniform(90, 210)
        if kind == 0:
            brush.disc(centre, size, shade)
        elif kind == 1:
            corners = np.array([[-1, -0.6], [1, -0.6], [1, 0.6], [-1, 0.6]]) * size
            brush.polygon(centre + corners @ turned(rng.uniform(0, np.pi)).T, shade)
        elif kind == 2:
            angles = np.linspace(0, np.pi, 24)
            half = np.stack([np.cos(angles), np.sin(angles)], axis=1) * size * 1.2
            brush.polygon(centre + half @ turned(rng.uniform(0, 6.3)).T, shade)
        else:
            t = np.linspace(-1, 1, 40)
            wave = np.stack([t * 260, 36 * np.sin(t * 9)], axis=1)
            brush.line(centre + wave @ turned(rng.uniform(0, np.pi)).T, 26, shade)
