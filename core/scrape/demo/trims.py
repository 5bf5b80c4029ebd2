"""What is sewn to a garment's body: neck bands, collars, plackets, pockets, belts and lace."""

from __future__ import annotations

import numpy as np

from core.scrape.demo.garments import Body, Garment
from core.scrape.demo.geometry import (
    Points,
    bezier,
    disc,
    mirrored,
    neckline,
    resampled,
    ribbon,
)
from core.scrape.demo.panels import Frame, Material, Panel, Seam

_UPRIGHT = Frame(np.zeros(2), np.array([1.0, 0.0]))


def inside(garment: Garment, *, worn: bool) -> list[Panel]:
    """The back's inner side, seen through the neck, with its label; only its rim where worn."""
    neck = garment.neck
    front = neckline(neck.half_cm, neck.depth_cm, neck.power)
    behind = neckline(neck.half_cm, neck.back_cm, 2.0)
    turned = Frame(np.zeros(2), np.array([-1.0, 0.0]), (31.7, 12.3))
    band = max(neck.band_cm, 1.0)
    if worn:
        return []
    opening = np.concatenate([front, behind[::-1]])
    panels = [Panel("inside", opening, "inside", (turned,), 1.0, 0.0)]
    if neck.depth_cm - neck.back_cm > 3.5:
        panels.append(Panel("inner band", ribbon(behind, -band), "inside", (turned,), 0.5, 0.1))
        y = neck.back_cm + band * 0.4
        high = min(1.9, neck.depth_cm - y - 0.8)
        label = np.array([[-1.7, y], [1.7, y], [1.7, y + high], [-1.7, y + high]])
        centred = _UPRIGHT.moved(0.0, -(y + 0.5 * high))
        panels.append(Panel("label", label, "label", (centred,), 0.3, 0.1))
    return panels


def neck_band(garment: Garment, opening: Points, frame: Frame, *, back: bool) -> list[Panel]:
    """Ribbing or binding along the neck, and a stand-up collar's back."""
    neck, trims = garment.neck, garment.trims
    if not neck.band_cm or trims.collar:
        return []
    fold = Frame(frame.origin, np.array([0.0, 1.0]), (5.0, 3.0))
    knitted = garment.fabric in ("jersey", "rib", "knit")
    material: Material = "trim" if trims.contrast else "rib" if knitted else "main"
    band = ribbon(opening, -neck.band_cm)
    # Its ends lie on the shoulder seams, which slope.
    run = max(garment.body.shoulder_half - neck.half_cm, 1.0)
    past = np.maximum(np.abs(band[:, 0]) - neck.half_cm, 0)
    band[:, 1] = np.maximum(band[:, 1], past * garment.body.shoulder_drop / run)
    pieces = [Panel("band", band, material, (fold,), 0.5, 0.1)]
    if neck.band_cm > 2.9 and back:
        rise = neckline(neck.half_cm * 0.97, -neck.band_cm * 0.5, 2.0)
        stand = np.concatenate([opening, rise[::-1]])
        pieces.append(Panel("stand", stand, material, (fold,), 0.8, 0.1))
    return pieces


def collar(garment: Garment, frame: Frame, *, back: bool) -> list[Panel]:
    """A shirt collar: its fall from behind, or its stand and two leaves from the front."""
    neck = garment.neck
    material: Material = "trim" if garment.trims.contrast else "main"
    if back:
        top = neckline(neck.half_cm, -2.6, 2.0)
        fall = neckline(neck.half_cm + 3.2, 4.2, 2.4)
        outline = np.concatenate([top, fall[::-1]])
        return [Panel("collar", outline, material, (_UPRIGHT.moved(3, 7),), 0.8, 0.3)]
    rim = [neckline(neck.half_cm, -2.4, 2.0), neckline(neck.half_cm, 1.6, 2.0)[::-1]]
    pieces = [Panel("stand", np.concatenate(rim), "inside", (_UPRIGHT.moved(3, 7),), 0.6, 0.0)]
    tip = (6.4, neck.depth_cm + 4.6)
    for side in (-1, 1):
        leaf = np.concatenate(
            [
                bezier(
                    (neck.half_cm - 0.3, -1.8),
                    (neck.half_cm - 2, 3.5),
                    (2.5, 6.0),
                    (0.3, neck.depth_cm + 0.2),
                    10,
                ),
                bezier((0.3, neck.depth_cm + 0.2), (3.0, 10.5), (4.2, 12.0), tip, 6)[1:],
                bezier(tip, (8.0, 8.0), (10.5, 3.5), (neck.half_cm + 2.6, -0.2), 10)[1:],
            ]
        )
        shaped = leaf if side > 0 else mirrored(leaf)
        lean = _UPRIGHT.turned(0.65 * side).moved(2.0 * side, 6.0)
        pieces.append(Panel("collar", shaped, material, (lean,), 0.7, 0.4))
    return pieces


