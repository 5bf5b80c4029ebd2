"""What is around the garment: the floor it lies on, the door, wall or room it is before."""

from __future__ import annotations

from functools import lru_cache, partial

import cv2
import numpy as np
from numpy.random import Generator

from core.scrape.demo.camera import Projection, Shot
from core.scrape.demo.fabric import filled
from core.scrape.demo.film import dimmed, paint_of, tinted
from core.scrape.demo.palette import RGB, mix
from core.scrape.demo.surfaces import GREY, surface
from core.scrape.demo.textures import Bytes, Floats, Tile

_FINE = 8  # a rug's edge waves so gently that every eighth pixel tells all of it


def paint_scene(shot: Shot, projection: Projection) -> Bytes:
    """The scene without the garment as paint, (H, W, 3)."""
    rng = np.random.default_rng([shot.scene.seed, 7])
    if shot.scene.kind in ("floor", "bed"):
        return _ground(shot, projection, *projection.plane(), rng)
    # A wall is a little out of focus behind the garment: half the pixels tell all of it.
    half = projection.halved()
    x, y = half.plane()
    paint = _room(shot, half, x, y, rng)
    if shot.scene.kind == "door":
        paint = _before_door(paint, shot, half, rng)
    if shot.scene.kind == "rail":
        paint = _with_rail(paint, y, half.px_per_cm, shot.scene.second)
    soft = cv2.GaussianBlur(paint, (0, 0), max(0.0006 * max(paint.shape[:2]), 0.4))
    full: Bytes = cv2.resize(
        soft, (projection.width, projection.height), interpolation=cv2.INTER_LINEAR
    )
    return full


def _laid(kind: str, tint: RGB, u: Floats, v: Floats, px_per_cm: float) -> Bytes:
    return _tinted(kind, tint).lay(u, v, px_per_cm)


@lru_cache(maxsize=8)  # all photos of an item are taken in two places
def _tinted(kind: str, tint: RGB) -> Tile:
    return surface(kind).changed(partial(tinted, tint=tint, grey=GREY))


def _turned(
    x: Floats, y: Floats, angle: float, shift: tuple[float, float]
) -> tuple[Floats, Floats]:
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    return cv2.addWeighted(x, cos, y, sin, shift[0]), cv2.addWeighted(y, cos, x, -sin, shift[1])


def _ground(shot: Shot, projection: Projection, x: Floats, y: Floats, rng: Generator) -> Bytes:
    """A floor or a bed from above; the garment lies elsewhere on it in each photo."""
    scene = shot.scene
    angle = float(rng.choice([0.0, np.pi / 2])) + float(rng.normal(0, 0.12))
    mine = np.random.default_rng([shot.seed, 7])
    shift = (float(mine.uniform(0, 100)), float(mine.uniform(0, 100)))
    u, v = _turned(x, y, angle + float(mine.normal(0, 0.1)), shift)
    paint = _laid(scene.surface, scene.tint, u, v, projection.px_per_cm)
    if scene.other and mine.random() < 0.65:
        return _with_rug(paint, shot, projection, x, y, mine)
    return paint


def _with_rug(
    paint: Bytes, shot: Shot, projection: Projection, x: Floats, y: Floats, rng: Generator
) -> Bytes:
    """A rug or a throw that comes in from one side, with the shadow of its edge."""
    scene = shot.scene
    side = float(rng.choice([0.0, 0.5, 1.0, 1.5])) * np.pi + float(rng.normal(0, 0.14))
    centre_x, centre_y = float(x.mean()), float(y.mean())
    span = (
        projection.width if abs(np.cos(side)) > 0.7 else projection.height
    ) / projection.px_per_cm
    edge = span * float(rng.uniform(0.2, 0.42))
    beyond, along = _turned(x - centre_x, y - centre_y, side, (0.0, 0.0))
    wave = np.sin(along[::_FINE, ::_FINE] * np.float32(0.11)) * np.float32(0.5) - np.float32(edge)
    beyond += cv2.resize(wave, beyond.shape[::-1], interpolation=cv2.INTER_LINEAR)
    over = _laid(scene.other, scene.other_tint, along + 40, beyond + 40, projection.px_per_cm)
    cover = np.minimum(np.maximum(beyond * np.float32(projection.px_per_cm), 0), 1)
    # Dark just before its edge, and rounded and with a border behind it.
    near = cv2.exp(np.abs(beyond) * -np.where(beyond > 0, np.float32(1.6), np.float32(0.9)))
    bright = 1 - near * np.where(beyond > 0, np.float32(0.25), np.float32(0.5))
    bright *= 1 - np.float32(0.14) * ((beyond > 2.0) & (beyond < 3.2))
    return dimmed(cv2.blendLinear(over, paint, cover, 1 - cover), bright)


def _room(shot: Shot, projection: Projection, x: Floats, y: Floats, rng: Generator) -> Bytes:
    """A wall, and where the picture reaches so low its skirting board and the floor before it."""
    scene = shot.scene
    floor_y = float(rng.uniform(156, 164)) if scene.kind in ("form", "figure") else 190.0
    u, v = x + float(rng.uniform(0, 100)), y + float(rng.uniform(0, 100))
    paint = _laid(scene.surface, scene.tint, u, v, projection.px_per_cm)
    if float(y[-1].max()) < floor_y - 9:
        return paint
    ridge = (
        1 - 0.3 * np.exp(-np.square(y - (floor_y - 7.6)) * 9) - 0.35 * np.exp(-np.abs(y - floor_y))
    )
    board = dimmed(filled(paint_of(scene.second, 0.85), y.shape), ridge.astype(np.float32))
    skirting = y > floor_y - 8
    paint[skirting] = board[skirting]
    below = y > floor_y
    if scene.other and below.any():
        away, eye = 190.0, 105.0  # the phone's distance from the wall and height over the floor
        t = np.where(below, eye / (eye + np.maximum(y - floor_y, 0)), 1).astype(np.float32)
        floor = _laid(
            scene.other, scene.other_tint, x * t + 50, away * (1 - t) * 2, projection.px_per_cm
        )
        near_wall = 1 - 0.45 * np.exp(-(1 - t) * 18)
        paint[below] = dimmed(floor, near_wall.astype(np.float32))[below]
    return paint


