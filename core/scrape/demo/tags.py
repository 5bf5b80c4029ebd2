"""Close-ups of labels: a woven brand label in the collar, a care label, a price tag on a string."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator

from core.scrape.demo.brush import write_centred
from core.scrape.demo.camera import Light, Projection
from core.scrape.demo.film import Film, develop, linear
from core.scrape.demo.folds import crumple
from core.scrape.demo.garments import Garment
from core.scrape.demo.lighting import shade
from core.scrape.demo.palette import RGB, luminance
from core.scrape.demo.patterns import pattern_tile
from core.scrape.demo.textures import Bytes, Floats, weave

MATERIALS = (
    ("100 % cotton", "100 % Baumwolle", "100 % coton"),
    ("95 % viscose", "5 % elastane", "95 % Viskose"),
    ("55 % linen", "45 % cotton", "Leinen / lin"),
    ("100 % polyester", "machine wash 30°", "lavage 30°"),
)


def render_tag(
    garment: Garment, size: str, price: str, side_px: int, rng: Generator
) -> tuple[Bytes, str]:
    """A label photo of a garment, (H, W, 3) sRGB, and which label it shows."""
    name, paint = _LABELS[int(rng.integers(len(_LABELS)))]
    height, width = side_px, round(side_px * 0.75)
    label = paint(garment, size, price, rng)
    px_per_cm = width / float(rng.uniform(9, 14))
    projection = _aimed(height, width, px_per_cm, rng)
    x, y = projection.plane()
    light = Light(direction=float(rng.uniform(-np.pi, 0)), slant=float(rng.uniform(0.3, 0.8)))

    relief = crumple().lay(x * 0.5 + float(rng.uniform(0, 80)), y * 0.5, px_per_cm * 2)
    rise = cv2.GaussianBlur(relief.astype(np.float32) / 255 * 3.2, (0, 0), 0.3 * px_per_cm)
    factor, _ = shade(rise, px_per_cm, light, 0.0)
    cloth = linear(pattern_tile(garment.colour, garment.pattern).lay(x, y, px_per_cm))
    cloth *= (weave(garment.fabric).lay(x, y, px_per_cm).astype(np.float32) / 128)[..., None]
    cloth *= factor[..., None]

    high = label.shape[0] / label.shape[1] * _WIDTHS_CM[name]
    lit = _laid(cloth, label, x, y, _WIDTHS_CM[name], high, light, px_per_cm, factor)
    film = Film(
        exposure=float(rng.normal(0, 0.15)),
        gains=(float(rng.uniform(0.94, 1.08)), float(rng.uniform(0.92, 1.06))),
        noise=float(rng.uniform(1, 3)),
        vignette=0.2,
    )
    lamp = np.ones((8, 6), np.float32)
    return develop(lit, lamp, film, int(rng.integers(2**31))), name


_WIDTHS_CM = {"brand label": 5.4, "care label": 3.8, "price tag": 5.0}


def _aimed(height: int, width: int, px_per_cm: float, rng: Generator) -> Projection:
    turn, skew = float(rng.normal(0, 0.18)), rng.normal(0, 0.00035, 2) * 800 / height
    cos, sin = np.cos(turn) * px_per_cm, np.sin(turn) * px_per_cm
    middle = np.array([width, height]) * rng.uniform(0.42, 0.58, 2)
    matrix = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]])
    lean = np.array([[1, 0, 0], [0, 1, 0], [skew[0], skew[1], 1.0]])
    move = np.array([[1, 0, middle[0]], [0, 1, middle[1]], [0, 0, 1.0]])
    return Projection(move @ lean @ matrix, px_per_cm, height, width)


def _laid(
    cloth: Floats,
    label: Bytes,
    x: Floats,
    y: Floats,
    wide: float,
    high: float,
    light: Light,
    px_per_cm: float,
    factor: Floats,
) -> Floats:
    """The label on the cloth with its shadow."""
    rows, columns = label.shape[:2]
    at_x = (x / np.float32(wide) + np.float32(0.5)) * columns
    at_y = (y / np.float32(high) + np.float32(0.5)) * rows
    shrink = px_per_cm * wide / columns
    if shrink < 0.7:
        small = cv2.resize(label, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        at_x, at_y = at_x * (small.shape[1] / columns), at_y * (small.shape[0] / rows)
        label = small
    laid = cv2.remap(label, at_x.astype(np.float32), at_y.astype(np.float32), cv2.INTER_LINEAR)
    cover = laid[..., 3].astype(np.float32) / 255
    away = 0.18 * px_per_cm
    shift = np.array(
        [[1, 0, -np.cos(light.direction) * away], [0, 1, -np.sin(light.direction) * away]],
        np.float32,
    )
    cast = cv2.warpAffine(cover, shift, cover.shape[::-1])
    cast = cv2.GaussianBlur(cast, (0, 0), 0.14 * px_per_cm)
    shaded = cloth * (1 - 0.55 * cast)[..., None]
    soft = 0.45 + 0.55 * factor
    face = linear(np.ascontiguousarray(laid[..., :3])) * soft[..., None]
    lit: Floats = shaded + (face - shaded) * cover[..., None]
    return lit


def _brand_label(garment: Garment, size: str, price: str, rng: Generator) -> Bytes:
    pairs: tuple[tuple[RGB, RGB], ...] = (
        ((246, 244, 238), (32, 32, 36)),
        ((28, 28, 32), (236, 232, 222)),
        ((38, 48, 84), (238, 232, 214)),
        ((120, 36, 48), (240, 230, 214)),
        ((214, 198, 170), (60, 44, 36)),
    )
    ground, ink = pairs[int(rng.integers(len(pairs)))]
    label = np.empty((300, 720, 4), np.uint8)
    label[:] = (*ground, 255)
    threads = ((np.arange(720) % 4 < 2) * 6).astype(np.uint8)
    label[..., :3] = np.clip(label[..., :3].astype(int) - threads[None, :, None], 0, 255)
    face = ("sans", "italic")[int(rng.integers(2))]
    write_centred(
        label,
        garment.brand,
        (360, 125),
        600,
        (*ink, 255),
        weight=int(rng.choice([400, 600, 800])),
        face=face,
        tallest=120,
    )
    write_centred(label, size, (360, 235), 300, (*ink, 255), weight=500, tallest=48)
    for x in range(18, 704, 26):
        for y in (14, 286):
            cv2.line(label, (x, y), (x + 14, y), (*ink, 255), 3, cv2.LINE_AA)
    return label


def _care_label(garment: Garment, size: str, price: str, rng: Generator) -> Bytes:
    label = np.empty((760, 480, 4), np.uint8)
    label[:] = (244, 243, 239, 255)
    ink = (58, 58, 64, 255)
    lines = MATERIALS[int(rng.integers(len(MATERIALS)))]
    write_centred(label, garment.brand, (240, 80), 380, ink, weight=600, tallest=56)
    for k, line in enumerate((*lines, size)):
        write_centred(label, line, (240, 200 + 78 * k), 380, ink, weight=400, tallest=44)
    y = 560
    cv2.polylines(
        label,
        [np.array([[60, y], [72, y + 56], [128, y + 56], [140, y]])],
        False,
        ink,
        5,
        cv2.LINE_AA,
    )
    write_centred(label, "30", (100, y + 30), 40, ink, tallest=34)
    cv2.polylines(
        label, [np.array([[200, y + 56], [240, y - 4], [280, y + 56]])], True, ink, 5, cv2.LINE_AA
    )
    cv2.rectangle(label, (330, y), (390, y + 58), ink, 5, cv2.LINE_AA)
    cv2.circle(label, (360, y + 29), 26, ink, 5, cv2.LINE_AA)
    for a, b in (((322, y - 6), (398, y + 64)), ((398, y - 6), (322, y + 64))):
        cv2.line(label, a, b, ink, 4, cv2.LINE_AA)
    write_centred(label, "MADE IN PORTUGAL", (240, 690), 340, ink, weight=400, tallest=36)
    return label


def _price_tag(garment: Garment, size: str, price: str, rng: Generator) -> Bytes:
    ground: RGB = ((248, 246, 240), (206, 176, 134), (238, 232, 222))[int(rng.integers(3))]
    ink = (40, 36, 34, 255)
    label = np.zeros((860, 520, 4), np.uint8)
    label[..., :3] = ground
    shape = np.array([[90, 20], [430, 20], [500, 110], [500, 840], [20, 840], [20, 110]])
    cv2.fillPoly(label, [shape], (*ground, 255), cv2.LINE_AA)
    cv2.circle(label, (260, 90), 34, (150, 130, 110, 255), -1, cv2.LINE_AA)
    cv2.circle(label, (260, 90), 22, (60, 50, 44, 255), -1, cv2.LINE_AA)
    cv2.line(label, (260, 90), (300, 0), (*_string(garment), 255), 9, cv2.LINE_AA)
    write_centred(label, garment.brand, (260, 220), 400, ink, weight=700, tallest=84)
    write_centred(label, size, (260, 320), 300, ink, weight=400, tallest=50)
    x = 90
    while x < 424:
        bar = int(rng.integers(2, 9))
        cv2.rectangle(label, (x, 400), (x + bar, 540), ink, -1)
        x += bar + int(rng.integers(3, 9))
    code = "".join(str(d) for d in rng.integers(0, 10, 12))
    write_centred(label, code, (260, 580), 330, ink, weight=400, tallest=40)
    write_centred(label, price, (260, 720), 380, ink, weight=800, tallest=120)
    return label


def _string(garment: Garment) -> RGB:
    return (236, 232, 224) if luminance(garment.colour) < 110 else (90, 70, 56)


_LABELS = (("brand label", _brand_label), ("care label", _care_label), ("price tag", _price_tag))
