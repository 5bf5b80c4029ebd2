"""Cuts a garment into panels and lays them out as they lie, hang or are worn in one photo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.scrape.demo.garments import Body, Garment
from core.scrape.demo.geometry import Points, bezier, mirrored, neckline, offset, spline
from core.scrape.demo.panels import Frame, Layout, Panel, Pose, Seam, Warp, make_warp
from core.scrape.demo.sleeves import arm, armhole_of, lay_sleeve
from core.scrape.demo.trims import (
    collar,
    front_trims,
    inside,
    lace_edge,
    neck_band,
    waist_trims,
)


def lay_out(garment: Garment, pose: Pose, *, back: bool) -> Layout:
    """The garment's panels and seams in a pose, seen from the front or the back."""
    flat = garment.body
    if pose.manner == "worn":
        garment = _put_on(garment)
    body, trims, neck = garment.body, garment.trims, garment.neck
    half = half_outline(body, neck.half_cm, waist_seam=trims.waist_seam)
    opening = neckline(neck.half_cm, neck.back_cm if back else neck.depth_cm, neck.power)
    if back:
        opening = neckline(neck.half_cm, neck.back_cm, 2.0)
    hem = _hem(half[-1], body, pose)
    outline = np.concatenate([opening, half[1:], hem[::-1], mirrored(half)[:-1]])
    girth = None
    if pose.manner == "worn":
        lain = half_outline(flat, neck.half_cm, waist_seam=trims.waist_seam)
        girth = _girth(half, body, lain, flat)
    shift = (31.7, 12.3) if back else (0.0, 0.0)
    frame = Frame(np.zeros(2), np.array([1.0, 0.0]), shift, girth)

    pieces: list[Panel | Seam] = []
    if not back:
        pieces += inside(garment, worn=pose.manner == "worn")
    sleeves: list[Panel | Seam] = []
    if garment.sleeve.length_cm:
        for side in (-1, 1):
            sleeves += lay_sleeve(garment, half, pose, side)
    bodice = Panel("body", outline, "main", (frame,), edge_cm=1.4, lift_cm=0.25)
    over = trims.raglan or pose.manner != "lying"
    pieces += [bodice, *sleeves] if over else [*sleeves, bodice]
    pieces += _armhole_seams(garment, half)
    pieces += [Seam(offset(hem, inset), "stitch") for inset in (1.8, 2.3)]
    pieces += neck_band(garment, opening, frame, back=back)
    if not back:
        pieces += front_trims(garment, frame)
    pieces += waist_trims(garment, frame)
    pieces += lace_edge(garment, hem, frame)
    if trims.collar:
        pieces += collar(garment, frame, back=back)

    warp = make_warp(pose, body.length)
    bent = _bent(pieces, warp)
    every = np.concatenate([piece.outline for piece in bent if isinstance(piece, Panel)])
    if pose.manner != "lying":  # the hook or the neck belongs into the picture too
        every = np.concatenate([every, [[0.0, -8.0]]])
    return Layout(
        pieces=tuple(bent),
        arms=np.stack([arm(garment, pose, side) for side in (-1, 1)]),
        warp=warp,
        low=every.min(axis=0),
        high=every.max(axis=0),
    )


def _bent(pieces: list[Panel | Seam], warp: Warp) -> list[Panel | Seam]:
    lines = [piece.outline if isinstance(piece, Panel) else piece.points for piece in pieces]
    ends = np.cumsum([len(line) for line in lines])
    bent = np.split(warp.bend(np.concatenate(lines)), ends[:-1])
    return [
        replace(piece, outline=line) if isinstance(piece, Panel) else replace(piece, points=line)
        for piece, line in zip(pieces, bent, strict=True)
    ]


def _put_on(garment: Garment) -> Garment:
    """The same garment around a body: what is behind is not seen, so everything is narrower."""
    body, neck = garment.body, garment.neck
    flared = body.hem_half - body.waist_half > 6
    fitted = replace(
        body,
        shoulder_half=min(body.shoulder_half, 20.0) * 0.9,
        shoulder_drop=body.shoulder_drop + 0.9,
        chest_half=max(body.chest_half * 0.74, 16.5),
        waist_half=max(body.waist_half * (0.68 if garment.trims.waist_seam else 0.75), 14.6),
        hem_half=max(body.hem_half * (0.8 if flared else 0.76), 17.0),
        armhole=body.armhole * 0.94,
    )
    return replace(garment, body=fitted, neck=replace(neck, half_cm=neck.half_cm * 0.93))


