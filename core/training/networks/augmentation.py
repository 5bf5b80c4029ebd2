"""Random changes to training photos: numbers drawn on the host, pixels changed on the device.

The numbers come from NumPy and a seed, so that a step has the same augmentation on every backend,
after a resume, and in a second run. All of the geometry is one warp, and all of the colour one
matrix a photo.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from keras import ops

from core.training.instruction import Augmentation
from core.training.networks.blur import blur
from core.training.networks.warp import warp

Tensor = Any
Floats = npt.NDArray[np.float32]

_TO_YIQ = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])


class Draw(NamedTuple):
    """What is done to each photo of a batch; an empty array for what is not done at all.

    Attributes:
        homographies: float32 (B, 3, 3): from places in the new photo to places in the old one, in
            units of half a side from the centre.
        colours: float32 (B, 3, 3): multiplies RGB, from the right.
        contrasts: float32 (B,): distances from the photo's mean grow by this.
        sigmas_px: float32 (B,): of the blur.
        boxes: float32 (B, 4): left, top, right, bottom of what is erased, in pixels.
    """

    homographies: Floats
    colours: Floats
    contrasts: Floats
    sigmas_px: Floats
    boxes: Floats


def draw_augmentation(
    augmentation: Augmentation, count: int, side_px: int, random: np.random.Generator
) -> Draw:
    """Draws what `augment` does to a batch.

    Args:
        augmentation: The limits; all are drawn uniformly within them.
        count: Photos in the batch.
        side_px: Their side.
        random: Where the numbers come from: the same generator draws the same.
    """
    # Everything is drawn whether used or not: switching one change on leaves the others alone.
    geometry = _homographies(augmentation, count, random)
    brightness = 1 + augmentation.brightness * random.uniform(-1, 1, count)
    contrasts = 1 + augmentation.contrast * random.uniform(-1, 1, count)
    hues = 2 * np.pi * augmentation.hue * random.uniform(-1, 1, count)
    sigmas = augmentation.blur_px * random.uniform(0, 1, count)
    boxes = _boxes(augmentation.erasing, count, side_px, random)
    colours = brightness[:, None, None] * _hue_turns(hues)
    moves = augmentation.flip or any(
        (
            augmentation.rotation_turns,
            augmentation.zoom,
            augmentation.shift,
            augmentation.perspective,
        )
    )
    return Draw(
        _kept(geometry, moves, (0, 3, 3)),
        _kept(colours, augmentation.brightness > 0 or augmentation.hue > 0, (0, 3, 3)),
        _kept(contrasts, augmentation.contrast > 0, (0,)),
        _kept(sigmas, augmentation.blur_px > 0, (0,)),
        _kept(boxes, augmentation.erasing > 0, (0, 4)),
    )


def augment(pixels: Tensor, draw: Draw, *, most_blur_px: float = 0.0) -> Tensor:
    """Changes a batch of photos on the device.

    Args:
        pixels: (B, side, side, 3), 0 … 255, any type.
        draw: What to do, as tensors.
        most_blur_px: The instruction's limit, for it decides how wide the blur has to reach.

    Returns:
        float32 (B, side, side, 3), 0 … 255.
    """
    photos = ops.cast(pixels, "float32")
    if draw.homographies.shape[0]:
        photos = warp(photos, draw.homographies)
    if draw.sigmas_px.shape[0]:
        photos = blur(photos, draw.sigmas_px, most_blur_px)
    if draw.colours.shape[0]:
        flat = ops.reshape(photos, (photos.shape[0], -1, 3))
        photos = ops.reshape(ops.matmul(flat, draw.colours), photos.shape)
    if draw.contrasts.shape[0]:
        mean = ops.mean(photos, axis=(1, 2, 3), keepdims=True)
        photos = mean + (photos - mean) * draw.contrasts[:, None, None, None]
    if draw.colours.shape[0] or draw.contrasts.shape[0]:
        photos = ops.clip(photos, 0.0, 255.0)
    if draw.boxes.shape[0]:
        photos = _erase(photos, draw.boxes)
    return photos


def preview(pixels: npt.NDArray[np.uint8], augmentation: Augmentation, seed: int) -> Any:
    """The same photos as training would see them, uint8 like `pixels` (B, side, side, 3)."""
    draw = draw_augmentation(
        augmentation, len(pixels), pixels.shape[1], np.random.default_rng((seed, 0))
    )
    tensors = Draw(*map(ops.convert_to_tensor, draw))
    changed = augment(ops.convert_to_tensor(pixels), tensors, most_blur_px=augmentation.blur_px)
    return np.clip(np.rint(ops.convert_to_numpy(changed)), 0, 255).astype(np.uint8)


def _homographies(
    augmentation: Augmentation, count: int, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    angles = 2 * np.pi * augmentation.rotation_turns * random.uniform(-1, 1, count)
    scales = 1 - augmentation.zoom * random.uniform(0, 1, count)
    shifts = 2 * augmentation.shift * random.uniform(-1, 1, (count, 2))
    mirrored = np.where(augmentation.flip & (random.uniform(0, 1, count) < 0.5), -1.0, 1.0)
    corners = 2 * augmentation.perspective * random.uniform(-1, 1, (count, 4, 2))
    cosine, sine = np.cos(angles) * scales, np.sin(angles) * scales
    affine = np.zeros((count, 3, 3))
    affine[:, 0, 0], affine[:, 0, 1] = cosine * mirrored, -sine
    affine[:, 1, 0], affine[:, 1, 1] = sine * mirrored, cosine
    affine[:, :2, 2] = shifts
    affine[:, 2, 2] = 1
    return affine @ _perspectives(corners) if augmentation.perspective else affine


def _perspectives(offsets: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Homographies (B, 3, 3) that move the square's corners by the offsets (B, 4, 2)."""
    square = np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
    equations = np.zeros((len(offsets), 8, 8))
    moved = square + offsets
    for corner, (x, y) in enumerate(square):
        for axis, row in enumerate((2 * corner, 2 * corner + 1)):
            equations[:, row, 3 * axis : 3 * axis + 3] = (x, y, 1)
            equations[:, row, 6] = -x * moved[:, corner, axis]
            equations[:, row, 7] = -y * moved[:, corner, axis]
    solved = np.linalg.solve(equations, moved.reshape(len(offsets), 8, 1))[:, :, 0]
    return np.concatenate([solved, np.ones((len(offsets), 1))], axis=1).reshape(-1, 3, 3)


