"""Cuts a garment into panels and lays them out as they lie or hang in one photo.

Everything is in centimetres in the garment's plane: x to the viewer's right, y down, the origin
between the two points where shoulder and neck meet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.scrape.demo.garments import Body, Garment, Sleeve
from core.scrape.demo.geometry import (
    Points,
    bezier,
    disc,
    mirrored,
    neckline,
    offset,
    resampled,
    ribbon,
    spline,
)

Material = Literal["main", "trim", "inside", "label", "button", "lace"]


@dataclass(frozen=True)
class Pose:
    """How the garment is arranged.

    Attributes:
        left: Angle of the viewer's left sleeve from straight down, outwards, in radians.
        right: The same of the right sleeve.
        left_elbow: How much the left sleeve's lower half turns inwards, in radians.
        right_elbow: The same of the right sleeve.
        drape: How far the hem waves, 0 to 1.
        skew: How far the hem lies to the right of the neck, in cm.
    """

    left: float = 0.9
    right: float = 0.9
    left_elbow: float = 0.0
    right_elbow: float = 0.0
    drape: float = 0.0
    skew: float = 0.0


@dataclass(frozen=True, eq=False)
class Frame:
    """Cloth coordinates of a part: u along `across`, v at right angles to it, from `origin`."""

    origin: Points
    across: Points
    shift: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Panel:
    """One piece of cloth as seen.

    Attributes:
        name: "body", "sleeve", …
        outline: Its closed outline, (N, 2) cm.
        material: What it is made of.
        frames: One frame, or two for a bent sleeve: the second holds beyond the elbow.
        edge_cm: Over what width its edges round off.
        lift_cm: How far it lies above what is drawn before it, which makes its shadow.
    """

    name: str
    outline: Points
    material: Material
    frames: tuple[Frame, ...]
    edge_cm: float = 1.2
    lift_cm: float = 0.5


@dataclass(frozen=True, eq=False)
class Seam:
    """A line on the cloth: "seam" is a groove, "stitch" a row of thread."""

    points: Points
    kind: Literal["seam", "stitch"]


@dataclass(frozen=True, eq=False)
class Arm:
    """Where an arm runs inside a sleeve: shoulder, elbow, wrist."""

    joints: Points


@dataclass(frozen=True, eq=False)
class Layout:
    """A garment laid out for one photo; panels in the order in which they are drawn."""

    panels: tuple[Panel, ...]
    seams: tuple[Seam, ...]
    arms: tuple[Arm, Arm]
    low: Points
    high: Points


def lay_out(garment: Garment, pose: Pose, *, back: bool) -> Layout:
    """The garment's panels and seams in a pose, seen from the front or the back."""
    body, trims = garment.body, garment.trims
    half = _half_outline(body, garment.neck.half_cm, trims.waist_seam)
    neck = garment.neck
    depth = neck.back_cm if back else neck.depth_cm
    opening = neckline(neck.half_cm, depth, 2.0 if back else neck.power)
    hem = _hem(half[-1], body, pose)
    outline = np.concatenate([opening, half[1:], hem[::-1], mirrored(half)[:-1]])
    frame = Frame(np.zeros(2), np.array([1.0, 0.0]), (31.7, 12.3) if back else (0.0, 0.0))

    panels: list[Panel] = []
    seams: list[Seam] = []
    if not back:
        panels += _inside(garment)
    sleeves = (
        [_sleeve(garment, half, pose, side) for side in (-1, 1)] if garment.sleeve.length_cm else []
    )
    over = trims.raglan
    if not over:
        for pieces, lines in sleeves:
            panels += pieces
            seams += lines
    panels.append(Panel("body", outline, "main", (frame,), edge_cm=1.4, lift_cm=0.25))
    if over:
        for pieces, lines in sleeves:
            panels += pieces
            seams += lines
    seams += _armhole_seams(garment, half)
    seams += [Seam(offset(hem, 1.8), "stitch"), Seam(offset(hem, 2.3), "stitch")]
    panels += _neck_trims(garment, opening, frame, back=back)
    seams += _waist_seams(garment)
    if not back:
        panels += _front_trims(garment, frame, seams)
    panels += _below(garment, hem, frame)
    if trims.collar:
        panels += _collar(garment, frame, back=back)
    arms = (_arm(garment, pose, -1), _arm(garment, pose, 1))
    every = np.concatenate([_skewed(panel.outline, pose, body) for panel in panels])
    return Layout(
        panels=tuple(_skew_panel(panel, pose, body) for panel in panels),
        seams=tuple(Seam(_skewed(seam.points, pose, body), seam.kind) for seam in seams),
        arms=arms,
        low=every.min(axis=0),
        high=every.max(axis=0),
    )


