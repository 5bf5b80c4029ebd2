"""Sleeves: cut on the right side, bent at the elbow, mirrored for the left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.scrape.demo.garments import Body, Garment
from core.scrape.demo.geometry import Points, bezier, resampled
from core.scrape.demo.panels import Frame, Material, Panel, Pose, Seam


def lay_sleeve(garment: Garment, half: Points, pose: Pose, side: int) -> list[Panel | Seam]:
    """The panels and seams of one sleeve, in drawing order.

    Args:
        garment: Whose sleeve.
        half: The right half of the body's outline.
        pose: How it lies.
        side: 1 for the viewer's right, -1 for the left.
    """
    body, sleeve = garment.body, garment.sleeve
    angle = pose.left if side < 0 else pose.right
    bend = pose.left_elbow if side < 0 else pose.right_elbow
    tip = np.array([body.shoulder_half, body.shoulder_drop])
    pit = np.array([body.chest_half, body.armhole])
    along = np.array([np.sin(angle), np.cos(angle)])
    out = np.array([np.cos(angle), -np.sin(angle)])
    top, bottom = _cuff_ends(garment, pose, angle)
    upper_edge, lower_edge = _edges(garment, tip, pit, top, bottom, along, out)
    if pose.manner == "lying" and not garment.trims.raglan:
        # The body lies over the sleeve's seam allowance: nothing shines through at the armpit.
        lower_edge = np.concatenate([[np.add(pit, (-1.5, 4.0))], lower_edge])
    bow = np.sin(np.linspace(0, np.pi, 9))[:, None] * 0.5
    cuff_line = np.linspace(top, bottom, 9) + along * bow
    start = armhole_of(half, body)[::-1]
    if garment.trims.raglan:
        neck = np.array([garment.neck.half_cm, 0.0])
        seam = bezier(pit, np.add(pit, (-4, -7)), np.add(neck, (1.5, 9)), neck, 12)
        start = np.concatenate([seam, [tip]])
    straight = np.concatenate([upper_edge, cuff_line[1:], lower_edge[::-1][1:], start[1:-1]])

    pivot = _pivot(garment, along)
    frame = Frame(0.5 * (tip + pit), out, (9.1 + 20 * side, 4.4))
    frames = [frame, _beyond(frame, pivot, bend)] if bend else [frame]
    if side < 0:
        frames = [replace(f, origin=f.origin * [-1, 1], across=f.across * [1, -1]) for f in frames]

    def placed(points: Points) -> Points:
        bent = _bent(points, pivot, along, bend)
        return bent if side > 0 else bent[::-1] * [-1, 1]

    contrast = garment.trims.contrast is not None
    material: Material = "trim" if garment.trims.raglan and contrast else "main"
    edge, bulge = (4.8, 1.5) if pose.manner == "worn" else (1.6, 1.0)
    cloth = Panel("sleeve", placed(straight), material, tuple(frames), edge, 0.4, bulge=bulge)
    if not sleeve.cuff_cm:
        return [cloth, *(Seam(placed(cuff_line - along * x), "stitch") for x in (1.5, 2.0))]
    knitted = garment.fabric in ("jersey", "rib", "knit")
    band: Material = "trim" if contrast else "rib" if knitted else "main"
    cuff = placed(_cuff(garment, top, bottom, along))
    return [
        cloth,
        Panel("cuff", cuff, band, tuple(frames[-1:]), edge / 2, 0.12, bulge=bulge),
        Seam(placed(np.linspace(top, bottom, 6) - along * sleeve.cuff_cm), "seam"),
    ]


def _cuff_ends(garment: Garment, pose: Pose, angle: float) -> tuple[Points, Points]:
    """The outer and the inner end of the right sleeve's opening, before its elbow is bent."""
    body, sleeve = garment.body, garment.sleeve
    pit = np.array([body.chest_half, body.armhole])
    along = np.array([np.sin(angle), np.cos(angle)])
    out = np.array([np.cos(angle), -np.sin(angle)])
    width = 2 * sleeve.cuff_half_cm * sleeve.flare * (0.8 if pose.manner == "worn" else 1.0)
    top = np.array([body.shoulder_half, body.shoulder_drop]) + along * sleeve.length_cm
    bottom = top - out * width
    if pose.manner != "lying" and sleeve.length_cm < 34:
        # A short sleeve ends beside the body: a cuff seen partly from its side is narrower.
        inside = pit[0] + 0.8 - bottom[0]
        if inside > 0:
            bottom = bottom + out * min(inside / max(out[0], 0.3), width - 5.0)
    reach = float((bottom - pit) @ along)
    return top, bottom + along * max(4.0 - reach, 0.0)


