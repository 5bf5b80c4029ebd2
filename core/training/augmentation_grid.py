"""A picture of real photos beside what training makes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from core.cleaning.splits import Split
from core.errors import UserError
from core.images import Pixels, UnreadableImage
from core.jobs.context import JobContext
from core.training.instruction import Augmentation, Instruction
from core.training.photos import Dataset
from core.training.pixels import photo_to_square

PHOTOS = 6
"""Rows of the picture: photos of different items."""

DRAWS = 7
"""Columns beside the photo as it is."""

_GAP_PX = 4
_LEAST_TILE_PX = 96
_BACKGROUND = 128

Preview = Callable[[Pixels, Augmentation, int], Pixels]
"""Photos (B, side, side, 3) as training would see them, for a seed."""


def training_squares(
    dataset: Dataset, instruction: Instruction, seed: int, context: JobContext
) -> Pixels:
    """Some training photos of different items, made small as for training: (n, side, side, 3).

    Raises:
        UserError: None of them can be read.
    """
    rows = dataset.rows(Split.TRAIN)
    _, first = np.unique(dataset.item_of[rows], return_index=True)
    drawn = np.random.default_rng(seed).permutation(rows[first])
    data = instruction.data
    squares: list[Pixels] = []
    for row in drawn.tolist():
        context.check_cancelled()
        photo = dataset.photos[row]
        try:
            squares.append(photo_to_square(photo.file, photo.crop, data.side_px, data.fit))
        except (OSError, UnreadableImage):
            continue
        if len(squares) == PHOTOS:
            break
    if not squares:
        raise UserError(
            "None of the photos can be read",
            path=dataset.photos[int(rows[0])].file,
            remedy="Connect the disk that they lie on, or import the scrape from where it is now.",
        )
    return np.stack(squares)


def augmentation_grid(
    squares: Pixels, augmentation: Augmentation, seed: int, preview: Preview
) -> Pixels:
    """A picture with a row for each photo: as it is, then under some draws of the augmentation.

    Args:
        squares: (n, side, side, 3) uint8 RGB.
        augmentation: What is drawn from.
        seed: Of the first draw; each has the next one.
        preview: Augments the squares by a seed.
    """
    columns = [squares, *(preview(squares, augmentation, seed + draw) for draw in range(DRAWS))]
    side = squares.shape[1]
    scale = -(-_LEAST_TILE_PX // side)
    tile = side * scale
    height = len(squares) * (tile + _GAP_PX) + _GAP_PX
    width = len(columns) * (tile + _GAP_PX) + 2 * _GAP_PX
    grid = np.full((height, width, 3), _BACKGROUND, np.uint8)
    for across, column in enumerate(columns):
        # The photos as they are stand a little apart.
        left = _GAP_PX + across * (tile + _GAP_PX) + (_GAP_PX if across else 0)
        for down, photo in enumerate(column):
            top = _GAP_PX + down * (tile + _GAP_PX)
            enlarged = photo.repeat(scale, axis=0).repeat(scale, axis=1)
            grid[top : top + tile, left : left + tile] = enlarged
    return grid


def save_grid(grid: Pixels, file: Path) -> None:
    """Writes the picture as PNG.

    Raises:
        UserError: It cannot be written.
    """
    temporary = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(grid).save(temporary, "PNG")
        temporary.replace(file)
    except OSError as error:
        raise UserError(
            f"The picture cannot be written ({error.strerror or error})",
            path=file,
            remedy="Make room on the disk, and see that you may write to the folder.",
        ) from error
