"""What a garment hangs on or is worn by: a hanger, a dress form, a shop mannequin."""

from __future__ import annotations

import numpy as np

from core.scrape.demo.camera import Shot
from core.scrape.demo.garments import Garment
from core.scrape.demo.geometry import Points, disc, mirrored, normals, ribbon, spline
from core.scrape.demo.palette import RGB
from core.scrape.demo.panels import Frame, Layout, Panel

_FRAME = (Frame(np.zeros(2), np.array([1.0, 0.0])),)
_TROUSERS: tuple[RGB, ...] = (
    (70, 92, 128),
    (44, 48, 58),
    (34, 34, 36),
    (176, 160, 136),
    (128, 148, 172),
)
_MANNEQUINS: tuple[RGB, ...] = (
    (238, 236, 232),
    (222, 200, 178),
    (196, 194, 192),
    (62, 60, 62),
    (206, 166, 132),
)


def carrier(shot: Shot, garment: Garment, layout: Layout) -> tuple[list[Panel], list[Panel]]:
    """What is drawn before the whole garment, and what between its inner back and its front."""
    back = shot.view == "back"
    rng = np.random.default_rng([shot.scene.seed, 6])
    if shot.pose.manner == "hanging":
        hanger = _hanger(garment, shot.scene.second, rng)
        return (hanger, []) if back else ([], hanger)
    if shot.scene.kind == "form":
        return _dress_form(shot, rng), []
    if shot.scene.kind == "figure":
        return _mannequin(garment, layout, rng), []
    return [], []


def _solid(
    name: str, outline: Points, colour: RGB, edge: float, bulge: float = 2.2, lift: float = 0.4
) -> Panel:
    return Panel(name, outline, "solid", _FRAME, edge, lift, colour, bulge)


def _mirrored_pair(right: Points) -> Points:
    """A closed symmetric outline from its right side, top to bottom."""
    return np.concatenate([right, mirrored(right)])


def _hanger(garment: Garment, colour: RGB, rng: np.random.Generator) -> list[Panel]:
    """A shaped hanger inside the shoulders, and its hook."""
    body = garment.body
    reach = body.shoulder_half - 1.2
    rise = 1.2
    arms = spline(
        [
            (-reach, body.shoulder_drop + 1.6),
            (-0.5 * reach, 0.45 * body.shoulder_drop + rise),
            (0, -1.6 + rise),
            (0.5 * reach, 0.45 * body.shoulder_drop + rise),
            (reach, body.shoulder_drop + 1.6),
        ],
        8,
    )
    wood: RGB = ((186, 142, 96), (60, 52, 48), colour, (238, 236, 232))[int(rng.integers(4))]
    angle = np.linspace(0.5 * np.pi, -0.95 * np.pi, 22)
    crook = np.stack([2.6 * np.cos(angle), -9.2 + 2.6 * np.sin(angle)], axis=1)
    stem = np.array([[0.0, -0.2], [0.0, -3.5], [0.0, -6.0]])
    hook = np.concatenate([stem, crook])
    metal: RGB = (168, 170, 174)
    return [
        _solid("hook", ribbon(hook, 0.42), metal, 0.3, 1.6, 0.5),
        _solid("hanger", ribbon(arms, 1.9), wood, 0.9, 1.8, 0.3),
    ]


def _dress_form(shot: Shot, rng: np.random.Generator) -> list[Panel]:
    cover: RGB = ((222, 212, 194), (232, 230, 226), (70, 68, 70), (196, 186, 176))[
        int(rng.integers(4))
    ]
    wood: RGB = (150, 106, 70) if rng.random() < 0.6 else (52, 50, 52)
    side = spline(
        [
            (4.6, -8.5),
            (4.9, -3.5),
            (9.5, 0.2),
            (16.6, 4.0),
            (16.2, 12.0),
            (16.6, 22.0),
            (14.4, 32.0),
            (12.8, 39.5),
            (14.6, 50.0),
            (15.8, 60.0),
            (15.2, 70.0),
        ],
        6,
    )
    bottom = np.stack(
        [np.linspace(15.2, -15.2, 21), 70 + 3.2 * np.sin(np.linspace(0, np.pi, 21))], axis=1
    )
    torso = np.concatenate([side, bottom, mirrored(side)])
    pole = np.array([[-1.4, 68], [1.4, 68], [1.4, 146], [-1.4, 146.0]])
    legs = [
        ribbon(np.array([[0.0, 132.0], [0.55 * reach, 142.0], [reach, 156.0 + drop]]), 2.2)
        for reach, drop in ((-26.0, 0.0), (24.0, 0.0), (5.0, 6.0))
    ]
    return [
        *(_solid("leg", leg, wood, 1.0, 1.8, 0.0) for leg in legs),
        _solid("pole", pole, wood, 1.3, 2.2, 0.0),
        _solid("form", torso, cover, 11.0, 1.9, 0.0),
        _solid("cap", disc((0, -8.6), 5.0, 1.5), wood, 1.2, 1.2, 0.2),
        _solid("knob", disc((0, -11.2), 1.5, 1.7), wood, 1.3, 2.0, 0.2),
    ]


