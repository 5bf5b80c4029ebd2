"""Makes a dirty file from a photo: copies of all kinds, spoilt shots, broken downloads."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from core.scrape.demo.brush import write_centred
from core.scrape.demo.files import decoded, jpeg, png, resized, webp
from core.scrape.demo.textures import Bytes
from core.scrape.demo.truth import Kind

ERROR_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>403 Forbidden</title></head>\n"
    "<body><center><h1>403 Forbidden</h1></center><hr><center>edge cache</center></body></html>\n"
)


@dataclass(frozen=True)
class Made:
    """A file's bytes and how it was made, for the ground truth."""

    data: bytes
    detail: str = ""


def copy_of(original: bytes, kind: Kind, rng: Generator) -> Made:
    """A copy of a photo's file.

    Args:
        original: The photo's bytes.
        kind: One of `truth.COPY_KINDS`; `RELISTED` gives the same bytes or a re-encoded picture.
        rng: Draws how strong the change is.
    """
    if kind is Kind.BYTE_COPY:
        return Made(original, "same bytes")
    if kind is Kind.RELISTED:
        if rng.random() < 0.5:
            return Made(original, "same bytes")
        quality = int(rng.integers(70, 86))
        return Made(jpeg(decoded(original), quality), f"re-encoded, quality {quality}")
    picture = decoded(original)
    quality = int(rng.integers(72, 92))
    if kind is Kind.REENCODED:
        if rng.random() < 0.25:
            return Made(webp(picture, quality), f"webp, quality {quality}")
        quality = int(rng.integers(38, 72))
        return Made(jpeg(picture, quality), f"jpeg, quality {quality}")
    changed, detail = _CHANGES[kind](picture, rng)
    return Made(jpeg(changed, quality), detail)


def _resize(picture: Bytes, rng: Generator) -> tuple[Bytes, str]:
    share = float(rng.uniform(0.5, 0.85))
    height, width = picture.shape[:2]
    size = max(round(width * share), 8), max(round(height * share), 8)
    return resized(picture, *size), f"{round(share * 100)} % of the size"


def _crop(picture: Bytes, rng: Generator) -> tuple[Bytes, str]:
    """Cuts off 2 to 12 % of each length, unevenly shared between the two sides."""
    share = float(rng.uniform(0.02, 0.12))
    height, width = picture.shape[:2]
    cut_x, cut_y = max(round(width * share), 1), max(round(height * share), 1)
    left, top = round(cut_x * rng.random()), round(cut_y * rng.random())
    kept = picture[top : height - (cut_y - top), left : width - (cut_x - left)]
    return np.ascontiguousarray(kept), f"crop {round(share * 100)} %"


def _border(picture: Bytes, rng: Generator) -> tuple[Bytes, str]:
    share = float(rng.uniform(0.03, 0.1))
    width = max(round(max(picture.shape[:2]) * share), 2)
    name, value = (("white", 255), ("black", 0), ("grey", 200))[int(rng.integers(3))]
    framed: Bytes = cv2.copyMakeBorder(
        picture, width, width, width, width, cv2.BORDER_CONSTANT, value=(value, value, value)
    )
    return framed, f"{name} border {round(share * 100)} %"


def _mirror(picture: Bytes, rng: Generator) -> tuple[Bytes, str]:
    return np.ascontiguousarray(picture[:, ::-1]), "left to right"


def _rotate(picture: Bytes, rng: Generator) -> tuple[Bytes, str]:
    turns = int(rng.choice([1, 2, 3], p=[0.42, 0.16, 0.42]))
    return np.ascontiguousarray(np.rot90(picture, turns)), f"{90 * turns}° counter-clockwise"


def _watermark(picture: Bytes, rng: Generator) -> tuple[Bytes, str]:
    """A see-through band with a seller's name, or the name alone across the middle."""
    height, width = picture.shape[:2]
    marked = picture.copy()
    text = ("@mia_wardrobe", "lottas.schrank", "© chez_ines", "second_leaf ♥"[:11])[
        int(rng.integers(4))
    ]
    band = max(round(height * rng.uniform(0.07, 0.12)), 6)
    top = round((height - band) * float(rng.choice([0.06, 0.5, 0.93])))
    layer = np.zeros((height, width, 3), np.uint8)
    layer[:] = picture
    shade = (255, 255, 255) if rng.random() < 0.6 else (20, 20, 20)
    layer[top : top + band] = shade
    marked = cv2.addWeighted(layer, 0.5, picture, 0.5, 0)
    ink = (30, 30, 34) if shade[0] > 128 else (245, 245, 245)
    write_centred(
        marked, text, (width / 2, top + band / 2), width * 0.7, ink, weight=600, tallest=band * 0.62
    )
    return marked, "band"


_CHANGES = {
    Kind.RESIZED: _resize,
    Kind.CROPPED: _crop,
    Kind.BORDERED: _border,
    Kind.MIRRORED: _mirror,
    Kind.ROTATED: _rotate,
    Kind.WATERMARKED: _watermark,
}


def blurred(picture: Bytes, rng: Generator) -> tuple[Bytes, str]:
    """A shot out of focus or shaken."""
    side = max(picture.shape[:2])
    if rng.random() < 0.5:
        radius = side * float(rng.uniform(0.008, 0.016))
        soft: Bytes = cv2.GaussianBlur(picture, (0, 0), radius)
        return soft, "out of focus"
    length = max(round(side * float(rng.uniform(0.035, 0.07))), 5)
    kernel = np.zeros((length, length), np.float32)
    angle = float(rng.uniform(0, np.pi))
    middle = (length - 1) / 2
    dx, dy = np.cos(angle) * middle, np.sin(angle) * middle
    start, end = (round(middle - dx), round(middle - dy)), (round(middle + dx), round(middle + dy))
    cv2.line(kernel, start, end, 1.0, max(length // 14, 1))
    shaken: Bytes = cv2.filter2D(picture, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT)
    return shaken, "shaken"


def dark(picture: Bytes, rng: Generator) -> tuple[Bytes, str]:
    """A shot in which next to nothing was lit."""
    gain = float(rng.uniform(0.03, 0.1))
    noise = rng.normal(0, 2.2, picture.shape)
    dim = np.clip(np.rint(picture * gain + 2 + noise), 0, 255).astype(np.uint8)
    return dim, f"{round(gain * 100)} % of the light"


def truncated(data: bytes, rng: Generator) -> Made:
    """The beginning of a file, enough to look like one."""
    share = float(rng.uniform(0.3, 0.75))
    return Made(data[: int(len(data) * share)], f"the first {round(share * 100)} %")


def disguised(picture: Bytes, quality: int, rng: Generator) -> Made:
    """A WebP or PNG, to be named .jpg."""
    if rng.random() < 0.65:
        return Made(webp(picture, quality), "webp")
    return Made(png(picture), "png")
