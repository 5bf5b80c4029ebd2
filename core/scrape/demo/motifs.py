"""Flowers, leaves and chest prints, painted on squares that repeat without a seam."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from core.scrape.demo.palette import RGB, mix
from core.scrape.demo.textures import Bytes

_SHIFT = 4  # fractional bits of cv2's drawing coordinates

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


class Brush:
    """Paints on a square; what leaves it on one side comes in on the other."""

    def __init__(self, side: int, colour: Sequence[int], *, repeats: bool = True) -> None:
        self.side = side
        self.picture: Bytes = np.empty((side, side, len(colour)), np.uint8)
        self.picture[:] = colour
        self._repeats = repeats

    def polygon(self, points: ArrayLike, colour: Sequence[int]) -> None:
        """Fills an outline, (N, 2) in pixels."""
        outline = np.asarray(points, np.float64)
        for shift in self._shifts(outline.min(axis=0), outline.max(axis=0)):
            fixed = np.rint((outline + shift) * 2**_SHIFT).astype(np.int32)
            cv2.fillPoly(self.picture, [fixed], _scalar(colour), cv2.LINE_AA, _SHIFT)

    def disc(self, centre: ArrayLike, radius: float, colour: Sequence[int]) -> None:
        """A filled circle."""
        middle = np.asarray(centre, np.float64)
        for shift in self._shifts(middle - radius, middle + radius):
            x, y = np.rint((middle + shift) * 2**_SHIFT).astype(int)
            fixed_radius = max(round(radius * 2**_SHIFT), 1)
            cv2.circle(
                self.picture,
                (int(x), int(y)),
                fixed_radius,
                _scalar(colour),
                -1,
                cv2.LINE_AA,
                _SHIFT,
            )

    def line(self, points: ArrayLike, width: float, colour: Sequence[int]) -> None:
        """A line of even width with round ends."""
        path = np.asarray(points, np.float64)
        for shift in self._shifts(path.min(axis=0) - width, path.max(axis=0) + width):
            fixed = np.rint((path + shift) * 2**_SHIFT).astype(np.int32)
            thickness = max(1, round(width))
            cv2.polylines(
                self.picture, [fixed], False, _scalar(colour), thickness, cv2.LINE_AA, _SHIFT
            )

    def arc(
        self,
        centre: ArrayLike,
        radius: float,
        start: float,
        sweep: float,
        width: float,
        colour: RGB,
    ) -> None:
        """Part of a ring, thick in its middle and thin at its ends."""
        angles = np.linspace(start, start + sweep, 14)
        half = 0.5 * width * np.sin(np.linspace(0.25, np.pi - 0.25, 14))
        turns = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        outer = np.asarray(centre) + turns * (radius + half)[:, None]
        inner = np.asarray(centre) + turns * (radius - half)[:, None]
        self.polygon(np.concatenate([outer, inner[::-1]]), colour)

    def blob(
        self, centre: ArrayLike, radius: float, colour: RGB, rng: Generator, rough: float
    ) -> None:
        """A round shape with a wobbly outline."""
        angles = np.linspace(0, 2 * np.pi, 28, endpoint=False)
        waves = np.zeros(28)
        for k in (2, 3, 4):
            waves += rng.uniform(-1, 1) * np.cos(k * angles + rng.uniform(0, 6.3)) / k
        reach = radius * (1 + rough * waves)
        turns = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        self.polygon(np.asarray(centre) + turns * reach[:, None], colour)

    def stroke(
        self,
        centre: ArrayLike,
        length: float,
        width: float,
        angle: float,
        colour: RGB,
        rng: Generator,
    ) -> None:
        """A bent dab of a paint brush with ragged ends."""
        t = np.linspace(-0.5, 0.5, 16)
        bend = rng.uniform(-0.35, 0.35) * length
        spine = np.stack([t * length, bend * (0.25 - t**2) * 4 - bend / 2], axis=1)
        half = width * (0.6 + 0.4 * np.cos(t * 2.4)) * (1 + rng.normal(0, 0.06, 16))
        outline = np.concatenate(
            [spine + [0, 1] * half[:, None], (spine - [0, 1] * half[:, None])[::-1]]
        )
        self.polygon(np.asarray(centre) + outline @ _turn(angle).T, colour)

    def _shifts(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> list[tuple[int, int]]:
        if not self._repeats:
            return [(0, 0)]
        steps = []
        for axis in (0, 1):
            options = [0]
            if low[axis] < 1:
                options.append(self.side)
            if high[axis] > self.side - 1:
                options.append(-self.side)
            steps.append(options)
        return [(x, y) for x in steps[0] for y in steps[1]]


def draw_leaf(brush: Brush, base: ArrayLike, length: float, angle: float, colour: RGB) -> None:
    """A pointed leaf that grows from `base`, with a paler midrib."""
    t = np.linspace(0, 1, 12)
    half = 0.24 * length * np.sin(np.pi * t**0.8)
    upper = np.stack([t * length, half], axis=1)
    lower = np.stack([t * length, -half], axis=1)[::-1]
    turn = _turn(angle).T
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
    start = rng.uniform(0, 2 * np.pi)
    for ring, (reach, shade) in enumerate(
        (
            (1.0, mix(colour, (20, 10, 20), 0.16)),
            (0.94, colour),
            (0.6, mix(colour, (255, 255, 255), 0.3)),
        )
    ):
        for k in range(petals):
            angle = start + 2 * np.pi * (k + 0.08 * ring) / petals
            t = np.linspace(0, 1, 12)
            width = radius * reach * (2.5 / petals) * np.sin(np.pi * np.clip(t, 0.02, 1) ** 1.5)
            along = radius * reach * t
            outline = np.concatenate(
                [np.stack([along, width], axis=1), np.stack([along, -width], axis=1)[::-1]]
            )
            brush.polygon(np.asarray(centre) + outline @ _turn(angle).T, shade)
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


def write_centred(
    picture: Bytes,
    text: str,
    centre: tuple[float, float],
    width: float,
    colour: Sequence[int],
    *,
    weight: int = 700,
    face: str = "sans",
    tallest: float = 1e9,
) -> None:
    """Writes one line whose middle is at `centre` and which is at most `width` pixels wide."""
    font = cv2.FontFace(face)
    _, _, wide, _ = cv2.getTextSize((0, 0), text, (0, 0), font, 100, weight)
    size = max(int(min(100 * width / max(wide, 1), tallest)), 4)
    x, y, wide, high = cv2.getTextSize((0, 0), text, (0, 0), font, size, weight)
    origin = (round(centre[0] - wide / 2 - x), round(centre[1] - y - high / 2))
    cv2.putText(picture, text, origin, _scalar(colour), font, size, weight)


def _ink(brush: Brush, mask: Bytes, colour: Sequence[int]) -> None:
    cover = mask.astype(np.float32)[..., None] / 255
    mixed = brush.picture * (1 - cover) + np.array(colour, np.float32) * cover
    brush.picture[:] = np.rint(mixed).astype(np.uint8)


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
            brush.polygon(centre + corners @ _turn(rng.uniform(0, np.pi)).T, shade)
        elif kind == 2:
            angles = np.linspace(0, np.pi, 24)
            half = np.stack([np.cos(angles), np.sin(angles)], axis=1) * size * 1.2
            brush.polygon(centre + half @ _turn(rng.uniform(0, 6.3)).T, shade)
        else:
            t = np.linspace(-1, 1, 40)
            wave = np.stack([t * 260, 36 * np.sin(t * 9)], axis=1)
            brush.line(centre + wave @ _turn(rng.uniform(0, np.pi)).T, 26, shade)


def _turn(angle: float) -> NDArray[np.float64]:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _scalar(colour: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(channel) for channel in colour)
