"""The phone: where it is held, what its light is, and what its sensor does to the picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from core.scrape.demo.palette import RGB
from core.scrape.demo.tailoring import Pose
from core.scrape.demo.textures import Bytes, Floats, cloud

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
class Film:
    """What the phone makes of the light.

    `gains` are white balance errors in R and B, `exposure` is in stops, `contrast` is 1 for none.
    """

    exposure: float = 0.0
    gains: tuple[float, float] = (1.0, 1.0)
    contrast: float = 1.0
    saturation: float = 1.0
    noise: float = 2.0
    vignette: float = 0.15
    softness_px: float = 0.4
    quality: int = 88


@dataclass(frozen=True)
class Folds:
    """How the cloth is creased: which creases, how deep, and how crumpled between them."""

    seed: int = 0
    depth: float = 1.0
    crumple: float = 0.5


SceneKind = Literal["floor", "bed", "door", "wall", "form", "figure"]


@dataclass(frozen=True)
class Scene:
    """Where the garment is.

    Attributes:
        kind: Lying on a floor or a bed, on a hanger on a door or a wall, on a dress form or a
            figure.
        surface: What the floor, bed or wall is made of; see `surfaces.SURFACES`.
        tint: The surface's colour.
        second: The colour of doors, skirtings and hangers.
        skin: The figure's.
        seed: Fixes the rest.
    """

    kind: SceneKind = "floor"
    surface: str = "oak"
    tint: RGB = (200, 170, 130)
    second: RGB = (236, 234, 228)
    skin: RGB = (214, 168, 140)
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
        lifted = np.column_stack([points, np.ones(len(points))]) @ self.matrix.T
        flat: NDArray[np.float64] = lifted[:, :2] / lifted[:, 2:]
        return flat

    def plane(self, step: int = 1, margin: int = 0) -> tuple[Floats, Floats]:
        """The plane's x and y in cm at each pixel.

        Args:
            step: Take every `step`-th pixel, in the middle of its block.
            margin: Rows and columns beyond each edge, in steps.
        """
        rows = -(-self.height // step) + 2 * margin
        columns = -(-self.width // step) + 2 * margin
        x = ((np.arange(columns) - margin) * step + (step - 1) / 2).astype(np.float32)[None, :]
        y = ((np.arange(rows) - margin) * step + (step - 1) / 2).astype(np.float32)[:, None]
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
    rotation, _ = cv2.Rodrigues(np.array([camera.tilt[0], camera.tilt[1], 0.0]))
    spin, _ = cv2.Rodrigues(np.array([0.0, 0.0, camera.turn]))
    pose = rotation @ spin
    focal = px_per_cm * camera.distance_cm
    intrinsic = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1.0]])
    extrinsic = np.column_stack([pose[:, 0], pose[:, 1], [0, 0, camera.distance_cm]])
    aim = np.array([[1, 0, -centre[0]], [0, 1, -centre[1]], [0, 0, 1.0]])
    return Projection(intrinsic @ extrinsic @ aim, px_per_cm, height, width)


_TO_LINEAR = (
    np.where(
        np.arange(256) / 255 <= 0.04045,
        np.arange(256) / 255 / 12.92,
        ((np.arange(256) / 255 + 0.055) / 1.055) ** 2.4,
    )
).astype(np.float32)


def linear(picture: Bytes) -> Floats:
    """SRGB bytes as linear light, float32 in 0 to 1."""
    light: Floats = cv2.LUT(picture, _TO_LINEAR)
    return light


def linear_rgb(colour: RGB) -> Floats:
    """One sRGB colour as linear light, (3,)."""
    channels: Floats = _TO_LINEAR[np.array(colour)]
    return channels


@lru_cache(maxsize=64)
def _tone_curve(contrast: float) -> Bytes:
    """Square root of linear light, 0 to 4095, to sRGB bytes with a soft shoulder."""
    light = (np.arange(4096) / 2048) ** 2
    shoulder = np.where(light > 0.8, 0.8 + 0.2 * np.tanh((light - 0.8) / 0.2 * 0.8), light)
    srgb = np.where(
        shoulder <= 0.0031308,
        12.92 * shoulder,
        1.055 * np.maximum(shoulder, 1e-9) ** (1 / 2.4) - 0.055,
    )
    curved = srgb + (contrast - 1.0) * (srgb - 0.5) * 4 * srgb * (1 - srgb)
    curve: Bytes = np.clip(np.rint(curved * 255), 0, 255).astype(np.uint8)
    return curve


@lru_cache(maxsize=1)
def _grain() -> NDArray[np.int16]:
    """Sensor noise as a phone leaves it: mostly brightness, some blotchy colour; deviation 16."""
    side = 1024
    luma = cloud(side, 31, slope=0.35)
    channels = [0.85 * luma + 0.5 * cloud(side, 32 + k, slope=0.9) for k in range(3)]
    grain: NDArray[np.int16] = np.rint(np.stack(channels, axis=-1) * 16).astype(np.int16)
    return grain


def develop(light: Floats, film: Film, seed: int) -> Bytes:
    """The picture as the phone shows it, from linear light (H, W, 3); sRGB bytes.

    White balance, exposure, vignetting, tone curve, saturation, softness and noise, in that order.
    """
    height, width = light.shape[:2]
    gain = 2.0**film.exposure
    gains = np.array([gain * film.gains[0], gain, gain * film.gains[1]], np.float32)
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    shade = 1.0 - film.vignette * 0.5 * (x * x + y * y)
    exposed = cv2.multiply(light, cv2.merge([shade * gains[0], shade * gains[1], shade * gains[2]]))
    root = cv2.sqrt(cv2.max(exposed, 0.0))
    steps = np.minimum(root * 2048, 4095).astype(np.uint16)
    picture: Bytes = np.take(_tone_curve(round(film.contrast, 2)), steps)
    if abs(film.saturation - 1.0) > 0.02:
        grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        picture = cv2.addWeighted(picture, film.saturation, grey, 1 - film.saturation, 0)
    if film.softness_px > 0.05:
        picture = cv2.GaussianBlur(picture, (0, 0), film.softness_px * max(height, width) / 800)
    if film.noise > 0:
        grain = _grain()
        rng = np.random.default_rng(seed)
        top, left = (int(v) for v in rng.integers(0, 1024, 2))
        patch = np.take(
            np.take(grain, np.arange(top, top + height) % 1024, axis=0),
            np.arange(left, left + width) % 1024,
            axis=1,
        )
        noisy = cv2.scaleAdd(patch.astype(np.float32), film.noise / 16, picture.astype(np.float32))
        picture = cv2.convertScaleAbs(cv2.max(noisy, 0.0))
    return picture
