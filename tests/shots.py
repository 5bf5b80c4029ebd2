"""Pictures that behave like photos of garments, and what people do to copies of them."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image


def shot(seed: int, width: int = 240, height: int = 320) -> np.ndarray:
    """A garment-like blob with folds on a textured ground; (height, width, 3) uint8 RGB."""
    rng = np.random.default_rng(seed)
    ground = _cloud(rng, height, width, 40) * 20 + rng.uniform(90, 210, 3)
    cloth = _cloud(rng, height, width, 14) * 30 + rng.uniform(30, 230, 3)
    cloth += _cloud(rng, height, width, 4) * 12
    mask = np.zeros((height, width), np.float32)
    centre = (int(width * rng.uniform(0.42, 0.58)), int(height * rng.uniform(0.42, 0.58)))
    axes = (int(width * rng.uniform(0.22, 0.34)), int(height * rng.uniform(0.25, 0.38)))
    cv2.ellipse(mask, centre, axes, rng.uniform(-20, 20), 0, 360, 1, -1)
    for _ in range(6):
        at = tuple(int(v) for v in rng.uniform(0.2, 0.8, 2) * (width, height))
        cv2.circle(mask, at, int(width * rng.uniform(0.03, 0.1)), float(rng.integers(2)), -1)
    mask = cv2.GaussianBlur(mask, (0, 0), 1)[:, :, None]
    return np.clip(ground * (1 - mask) + cloth * mask, 0, 255).astype(np.uint8)


def _cloud(rng: np.random.Generator, height: int, width: int, grain_px: int) -> np.ndarray:
    coarse = rng.normal(0, 1, (height // grain_px + 3, width // grain_px + 3)).astype(np.float32)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return smooth[:, :, None]


def jpeg(pixels: np.ndarray, quality: int = 88) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "JPEG", quality=quality)
    return file.getvalue()


def recompressed(pixels: np.ndarray, quality: int) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg(pixels, quality))))


def resized(pixels: np.ndarray, share: float) -> np.ndarray:
    size = (round(pixels.shape[1] * share), round(pixels.shape[0] * share))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def cropped(pixels: np.ndarray, left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """Cuts shares of the width and the height off each side."""
    h, w = pixels.shape[:2]
    return pixels[round(top * h) : h - round(bottom * h), round(left * w) : w - round(right * w)]


def bordered(pixels: np.ndarray, share: float = 0.08, level: int = 255) -> np.ndarray:
    rim = round(share * pixels.shape[1])
    return np.pad(pixels, ((rim, rim), (rim, rim), (0, 0)), constant_values=level)


def watermarked(
    pixels: np.ndarray, top: float = 0.45, height: float = 0.12, opacity: float = 0.6
) -> np.ndarray:
    """A white band across, with a word in it."""
    marked = pixels.copy()
    h, w = pixels.shape[:2]
    begin, end = round(top * h), round((top + height) * h)
    marked[begin:end] = np.round(marked[begin:end] * (1 - opacity) + 255 * opacity)
    size = (end - begin) / 40
    cv2.putText(marked, "SHOP", (w // 4, end - 5), cv2.FONT_HERSHEY_SIMPLEX, size, (20, 20, 20), 2)
    return marked


def rendered_elsewhere(seed: int, other_seed: int) -> np.ndarray:
    """The ground of one shot with the garment of another."""
    a, b = shot(seed), shot(other_seed)
    h, w = a.shape[:2]
    mixed = a.copy()
    part = (slice(h // 5, 4 * h // 5), slice(w // 5, 4 * w // 5))
    mixed[part] = b[part]
    return mixed


def plain_cloth(seed: int, width: int = 192, height: int = 256, weave: float = 7.0) -> np.ndarray:
    """A close view of smooth cloth: soft shading, and a weave as fine as the pixels."""
    rng = np.random.default_rng(seed)
    cloth = _cloud(rng, height, width, 16) * 16 + rng.uniform(70, 180, 3)
    return np.clip(cloth + rng.normal(0, weave, (height, width, 1)), 0, 255).astype(np.uint8)


def close_view(seed: int, width: int = 600, height: int = 800) -> np.ndarray:
    """A dark top that all but fills the frame; a lighter wall around neck, side and hem."""
    rng = np.random.default_rng(seed)
    cloth = _cloud(rng, height, width, 200) * 2 + rng.uniform(20, 45, 3)
    cloth += rng.normal(0, 1, (height, width, 1))
    y, x = np.mgrid[:height, :width] / height
    side = rng.uniform(0.6, 0.68) + 0.05 * np.sin(rng.uniform(3, 5) * y)
    neck = np.hypot(x - rng.uniform(0.2, 0.45), y) < rng.uniform(0.03, 0.08)
    hem = y > rng.uniform(0.94, 0.97) - rng.uniform(0.02, 0.1) * (x - 0.3)
    wall = (x > side) | neck | hem
    cloth[wall] = rng.uniform(110, 190, 3) + (20 * y[wall])[:, None]
    return np.clip(cloth, 0, 255).astype(np.uint8)
