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
LENGTH = _CELLS**2 * (_ANGLES + 6) + 1
_CHUNK = 1000

_CELL_OF = np.repeat(np.arange(_CELLS), _SIDE_PX // _CELLS)
_FIRST_BIN: npt.NDArray[np.intp] = (_CELL_OF[:, None] * _CELLS + _CELL_OF) * _ANGLES


def look_of(pixels: Pixels) -> Vectors:
    """The look of a picture, (LENGTH,) float32.

    In each of 4 × 4 cells, which way edges run (gradients by angle, weighed by their strength, as
    Dalal and Triggs do, 2005), and the mean and spread of lightness and the two colour axes;
    besides, how strong edges are on the whole.

    Args:
        pixels: RGB, of any size and shape; stretched to a square.
    """
    square = cv2.resize(pixels, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(square, cv2.COLOR_RGB2GRAY).astype(np.float32)
    strength, angle = cv2.cartToPolar(
        cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    )
    bins = _FIRST_BIN + (angle * (_ANGLES / np.pi)).astype(np.intp) % _ANGLES
    edges = np.bincount(bins.ravel(), strength.ravel(), _CELLS**2 * _ANGLES)
    lab = cv2.cvtColor(square, cv2.COLOR_RGB2LAB).astype(np.float32) / 255
    means, of_squares = (
        cv2.resize(each, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA) for each in (lab, lab**2)
    )
    spreads = np.sqrt(np.maximum(of_squares - means**2, 0))
    parts = (
        np.sqrt(edges / (edges.sum() + 1e-6)),
        [np.log1p(strength.mean())],
        means.ravel(),
        spreads.ravel(),
    )
    return np.concatenate(parts).astype(np.float32)


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
