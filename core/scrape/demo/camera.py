"""Where the phone is held, in which light, and how the garment's plane falls on its picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from core.scrape.demo.film import Film
from core.scrape.demo.palette import RGB
from core.scrape.demo.panels import Pose
from core.scrape.demo.textures import Floats

View = Literal["front", "back", "detail"]


@dataclass(frozen=True)
class Camera:
    """How the garment's plane falls on the picture.

    Attributes:
        fill: Share of the frame that the garment takes; above 1 it is cut off.
        focus: What is in the middle, in the garment's box: (0.5, 0.5) is its centre.
        turn: Rotation in the picture plane, radians.
        tilt: How the phone leans, about the horizontal and the vertical axis, radians.
        distance_cm: How far away the phone is; near means strong perspective.
        aspect: Width over height; 0.75 upright.
    """

    fill: float = 0.85
    focus: tuple[float, float] = (0.5, 0.5)
    turn: float = 0.0
    tilt: tuple[float, float] = (0.0, 0.0)
    distance_cm: float = 140.0
    aspect: float = 0.75


@dataclass(frozen=True)
class Light:
    """Where light comes from and how hard it is.

    Attributes:
        direction: Angle in the picture from which it comes, radians (0 is right, -pi/2 the top).
        slant: 0 straight from above the cloth, 1 grazing it.
        softness: 0 a bare bulb, 1 an overcast sky.
        falloff: How much darker the far side is, 0 to 1.
        window: Strength of a sunny window patch on the scene, 0 for none.
        flash: Strength of the phone's own flash.
    """

    direction: float = -2.2
    slant: float = 0.5
    softness: float = 0.6
    falloff: float = 0.2
    window: float = 0.0
    flash: float = 0.0


@dataclass(frozen=True)
class Folds:
    """How the cloth is creased: which creases, how deep, and how crumpled between them."""

    seed: int = 0
    depth: float = 1.0
    crumple: float = 0.5


SceneKind = Literal["floor", "bed", "door", "wall", "rail", "form", "figure"]


@dataclass(frozen=True)
class Scene:
    """Where the garment is.

    Attributes:
        kind: Lying on a floor or a bed, on a hanger on a door, a wall or a rail, on a dress form
            or a figure.
        surface: What the floor, bed or wall is made of; see `surfaces.SURFACES`.
        tint: The surface's colour.
        other: What else is seen: a rug on the floor, a throw on the bed, the floor before a wall;
            "" for nothing.
        other_tint: Its colour.
        second: The colour of doors, skirtings and hangers.
        seed: Fixes the rest.
    """

    kind: SceneKind = "floor"
    surface: str = "planks"
    tint: RGB = (200, 170, 130)
    other: str = ""
    other_tint: RGB = (180, 170, 160)
    second: RGB = (236, 234, 228)
    seed: int = 0


@dataclass(frozen=True)
class Shot:
    """One photo of a garment: everything about it that is not the garment."""

    view: View = "front"
    scene: Scene = field(default_factory=Scene)
    pose: Pose = field(default_factory=Pose)
    camera: Camera = field(default_factory=Camera)
    light: Light = field(default_factory=Light)
    folds: Folds = field(default_factory=Folds)
    film: Film = field(default_factory=Film)
    seed: int = 0


def frame_size(camera: Camera, side_px: int) -> tuple[int, int]:
    """Height and width in pixels; the longer is `side_px`."""
    if camera.aspect <= 1:
        return side_px, max(round(side_px * camera.aspect), 1)
    return max(round(side_px / camera.aspect), 1), side_px


@dataclass(frozen=True, eq=False)
class Projection:
    """From centimetres in the garment's plane to pixels and back.

    Attributes:
        matrix: The homography, (3, 3).
        px_per_cm: The scale in the picture's middle.
        height: Of the picture in pixels.
        width: Of the picture in pixels.
    """

    matrix: NDArray[np.float64]
    px_per_cm: float
    height: int
    width: int

    def to_pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points of the plane fall, (N, 2) pixels."""
        lifted = points @ self.matrix[:, :2].T + self.matrix[:, 2]
        flat: NDArray[np.float64] = lifted[:, :2] / lifted[:, 2:]
        return flat

    def halved(self) -> Projection:
        """The same view in half as many pixels each way."""
        shrink = np.diag([0.5, 0.5, 1.0])
        height, width = max(self.height // 2, 1), max(self.width // 2, 1)
        return Projection(shrink @ self.matrix, self.px_per_cm / 2, height, width)

    def plane(self, step: int = 1) -> tuple[Floats, Floats]:
        """The plane's x and y in cm in the middle of each block of `step` by `step` pixels."""
        rows, columns = -(-self.height // step), -(-self.width // step)
        x = (np.arange(columns) * step + (step - 1) / 2).astype(np.float32)[None, :]
        y = (np.arange(rows) * step + (step - 1) / 2).astype(np.float32)[:, None]
        inverse = np.linalg.inv(self.matrix).astype(np.float32)
        depth = inverse[2, 0] * x + inverse[2, 1] * y + inverse[2, 2]
        plane_x = (inverse[0, 0] * x + inverse[0, 1] * y + inverse[0, 2]) / depth
        plane_y = (inverse[1, 0] * x + inverse[1, 1] * y + inverse[1, 2]) / depth
        return plane_x, plane_y


def project(
    camera: Camera, low: NDArray[np.float64], high: NDArray[np.float64], side_px: int
) -> Projection:
    """The camera aimed at a garment that fills the box from `low` to `high`, in cm."""
    height, width = frame_size(camera, side_px)
    size = np.maximum(high - low, 1.0)
    cos, sin = abs(np.cos(camera.turn)), abs(np.sin(camera.turn))
    seen_x, seen_y = size[0] * cos + size[1] * sin, size[0] * sin + size[1] * cos
    px_per_cm = camera.fill * min(width / seen_x, height / seen_y)
    centre = low + size * camera.focus
    return _aimed(camera, centre, px_per_cm, height, width)


def _aimed(
    camera: Camera, centre: NDArray[np.float64], px_per_cm: float, height: int, width: int
) -> Projection:
    """A pinhole camera above `centre`, which falls on the middle of the picture."""
    rotation, _ = cv2.Rodrigues(np.array([camera.tilt[0], camera.tilt[1], 0.0]))
    spin, _ = cv2.Rodrigues(np.array([0.0, 0.0, camera.turn]))
    pose = rotation @ spin
    focal = px_per_cm * camera.distance_cm
    intrinsic = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1.0]])
    extrinsic = np.column_stack([pose[:, 0], pose[:, 1], [0, 0, camera.distance_cm]])
    aim = np.array([[1, 0, -centre[0]], [0, 1, -centre[1]], [0, 0, 1.0]])
    return Projection(intrinsic @ extrinsic @ aim, px_per_cm, height, width)
