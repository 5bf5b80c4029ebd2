"""Copies of a photo are told from other photos, whatever was done to the copy."""

import numpy as np
import pytest
from shots import (
    bordered,
    cropped,
    recompressed,
    rendered_elsewhere,
    resized,
    shot,
    watermarked,
)

from core.cleaning.alignment import CLOSE_UP, ON_THUMBNAILS, align
from core.cleaning.same_shot import is_plausible, judge
from core.cleaning.similar import oriented, outline_of, propose
from core.images import fit_within


def thumbnail(pixels):
    scale = 64 / min(pixels.shape[:2])
    return fit_within(pixels, round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))


def verdict(first, second):
    photos = (first, second)
    thumbnails = [thumbnail(photo) for photo in photos]
    (proposal,) = propose([outline_of(small) for small in thumbnails])
    turned, within = proposal.turned, proposal.within
    rough = align(thumbnails[turned], thumbnails[within], proposal.placement, ON_THUMBNAILS)
    if rough is None or not is_plausible(rough):
        return None
    close = align(photos[turned], photos[within], rough.placement, CLOSE_UP)
    return None if close is None else judge(close)


EDITS = {
    "recompressed": lambda p: recompressed(p, 35),
    "half the size": lambda p: recompressed(resized(p, 0.5), 85),
    "cropped by 5 % a side": lambda p: cropped(p, 0.05, 0.05, 0.05, 0.05),
    "cropped by 10 % a side": lambda p: cropped(p, 0.1, 0.1, 0.1, 0.1),
    "cropped unevenly": lambda p: cropped(p, 0.02, 0.12, 0.09, 0.0),
    "bordered in white": lambda p: bordered(p, level=255),
    "bordered in black": lambda p: bordered(p, level=0),
    "mirrored": lambda p: p[:, ::-1],
    "turned left": lambda p: np.rot90(p),
    "upside down": lambda p: np.rot90(p, 2),
    "turned right": lambda p: np.rot90(p, 3),
    "mirrored and recompressed": lambda p: recompressed(p[:, ::-1], 50),
    "turned and cropped": lambda p: cropped(np.rot90(p), 0.06, 0.03, 0.08, 0.05),
    "watermarked": watermarked,
    "watermarked at the top": lambda p: watermarked(p, top=0.02, opacity=1.0),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_copy_is_the_same_shot(edit, seed):
    original = shot(seed)
    copy = np.ascontiguousarray(EDITS[edit](original))
    assert verdict(original, copy) is not None
    assert verdict(copy, original) is not None


@pytest.mark.parametrize("seed", range(8))
def test_other_photo_is_another_shot(seed):
    assert verdict(shot(seed), shot(seed + 100)) is None


@pytest.mark.parametrize("seed", range(4))
def test_other_garment_on_the_same_ground_is_another_shot(seed):
    assert verdict(shot(seed), rendered_elsewhere(seed, seed + 50)) is None


@pytest.mark.parametrize("seed", range(4))
def test_recoloured_garment_is_another_shot(seed):
    original = shot(seed)
    recoloured = original.copy()
    h, w = original.shape[:2]
    part = (slice(h // 4, 3 * h // 4), slice(w // 4, 3 * w // 4))
    recoloured[part] = original[part][:, :, ::-1] // 2 + 60
    assert verdict(original, recoloured) is None


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (20, 20), (30, 30), (400, 30)])
def test_tiny_and_thin_pictures_are_compared_without_failing(size):
    verdict(shot(1, *size), shot(2, *size))
    verdict(shot(1, *size), shot(2))


def test_watermark_is_told_from_a_mere_copy():
    original = shot(4)
    assert verdict(original, watermarked(original)).is_marked
    assert not verdict(original, recompressed(original, 70)).is_marked


@pytest.mark.parametrize("orientation", range(8))
def test_orientation_and_place_of_a_copy_are_found(orientation):
    original = shot(9)
    copy = cropped(original, 0.10, 0.05, 0.02, 0.07)
    copy = oriented(copy, orientation)
    outlines = [outline_of(thumbnail(copy)), outline_of(thumbnail(original))]
    (proposal,) = propose(outlines)
    photos = (copy, original)
    turned, within = photos[proposal.turned], photos[proposal.within]
    rough = align(thumbnail(turned), thumbnail(within), proposal.placement, ON_THUMBNAILS)
    close = align(turned, within, rough.placement, CLOSE_UP)
    # What lies at the centre of the turned photo must lie there in the other, within a pixel.
    placed = oriented(turned, proposal.placement.orientation)
    height, width = placed.shape[:2]
    centre = np.array([width, height]) / 2 / min(height, width)
    x, y = (centre * close.placement.scale + close.placement.offset) * min(within.shape[:2])
    here = patch(placed, width / 2, height / 2)
    nearby = [patch(within, x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    assert min(np.abs(here - there).mean() for there in nearby) < 3


def patch(pixels, x, y):
    return pixels[round(y) - 8 : round(y) + 8, round(x) - 8 : round(x) + 8].astype(int)
