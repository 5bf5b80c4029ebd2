"""The pieces a garment is drawn from, and how it is arranged in one photo.

Everything is in centimetres in the garment's plane: x to the viewer's right, y down, the origin
between the two points where shoulder and neck meet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.scrape.demo.geometry import Points
from core.scrape.demo.palette import RGB
from core.scrape.demo.textures import Floats

Lengths = NDArray[np.floating[Any]]
Manner = Literal["lying", "hanging", "worn"]
Material = Literal["main", "trim", "rib", "inside", "label", "button", "lace", "solid", "trousers"]


@dataclass(frozen=True)
class Pose:
    """How the garment is arranged.

    Attributes:
        manner: Spread out flat, on a hanger, or on a body.
        left: Angle of the viewer's left sleeve from straight down, outwards, in radians.
        right: The same of the right sleeve.
        left_elbow: How much the left sleeve's lower half turns inwards, in radians.
        right_elbow: The same of the right sleeve.
        drape: How far the hem waves, 0 to 1.
        skew: How far the hem lies to the right of the neck, in cm.
        wobble: How far outlines stray from the pattern paper, in cm.
        seed: Fixes how they stray.
    """

    manner: Manner = "lying"
    left: float = 0.9
    right: float = 0.9
    left_elbow: float = 0.0
    right_elbow: float = 0.0
    drape: float = 0.0
    skew: float = 0.0
    wobble: float = 0.4
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Frame:
    """Cloth coordinates of a part: u along `across`, v at right angles to it, from `origin`.

    `girth` is set where the cloth goes round a body: rows of y, half the width that is seen there,
    and half the width that the cloth has when it lies flat.
    """

    origin: Points
    across: Points
    shift: tuple[float, float] = (0.0, 0.0)
    girth: Points | None = None

    def cloth(self, x: Lengths, y: Lengths) -> tuple[Floats, Floats]:
        """Cloth coordinates u, v in cm at points of the plane."""
        if self.girth is not None:
            seen = np.interp(y, self.girth[0], self.girth[1]).astype(np.float32)
            flat = np.interp(y, self.girth[0], self.girth[2]).astype(np.float32)
            share = np.clip(x / (seen * np.float32(1.03)), -1, 1)
            x = flat * np.arcsin(share) * np.float32(2 / np.pi)
        dx, dy = x - np.float32(self.origin[0]), y - np.float32(self.origin[1])
        cos, sin = np.float32(self.across[0]), np.float32(self.across[1])
        u = dx * cos + dy * sin + np.float32(self.shift[0])
        v = dy * cos - dx * sin + np.float32(self.shift[1])
        return u.astype(np.float32), v.astype(np.float32)

    def moved(self, u: float, v: float) -> Frame:
        """The same frame on another part of the cloth."""
        return replace(self, shift=(self.shift[0] + u, self.shift[1] + v))

    def turned(self, angle: float) -> Frame:
        """The same frame for a piece that was cut at an angle."""
        cos, sin = np.cos(angle), np.sin(angle)
        across = np.array([[cos, -sin], [sin, cos]]) @ self.across
        return replace(self, across=across)


@dataclass(frozen=True, eq=False)
class Panel:
    """One piece of cloth, or of what carries it, as seen.

    Attributes:
        name: "body", "sleeve", …
        outline: Its closed outline, (N, 2) cm.
        material: What it is made of; "trim" and "rib" are without the pattern, a trim in the
            contrast colour.
        frames: One frame, or two for a bent sleeve: the second holds beyond the elbow.
        edge_cm: Over what width its edges round off.
        lift_cm: How far it lies above what is drawn before it, which makes its shadow.
        colour: The colour of a "solid" panel and of trousers.
        bulge: How much rounder than cloth it is; 1 for a flat piece.
    """

    name: str
    outline: Points
    material: Material
    frames: tuple[Frame, ...]
    edge_cm: float = 1.2
    lift_cm: float = 0.5
    colour: RGB = (0, 0, 0)
    bulge: float = 1.0


@dataclass(frozen=True, eq=False)
class Seam:
    """A line on the cloth: "seam" is a groove, "stitch" a row of thread."""

    points: Points
    kind: Literal["seam", "stitch"]


@dataclass(frozen=True, eq=False)
class Warp:
    """How the whole garment lies askew: its hem shifted, its outlines straying.

    `waves` has a row for each wave: frequency in x and y (radians a cm), phase, and how far it
    moves a point in x and y (cm).
    """

    skew: float
    length: float
    waves: Points

    def bend(self, points: Points) -> Points:
        """Where points of the pattern paper lie."""
        dx, dy = self._shift(points[:, 0], points[:, 1])
        bent: Points = points + np.stack([dx, dy], axis=1)
        return bent

    def unbend(self, x: Lengths, y: Lengths) -> tuple[Floats, Floats]:
        """Which points of the pattern paper lie at the given places, nearly."""
        dx, dy = self._shift(x, y)
        return (x - dx).astype(np.float32), (y - dy).astype(np.float32)

    def _shift(self, x: Lengths, y: Lengths) -> tuple[Lengths, Lengths]:
        share = np.clip(y / self.length, 0, 1.2)
        dx: Lengths = self.skew * share * np.sqrt(share)
        dy: Lengths = np.zeros_like(y)
        for along_x, along_y, phase, by_x, by_y in self.waves.tolist():
            wave = np.sin(along_x * x + along_y * y + phase)
            dx, dy = dx + by_x * wave, dy + by_y * wave
        return dx, dy


def make_warp(pose: Pose, length: float) -> Warp:
    """The warp of a pose for a garment of some length in cm."""
    rng = np.random.default_rng([pose.seed, 9])
    waves = []
    for wavelength, weight in ((44.0, 1.4), (23.0, 0.8), (12.0, 0.4)):
        angle = rng.uniform(0, 2 * np.pi)
        frequency = 2 * np.pi / wavelength
        push = rng.normal(0, pose.wobble * weight, 2)
        waves.append(
            [frequency * np.cos(angle), frequency * np.sin(angle), rng.uniform(0, 6.3), *push]
        )
    return Warp(pose.skew, length, np.array(waves))


@dataclass(frozen=True, eq=False)
class Layout:
    """A garment laid out for one photo.

    Attributes:
        pieces: Panels and seams in the order in which they are drawn.
        arms: Points down the left and the right arm, shoulder to wrist, (2, 13, 2).
        warp: What was done to all of them.
        low: The corner of the box that the garment fills, smallest x and y.
        high: The opposite corner.
    """

    pieces: tuple[Panel | Seam, ...]
    arms: Points
    warp: Warp
    low: Points
    high: Points
