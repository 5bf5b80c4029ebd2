"""What a colour's name looks like: the shade of the photos that bear it, in any language."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.catalogue.database import Catalogue
from core.embedding.index import Index, Rows
from core.embedding.photo_colours import LabColours, read_colours
from core.jobs.context import JobContext

_PHOTOS = 60
"""Of each name; more do not move the middle."""
_FEWEST = 3
_MOST_NAMES = 200
_APART = 1.6
"""The centre of a photo shows ground as well, which draws all shades together."""


def shades_of(
    catalogue: Catalogue,
    index: Index,
    codes: npt.NDArray[np.int64],
    context: JobContext,
) -> LabColours:
    """The shade of each name, by its photos.

    Args:
        catalogue: Has the photos' thumbnails.
        index: The photos.
        codes: (n,) the name of each photo; negative for none.
        context: Progress and cancellation.

    Returns:
        (names, 3) CIE Lab, L 0 to 100, as float32; NaN for those with fewer than three photos to
        tell by, and for all but the two hundred commonest.

    Raises:
        Cancelled: As asked.
    """
    counts = np.bincount(codes[codes >= 0])
    names = np.argsort(-counts, kind="stable")[:_MOST_NAMES]
    rows_of: dict[int, Rows] = {int(name): _spread(np.flatnonzero(codes == name)) for name in names}
    shades = np.full((len(counts), 3), np.nan, np.float32)
    if not rows_of:
        return shades
    colours = read_colours(catalogue, index, np.concatenate(list(rows_of.values())), context)
    for name, rows in rows_of.items():
        known = colours[rows][np.isfinite(colours[rows]).all(axis=1)]
        if len(known) >= _FEWEST:
            shades[name] = np.median(known, axis=0)
    middle = np.nanmean(shades, axis=0) if np.isfinite(shades).any() else 0
    return np.asarray(middle + _APART * (shades - middle), np.float32)


def _spread(rows: Rows) -> Rows:
    """So many of the rows, from all over."""
    at = np.linspace(0, len(rows) - 1, min(_PHOTOS, len(rows))).astype(np.int64)
    return rows[at]