def _half_outline(body: Body, neck_half: float, waist_seam: bool) -> Points:
    """The right half: neck point, shoulder tip, armpit, waist, hem corner."""
    neck = (neck_half, 0.0)
    tip = (body.shoulder_half, body.shoulder_drop)
    pit = (body.chest_half, body.armhole)
    corner = (body.hem_half, body.length - max(body.hem_curve, 0.0))
    shoulder = bezier(neck, (neck_half + 2, 0.4), (tip[0] - 3, tip[1] - 0.8), tip, 8)
    depth = pit[1] - tip[1]
    scoop = min(tip[0], pit[0]) - 1.5
    armhole = bezier(tip, (tip[0] - 1.2, tip[1] + 0.45 * depth), (scoop, pit[1] - 2), pit, 14)
    waist = (body.waist_half, body.waist)
    if waist_seam:
        upper = bezier(pit, (pit[0] - 0.4, pit[1] + 6), (waist[0] + 0.3, waist[1] - 5), waist, 10)
        flare = (corner[0] - waist[0]) * 0.42
        lower = bezier(
            waist,
            (waist[0] + flare, waist[1] + 0.22 * (corner[1] - waist[1])),
            (corner[0] - flare * 0.4, corner[1] - 0.4 * (corner[1] - waist[1])),
            corner,
            14,
        )
    else:
        middle = (0.6 * waist[0] + 0.4 * corner[0], 0.5 * (waist[1] + corner[1]))
        side = spline([pit, waist, middle, corner], 6)
        upper, lower = side[:7], side[6:]
    return np.concatenate([shoulder, armhole[1:], upper[1:], lower[1:]])


def _hem(corner: Points, body: Body, pose: Pose) -> Points:
    """From the left hem corner to the right one, waving where the cloth drapes."""
    x = np.linspace(-corner[0], corner[0], 61)
    t = x / corner[0]
    y = corner[1] + body.hem_curve * (1 - t**2)
    fullness = pose.drape * np.clip((corner[0] - 20) / 16, 0.25, 1.4)
    waves = np.sin(t * (4 + corner[0] / 7) + 1.0) + 0.5 * np.sin(t * (9 + corner[0] / 4))
    return np.stack([x, y + fullness * 0.9 * waves * (1 - t**6)], axis=1)