_DOOR_PX_PER_CM = 4.0


def _before_door(paint: Bytes, shot: Shot, projection: Projection, rng: Generator) -> Bytes:
    """A panelled door in its frame, painted on a plan of 200 by 260 cm and seen by the camera."""
    scale, middle, top = _DOOR_PX_PER_CM, 100.0, 40.0
    plan = np.full((1040, 800), 128, np.uint8)  # brightness; 128 for 1.0
    half = float(rng.uniform(38, 44))
    shift = float(np.random.default_rng([shot.seed, 8]).normal(0, 4))
    left, right = middle - half + shift, middle + half + shift
    head = float(rng.uniform(4, 16))
    handle_side = 1 if rng.random() < 0.5 else -1

    def box(x0: float, y0: float, x1: float, y1: float) -> tuple[tuple[int, int], tuple[int, int]]:
        return (round(x0 * scale), round(y0 * scale)), (round(x1 * scale), round(y1 * scale))

    def rect(x0: float, y0: float, x1: float, y1: float, value: int, width: int = -1) -> None:
        first, second = box(x0, y0, x1, y1)
        cv2.rectangle(plan, first, second, value, width, cv2.LINE_AA)

    cover = np.zeros_like(plan)
    first, second = box(left - 7, head - 7, right + 7, 260)
    cv2.rectangle(cover, first, second, 255, -1)
    rect(left - 7, head - 7, right + 7, 280, 132)
    rect(left - 7, head - 7, right + 7, 280, 108, 3)
    rect(left - 2, head - 2, right + 2, 280, 112, 2)
    rect(left, head, right, 280, 128)
    rect(left, head, right, 280, 78, 3)
    columns = int(rng.integers(1, 3))
    rows: tuple[tuple[float, float], ...] = (
        ((14, 78), (92, 190)) if rng.random() < 0.6 else ((14, 120), (134, 196))
    )
    wide = (right - left - 14 - 10 * columns) / columns
    for column in range(columns):
        for start, end in rows:
            x0 = left + 12 + column * (wide + 10)
            for inset, lit, dark in ((0.0, 152, 96), (1.6, 104, 142)):
                a, b = box(x0 + inset, head + start + inset, x0 + wide - inset, head + end - inset)
                cv2.line(plan, a, (b[0], a[1]), dark, 4, cv2.LINE_AA)
                cv2.line(plan, a, (a[0], b[1]), dark, 4, cv2.LINE_AA)
                cv2.line(plan, (a[0], b[1]), b, lit, 4, cv2.LINE_AA)
                cv2.line(plan, (b[0], a[1]), b, lit, 4, cv2.LINE_AA)
    plan = cv2.GaussianBlur(plan, (0, 0), 1.6)
    grip_x = (right - 7) if handle_side > 0 else (left + 7)
    _handle(plan, round(grip_x * scale), round((head + 104) * scale), handle_side)
    light = _seen(plan, projection, middle, top).astype(np.float32) * np.float32(1 / 128)
    alpha = _seen(cover, projection, middle, top).astype(np.float32) * np.float32(1 / 255)
    wood = dimmed(filled(paint_of(shot.scene.second, 0.92), light.shape), light)
    door: Bytes = cv2.blendLinear(wood, paint, alpha, 1 - alpha)
    return door


def _handle(plan: Bytes, x: int, y: int, side: int) -> None:
    cv2.ellipse(plan, (x + 3, y + 6), (11, 34), 0, 0, 360, 92, -1, cv2.LINE_AA)
    cv2.ellipse(plan, (x, y), (10, 32), 0, 0, 360, 118, -1, cv2.LINE_AA)
    cv2.line(plan, (x + 2, y - 4), (x - side * 46, y - 3), 84, 13, cv2.LINE_AA)
    cv2.line(plan, (x, y - 10), (x - side * 46, y - 10), 150, 9, cv2.LINE_AA)


def _seen(plan: Bytes, projection: Projection, middle: float, top: float) -> Bytes:
    """A plan whose point (middle, top) in cm is the garment's origin, as the camera sees it."""
    scale = 1 / _DOOR_PX_PER_CM
    place = np.array([[scale, 0, -middle], [0, scale, -top], [0, 0, 1.0]])
    seen: Bytes = cv2.warpPerspective(
        plan,
        projection.matrix @ place,
        (projection.width, projection.height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return seen


def _with_rail(paint: Bytes, y: Floats, px_per_cm: float, colour: RGB) -> Bytes:
    """The round bar that the hanger's hook goes over, and its shadow on the wall."""
    metal = filled(paint_of(mix(colour, (150, 150, 156), 0.6)), y.shape)
    down = (y + np.float32(12.1)) * np.float32(1 / 1.3)  # -1 to 1 over the bar
    shadow = 1 - np.float32(0.25) * np.exp(-np.square((down - 4.5) / 2.5))
    bar = 0.3 + 0.9 * np.exp(-np.square((down + 0.35) / 0.4)) + 0.2 * np.exp(-np.square(down - 0.7))
    cover = np.clip((1 - np.abs(down)) * np.float32(1.3 * px_per_cm) + np.float32(0.5), 0, 1)
    rail: Bytes = cv2.blendLinear(dimmed(metal, bar), dimmed(paint, shadow), cover, 1 - cover)
    return rail
