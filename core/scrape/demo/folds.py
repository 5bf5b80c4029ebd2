"""The relief of the cloth: creases, drapes and the roundness of bodies, as heights in cm."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.random import Generator

from core.scrape.demo.camera import Folds
from core.scrape.demo.garments import Garment
from core.scrape.demo.panels import Manner
from core.scrape.demo.textures import Floats, Tile, cloud, make_tile, to_bytes
from core.scrape.demo.trims import seam_heights


@lru_cache(maxsize=1)
def crumple() -> Tile:
    """Irregular wrinkles with soft ridges, 128 for flat, 26 to a deviation; 6 px to a cm."""
    side = 512
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    total = np.zeros((side, side), np.float32)
    for seed, slope, weight in ((43, 2.3, 1.0), (46, 1.9, 0.55), (49, 1.7, 0.3)):
        ridge = cloud(side, seed, slope=slope)
        warp_x, warp_y = cloud(side, seed + 1, slope=2.4), cloud(side, seed + 2, slope=2.4)
        bent = cv2.remap(
            ridge, x + 18 * warp_x, y + 18 * warp_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
        )
        total += weight * np.exp(-np.abs(bent) * 2.0).astype(np.float32)
    total = cv2.GaussianBlur(total, (0, 0), 1.5)
    return make_tile(to_bytes((total - total.mean()) / total.std(), 128, 26), 6.0)


def garment_relief(
    garment: Garment, folds: Folds, manner: Manner, x: Floats, y: Floats, per_cm: float
) -> Floats:
    """Relief of the whole garment at points of its pattern paper.

    Args:
        garment: Whose cut and stiffness.
        folds: Which creases and how deep.
        manner: Lying, hanging or worn.
        x: Paper x in cm, (H, W).
        y: Paper y in cm.
        per_cm: Samples to a centimetre.
    """
    soft = 1.3 - 0.7 * garment.stiffness
    rng = np.random.default_rng([folds.seed, 1])
    height = np.zeros_like(x)
    if manner == "lying":
        _lie(height, garment, x, y, rng, folds.depth * soft)
    else:
        _hang(height, garment, x, y, rng, folds.depth * soft, worn=manner == "worn")
    at_x, at_y = float(rng.uniform(0, 80)), float(rng.uniform(0, 80))
    swell = 0.7 if manner == "lying" else 0.25
    for zoom, rise in ((0.45, swell * folds.depth * soft), (1.5, 0.09 * folds.crumple)):
        bumps = crumple().lay(x * zoom + at_x, y * zoom * 0.8 + at_y, per_cm / zoom)
        relief = (bumps.astype(np.float32) - 128) * np.float32(rise / 26)
        enlarged = per_cm / (6.0 * zoom)
        if enlarged > 1.2:  # from very near the tile's 256 levels would show as steps
            relief = cv2.GaussianBlur(relief, (0, 0), 0.8 * enlarged)
        height += relief
    for seam_y in seam_heights(garment):
        _gather(height, x, y, seam_y, rng)
    return height


def _lie(
    height: Floats, garment: Garment, x: Floats, y: Floats, rng: Generator, depth: float
) -> None:
    """Spread out flat: long creases anywhere, short ones where cloth always gathers."""
    body = garment.body
    for _ in range(int(rng.integers(5, 12))):
        start = (rng.uniform(-1, 1) * body.chest_half, rng.uniform(0.08, 0.95) * body.length)
        angle = rng.uniform(-0.9, 0.9) + (np.pi / 2 if rng.random() < 0.65 else 0)
        size = (rng.uniform(9, 34), rng.uniform(0.7, 2.0))
        _crease(height, x, y, start, angle, size, rng.uniform(0.2, 0.9) * depth, rng)
    for side in (-1, 1):
        for _ in range(int(rng.integers(2, 5))):
            start = (
                side * (body.chest_half - rng.uniform(0, 3)),
                body.armhole + rng.uniform(-2, 3),
            )
            angle = np.arctan2(rng.uniform(-0.9, 1.2), -side)
            size = (rng.uniform(8, 20), rng.uniform(0.6, 1.3))
            _crease(height, x, y, start, angle, size, rng.uniform(0.2, 0.55) * depth, rng)
    if rng.random() < 0.3:  # the sharp lines of having lain folded in a cupboard
        for line in (y - rng.uniform(0.35, 0.6) * body.length, x - rng.uniform(-3, 3)):
            height += np.float32(0.1 * depth) * np.exp(-np.abs(line) * np.float32(1.6))


def _hang(
    height: Floats,
    garment: Garment,
    x: Floats,
    y: Floats,
    rng: Generator,
    depth: float,
    *,
    worn: bool,
) -> None:
    """Folds fall from the shoulders or the waist and widen towards the hem."""
    body = garment.body
    squeeze = 0.78 if worn else 1.0
    full = body.hem_half - body.waist_half > 6
    start_y = body.waist if full else body.armhole * 0.6
    down = np.clip((y - start_y) / max(body.length - start_y, 1), 0, 1.1)
    half = squeeze * np.interp(
        y,
        [0, body.armhole, body.waist, body.length],
        [body.shoulder_half, body.chest_half, body.waist_half, body.hem_half],
    )
    across = (x / np.maximum(half, 1)).astype(np.float32)
    count = body.hem_half / (3.4 + 2.2 * garment.stiffness)
    sway = 0.3 * np.sin(y / 15 + rng.uniform(0, 6.3)) + 0.15 * np.sin(y / 8 + rng.uniform(0, 6.3))
    waves = np.zeros_like(x)
    for order, weight in ((1.0, 1.0), (1.61, 0.6), (2.47, 0.35)):
        phase = across * np.float32(count * order) + (sway * order + rng.uniform(0, 6.3))
        # Folds of cloth are narrow ridges with wide valleys, not even waves.
        ridges = cv2.pow((0.5 + 0.5 * np.sin(phase)).astype(np.float32), 1.7)
        waves += np.float32(weight) * (ridges - np.float32(0.4))
    height += waves * (down**1.1).astype(np.float32) * np.float32((1.7 if full else 0.7) * depth)
    for side in (-1, 1):
        for _ in range(int(rng.integers(2, 4))):
            tip = (side * body.shoulder_half * rng.uniform(0.6, 0.9), body.shoulder_drop + 2)
            angle = np.pi / 2 + side * rng.uniform(0.0, 0.5)
            size = (rng.uniform(14, 30), rng.uniform(0.8, 1.7))
            _crease(height, x, y, tip, angle, size, rng.uniform(0.2, 0.5) * depth, rng)
            pit = (side * squeeze * (body.chest_half - 1), body.armhole + rng.uniform(-1, 2))
            angle = np.arctan2(rng.uniform(0.1, 1.0), -side)
            size = (rng.uniform(9, 18), rng.uniform(0.6, 1.3))
            _crease(height, x, y, pit, angle, size, rng.uniform(0.2, 0.5) * depth, rng)
    if worn:
        for _ in range(int(rng.integers(4, 8))):
            start = (rng.uniform(-12, 12), rng.uniform(body.waist - 12, body.waist + 10))
            size = (rng.uniform(8, 18), rng.uniform(0.7, 1.5))
            angle = rng.uniform(-0.5, 0.5)
            _crease(height, x, y, start, angle, size, rng.uniform(0.15, 0.5) * depth, rng)


def body_relief(garment: Garment, x: Floats, y: Floats) -> Floats:
    """The roundness of the body under a worn garment."""
    body = garment.body
    half = np.interp(
        y,
        [0, body.armhole, body.waist, body.length],
        [32.0, 0.76 * body.chest_half + 1, 0.74 * body.waist_half + 1, 0.8 * body.hem_half + 1],
    )
    across = np.clip(x / half, -1, 1)
    height = 7.0 * np.sqrt(np.maximum(1 - np.square(across * 0.97), 0.02))
    chest = np.exp(-np.square((y - 25) / 9))
    height += 1.6 * chest * np.exp(-np.square((np.abs(x) - 8.0) / 6.0))
    return np.asarray(height, np.float32)


def _gather(height: Floats, x: Floats, y: Floats, seam_y: float, rng: Generator) -> None:
    """Small pleats that fall from a gathered seam, and the cloth that puffs out under it."""
    below = np.clip((y - seam_y) / 12, 0, 1)
    fade = np.where(y > seam_y, (1 - below) ** 1.6, 0).astype(np.float32)
    pleats = np.zeros_like(x)
    for frequency in (1.15, 1.9, 2.7):
        pleats += np.sin(x * np.float32(frequency) + np.float32(rng.uniform(0, 6.3)))
    height += fade * pleats * np.float32(0.15)
    height += np.where(y > seam_y, np.float32(0.3) * np.sin(below * np.pi), 0).astype(np.float32)


def sleeve_creases(u: Floats, v: Floats, length_cm: float, folds: Folds) -> Floats:
    """Creases across a sleeve or a leg, most of them about the elbow or the knee."""
    rng = np.random.default_rng([folds.seed, 4, round(abs(float(u.mean()))) & 1023])
    height = np.zeros_like(u)
    middle = float(u.mean())
    places = (0.15, 0.3, 0.48, 0.56, 0.64, 0.78, 0.9) if length_cm > 34 else (0.25, 0.5, 0.75)
    for place in places:
        centre = (middle + rng.uniform(-5, 2), (place + rng.uniform(-0.06, 0.06)) * length_cm)
        size = (rng.uniform(6, 14), rng.uniform(0.6, 1.5))
        rise = rng.uniform(0.15, 0.5) * folds.depth
        _crease(height, u, v, centre, rng.uniform(-0.8, 0.8), size, rise, rng)
    return height


def _crease(
    height: Floats,
    x: Floats,
    y: Floats,
    start: tuple[float, float],
    angle: float,
    size: tuple[float, float],
    rise: float,
    rng: Generator,
) -> None:
    """Adds a ridge that is sharper on one side, bends a little, and fades at both ends.

    `size` is its length and width in cm.
    """
    length, width = size
    bend = rng.uniform(-0.014, 0.014)
    wide = width * rng.uniform(1.4, 3.0)
    sharp, blunt = np.float32(1 / width), np.float32(1 / wide)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    # Beyond these it rises less than a thousandth of its height.
    sag = bend * (1.6 * length) ** 2
    left, right = min(-sag, 0) - 2.65 * wide, max(-sag, 0) + 2.65 * width
    corners = [
        (start[0] + cos * along - sin * beside, start[1] + sin * along + cos * beside)
        for along in (-0.6 * length, 1.6 * length)
        for beside in (left, right)
    ]
    window = _around(x, y, corners)
    if window is None:
        return
    dx, dy = x[window] - np.float32(start[0]), y[window] - np.float32(start[1])
    along = cv2.addWeighted(dx, cos, dy, sin, 0.0)
    beside = cv2.addWeighted(dy, cos, dx, -sin, 0.0) + np.float32(bend) * along * along
    ends = np.square(along * np.float32(2.4 / length) - np.float32(1.2))
    flank = np.square(beside * np.where(beside > 0, sharp, blunt))
    height[window] += np.float32(rise) * cv2.exp(-(ends + flank))


def _around(x: Floats, y: Floats, points: list[tuple[float, float]]) -> tuple[slice, slice] | None:
    """The rows and columns that hold the box around points, and a little more; None for none.

    The grid is nearly even, so that three of its corners tell where a point falls on it.
    """
    rows, columns = x.shape
    x0, y0 = float(x[0, 0]), float(y[0, 0])
    right_x, right_y = (float(v[0, -1]) for v in (x, y))
    down_x, down_y = (float(v[-1, 0]) for v in (x, y))
    right_x, right_y = (right_x - x0) / max(columns - 1, 1), (right_y - y0) / max(columns - 1, 1)
    down_x, down_y = (down_x - x0) / max(rows - 1, 1), (down_y - y0) / max(rows - 1, 1)
    area = right_x * down_y - right_y * down_x
    if abs(area) < 1e-9:
        return None
    across = [((px - x0) * down_y - (py - y0) * down_x) / area for px, py in points]
    along = [((py - y0) * right_x - (px - x0) * right_y) / area for px, py in points]
    spare_x, spare_y = (0.15 * (max(v) - min(v)) for v in (across, along))
    top, bottom = int(max(min(along) - spare_y, 0)), int(min(max(along) + spare_y + 2, rows))
    left, end = int(max(min(across) - spare_x, 0)), int(min(max(across) + spare_x + 2, columns))
    if bottom - top < 2 or end - left < 2:
        return None
    return slice(top, bottom), slice(left, end)
