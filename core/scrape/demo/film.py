"""From light to the picture that a phone stores.

Until it is developed a picture is paint and light apart: paint is bytes that follow the square root
of what a surface reflects, WHITE_PAINT for all of it (so that a glint may be twice as bright), and
light is one number for each pixel. Bytes are a quarter of the memory of linear light in three
channels, and memory is what drawing waits for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from core.scrape.demo.palette import RGB
from core.scrape.demo.textures import Bytes, Floats, cloud, to_bytes


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


@dataclass(frozen=True, eq=False)
class Exposure:
    """What falls on the phone's sensor.

    Attributes:
        paint: (H, W, 3).
        light: How much light reaches each pixel, around 1, (H, W).
    """

    paint: Bytes
    light: Floats


WHITE_PAINT = 180  # paint that reflects all light

_LINEAR = np.where(
    np.arange(256) / 255 <= 0.04045,
    np.arange(256) / 255 / 12.92,
    ((np.arange(256) / 255 + 0.055) / 1.055) ** 2.4,
)
_TO_PAINT = np.rint(WHITE_PAINT * np.sqrt(_LINEAR)).astype(np.uint8)


def painted(picture: Bytes) -> Bytes:
    """Paint of sRGB bytes."""
    paint: Bytes = cv2.LUT(picture, _TO_PAINT)
    return paint


def paint_of(colour: RGB, share: float = 1.0) -> RGB:
    """Paint of one sRGB colour, of which `share` of the light is reflected."""
    r, g, b = (round(WHITE_PAINT * float(np.sqrt(_LINEAR[v] * share))) for v in colour)
    return r, g, b


def tinted(picture: Bytes, tint: RGB, grey: int) -> Bytes:
    """Paint of sRGB bytes, scaled so that `grey` becomes the tint."""
    gains = _LINEAR[np.array(tint)] / _LINEAR[grey]
    table = np.rint(WHITE_PAINT * np.sqrt(_LINEAR[:, None] * gains[None, :]))
    paint: Bytes = cv2.LUT(picture, np.minimum(table, 255).astype(np.uint8).reshape(256, 1, 3))
    return paint


def dimmed(paint: Bytes, light: Floats) -> Bytes:
    """Paint that reflects `light` times as much, (H, W)."""
    root = cv2.sqrt(light)
    dim: Bytes = cv2.multiply(paint, cv2.merge([root, root, root]), dtype=cv2.CV_8U)
    return dim


@lru_cache(maxsize=64)
def _tone_curve(contrast: float) -> Bytes:
    """What becomes of lit paint: sRGB bytes.

    Highlights roll off as a phone's do, and contrast steepens the middle.
    """
    light = (np.arange(256) / WHITE_PAINT) ** 2
    rolled = np.where(light > 0.7, 0.7 + 0.3 * np.tanh((light - 0.7) / 0.3 * 0.75), light)
    srgb = np.where(
        rolled <= 0.0031308,
        12.92 * rolled,
        1.055 * np.maximum(rolled, 1e-9) ** (1 / 2.4) - 0.055,
    )
    curved = srgb + (contrast - 1.0) * (srgb - 0.5) * 4 * srgb * (1 - srgb)
    curve: Bytes = np.clip(np.rint(curved * 255), 0, 255).astype(np.uint8)
    return curve


_GRAIN_SIDE = 1024


@lru_cache(maxsize=1)
def _grain() -> Bytes:
    """Sensor noise as a phone leaves it: mostly brightness, some blotchy colour.

    Around 128, 24 levels to a deviation.
    """
    luma = cloud(_GRAIN_SIDE, 31, slope=0.35)
    channels = [0.85 * luma + 0.5 * cloud(_GRAIN_SIDE, 32 + k, slope=0.9) for k in range(3)]
    grain = to_bytes(cv2.merge(channels), 128, 24)
    return np.tile(grain, (2, 2, 1))


def develop(exposure: Exposure, lamp: Floats, film: Film, seed: int) -> Bytes:
    """The picture as the phone shows it.

    Args:
        exposure: What falls on the sensor, (H, W).
        lamp: How much brighter each part is lit, any size; spread over the picture.
        film: The phone's white balance, exposure, vignetting, noise, tone curve and softness.
        seed: Fixes the noise.

    Returns:
        sRGB bytes, (H, W, 3).
    """
    height, width = exposure.light.shape
    y = np.linspace(-1, 1, lamp.shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, lamp.shape[1], dtype=np.float32)[None, :]
    shade = lamp * (1 - np.float32(0.5 * film.vignette) * (x * x + y * y))
    gain = _metered(exposure, shade) * 2.0**film.exposure
    full = cv2.resize(shade, (width, height), interpolation=cv2.INTER_LINEAR)
    lit = cv2.sqrt(cv2.multiply(exposure.light, full, full))
    gains = [np.float32(np.sqrt(gain * g)) for g in (film.gains[0], 1.0, film.gains[1])]
    root = cv2.multiply(exposure.paint, cv2.merge([lit * g for g in gains]), dtype=cv2.CV_8U)
    if film.noise > 0:
        rng = np.random.default_rng(seed)
        top, left = (int(v) for v in rng.integers(0, _GRAIN_SIDE, 2))
        rows, columns = min(height, _GRAIN_SIDE), min(width, _GRAIN_SIDE)
        grain = _grain()[top : top + rows, left : left + columns]
        if grain.shape != root.shape:  # a picture larger than the tile sees it repeat
            grain = np.take(
                np.take(grain, np.arange(height) % rows, 0), np.arange(width) % columns, 1
            )
        strength = WHITE_PAINT * film.noise / 255 / 24
        root = cv2.addWeighted(root, 1, grain, strength, -128 * strength)
    picture: Bytes = cv2.LUT(root, _tone_curve(round(film.contrast, 2)))
    if abs(film.saturation - 1.0) > 0.04:
        grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        picture = cv2.addWeighted(picture, film.saturation, grey, 1 - film.saturation, 0)
    if film.softness_px > 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), film.softness_px * max(height, width) / 800)
    return picture


def _metered(exposure: Exposure, shade: Floats) -> float:
    """The gain with which a phone exposes: towards a middle grey, but not all the way."""
    size = (24, 32)
    thin = max(min(exposure.light.shape) // 150, 1)  # so many pixels are enough for a mean
    paint, light = (
        cv2.resize(np.ascontiguousarray(all_of[::thin, ::thin]), size, interpolation=cv2.INTER_AREA)
        for all_of in (exposure.paint, exposure.light)
    )
    level = cv2.resize(shade, size, interpolation=cv2.INTER_AREA)
    lit = paint * np.sqrt(np.maximum(light * level, 0))[..., None]
    mean = (float(np.mean(lit)) / WHITE_PAINT) ** 2
    return float(np.clip((0.36 / max(mean, 1e-3)) ** 0.4, 0.72, 1.38))