def _sleeve(
    garment: Garment, half: Points, pose: Pose, side: int
) -> tuple[list[Panel], list[Seam]]:
    """One sleeve, built on the right side and mirrored for the left."""
    body, sleeve = garment.body, garment.sleeve
    angle = pose.left if side < 0 else pose.right
    bend = pose.left_elbow if side < 0 else pose.right_elbow
    tip = np.array([body.shoulder_half, body.shoulder_drop])
    pit = np.array([body.chest_half, body.armhole])
    along = np.array([np.sin(angle), np.cos(angle)])
    out = np.array([np.cos(angle), -np.sin(angle)])
    cuff_half = sleeve.cuff_half_cm * sleeve.flare
    top = tip + along * sleeve.length_cm
    bottom = top - out * 2 * cuff_half
    reach = float((bottom - pit) @ along)
    if reach < 4.0:
        bottom = bottom + along * (4.0 - reach)
    bulge = (sleeve.puff - 1.0) * 9.0 + 0.8
    upper_edge = bezier(
        tip,
        tip + along * 0.3 * sleeve.length_cm + out * bulge,
        top - along * 0.3 * sleeve.length_cm + out * bulge * 0.8,
        top,
        16,
    )
    under = float(np.hypot(*(bottom - pit)))
    lower_edge = bezier(
        pit,
        pit + along * 0.3 * under + out * 0.6,
        bottom - along * 0.3 * under - out * (sleeve.puff - 1.0) * 6.0,
        bottom,
        16,
    )
    cuff_line = (
        np.linspace(top, bottom, 9) + along * np.sin(np.linspace(0, np.pi, 9))[:, None] * 0.5
    )
    start = _armhole_part(half, body)
    if garment.trims.raglan:
        neck = np.array([garment.neck.half_cm, 0.0])
        start = np.concatenate(
            [bezier(pit, np.add(pit, (-4, -7)), np.add(neck, (1.5, 9)), neck, 12), [tip]]
        )
    else:
        start = start[::-1]
    straight = np.concatenate([upper_edge, cuff_line[1:], lower_edge[::-1][1:], start[1:-1]])
    middle = 0.5 * (tip + pit) + along * 0.48 * sleeve.length_cm
    frame = Frame(0.5 * (tip + pit), out, (9.1 + 20 * side, 4.4))
    frames = [frame]
    if bend:
        frames.append(_bent_frame(frame, middle, bend, along))

    def placed(points: Points) -> Points:
        bent = _bend(points, middle, along, bend) if bend else points
        return bent * [side, 1] if side > 0 else bent[::-1] * [-1, 1]

    side_frames = tuple(_mirror_frame(f) if side < 0 else f for f in frames)
    contrast = garment.trims.contrast is not None
    material: Material = "trim" if garment.trims.raglan and contrast else "main"
    pieces = [Panel("sleeve", placed(straight), material, side_frames, edge_cm=1.6, lift_cm=0.45)]
    lines: list[Seam] = []
    if sleeve.cuff_cm:
        pieces.append(_cuff(sleeve, top, bottom, along, out, side_frames, placed, contrast))
        lines.append(Seam(placed(np.linspace(top, bottom, 6) - along * sleeve.cuff_cm), "seam"))
    else:
        for inset in (1.5, 2.0):
            lines.append(Seam(placed(cuff_line - along * inset), "stitch"))
    return pieces, lines


def _cuff(
    sleeve: Sleeve,
    top: Points,
    bottom: Points,
    along: Points,
    out: Points,
    frames: tuple[Frame, ...],
    placed: Callable[[Points], Points],
    contrast: bool,
) -> Panel:
    middle = 0.5 * (top + bottom)
    half = sleeve.cuff_half_cm * min(1.0, 0.94 / max(sleeve.flare, 1.0) ** 0.5)
    corners = [
        middle + out * half - along * sleeve.cuff_cm,
        middle + out * half + along * 0.4,
        middle - out * half + along * 0.4,
        middle - out * half - along * sleeve.cuff_cm,
    ]
    outline = resampled(np.array([*corners, corners[0]]), 33)
    return Panel("cuff", placed(outline), "trim" if contrast else "main", frames[-1:], 0.8, 0.15)


def _armhole_part(half: Points, body: Body) -> Points:
    tip = int(np.argmin(np.abs(half - [body.shoulder_half, body.shoulder_drop]).sum(axis=1)))
    pit = int(np.argmin(np.abs(half - [body.chest_half, body.armhole]).sum(axis=1)))
    part: Points = half[tip : pit + 1]
    return part


def _bend(points: Points, pivot: Points, along: Points, angle: float) -> Points:
    """Turns what lies beyond the pivot inwards, gradually over the elbow."""
    beyond = (points - pivot) @ along
    turn = angle * np.clip((beyond + 6) / 12, 0, 1)
    cos, sin = np.cos(turn), np.sin(turn)
    x, y = (points - pivot).T
    bent: Points = pivot + np.stack([cos * x - sin * y, sin * x + cos * y], axis=1)
    return bent


def _bent_frame(frame: Frame, pivot: Points, angle: float, along: Points) -> Frame:
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    across = rotation @ frame.across
    arm = pivot - frame.origin
    shift_u = float(arm @ frame.across) + frame.shift[0]
    shift_v = float(arm @ along) + frame.shift[1]
    return Frame(pivot, across, (shift_u, shift_v))


def _mirror_frame(frame: Frame) -> Frame:
    return Frame(frame.origin * [-1, 1], frame.across * [1, -1], frame.shift)