def waist_trims(garment: Garment, frame: Frame) -> list[Panel | Seam]:
    """Seams at the waist and between tiers, and a belt."""
    body, trims = garment.body, garment.trims
    pieces: list[Panel | Seam] = [_across(body, y) for y in seam_heights(garment)]
    if not trims.belt:
        return pieces
    half = body.waist_half + 0.3
    x = np.linspace(-half, half, 21)
    line = np.stack([x, body.waist + 1.3 + 0.6 * (1 - (x / half) ** 2)], axis=1)
    lengthwise = Frame(frame.origin, np.array([0.0, 1.0]), (2.0, 2.0))
    material: Material = "trim" if trims.contrast else "main"
    y = body.waist + 0.9
    tails = [
        np.array([[0.2, y], [1.9, y], [3.4 + lean, y + drop], [1.2 + lean, y + drop + 1.0]])
        for lean, drop in ((0.8, 19.0), (-4.4, 16.0))
    ]
    pieces.append(Panel("belt", ribbon(line, 2.6), material, (lengthwise,), 0.6, 0.25))
    pieces += [
        Panel("belt", resampled(np.array([*tail, tail[0]]), 33), material, (_UPRIGHT,), 0.5, 0.3)
        for tail in tails
    ]
    pieces.append(Panel("belt", disc((0.8, y - 0.6), 1.9, 1.6), material, (lengthwise,), 0.9, 0.3))
    return pieces


def seam_heights(garment: Garment) -> list[float]:
    """Where seams go across the body, from which the cloth below falls in gathers."""
    body, trims = garment.body, garment.trims
    heights = [body.waist] if trims.waist_seam else []
    skirt = body.length - body.waist
    tiers = trims.tiers
    return heights + [body.waist + skirt * (k + 1) / (tiers + 1) for k in range(tiers)]


def _across(body: Body, y: float) -> Seam:
    t = float(np.clip((y - body.waist) / max(body.length - body.waist, 1), 0, 1))
    half = body.waist_half + (body.hem_half - body.waist_half) * t**0.72
    x = np.linspace(-half, half, 25)
    return Seam(np.stack([x, y + 0.7 * (1 - (x / half) ** 2)], axis=1), "seam")


def front_trims(garment: Garment, frame: Frame) -> list[Panel | Seam]:
    """A placket with its buttons, and a breast pocket."""
    body, trims, neck = garment.body, garment.trims, garment.neck
    pieces: list[Panel | Seam] = []
    if trims.placket_cm:
        top, half = neck.depth_cm - 0.3, trims.placket_cm / 2
        bottom = body.length - 0.1 + min(body.hem_curve, 0)
        strip = np.array([[-half, top], [half, top], [half, bottom], [-half, bottom], [-half, top]])
        shifted = frame.moved(1.3, 0.0)
        pieces.append(Panel("placket", resampled(strip, 65), "main", (shifted,), 0.5, 0.1))
        for edge in (-half + 0.4, half - 0.4):
            line = resampled(np.array([[edge, top + 0.5], [edge, bottom - 0.5]]), 24)
            pieces.append(Seam(line, "stitch"))
        for y in np.linspace(top + 2.5, bottom - 9, max(trims.buttons, 1)):
            pieces.append(Panel("button", disc((0, y), 0.6, 0.6), "button", (frame,), 0.5, 0.15))
    if trims.pocket:
        near = 0.24 * body.chest_half
        far, y = near + 10.5, body.armhole - 1.0
        point = np.array([0.5 * (near + far), y + 13])
        sides = [[near, y], [far, y], [far, y + 10.8], [*point], [near, y + 10.8], [near, y]]
        shifted = frame.moved(0.7, 0.5)
        pieces.append(
            Panel("pocket", resampled(np.array(sides), 49), "main", (shifted,), 0.4, 0.12)
        )
        line = resampled(np.array([[near + 0.3, y + 1.6], [far - 0.3, y + 1.6]]), 12)
        pieces.append(Seam(line, "stitch"))
    return pieces


def lace_edge(garment: Garment, hem: Points, frame: Frame) -> list[Panel]:
    """A scalloped lace edge under the hem."""
    width = garment.trims.lace_hem_cm
    if not width:
        return []
    line = resampled(hem, 181)
    scallops = width * (0.75 + 0.25 * np.abs(np.sin(np.linspace(0, 14 * np.pi, 181))))
    lower = line + np.stack([np.zeros(181), scallops], axis=1)
    return [Panel("lace", np.concatenate([line, lower[::-1]]), "lace", (frame,), 0.4, 0.0)]
