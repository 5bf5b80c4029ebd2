"""Laying a copy on its original: turned, mirrored, cropped or bordered as it may be."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from PyQt5.QtGui import QImage, QTransform

from core.cleaning.alignment import CLOSE_UP, ON_THUMBNAILS, align
from core.cleaning.same_shot import is_plausible, judge
from core.cleaning.similar import Placement, outline_of, propose, unchanged
from core.images import Pixels
from core.jobs.context import JobContext
from core.qt.qt_pixels import to_pixels

_SMALL_PX = 64
_LARGE_PX = 160
"""What is compared has shorter sides of so many pixels, first roughly and then closely."""

_NEGLIGIBLE = 0.005


def placements_on_first(
    images: Sequence[QImage | None], context: JobContext
) -> dict[int, QTransform]:
    """How the images at each position lie on the first, for those that show the same shot.

    As `placement_on`; images that are not there are left out.

    Raises:
        Cancelled: The context was cancelled.
    """
    found: dict[int, QTransform] = {}
    reference = images[0]
    for position, image in enumerate(images):
        context.check_cancelled()
        if position and reference is not None and image is not None:
            placement = placement_on(reference, image)
            if placement is not None:
                found[position] = placement
    return found


def placement_on(reference: QImage, copy: QImage) -> QTransform | None:
    """How a copy lies on its original, or None if the two show different shots.

    Takes some 20 ms: not for the GUI thread.

    Args:
        reference: Format_RGB32.
        copy: Likewise.

    Returns:
        Maps the copy's unit square into the reference's: (0, 0) is a picture's upper left corner,
        (1, 1) its lower right one.
    """
    large = [_shrunk(to_pixels(image), _LARGE_PX) for image in (reference, copy)]
    small = [_shrunk(pixels, _SMALL_PX) for pixels in large]
    proposal = propose([outline_of(pixels) for pixels in small])[0]
    candidates = [(proposal.turned, proposal.placement)]
    as_it_lies = unchanged(small[1], small[0])
    if as_it_lies is not None:
        candidates.append((1, as_it_lies))
    for turned, placement in candidates:
        refined = _refined(small, large, turned, placement)
        if refined is None:
            continue
        first, second = large[turned], large[1 - turned]
        mapping = _to_units(refined, first.shape[:2], second.shape[:2])
        if turned == 1:
            return mapping
        inverted, possible = mapping.inverted()
        return inverted if possible else None
    return None


def words_for(placement: QTransform) -> str:
    """What was done to the copy to lay it on its original: "mirrored, turned", or ""."""
    # Quarter turns swap the axes; a mirror turns the unit square's corners the other way round.
    is_turned = abs(placement.m12()) > abs(placement.m11())
    is_upside_down = not is_turned and placement.m11() < 0 and placement.m22() < 0
    said = ["mirrored"] if placement.determinant() < 0 else []
    if is_turned or is_upside_down:
        said.append("turned")
    return ", ".join(said)


def _refined(
    small: list[Pixels], large: list[Pixels], turned: int, placement: Placement
) -> Placement | None:
    within = 1 - turned
    rough = align(small[turned], small[within], placement, ON_THUMBNAILS)
    if rough is None or not is_plausible(rough):
        return None
    close = align(large[turned], large[within], rough.placement, CLOSE_UP)
    if close is None or judge(close) is None:
        return None
    return close.placement


def _to_units(placement: Placement, first: tuple[int, ...], second: tuple[int, ...]) -> QTransform:
    """Between unit squares what a `Placement` says in units of each photo's shorter side."""
    height, width = first
    # Row vectors, as Qt has them: (x, y, 1) @ mapping.
    mapping = np.eye(3)
    for _ in range(placement.orientation // 2):
        # Counter-clockwise: (x, y) goes to (y, 1 - x).
        mapping = mapping @ [[0, -1, 0], [1, 0, 0], [0, 1, 1]]
        height, width = width, height
    if placement.orientation % 2:
        mapping = mapping @ [[-1, 0, 0], [0, 1, 0], [1, 0, 1]]
    extent = np.array([width, height]) / min(width, height)
    other_extent = np.array([second[1], second[0]]) / min(second)
    scale = np.diag([*(extent * placement.scale / other_extent), 1.0])
    mapping = mapping @ scale
    mapping[2, :2] += placement.offset / other_extent
    nearest = mapping.round()
    if np.abs(mapping - nearest).max() < _NEGLIGIBLE:
        mapping = nearest  # neither cropped nor bordered: then it fits to the pixel
    (m11, m12, _), (m21, m22, _), (dx, dy, _) = mapping.tolist()
    return QTransform(m11, m12, m21, m22, dx, dy)


def _shrunk(pixels: Pixels, short_px: int) -> Pixels:
    height, width = pixels.shape[:2]
    scale = short_px / min(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