def _arm(garment: Garment, pose: Pose, side: int) -> Arm:
    """An arm of natural length along the sleeve's middle."""
    body = garment.body
    angle = pose.left if side < 0 else pose.right
    bend = pose.left_elbow if side < 0 else pose.right_elbow
    along = np.array([np.sin(angle), np.cos(angle)])
    shoulder = np.array([min(body.shoulder_half, 18.5) - 2.5, body.shoulder_drop + 5.0])
    elbow = shoulder + along * 28
    cos, sin = np.cos(bend), np.sin(bend)
    lower = np.array([cos * along[0] - sin * along[1], sin * along[0] + cos * along[1]])
    joints = np.stack([shoulder, elbow, elbow + lower * 25])
    return Arm(joints * [side, 1])


def _inside(garment: Garment) -> list[Panel]:
    """The back's inner side, seen through the neck, with its label."""
    neck = garment.neck
    front = neckline(neck.half_cm, neck.depth_cm, neck.power)
    behind = neckline(neck.half_cm, neck.back_cm, 2.0)
    frame = Frame(np.zeros(2), np.array([-1.0, 0.0]), (31.7, 12.3))
    panels = [Panel("inside", np.concatenate([front, behind[::-1]]), "inside", (frame,), 1.0, 0.0)]
    if neck.depth_cm - neck.back_cm > 3.5:
        band = max(neck.band_cm, 1.0)
        panels.append(Panel("inner band", ribbon(behind, -band), "inside", (frame,), 0.5, 0.1))
        y = neck.back_cm + band * 0.4
        high = min(1.9, neck.depth_cm - y - 0.8)
        label = np.array([[-1.7, y], [1.7, y], [1.7, y + high], [-1.7, y + high]])
        panels.append(Panel("label", label, "label", (frame,), 0.3, 0.1))
    return panels


def _neck_trims(garment: Garment, opening: Points, frame: Frame, *, back: bool) -> list[Panel]:
    neck, trims = garment.neck, garment.trims
    if not neck.band_cm or trims.collar:
        return []
    fold = Frame(frame.origin, np.array([0.0, 1.0]), (5.0, 3.0))
    pieces = [
        Panel(
            "band",
            ribbon(opening, -neck.band_cm),
            "trim" if trims.contrast else "main",
            (fold,),
            0.5,
            0.12,
        )
    ]
    if neck.band_cm > 2.9:  # a stand-up collar
        rise = neckline(neck.half_cm * 0.97, -neck.band_cm * 0.5, 2.0)
        if back:
            pieces.append(
                Panel(
                    "stand",
                    np.concatenate([opening, rise[::-1]]),
                    "trim" if trims.contrast else "main",
                    (fold,),
                    0.8,
                    0.1,
                )
            )
    return pieces


def _collar(garment: Garment, frame: Frame, *, back: bool) -> list[Panel]:
    neck = garment.neck
    material: Material = "trim" if garment.trims.contrast else "main"
    tilt = Frame(frame.origin, np.array([0.94, 0.34]), (3.0, 7.0))
    if back:
        top = neckline(neck.half_cm, -2.6, 2.0)
        fall = neckline(neck.half_cm + 3.2, 4.2, 2.4)
        return [Panel("collar", np.concatenate([top, fall[::-1]]), material, (tilt,), 0.8, 0.4)]
    stand = np.concatenate(
        [neckline(neck.half_cm, -2.4, 2.0), neckline(neck.half_cm, 1.6, 2.0)[::-1]]
    )
    pieces = [Panel("stand", stand, "inside", (tilt,), 0.6, 0.0)]
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
                bezier((0.3, neck.depth_cm + 0.2), (3.0, 10.5), (4.2, 12.0), (6.2, 13.2), 6)[1:],
                bezier((6.2, 13.2), (8.0, 8.0), (10.5, 3.5), (neck.half_cm + 2.6, -0.2), 10)[1:],
            ]
        )
        shaped = leaf if side > 0 else mirrored(leaf)
        lean = Frame(frame.origin, np.array([0.8, 0.6 * side]), (2.0 * side, 6.0))
        pieces.append(Panel("collar", shaped, material, (lean,), 0.7, 0.5))
    return pieces


