"""The relief of the cloth: creases, drapes and the roundness of edges, as heights in cm."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.random import Generator

from core.scrape.demo.camera import Folds
from core.scrape.demo.garments import Garment
from core.scrape.demo.geometry import Points
from core.scrape.demo.textures import Floats, Tile, cloud, make_tile, to_bytes


@lru_cache(maxsize=1)
def crumple() -> Tile:
    """Fine irregular wrinkles, 128 for flat; 1 cm of cloth is 6 px."""
    side = 512
    warp_x, warp_y = cloud(side, 41, slope=2.2), cloud(side, 42, slope=2.2)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    total = np.zeros((side, side), np.float32)
    for seed, slope, weight in ((43, 2.4, 1.0), (44, 2.0, 0.6)):
        ridge = cloud(side, seed, slope=slope)
        bent = cv2.remap(
            ridge, x + 14 * warp_x, y + 14 * warp_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
        )
        total += weight * np.exp(-np.abs(bent) * 2.2).astype(np.float32)
    total = cv2.GaussianBlur(total, (0, 0), 1.6)
    return make_tile(to_bytes((total - total.mean()) / total.std(), 128, 26), 6.0)


def lying(garment: Garment, folds: Folds, x: Floats, y: Floats, px_per_cm: float) -> Floats:
    """Relief of a garment spread out flat: broad swells, some long creases, fine crumples."""
    rng = np.random.default_rng([folds.seed, 1])
    softness = 1.25 - 0.6 * garment.stiffness
    height = np.zeros_like(x)
    body = garment.body
    for _ in range(int(rng.integers(7, 13))):
        start = np.array(
            [rng.uniform(-1, 1) * body.chest_half, rng.uniform(0.08, 0.95) * body.length]
        )
        angle = rng.uniform(-1.2, 1.2) + (np.pi / 2 if rng.random() < 0.7 else 0)
        _crease(
            height,
            x,
            y,
            start,
            angle,
            rng.uniform(9, 30),
            rng.uniform(0.7, 1.9),
            rng.uniform(0.12, 0.4) * folds.depth * softness,
            rng,
        )
    for side in (-1, 1):  # from the armpits, where cloth always gathers
        start = np.array([side * (body.chest_half - 2), body.armhole + 1])
        for _ in range(2):
            angle = np.arctan2(rng.uniform(-0.9, 0.7), -side)
            _crease(
                height,
                x,
                y,
                start,
                angle,
                rng.uniform(10, 20),
                rng.uniform(0.7, 1.4),
                rng.uniform(0.2, 0.4) * folds.depth * softness,
                rng,
            )
    swell = crumple().lay(x * 0.22 + float(rng.uniform(0, 80)), y * 0.22, px_per_cm * 4.5)
    fine = crumple().lay(x + float(rng.uniform(0, 80)), y * 0.8, px_per_cm)
    height += (swell.astype(np.float32) - 128) / 26 * np.float32(0.22 * folds.depth)
    height += (fine.astype(np.float32) - 128) / 26 * np.float32(0.045 * folds.crumple)
    return height


def hanging(garment: Garment, folds: Folds, x: Floats, y: Floats, px_per_cm: float) -> Floats:
    """Relief of a garment that hangs: folds fall from the shoulders and widen towards the hem."""
    rng = np.random.default_rng([folds.seed, 2])
    body = garment.body
    softness = 1.2 - 0.75 * garment.stiffness
    full = body.hem_half - body.waist_half > 6
    start_y = body.waist if full else body.armhole * 0.7
    down = np.clip((y - start_y) / max(body.length - start_y, 1), 0, 1.2)
    half = np.interp(
        y,
        [0, body.armhole, body.waist, body.length],
        [body.shoulder_half, body.chest_half, body.waist_half, body.hem_half],
    )
    across = (x / np.maximum(half, 1).astype(np.float32)).astype(np.float32)
    height = np.zeros_like(x)
    count = body.hem_half / (4.2 + 2.5 * garment.stiffness)
    sway = 0.12 * np.sin(y / 13 + rng.uniform(0, 6)) + 0.06 * np.sin(y / 7 + rng.uniform(0, 6))
    for order, weight in ((1.0, 1.0), (1.73, 0.5), (2.6, 0.25)):
        phase = rng.uniform(0, 2 * np.pi)
        wave = np.sin(across * np.float32(count * order) + (phase + 2 * sway).astype(np.float32))
        height += np.float32(weight) * wave * down**1.2
    height *= np.float32((1.3 if full else 0.55) * folds.depth * softness)
    for side in (-1, 1):
        tip = np.array([side * body.shoulder_half * 0.8, body.shoulder_drop + 3])
        for _ in range(2):
            angle = np.pi / 2 + side * rng.uniform(0.1, 0.45)
            _crease(
                height,
                x,
                y,
                tip,
                angle,
                rng.uniform(14, 26),
                rng.uniform(0.9, 1.7),
                rng.uniform(0.2, 0.45) * folds.depth * softness,
                rng,
            )
        pit = np.array([side * (body.chest_half - 2), body.armhole + 1])
        angle = np.arctan2(rng.uniform(0.2, 0.9), -side)
        _crease(
            height,
            x,
            y,
            pit,
            angle,
            rng.uniform(10, 18),
            rng.uniform(0.8, 1.4),
            rng.uniform(0.2, 0.45) * folds.depth,
            rng,
        )
    fine = crumple().lay(x + float(rng.uniform(0, 80)), y * 0.5, px_per_cm)
    height += (fine.astype(np.float32) - 128) / 26 * np.float32(0.04 * folds.crumple)
    return height


def gathers(height: Floats, x: Floats, y: Floats, seam_y: float, seed: int, depth: float) -> None:
    """Adds the small pleats that fall from a gathered seam."""
    below = np.clip((y - seam_y) / 11, 0, 1)
    fade = np.where(y > seam_y, (1 - below) ** 1.5, 0).astype(np.float32)
    rng = np.random.default_rng([seed, 3])
    pleats = sum(np.sin(x * np.float32(k) + rng.uniform(0, 6.3)) for k in (1.3, 2.1, 2.9))
    height += fade * np.asarray(pleats, np.float32) * np.float32(0.16 * depth)


def sleeve_creases(u: Floats, v: Floats, length_cm: float, seed: int, depth: float) -> Floats:
    """Creases across a sleeve: near the armhole and, in a long one, about the elbow."""
    rng = np.random.default_rng([seed, 4])
    height = np.zeros_like(u)
    places = [0.22, 0.5, 0.6, 0.72, 0.88] if length_cm > 34 else [0.3, 0.7]
    for place in places:
        centre = np.array([rng.uniform(-4, 4), (place + rng.uniform(-0.05, 0.05)) * length_cm])
        _crease(
            height,
            u,
            v,
            centre,
            rng.uniform(-0.7, 0.7),
            rng.uniform(7, 14),
            rng.uniform(0.6, 1.3),
            rng.uniform(0.12, 0.32) * depth,
            rng,
        )
    return height


def _crease(
    height: Floats,
    x: Floats,
    y: Floats,
    start: Points,
    angle: float,
    length: float,
    width: float,
    rise: float,
    rng: Generator,
) -> None:
    """Adds a ridge that is sharper on one side, bends a little, and fades at both ends."""
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    dx, dy = x - np.float32(start[0]), y - np.float32(start[1])
    along = dx * cos + dy * sin
    bend = np.float32(rng.uniform(-0.012, 0.012))
    beside = dy * cos - dx * sin + bend * along * along
    t = along * np.float32(1 / length)
    window = np.exp(-np.square((t - 0.5) * 2.4))
    sharp = np.where(
        beside > 0, np.float32(1 / width), np.float32(1 / (width * rng.uniform(1.3, 2.4)))
    )
    height += np.float32(rise) * window * np.exp(-np.square(beside * sharp))


def shading(
    height: Floats,
    cm_per_step: float,
    direction: float,
    slant: float,
    softness: float,
    gloss: float,
) -> tuple[Floats, Floats]:
    """Brightness factor and shine of a relief.

    Args:
        height: The relief in cm, (H, W).
        cm_per_step: Centimetres from one sample to the next.
        direction: Where light comes from in the picture, radians.
        slant: 0 from straight above, 1 grazing.
        softness: 0 hard light, 1 none of it directed.
        gloss: How much shine is wanted.

    Returns:
        A factor around 1 and an amount of white to add, both (H, W).
    """
    slope_x = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=1 / (8 * cm_per_step))
    slope_y = cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=1 / (8 * cm_per_step))
    tilt = 0.25 + 0.75 * slant
    light = np.array([np.cos(direction) * tilt, np.sin(direction) * tilt, 1.0])
    light /= np.linalg.norm(light)
    length = np.sqrt(slope_x * slope_x + slope_y * slope_y + 1)
    facing = (
        -slope_x * np.float32(light[0]) - slope_y * np.float32(light[1]) + np.float32(light[2])
    ) / length
    directed = np.float32(0.95 - 0.55 * softness)
    lambert = np.maximum(facing, 0) / np.float32(light[2])
    hollow = cv2.GaussianBlur(height, (0, 0), max(3.0 / cm_per_step, 0.8)) - height
    occluded = np.clip(1.0 - 0.42 * np.maximum(hollow, 0), 0.35, 1.0)
    factor = ((1 - directed) * 1.0 + directed * lambert) * occluded
    half = light + np.array([0.0, 0.0, 1.0])
    half /= np.linalg.norm(half)
    glint = np.maximum(
        (-slope_x * np.float32(half[0]) - slope_y * np.float32(half[1]) + np.float32(half[2]))
        / length,
        0,
    )
    shine = np.float32(gloss) * glint**18 if gloss > 0.02 else np.zeros_like(glint)
    return factor.astype(np.float32), shine.astype(np.float32)