def _mannequin(garment: Garment, layout: Layout, rng: np.random.Generator) -> list[Panel]:
    """A headless figure; under a top it may wear trousers."""
    colour = _MANNEQUINS[int(rng.integers(len(_MANNEQUINS)))]
    panels: list[Panel] = []
    for side in (-1, 1):
        leg = _limb(
            [(side * 8.0, 58), (side * 8.3, 96), (side * 8.0, 112), (side * 8.0, 152)],
            [8.0, 7.0, 5.2, 3.8],
            [0.0, 0.55, 0.72, 1.0],
        )
        foot = disc((side * 9.0, 154), 4.4, 5.0)
        panels += [
            _solid("foot", foot, colour, 3.0, 1.8, 0.0),
            _solid("leg", leg, colour, 6.5, 2.0, 0.0),
        ]
    flank = spline(
        [
            (5.0, -8.6),
            (5.1, -4.5),
            (6.2, -0.6),
            (11.5, 1.8),
            (16.2, 5.0),
            (16.4, 12),
            (15.0, 24),
            (12.6, 40),
            (15.2, 54),
            (15.8, 64),
            (14.0, 76),
            (0.0, 82),
        ],
        6,
    )
    panels.append(_solid("torso", _mirrored_pair(flank), colour, 6.0, 1.7, 0.0))
    if garment.category != "dresses" and rng.random() < 0.75:
        panels += _trousers(rng)
    panels.append(_solid("cap", disc((0, -8.6), 5.1, 1.5), (176, 178, 182), 1.0, 1.1, 0.1))
    hidden = garment.sleeve.length_cm
    for side, line in zip((-1, 1), layout.arms, strict=True):
        panels += _arm_and_hand(line, side, colour, from_cm=max(hidden - 10.0, 0.0))
    return panels


def _limb(points: list[tuple[float, float]], halves: list[float], at: list[float]) -> Points:
    """A tapering limb's outline along a line."""
    line = spline(points, 8)
    width = np.interp(np.linspace(0, 1, len(line)), at, halves)[:, None]
    side = normals(line) * width
    return np.concatenate([line + side, (line - side)[::-1]])


def _trousers(rng: np.random.Generator) -> list[Panel]:
    colour = _TROUSERS[int(rng.integers(len(_TROUSERS)))]
    cuff = rng.uniform(5.4, 9.5)
    panels = []
    for side in (-1, 1):
        leg = _limb(
            [(side * 7.9, 60), (side * 8.4, 78), (side * 8.6, 112), (side * 8.6, 150)],
            [8.2, 8.4, 7.0, cuff],
            [0.0, 0.25, 0.6, 1.0],
        )
        panels.append(Panel("leg", leg, "trousers", _FRAME, 6.0, 0.0, colour, 1.8))
    hips = spline([(13.2, 44), (15.6, 54), (16.3, 63), (16.2, 74), (6.0, 81), (0.0, 82)], 6)
    panels.append(Panel("hips", _mirrored_pair(hips), "trousers", _FRAME, 6.5, 0.0, colour, 1.7))
    return panels


def _arm_and_hand(line: Points, side: int, colour: RGB, *, from_cm: float) -> list[Panel]:
    """An arm, of which the first `from_cm` are hidden in a sleeve, and a plain hand."""
    wrist = line[-1]
    along = (line[-1] - line[-2]) / np.hypot(*(line[-1] - line[-2]))
    out = np.array([-along[1], along[0]]) * -side
    first = min(int(from_cm / float(np.hypot(*(line[-1] - line[0]))) * 12), 9)
    halves = np.interp(np.arange(first, 13) / 12, [0.0, 0.3, 0.55, 1.0], [4.6, 4.2, 3.6, 2.6])
    arm = _limb(
        [(float(x), float(y)) for x, y in line[first:]],
        [float(h) for h in halves],
        [float(t) for t in np.linspace(0, 1, len(halves))],
    )

    def at(down: float, sideways: float) -> tuple[float, float]:
        x, y = wrist + down * along + sideways * out
        return float(x), float(y)

    palm = _limb(
        [at(-1, 0), at(5, 0), at(11, -1), at(17, -2.4)], [2.4, 3.5, 3.2, 1.5], [0, 0.35, 0.7, 1]
    )
    thumb = _limb([at(2, -1.6), at(6, -3.9), at(10.5, -4.2)], [1.5, 1.3, 0.8], [0, 0.5, 1])
    panels = [
        _solid("arm", arm, colour, 4.4, 2.0, 0.0),
        _solid("hand", palm, colour, 2.6, 1.6, 0.0),
        _solid("thumb", thumb, colour, 1.2, 1.5, 0.0),
    ]
    if from_cm <= 0:
        panels.insert(0, _solid("shoulder", disc(line[0], 4.6, 4.9), colour, 4.4, 1.8, 0.0))
    return panels