def armhole_of(half: Points, body: Body) -> Points:
    """The part of the body's right outline from the shoulder tip to the armpit."""
    tip = int(np.argmin(np.abs(half - [body.shoulder_half, body.shoulder_drop]).sum(axis=1)))
    pit = int(np.argmin(np.abs(half - [body.chest_half, body.armhole]).sum(axis=1)))
    part: Points = half[tip : pit + 1]
    return part


def arm(garment: Garment, pose: Pose, side: int) -> Points:
    """Points down an arm through the middle of its sleeve, shoulder to wrist, (13, 2)."""
    sleeve = garment.sleeve
    angle = pose.left if side < 0 else pose.right
    bend = pose.left_elbow if side < 0 else pose.right_elbow
    along = np.array([np.sin(angle), np.cos(angle)])
    shoulder, reach = np.array([15.4, 8.4]), 52.0
    pivot = shoulder + 27 * along
    if sleeve.length_cm:
        cuff = np.mean(_cuff_ends(garment, pose, angle), axis=0)
        pivot = _pivot(garment, along)
        start = np.array([15.8, 9.0])
        along = (cuff - start) / np.hypot(*(cuff - start))
        shoulder = start
        reach = max(52.0, float(np.hypot(*(cuff - start))) + 3.0)
    straight = shoulder + np.linspace(0, reach, 13)[:, None] * along
    return _bent(straight, pivot, along, bend) * [side, 1]


def _pivot(garment: Garment, along: Points) -> Points:
    """The elbow."""
    body = garment.body
    tip = np.array([body.shoulder_half, body.shoulder_drop])
    middle = 0.5 * (tip + np.array([body.chest_half, body.armhole]))
    pivot: Points = middle + along * 0.48 * garment.sleeve.length_cm
    return pivot


def _edges(
    garment: Garment,
    tip: Points,
    pit: Points,
    top: Points,
    bottom: Points,
    along: Points,
    out: Points,
) -> tuple[Points, Points]:
    """The sleeve's upper edge from the shoulder and its lower edge from the armpit."""
    sleeve = garment.sleeve
    bulge = (sleeve.puff - 1.0) * 9.0 + 0.8
    third = 0.3 * sleeve.length_cm
    upper = bezier(
        tip, tip + along * third + out * bulge, top - along * third + out * bulge * 0.8, top, 16
    )
    under = 0.3 * float(np.hypot(*(bottom - pit)))
    sag = (sleeve.puff - 1.0) * 6.0
    lower = bezier(
        pit, pit + along * under + out * 0.6, bottom - along * under - out * sag, bottom, 16
    )
    return upper, lower


def _cuff(garment: Garment, top: Points, bottom: Points, along: Points) -> Points:
    """A band at the sleeve's end, narrower than a full sleeve that is gathered into it."""
    sleeve = garment.sleeve
    middle, across = 0.5 * (top + bottom), 0.5 * (top - bottom)
    across *= min(1.0, 0.96 / max(sleeve.flare, 1.0) ** 0.5)
    corners = [
        middle + across * 1.02 - along * sleeve.cuff_cm,
        middle + across + along * 0.5,
        middle - across + along * 0.5,
        middle - across * 1.02 - along * sleeve.cuff_cm,
    ]
    return resampled(np.array([*corners, corners[0]]), 33)


def _bent(points: Points, pivot: Points, along: Points, angle: float) -> Points:
    """Turns what lies beyond the pivot inwards, gradually over the elbow."""
    beyond = (points - pivot) @ along
    turn = angle * np.clip((beyond + 6) / 12, 0, 1)
    cos, sin = np.cos(turn), np.sin(turn)
    x, y = (points - pivot).T
    bent: Points = pivot + np.stack([cos * x - sin * y, sin * x + cos * y], axis=1)
    return bent


def _beyond(frame: Frame, pivot: Points, angle: float) -> Frame:
    """The frame beyond the elbow, in which cloth coordinates go on without a jump."""
    u, v = frame.cloth(pivot[:1], pivot[1:])
    return Frame(pivot, _rotation(angle) @ frame.across, (float(u[0]), float(v[0])))


def _rotation(angle: float) -> Points:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