def _girth(seen_half: Points, seen: Body, flat_half: Points, flat: Body) -> Points:
    """Rows of y, and half the width there as seen and as it lies flat, (3, 24)."""
    rows = np.linspace(seen.armhole, seen.length, 24)
    widths = []
    for half, body in ((seen_half, seen), (flat_half, flat)):
        side = half[np.argmin(np.abs(half - [body.chest_half, body.armhole]).sum(axis=1)) :]
        # The flat armhole is a little lower; from there down both have the same length.
        height = body.armhole + (rows - rows[0]) * (body.length - body.armhole) / np.ptp(rows)
        widths.append(np.interp(height, side[:, 1], side[:, 0]))
    return np.stack([rows, *widths])


def half_outline(body: Body, neck_half: float, *, waist_seam: bool) -> Points:
    """The right half: neck point, shoulder tip, armpit, waist, hem corner."""
    neck = (neck_half, 0.0)
    tip = (body.shoulder_half, body.shoulder_drop)
    pit = (body.chest_half, body.armhole)
    corner = (body.hem_half, body.length - max(body.hem_curve, 0.0))
    run = max(tip[0] - neck_half, 0.5)
    shoulder = bezier(
        neck, (neck_half + 0.3 * run, 0.1 * tip[1]), (tip[0] - 0.3 * run, 0.82 * tip[1]), tip, 8
    )
    depth = pit[1] - tip[1]
    scoop = min(tip[0], pit[0]) - 1.2
    armhole = bezier(
        tip, (tip[0] - 1.4, tip[1] + 0.5 * depth), (scoop, pit[1] - 0.22 * depth), pit, 14
    )
    waist = (body.waist_half, body.waist)
    if waist_seam:
        upper = bezier(pit, (pit[0] - 0.2, pit[1] + 7), (waist[0] + 0.3, waist[1] - 6), waist, 10)
        flare, fall = corner[0] - waist[0], corner[1] - waist[1]
        lower = bezier(
            waist,
            (waist[0] + 0.42 * flare, waist[1] + 0.22 * fall),
            (corner[0] - 0.17 * flare, corner[1] - 0.4 * fall),
            corner,
            14,
        )
    else:
        below = (pit[0] - 0.25 * (pit[0] - waist[0]), pit[1] + 0.3 * (waist[1] - pit[1]))
        middle = (0.6 * waist[0] + 0.4 * corner[0], 0.5 * (waist[1] + corner[1]))
        side = spline([pit, below, waist, middle, corner], 6)
        upper, lower = side[:13], side[12:]
    return np.concatenate([shoulder, armhole[1:], upper[1:], lower[1:]])


def _hem(corner: Points, body: Body, pose: Pose) -> Points:
    """From the left hem corner to the right one, waving where the cloth drapes."""
    x = np.linspace(-corner[0], corner[0], 61)
    t = x / corner[0]
    y = corner[1] + body.hem_curve * (1 - t**2)
    fullness = pose.drape * np.clip((corner[0] - 20) / 16, 0.2, 1.4)
    rng = np.random.default_rng([pose.seed, 8])
    waves = np.sin(t * (3 + corner[0] / 8) + rng.uniform(0, 6.3))
    waves += 0.5 * np.sin(t * (7 + corner[0] / 5) + rng.uniform(0, 6.3))
    return np.stack([x, y + fullness * 0.9 * waves * (1 - t**6)], axis=1)


def _armhole_seams(garment: Garment, half: Points) -> list[Seam]:
    if garment.trims.raglan and garment.sleeve.length_cm:
        return []
    part = armhole_of(half, garment.body)
    if garment.sleeve.length_cm:
        return [Seam(part, "seam"), Seam(mirrored(part), "seam")]
    inner = offset(part, -0.9)
    return [Seam(inner, "stitch"), Seam(mirrored(inner), "stitch")]
