"""Pictures of some queries and their nearest neighbours: to see what a network has learned.

One row a query, drawn anew at each evaluation for the same queries. What an autoencoder makes of
them is a second picture with the same rows.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from core.images import Pixels
from core.project import write_atomically

Rows = npt.NDArray[np.int64]

QUERIES = 8
NEIGHBOURS = 8

_TILE_PX = 96
_GAP_PX = 6
_FRAME_PX = 3
_BACKGROUND = (245, 245, 245)
_RIGHT = (0, 114, 178)  # told from the others by brightness and place too, for the colour-blind
_TEXT = (60, 60, 60)


def fixed_queries(item_of: npt.NDArray[np.int32], seed: int, count: int = QUERIES) -> Rows:
    """Rows of photos of different items, the same ones every time.

    Args:
        item_of: (n,) The item of each photo of the set.
        seed: Of the run.
        count: How many; all items where there are fewer.
    """
    _items, first = np.unique(item_of, return_index=True)
    drawn = np.random.default_rng(seed).permutation(first)[:count]
    return np.sort(drawn).astype(np.int64)


def nearest(
    embeddings: npt.NDArray[np.float32],
    queries: Rows,
    metric: Literal["angular", "l2"],
    count: int = NEIGHBOURS,
) -> Rows:
    """The nearest other photos of each query: (queries, count) rows, the nearest first."""
    vectors = np.nan_to_num(embeddings.astype(np.float64))
    if metric == "angular":
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    asked = vectors[queries]
    squares = (vectors**2).sum(axis=1)
    distances = squares[None, :] - 2 * asked @ vectors.T
    distances[np.arange(len(queries)), queries] = np.inf
    count = min(count, len(vectors) - 1)
    return np.argsort(distances, axis=1, kind="stable")[:, :count].astype(np.int64)


def draw_sheet(
    file: Path,
    queries: Rows,
    neighbours: Rows,
    item_of: npt.NDArray[np.int32],
    pixels_of: Callable[[Rows], Pixels],
) -> None:
    """Writes the sheet as PNG: queries to the left, neighbours of the same item framed.

    Args:
        file: Where; its folder is made.
        queries: (q,) rows.
        neighbours: (q, k) rows.
        item_of: (n,) The item of each photo.
        pixels_of: Gives (m, side, side, 3) uint8 for rows.
    """
    shown = np.concatenate([queries[:, None], neighbours], axis=1)
    height, width = shown.shape
    step = _TILE_PX + _GAP_PX
    size = (width * step + 3 * _GAP_PX, height * step + _GAP_PX)
    sheet = Image.new("RGB", size, _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    for row, photos in enumerate(shown):
        for column, (photo, pixels) in enumerate(zip(photos, pixels_of(photos), strict=True)):
            left = _GAP_PX + column * step + (2 * _GAP_PX if column else 0)
            top = _GAP_PX + row * step
            sheet.paste(_tile(pixels), (left, top))
            if column and item_of[photo] == item_of[photos[0]]:
                _frame(draw, left, top)
    line = _GAP_PX + step + _GAP_PX // 2
    draw.line([(line, 0), (line, size[1])], fill=_TEXT)
    _write(file, sheet)


def draw_reconstructions(file: Path, photos: Pixels, drawn: npt.NDArray[np.float32]) -> None:
    """Writes a PNG: the photos to the left, what a decoder drew of each to the right.

    Args:
        file: Where; its folder is made.
        photos: uint8 (n, side, side, 3).
        drawn: The same shape, 0 … 255.
    """
    again = np.clip(np.rint(drawn), 0, 255).astype(np.uint8)
    step = _TILE_PX + _GAP_PX
    picture = Image.new("RGB", (2 * step + _GAP_PX, len(photos) * step + _GAP_PX), _BACKGROUND)
    for row, pair in enumerate(zip(photos, again, strict=True)):
        for column, pixels in enumerate(pair):
            picture.paste(_tile(pixels), (_GAP_PX + column * step, _GAP_PX + row * step))
    _write(file, picture)


def _tile(pixels: Pixels) -> Image.Image:
    return Image.fromarray(pixels).resize((_TILE_PX, _TILE_PX), Image.Resampling.LANCZOS)


def _frame(draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
    box: Sequence[int] = (
        left - _FRAME_PX,
        top - _FRAME_PX,
        left + _TILE_PX + _FRAME_PX - 1,
        top + _TILE_PX + _FRAME_PX - 1,
    )
    draw.rectangle(list(box), outline=_RIGHT, width=_FRAME_PX)


def _write(file: Path, sheet: Image.Image) -> None:
    data = io.BytesIO()
    sheet.save(data, "PNG")
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, data.getvalue())
