"""What paint and weave a piece of a garment has at points of its cloth."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from core.scrape.demo.brush import write_centred
from core.scrape.demo.film import paint_of, painted
from core.scrape.demo.garments import Garment
from core.scrape.demo.palette import RGB, mix
from core.scrape.demo.panels import Panel
from core.scrape.demo.patterns import Pattern, pattern_tile, placed_print
from core.scrape.demo.textures import Bytes, Floats, Tile, melange, weave

WOVEN = ("main", "trim", "rib", "inside", "trousers")


def one_colour(garment: Garment, panel: Panel, *, back: bool) -> RGB | None:
    """The colour of a panel that is the same all over, sRGB; None where it has a design.

    Args:
        garment: Whose cloth.
        panel: Which piece.
        back: Whether the garment is seen from behind, where a chest print is not.
    """
    pattern = garment.pattern
    if panel.material == "label":
        return None
    if panel.material == "lace":
        return (240, 238, 232)
    if panel.material == "button":
        pale = sum(garment.colour) < 420
        return (232, 226, 214) if pale else mix(garment.colour, (60, 50, 46), 0.45)
    if panel.material in ("solid", "trousers"):
        return panel.colour
    if panel.material == "trim":
        return garment.trims.contrast or garment.colour
    if panel.material == "rib" or pattern.kind == "plain":
        return garment.colour
    if pattern.is_placed and (back or panel.name != "body"):
        return garment.colour
    return None


def design(garment: Garment, panel: Panel, u: Floats, v: Floats, px_per_cm: float) -> Bytes:
    """The paint of a panel that is not of `one_colour`, (H, W, 3).

    Args:
        garment: Whose cloth.
        panel: Which piece.
        u: Cloth coordinate across at each pixel, (H, W) cm.
        v: The same along.
        px_per_cm: The photo's scale.
    """
    if panel.material == "label":
        return _label(garment, u, v, px_per_cm)
    if garment.pattern.is_placed:
        return _print(garment, u, v, px_per_cm)
    paint = _printed(garment.colour, garment.pattern).lay(u, v, px_per_cm)
    if panel.material == "inside":  # the pattern shows through only faintly
        paint = cv2.addWeighted(paint, 0.55, filled(paint_of(garment.colour), u.shape), 0.45, 0)
    return paint


@lru_cache(maxsize=12)
def _printed(colour: RGB, pattern: Pattern) -> Tile:
    return pattern_tile(colour, pattern).changed(painted)


def weave_of(garment: Garment, panel: Panel, u: Floats, v: Floats, px_per_cm: float) -> Floats:
    """The brightness of a woven panel's threads, around 1, (H, W)."""
    if panel.material == "trousers":
        return _grain(weave("twill").lay(u, v, px_per_cm))
    knitted = garment.fabric in ("jersey", "knit", "rib")
    ribbed = knitted and panel.name in ("band", "cuff", "inner band")
    grain = weave("rib" if ribbed else garment.fabric).lay(u, v, px_per_cm)
    if garment.melange <= 0.1:
        return _grain(grain)
    fibres = melange().lay(u, v, px_per_cm)
    mixed: Floats = cv2.addWeighted(
        grain, 1 / 128, fibres, garment.melange / 128, -garment.melange, dtype=cv2.CV_32F
    )
    return mixed


def filled(colour: RGB, shape: tuple[int, ...]) -> Bytes:
    """One colour all over, (H, W, 3)."""
    picture = np.empty((*shape[:2], 3), np.uint8)
    cv2.rectangle(picture, (0, 0), (shape[1], shape[0]), colour, cv2.FILLED)
    return picture


def _grain(threads: Bytes) -> Floats:
    return threads.astype(np.float32) * np.float32(1 / 128)


def _label(garment: Garment, u: Floats, v: Floats, px_per_cm: float) -> Bytes:
    """The label in the neck with the brand's name; u and v are in cm from its middle."""
    scale = max(round(1.3 * px_per_cm), 12)
    wide, high = round(LABEL_CM[0] * scale), round(LABEL_CM[1] * scale)
    label = np.empty((high, wide, 3), np.uint8)
    label[:] = garment.trims.label
    middle = (wide / 2, high / 2)
    write_centred(
        label, garment.brand, middle, wide * 0.86, (40, 40, 46), weight=600, tallest=high * 0.42
    )
    at_u = u * np.float32(scale) + np.float32(wide / 2)
    at_v = v * np.float32(scale) + np.float32(high / 2)
    laid: Bytes = cv2.remap(
        painted(label), at_u, at_v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return laid


LABEL_CM = (3.4, 1.9)


def _print(garment: Garment, u: Floats, v: Floats, px_per_cm: float) -> Bytes:
    """A chest print on the body's colour."""
    motif = placed_print(garment.colour, garment.pattern)
    size, side = garment.pattern.scale_cm, motif.shape[0]
    shrink = px_per_cm * size / side
    if shrink < 0.6:
        smaller = max(round(side * shrink), 8)
        motif = cv2.resize(motif, (smaller, smaller), interpolation=cv2.INTER_AREA)
    scale = np.float32(motif.shape[0] / size)
    at_u = (u + np.float32(size / 2)) * scale
    at_v = (v - np.float32(garment.neck.depth_cm + 4.5)) * scale
    laid = cv2.remap(motif, at_u, at_v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    ink = laid[..., 3].astype(np.float32) * np.float32(0.95 / 255)
    cloth = filled(garment.colour, u.shape)
    return painted(cv2.blendLinear(np.ascontiguousarray(laid[..., :3]), cloth, ink, 1 - ink))
