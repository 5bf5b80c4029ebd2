"""What people and shops do to copies of photos, redone on known photos to measure hints by."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from core.images import encode_jpeg

Pixels = npt.NDArray[np.uint8]
Rng = np.random.Generator

_COLOURS = ((255, 255, 255), (0, 0, 0), (128, 128, 128), (230, 200, 210))
_BANDS = ((0, 0, 0), (255, 255, 255), (200, 30, 40), (30, 60, 160))


def edited(data: bytes, edit: str, rng: Rng) -> bytes:
    """A copy of a photo.

    Args:
        data: The photo's file.
        edit: One of `EDITS`.
        rng: Draws how strong the edit is, and the quality that the copy is encoded at.
    """
    if edit == "same bytes":
        return data
    with Image.open(io.BytesIO(data)) as image:
        pixels = np.array(image.convert("RGB"))
    quality = int(rng.integers(30, 91)) if "re-encoded" in edit else int(rng.integers(80, 93))
    return encode_jpeg(EDITS[edit](pixels, rng), quality)


def _same(pixels: Pixels, _: Rng) -> Pixels:
    return pixels


def _resize(pixels: Pixels, rng: Rng) -> Pixels:
    height, width = pixels.shape[:2]
    share = rng.uniform(0.5, 0.9)
    size = (max(1, round(width * share)), max(1, round(height * share)))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def _crop(pixels: Pixels, left: float, top: float, right: float, bottom: float) -> Pixels:
    height, width = pixels.shape[:2]
    rows = slice(round(top * height), height - round(bottom * height))
    return pixels[rows, round(left * width) : width - round(right * width)]


def _crop_evenly(share: float) -> Callable[[Pixels, Rng], Pixels]:
    return lambda pixels, _: _crop(pixels, share, share, share, share)


def _crop_unevenly(pixels: Pixels, rng: Rng) -> Pixels:
    left, top, right, bottom = rng.uniform(0, 0.12, 4)
    return _crop(pixels, left, top, right, bottom)


def _crop_one_side(pixels: Pixels, rng: Rng) -> Pixels:
    return np.rot90(_crop(np.rot90(pixels, side := int(rng.integers(4))), 0.12, 0, 0, 0), -side)


def _border(pixels: Pixels, rng: Rng) -> Pixels:
    width = round(0.08 * pixels.shape[1])
    colour = _COLOURS[rng.integers(len(_COLOURS))]
    framed = cv2.copyMakeBorder(
        pixels, width, width, width, width, cv2.BORDER_CONSTANT, value=colour
    )
    return np.asarray(framed)


def _square(pixels: Pixels, rng: Rng) -> Pixels:
    height, width = pixels.shape[:2]
    rest = abs(height - width)
    before, after = rest // 2, rest - rest // 2
    colour = _COLOURS[rng.integers(len(_COLOURS))]
    if width < height:
        square = cv2.copyMakeBorder(pixels, 0, 0, before, after, cv2.BORDER_CONSTANT, value=colour)
    else:
        square = cv2.copyMakeBorder(pixels, before, after, 0, 0, cv2.BORDER_CONSTANT, value=colour)
    return np.asarray(square)


def _mirror(pixels: Pixels, _: Rng) -> Pixels:
    return pixels[:, ::-1]


def _turn(turns: int) -> Callable[[Pixels, Rng], Pixels]:
    return lambda pixels, _: np.rot90(pixels, turns)


def _turn_any(pixels: Pixels, rng: Rng) -> Pixels:
    return np.rot90(pixels, int(rng.integers(1, 4)))


def _band(pixels: Pixels, rng: Rng, opacity: float | None = None) -> Pixels:
    """A band of 8 to 18 % of the height at the top, in the middle or at the bottom, with a name."""
    height, width = pixels.shape[:2]
    size = max(8, int(height * rng.uniform(0.08, 0.18)))
    top = (0, (height - size) // 2, height - size)[rng.integers(3)]
    opacity = rng.uniform(0.4, 1.0) if opacity is None else opacity
    band = np.full((size, width, 3), _BANDS[rng.integers(len(_BANDS))], np.uint8)
    place = (round(width * 0.05), round(size * 0.75))
    cv2.putText(
        band, "shop of somebody 12", place, cv2.FONT_HERSHEY_SIMPLEX, size / 45, (128, 128, 128), 2
    )
    marked = pixels.copy()
    under = marked[top : top + size]
    marked[top : top + size] = np.round(under * (1 - opacity) + band * opacity)
    return marked


def _opaque_band(pixels: Pixels, rng: Rng) -> Pixels:
    return _band(pixels, rng, 1.0)


def _then(*edits: Callable[[Pixels, Rng], Pixels]) -> Callable[[Pixels, Rng], Pixels]:
    def all_of_them(pixels: Pixels, rng: Rng) -> Pixels:
        for edit in edits:
            pixels = np.ascontiguousarray(edit(pixels, rng))
        return pixels

    return all_of_them


EDITS: dict[str, Callable[[Pixels, Rng], Pixels]] = {
    "same bytes": _same,
    "re-encoded, quality 30 to 90": _same,
    "resized, 50 to 90 %": _resize,
    "cropped 5 % a side": _crop_evenly(0.05),
    "cropped 10 % a side": _crop_evenly(0.10),
    "cropped 0 to 12 % a side, unevenly": _crop_unevenly,
    "cropped 12 % on one side": _crop_one_side,
    "border of 8 %": _border,
    "put on a square": _square,
    "mirrored": _mirror,
    "turned by 90°": _turn(1),
    "turned by 180°": _turn(2),
    "turned by 270°": _turn(3),
    "watermark band": _band,
    "opaque watermark band": _opaque_band,
    "mirrored, re-encoded": _mirror,
    "cropped, resized": _then(_crop_unevenly, _resize),
    "mirrored, cropped, re-encoded": _then(_mirror, _crop_unevenly),
    "turned, resized": _then(_turn_any, _resize),
    "border, re-encoded": _border,
    "cropped, watermark band": _then(_crop_unevenly, _band),
}
"""Each edit by name; "re-encoded" in the name means at a quality of 30 to 90, else 80 to 92."""
