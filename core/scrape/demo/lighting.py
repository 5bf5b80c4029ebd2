"""Light: on the relief of cloth, across the whole scene, and the shadows it leaves."""

from __future__ import annotations

import cv2
import numpy as np

from core.scrape.demo.camera import Light, Projection, Shot
from core.scrape.demo.textures import Floats, cloud


def shade(height: Floats, per_cm: float, light: Light, gloss: float) -> tuple[Floats, Floats]:
    """How bright a relief is.

    Args:
        height: The relief in cm, (H, W).
        per_cm: Samples to a centimetre.
        light: Where light comes from and how hard it is.
        gloss: How much the cloth shines, 0 to 1.

    Returns:
        A factor around 1 and an amount of light to add, both (H, W).
    """
    slope_x = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=per_cm / 8)
    slope_y = cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=per_cm / 8)
    lean = 0.55 + 0.85 * light.slant
    sun = np.array([np.cos(light.direction) * lean, np.sin(light.direction) * lean, 1.0])
    sun = (sun / np.linalg.norm(sun)).astype(np.float32)
    steep = 1 / np.sqrt(slope_x * slope_x + slope_y * slope_y + 1)
    facing = (sun[2] - slope_x * sun[0] - slope_y * sun[1]) * steep
    directed = np.float32(0.95 - 0.5 * light.softness)
    lambert = np.maximum(facing, 0) * (1 / sun[2])
    sky = 0.25 + 0.75 * steep
    hollow, near = (_mean_around(height, reach * per_cm) - height for reach in (3.6, 1.3))
    occluded = np.exp(-0.22 * np.maximum(hollow, 0) - 0.6 * np.maximum(near, 0))
    factor = ((1 - directed) * sky + directed * lambert) * occluded
    if gloss <= 0.1:
        return factor.astype(np.float32), np.zeros_like(height)
    half = sun + np.array([0, 0, 1], np.float32)
    half /= np.linalg.norm(half)
    glint = np.maximum((half[2] - slope_x * half[0] - slope_y * half[1]) * steep, 0)
    shine = np.float32(gloss) * (glint**14 - 0.45)
    return factor.astype(np.float32), np.maximum(shine, 0).astype(np.float32)


def _mean_around(height: Floats, reach: float) -> Floats:
    """The mean over a square of `reach` samples to each side."""
    side = 2 * max(round(reach), 1) + 1
    mean: Floats = cv2.blur(height, (side, side))
    return mean


def shifted(cover: Floats, light: Light, away: float) -> Floats:
    """A cover moved away from the light by `away` samples."""
    move = np.array(
        [[1, 0, -np.cos(light.direction) * away], [0, 1, -np.sin(light.direction) * away]],
        np.float32,
    )
    moved: Floats = cv2.warpAffine(cover, move, cover.shape[::-1])
    return moved


def cast_shadow(cover: Floats, per_cm: float, light: Light, gap_cm: float) -> Floats:
    """How much light reaches what lies `gap_cm` behind a cover, (H, W), 1 for all of it."""
    away = gap_cm * (0.3 + 1.5 * light.slant) * per_cm
    blur = (0.35 + 1.5 * light.softness) * gap_cm * per_cm
    cast = _softened(shifted(cover, light, away), max(blur, 0.7))
    contact = cv2.GaussianBlur(cover, (0, 0), max(0.5 * per_cm, 0.6))
    wide = _softened(cover, max(5.0 * per_cm, 1.0))
    dark = (1 - (0.68 - 0.3 * light.softness) * cast) * (1 - 0.22 * wide)
    if gap_cm < 1.5:
        dark *= 1 - 0.35 * contact
    return np.asarray(dark, np.float32)


def _softened(cover: Floats, sigma: float) -> Floats:
    """A Gaussian blur; a wide one is made of a smaller picture."""
    shrink = int(sigma / 3)
    if shrink < 2 or min(cover.shape) < 8 * shrink:
        soft: Floats = cv2.GaussianBlur(cover, (0, 0), sigma)
        return soft
    height, width = cover.shape
    small = cv2.resize(cover, (width // shrink, height // shrink), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / shrink)
    wide: Floats = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return wide


def lamp(shot: Shot, projection: Projection, x: Floats, y: Floats) -> Floats:
    """The light's unevenness over the picture, around 1: a bright side, a flash, a sunny patch.

    Args:
        shot: Whose light.
        projection: Whose scale.
        x: The plane's x in cm at each coarse sample, (h, w).
        y: The same for y.
    """
    light = shot.light
    height, width = x.shape
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    right = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    toward = right * np.float32(np.cos(light.direction)) + down * np.float32(
        np.sin(light.direction)
    )
    bright = 1 + np.float32(0.5 * light.falloff) * toward
    if light.flash:
        bright = bright + np.float32(light.flash) * (np.exp(-1.6 * (right**2 + down**2)) - 0.45)
    if light.window:
        bright = bright * _window(shot, projection, x, y)
    return np.asarray(bright, np.float32)


def _window(shot: Shot, projection: Projection, x: Floats, y: Floats) -> Floats:
    """Sun through a window with glazing bars, or through leaves."""
    rng = np.random.default_rng([shot.seed, 5])
    span = projection.height / projection.px_per_cm
    centre = (
        float(x.mean()) + rng.normal(0, 0.2) * span,
        float(y.mean()) + rng.normal(0, 0.2) * span,
    )
    if rng.random() < 0.4:
        leaves = cloud(256, int(rng.integers(8)), slope=1.7)
        scale = np.float32(256 / (1.6 * span))
        dapple = cv2.remap(
            leaves, x * scale + 300, y * scale + 300, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
        )
        lit = 1 / (1 + np.exp(-3.5 * (dapple - 0.1)))
    else:
        angle, lean = rng.uniform(-0.5, 0.5), rng.uniform(-0.7, 0.7)
        pane_x, pane_y = span * rng.uniform(0.16, 0.24), span * rng.uniform(0.22, 0.34)
        corners = np.array([[-0.46, -0.46], [0.46, -0.46], [0.46, 0.46], [-0.46, 0.46]])
        mask = np.zeros(x.shape, np.float32)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        step = projection.height / x.shape[0]
        for column in range(2):
            for row in range(3):
                pane = np.add(corners, (column - 0.5, row - 1.0)) * [pane_x, pane_y]
                pane[:, 0] += lean * pane[:, 1]
                pixels = projection.to_pixels(pane @ turn.T + centre) / step
                cv2.fillPoly(mask, [np.rint(pixels * 16).astype(np.int32)], 1.0, cv2.LINE_AA, 4)
        lit = cv2.GaussianBlur(mask, (0, 0), max(x.shape[0] * 0.012, 0.7))
    strength = np.float32(light_strength(shot))
    return np.asarray(1 - 0.35 * strength + 1.25 * strength * lit, np.float32)


def light_strength(shot: Shot) -> float:
    """How strong the sunny patch is, less where light is soft anyway."""
    return shot.light.window * (1.15 - 0.6 * shot.light.softness)
