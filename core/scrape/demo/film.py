"""From linear light to the picture that a phone stores, and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from core.scrape.demo.palette import RGB
from core.scrape.demo.textures import Bytes, Floats, cloud


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


_TO_LINEAR = (
    np.where(
        np.arange(256) / 255 <= 0.04045,
        np.arange(256) / 255 / 12.92,
        ((np.arange(256) / 255 + 0.055) / 1.055) ** 2.4,
    )
).astype(np.float32)


def linear(picture: Bytes) -> Floats:
    """Linear light of sRGB bytes, float32 in 0 to 1."""
    light: Floats = cv2.LUT(picture, _TO_LINEAR)
    return light


def tinted(picture: Bytes, tint: RGB, grey: int) -> Floats:
    """Linear light of sRGB bytes, scaled so that `grey` becomes the tint."""
    gains = _TO_LINEAR[np.array(tint)] / _TO_LINEAR[grey]
    table = (_TO_LINEAR[:, None] * gains[None, :]).reshape(256, 1, 3).astype(np.float32)
    light: Floats = cv2.LUT(picture, table)
    return light


@lru_cache(maxsize=64)
def _tone_curve(contrast: float) -> Bytes:
    """What becomes of the square root of light, of which 180 is white: sRGB bytes.

    Highlights roll off as a phone's do, and contrast steepens the middle.
    """
    light = (np.arange(256) / 180) ** 2
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
def _grain() -> Floats:
    """Sensor noise as a phone leaves it: mostly brightness, some blotchy colour; deviation 1."""
    luma = cloud(_GRAIN_SIDE, 31, slope=0.35)
    channels = [0.85 * luma + 0.5 * cloud(_GRAIN_SIDE, 32 + k, slope=0.9) for k in range(3)]
    grain: Floats = np.tile(np.stack(channels, axis=-1), (2, 2, 1))
    return grain


def develop(light: Floats, lamp: Floats, film: Film, seed: int) -> Bytes:
    """The picture as the phone shows it.

    Args:
        light: Linear light, (H, W, 3).
        lamp: How much brighter each part is lit, any size; spread over the picture.
        film: The phone's white balance, exposure, vignetting, noise, tone curve and softness.
        seed: Fixes the noise.

    Returns:
        sRGB bytes, (H, W, 3).
    """
    height, width = light.shape[:2]
    y = np.linspace(-1, 1, lamp.shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, lamp.shape[1], dtype=np.float32)[None, :]
    shade = lamp * (1 - np.float32(0.5 * film.vignette) * (x * x + y * y))
    gain = _metered(light, shade) * 2.0**film.exposure
    gains = [gain * film.gains[0], gain, gain * film.gains[1]]
    full = cv2.resize(shade, (width, height), interpolation=cv2.INTER_LINEAR)
    exposed = cv2.multiply(light, cv2.merge([full * np.float32(g) for g in gains]))
    root = cv2.sqrt(exposed)
    if film.noise > 0:
        rng = np.random.default_rng(seed)
        top, left = (int(v) for v in rng.integers(0, _GRAIN_SIDE, 2))
        rows, columns = min(height, _GRAIN_SIDE), min(width, _GRAIN_SIDE)
        grain = _grain()[top : top + rows, left : left + columns]
        if grain.shape != root.shape:  # a picture larger than the tile sees it repeat
            grain = np.take(
                np.take(grain, np.arange(height) % rows, 0), np.arange(width) % columns, 1
            )
        root = cv2.scaleAdd(grain, film.noise / 255, root)
    picture: Bytes = cv2.LUT(
        cv2.convertScaleAbs(root, alpha=180), _tone_curve(round(film.contrast, 2))
    )
    if abs(film.saturation - 1.0) > 0.04:
        grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        picture = cv2.addWeighted(picture, film.saturation, grey, 1 - film.saturation, 0)
    if film.softness_px > 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), film.softness_px * max(height, width) / 800)
    return picture


def _metered(light: Floats, shade: Floats) -> float:
    """The gain with which a phone exposes: towards a middle grey, but not all the way."""
    small = cv2.resize(light, (24, 32), interpolation=cv2.INTER_AREA)
    level = cv2.resize(shade, (24, 32), interpolation=cv2.INTER_AREA)[..., None]
    mean = float(np.mean(np.sqrt(np.maximum(small * level, 0)))) ** 2
    return float(np.clip((0.36 / max(mean, 1e-3)) ** 0.4, 0.72, 1.38))
