"""Close-ups of labels: a woven brand label in the collar, a care label, a price tag on a string."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.random import Generator

from core.scrape.demo.brush import write_centred
from core.scrape.demo.camera import Camera, Light, Projection, Scene, Shot
from core.scrape.demo.film import Exposure, develop, painted
from core.scrape.demo.garments import Garment
from core.scrape.demo.geometry import Points
from core.scrape.demo.lighting import shifted
from core.scrape.demo.palette import RGB, luminance
from core.scrape.demo.panels import Layout
from core.scrape.demo.render import photographed
from core.scrape.demo.tailoring import lay_out
from core.scrape.demo.textures import Bytes

MATERIALS = (
    ("100 % cotton", "100 % Baumwolle", "100 % coton"),
    ("95 % viscose", "5 % elastane", "95 % Viskose"),
    ("55 % linen", "45 % cotton", "Leinen / lin"),
    ("100 % polyester", "machine wash 30°", "lavage 30°"),
)


def render_tag(
    garment: Garment, shot: Shot, size: str, price: str, side_px: int, rng: Generator
) -> tuple[Bytes, str]:
    """A close-up of a label on a garment.

    Args:
        garment: Whose label.
        shot: The place, light and phone; a worn garment is taken off and laid on a bed for it.
        size: What the label says of the size.
        price: What a price tag says.
        side_px: The longer side.
        rng: Draws which label, and how it lies.

    Returns:
        The photo, (H, W, 3) sRGB, and which label it shows.
    """
    name, paint, wide = _LABELS[int(rng.integers(len(_LABELS)))]
    label = paint(garment, size, price, rng)
    high = wide * label.shape[0] / label.shape[1]
    neck, body = garment.neck, garment.body
    if name == "brand label":
        place = (0.0, neck.back_cm + 0.4 * max(neck.band_cm, 1.0) + 0.5 * high)
        angle, span = rng.normal(0, 0.05), rng.uniform(11, 17)
    elif name == "care label":
        place = (rng.uniform(-0.5, 0.5) * body.waist_half, rng.uniform(0.6, 0.8) * body.length)
        angle, span = rng.normal(0, 0.35), rng.uniform(9, 15)
    else:
        place = (rng.uniform(-6, 6), neck.depth_cm + rng.uniform(7, 12))
        angle, span = rng.normal(0, 0.3), rng.uniform(12, 18)
    shot = _taken_off(replace(shot, view="front"))
    layout = lay_out(garment, shot.pose, back=False)
    at = layout.warp.bend(np.array([place]))[0]
    near = replace(shot, camera=_close(shot.camera, layout, at, span, rng))
    exposure, evenness, projection = photographed(garment, near, side_px)
    _lay_label(exposure, label, projection, at, angle, (wide, high), shot.light)
    return develop(exposure, evenness, shot.film, shot.seed), name


def _taken_off(shot: Shot) -> Shot:
    """The same light and phone, the garment lying on a bed if it was worn."""
    if shot.pose.manner != "worn":
        return shot
    pose = replace(shot.pose, manner="lying", left=0.8, right=0.8)
    return replace(shot, pose=pose, scene=Scene(kind="bed", surface="cotton", tint=(232, 226, 216)))


def _close(camera: Camera, layout: Layout, at: Points, span_cm: float, rng: Generator) -> Camera:
    """The camera from so near that `span_cm` around a point fill the picture's width."""
    box = layout.high - layout.low
    focus = (at - layout.low) / box + rng.normal(0, 0.015, 2)
    return replace(
        camera,
        fill=max(box[0], box[1] * camera.aspect) / span_cm,
        focus=(float(focus[0]), float(focus[1])),
        turn=float(rng.normal(0, 0.15)),
        distance_cm=float(rng.uniform(25, 40)),
    )


def _lay_label(
    exposure: Exposure,
    label: Bytes,
    projection: Projection,
    at: Points,
    angle: float,
    size_cm: tuple[float, float],
    sun: Light,
) -> None:
    """Lays a label with its shadow on the cloth, its middle at a point of the garment's plane."""
    rows, columns = label.shape[:2]
    scale = projection.px_per_cm * size_cm[0] / columns
    if scale < 0.7:
        label = cv2.resize(label, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        rows, columns = label.shape[:2]
    cos, sin = np.cos(angle), np.sin(angle)
    place = np.array([[cos, -sin, at[0]], [sin, cos, at[1]], [0, 0, 1.0]])
    shrink = np.diag([size_cm[0] / columns, size_cm[1] / rows, 1.0])
    centre = np.array([[1, 0, -columns / 2], [0, 1, -rows / 2], [0, 0, 1.0]])
    size = (projection.width, projection.height)
    laid = cv2.warpPerspective(label, projection.matrix @ place @ shrink @ centre, size)
    cover = laid[..., 3].astype(np.float32) * np.float32(1 / 255)
    away = 0.12 * projection.px_per_cm
    cast = cv2.GaussianBlur(shifted(cover, sun, away), (0, 0), 0.1 * projection.px_per_cm)
    # A label curls a little: one end is nearer to the light.
    tilt = np.linspace(1.06, 0.86, projection.height, dtype=np.float32)[:, None]
    paint, light = exposure.paint, exposure.light
    light *= 1 - np.float32(0.5) * cast
    light += (tilt - light) * cover
    face = painted(np.ascontiguousarray(laid[..., :3]))
    paint[:] = cv2.blendLinear(face, paint, cover, 1 - cover)


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


_LABELS = (  # which, who paints it, and how wide it is in cm
    ("brand label", _brand_label, 5.0),
    ("care label", _care_label, 3.6),
    ("price tag", _price_tag, 4.6),
)
