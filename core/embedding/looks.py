"""What a photo looks like, in numbers that owe nothing to any training.

A network that learned to put photos of one item together puts a label beside its garment, so that
labels of different items have little in common to it. Edges and colours have: these numbers tell
one kind of photo from others after a few examples, from the thumbnail that cleaning made of each.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
import simplejpeg

from core.catalogue.database import Catalogue
from core.cleaning.features import FEATURES_VERSION, Pixels, thumbnail_of
from core.embedding.index import Vectors
from core.jobs.context import JobContext

_SIDE_PX = 64
_CELLS = 4
"""The picture in so many parts each way."""
_ANGLES = 8
GRID_LENGTH = _CELLS**2 * (_ANGLES + 6) + 1
"""So many numbers, at the beginning, say what lies where."""
_CENTRES_PX = (16, 32, 48)
_PARTS = (0.05, 0.25, 0.5, 0.75, 0.95)
_STRONG = (round(0.95 * _SIDE_PX**2), round(0.99 * _SIDE_PX**2))
_PALE_SATURATION, _PALE_LIGHT = 50, 170
LENGTH = GRID_LENGTH + 6 * len(_CENTRES_PX) + 4 + 2 * len(_PARTS) + 3
_CHUNK = 1000

_CELL_OF = np.repeat(np.arange(_CELLS), _SIDE_PX // _CELLS)
_FIRST_BIN: npt.NDArray[np.intp] = (_CELL_OF[:, None] * _CELLS + _CELL_OF) * _ANGLES


def look_of(pixels: Pixels) -> Vectors:
    """The look of a picture, (LENGTH,) float32.

    First, in each of 4 × 4 cells, which way edges run (gradients by angle, weighed by their
    strength, as Dalal and Triggs do, 2005), and the mean and spread of lightness and the two colour
    axes; besides, how strong edges are on the whole. Then what a thing in the middle shows by: how
    the centre differs from what surrounds it, how fine its detail is, how light and how colourful
    the picture's parts are, and how much of it is one pale patch, as of paper.

    Args:
        pixels: RGB, of any size and shape; stretched to a square.
    """
    square = cv2.resize(pixels, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA)
    light = cv2.cvtColor(square, cv2.COLOR_RGB2GRAY)
    grey = light.astype(np.float32)
    strength, angle = cv2.cartToPolar(
        cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    )
    bins = _FIRST_BIN + (angle * (_ANGLES / np.pi)).astype(np.intp) % _ANGLES
    edges = np.bincount(bins.ravel(), strength.ravel(), _CELLS**2 * _ANGLES)
    lab = cv2.cvtColor(square, cv2.COLOR_RGB2LAB).astype(np.float32) / 255
    saturation = cv2.cvtColor(square, cv2.COLOR_RGB2HSV)[:, :, 1]
    means, of_squares = (
        cv2.resize(each, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA) for each in (lab, lab**2)
    )
    spreads = np.sqrt(np.maximum(of_squares - means**2, 0))
    parts = (
        np.sqrt(edges / (edges.sum() + 1e-6)),
        [np.log1p(strength.mean())],
        means.ravel(),
        spreads.ravel(),
        *(_centre_against_rim(lab, side_px) for side_px in _CENTRES_PX),
        _detail(grey),
        _parts_of(light),
        _parts_of(saturation),
        _pale_patch(light, saturation),
    )
    return np.concatenate(parts).astype(np.float32)


def _centre_against_rim(lab: Vectors, side_px: int) -> Vectors:
    """(6,): by how much the centre square's means and spreads differ from the rest's."""
    begin, share = (_SIDE_PX - side_px) // 2, (side_px / _SIDE_PX) ** 2
    centre = lab[begin : begin + side_px, begin : begin + side_px]
    whole, inner = (
        np.stack([mean, deviation**2 + mean**2])
        for mean, deviation in map(cv2.meanStdDev, (lab, np.ascontiguousarray(centre)))
    )
    rim = (whole - share * inner) / (1 - share)
    spreads = [np.sqrt(np.maximum(each[1] - each[0] ** 2, 0)) for each in (inner, rim)]
    return np.concatenate([inner[0] - rim[0], spreads[0] - spreads[1]]).ravel()


def _detail(grey: Vectors) -> list[float]:
    """How much the finest detail weighs: at the centre, on the whole, where it is strongest."""
    fine = np.abs(cv2.Laplacian(grey, cv2.CV_32F)) / 255
    quarter = _SIDE_PX // 4
    centre = fine[quarter:-quarter, quarter:-quarter]
    strongest = np.partition(fine.ravel(), _STRONG)[list(_STRONG)]
    return [float(centre.mean()), float(fine.mean()), *strongest.tolist()]


def _parts_of(channel: Pixels) -> Vectors:
    """The levels below which 5, 25, 50, 75 and 95 % of a channel's pixels lie, 0 to 1."""
    below = np.cumsum(np.bincount(channel.ravel(), minlength=256)) / channel.size
    return np.asarray(np.searchsorted(below, _PARTS) / 255, np.float32)


def _pale_patch(light: Pixels, saturation: Pixels) -> list[float]:
    """The share that is pale, that of the largest patch, and how much of its box that fills."""
    pale = ((saturation < _PALE_SATURATION) & (light > _PALE_LIGHT)).astype(np.uint8)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(pale, connectivity=4)
    if count < 2:
        return [0.0, 0.0, 0.0]
    _, _, width, height, area = boxes[1:][boxes[1:, cv2.CC_STAT_AREA].argmax()].tolist()
    return [float(pale.mean()), area / pale.size, area / (width * height)]


def read_looks(catalogue: Catalogue, photo_ids: Sequence[int], context: JobContext) -> Vectors:
    """The looks of photos, (n, LENGTH); NaN where a photo was not read for cleaning yet.

    Half a millisecond a photo.

    Raises:
        Cancelled: The context was cancelled.
    """
    looks = np.full((len(photo_ids), LENGTH), np.nan, np.float32)
    for begin in range(0, len(photo_ids), _CHUNK):
        context.report("Looking at photos", begin, len(photo_ids))
        part = [int(id_) for id_ in photo_ids[begin : begin + _CHUNK]]
        place = {id_: begin + at for at, id_ in enumerate(part)}
        rows = catalogue.connection.execute(
            "SELECT photo.id, features FROM photo JOIN content ON content.hash = content_hash"
            " WHERE photo.id IN (SELECT value FROM json_each(?)) AND features_version = ?",
            [json.dumps(part), FEATURES_VERSION],
        )
        for id_, features in rows:
            context.check_cancelled()
            pixels: Pixels = simplejpeg.decode_jpeg(thumbnail_of(features), "RGB")
            looks[place[id_]] = look_of(pixels)
    context.report("Looking at photos", len(photo_ids), len(photo_ids))
    return looks
