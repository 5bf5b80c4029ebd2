"""The mean colour at the centre of each photo, where the garment is."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import simplejpeg

from core.catalogue.database import Catalogue
from core.cleaning.features import FEATURES_VERSION, thumbnail_of
from core.embedding.index import Index, Rows
from core.images import Pixels
from core.jobs.context import JobContext

LabColours = npt.NDArray[np.float32]

_PAGE = 500


def read_colours(catalogue: Catalogue, index: Index, rows: Rows, context: JobContext) -> LabColours:
    """Mean CIE Lab (L 0 to 100) of these rows' photos, (n, 3) float32; NaN for all others.

    From the thumbnails that the photos were compared on: some ten thousand photos a second. Photos
    that were not read since, or whose file changed, stay NaN.
    """
    colours = np.full((index.size, 3), np.nan, np.float32)
    for begin in range(0, len(rows), _PAGE):
        context.check_cancelled()
        context.report("Reading colours", begin, len(rows))
        page = rows[begin : begin + _PAGE]
        rows_of: dict[bytes, list[int]] = {}
        for row in page.tolist():
            rows_of.setdefault(index.content_hashes[row], []).append(row)
        marks = ", ".join("?" for _ in rows_of)
        for content, features in catalogue.connection.execute(
            f"SELECT hash, features FROM content WHERE features_version = ? AND hash IN ({marks})",
            [FEATURES_VERSION, *rows_of],
        ):
            colours[rows_of[content]] = mean_colour(
                simplejpeg.decode_jpeg(thumbnail_of(features), "RGB")
            )
    context.report("Reading colours", len(rows), len(rows))
    return colours


def mean_colour(pixels: Pixels) -> LabColours:
    """Mean CIE Lab of the centre half of a picture, (3,) float32."""
    height, width = pixels.shape[:2]
    centre = pixels[height // 4 : height - height // 4, width // 4 : width - width // 4]
    lab = cv2.cvtColor(np.asarray(centre, np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.asarray(lab.reshape(-1, 3).mean(axis=0), np.float32)