def _armhole_seams(garment: Garment, half: Points) -> list[Seam]:
    if garment.trims.raglan and garment.sleeve.length_cm:
        return []
    part = _armhole_part(half, garment.body)
    if garment.sleeve.length_cm:
        return [Seam(part, "seam"), Seam(mirrored(part), "seam")]
    inner = offset(part, -0.9)
    return [Seam(inner, "stitch"), Seam(mirrored(inner), "stitch")]


def _waist_seams(garment: Garment) -> list[Seam]:
    body, trims = garment.body, garment.trims
    lines = []
    if trims.waist_seam:
        lines.append(_across(body, body.waist))
    for tier in range(trims.tiers):
        y = body.waist + (body.length - body.waist) * (tier + 1) / (trims.tiers + 1)
        lines.append(_across(body, y))
    return lines


def _across(body: Body, y: float) -> Seam:
    t = np.clip((y - body.waist) / max(body.length - body.waist, 1), 0, 1)
    half = body.waist_half + (body.hem_half - body.waist_half) * float(t) ** 0.8
    x = np.linspace(-half, half, 25)
    return Seam(np.stack([x, y + 0.7 * (1 - (x / half) ** 2)], axis=1), "seam")


def _front_trims(garment: Garment, frame: Frame, seams: list[Seam]) -> list[Panel]:
    body, trims, neck = garment.body, garment.trims, garment.neck
    pieces: list[Panel] = []
    if trims.placket_cm:
        top = neck.depth_cm - 0.3
        bottom = body.length - 0.1 + min(body.hem_curve, 0)
        half = trims.placket_cm / 2
        strip = resampled(
            np.array([[-half, top], [half, top], [half, bottom], [-half, bottom], [-half, top]]), 65
        )
        shifted = Frame(frame.origin, frame.across, (1.3, 0.0))
        pieces.append(Panel("placket", strip, "main", (shifted,), 0.5, 0.12))
        for edge in (-half + 0.4, half - 0.4):
            seams.append(Seam(np.array([[edge, top + 0.5], [edge, bottom - 0.5]]), "stitch"))
        for y in np.linspace(top + 2.5, bottom - 9, max(trims.buttons, 1)):
            pieces.append(Panel("button", disc((0, y), 0.6, 0.6), "button", (frame,), 0.5, 0.2))
    if trims.pocket:
        pocket = np.array([[6, 23], [17, 23], [17, 34], [11.5, 36.5], [6, 34], [6, 23.0]]) * [1, 1]
        shifted = Frame(frame.origin, frame.across, (0.7, 0.5))
        pieces.append(Panel("pocket", resampled(pocket, 49), "main", (shifted,), 0.4, 0.15))
        seams.append(Seam(np.array([[6.4, 24.6], [16.6, 24.6]]), "stitch"))
    if trims.belt:
        half = body.waist_half + 0.3
        x = np.linspace(-half, half, 21)
        line = np.stack([x, body.waist + 1.3 + 0.6 * (1 - (x / half) ** 2)], axis=1)
        pieces.append(
            Panel(
                "belt",
                ribbon(line, 2.6),
                "trim" if trims.contrast else "main",
                (Frame(frame.origin, np.array([0.0, 1.0]), (2.0, 2.0)),),
                0.6,
                0.3,
            )
        )
    return pieces


def _below(garment: Garment, hem: Points, frame: Frame) -> list[Panel]:
    """A scalloped lace edge under the hem."""
    width = garment.trims.lace_hem_cm
    if not width:
        return []
    line = resampled(hem, 181)
    scallops = width * (0.75 + 0.25 * np.abs(np.sin(np.linspace(0, 14 * np.pi, 181))))
    lower = line + np.stack([np.zeros(181), scallops], axis=1)
    return [Panel("lace", np.concatenate([line, lower[::-1]]), "lace", (frame,), 0.4, 0.0)]


def _skewed(points: Points, pose: Pose, body: Body) -> Points:
    share = np.clip(points[:, 1] / body.length, 0, 1.2) ** 1.5
    return points + np.stack([pose.skew * share, np.zeros(len(points))], axis=1)


def _skew_panel(panel: Panel, pose: Pose, body: Body) -> Panel:
    outline = _skewed(panel.outline, pose, body)
    return Panel(panel.name, outline, panel.material, panel.frames, panel.edge_cm, panel.lift_cm)