def _hue_turns(angles: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Matrices (B, 3, 3) that turn RGB rows about the grey axis of YIQ."""
    turns = np.zeros((len(angles), 3, 3))
    turns[:, 0, 0] = 1
    turns[:, 1, 1] = turns[:, 2, 2] = np.cos(angles)
    turns[:, 1, 2], turns[:, 2, 1] = -np.sin(angles), np.sin(angles)
    return np.transpose(np.linalg.inv(_TO_YIQ) @ turns @ _TO_YIQ, (0, 2, 1))


def _boxes(
    share: float, count: int, side_px: int, random: np.random.Generator
) -> npt.NDArray[np.float64]:
    area = share * random.uniform(0.2, 1, count)
    ratio = np.exp(random.uniform(-0.7, 0.7, count))
    width = np.minimum(np.sqrt(area * ratio), 1) * side_px
    height = np.minimum(np.sqrt(area / ratio), 1) * side_px
    left = random.uniform(0, 1, count) * (side_px - width)
    top = random.uniform(0, 1, count) * (side_px - height)
    used = random.uniform(0, 1, count) < 0.5
    return np.stack([left, top, left + width * used, top + height * used], axis=1)


def _kept(values: npt.NDArray[np.float64], used: bool, empty: tuple[int, ...]) -> Floats:
    return values.astype(np.float32) if used else np.zeros(empty, np.float32)


def _erase(photos: Tensor, boxes: Tensor) -> Tensor:
    places = ops.arange(photos.shape[1], dtype="float32")[None, :]
    columns = ops.logical_and(places >= boxes[:, 0:1], places < boxes[:, 2:3])
    rows = ops.logical_and(places >= boxes[:, 1:2], places < boxes[:, 3:4])
    erased = ops.logical_and(rows[:, :, None], columns[:, None, :])
    return ops.where(erased[:, :, :, None], 127.5, photos)
