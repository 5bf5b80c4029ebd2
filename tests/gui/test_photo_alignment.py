import cv2
import numpy as np
import pytest
from PyQt5.QtCore import QPointF

from core.qt.photo_alignment import placement_on, words_for
from core.qt.qt_pixels import to_image, to_pixels

WIDTH, HEIGHT = 300, 400


def garment(seed=5, width=WIDTH, height=HEIGHT):
    """Something with edges and colours at all scales, and no symmetry."""
    chance = np.random.default_rng(seed)
    pixels = np.full((height, width, 3), 128, np.uint8)
    for _ in range(120):
        corner = (int(chance.integers(width)), int(chance.integers(height)))
        radius = int(chance.integers(4, 40))
        colour = tuple(int(c) for c in chance.integers(20, 236, 3))
        cv2.circle(pixels, corner, radius, colour, -1)
    return cv2.GaussianBlur(pixels, (0, 0), 1.5)


def corners(placement):
    points = [placement.map(QPointF(x, y)) for x, y in ((0, 0), (1, 0), (0, 1))]
    return [(point.x(), point.y()) for point in points]


def placed(copy):
    return placement_on(to_image(garment()), to_image(np.ascontiguousarray(copy)))


@pytest.mark.parametrize(
    ("copy", "expected", "words"),
    [
        (garment(), [(0, 0), (1, 0), (0, 1)], ""),
        (garment()[:, ::-1], [(1, 0), (0, 0), (1, 1)], "mirrored"),
        (np.rot90(garment()), [(1, 0), (1, 1), (0, 0)], "turned"),
        (np.rot90(garment(), 2), [(1, 1), (0, 1), (1, 0)], "turned"),
        (np.rot90(garment(), 3)[:, ::-1], [(0, 0), (0, 1), (1, 0)], "mirrored, turned"),
        (cv2.resize(garment(), (150, 200)), [(0, 0), (1, 0), (0, 1)], ""),
        (garment()[40:380, 30:270], [(0.1, 0.1), (0.9, 0.1), (0.1, 0.95)], ""),
        (
            cv2.copyMakeBorder(garment(), 20, 20, 15, 15, cv2.BORDER_CONSTANT, value=(255,) * 3),
            [(-0.05, -0.05), (1.05, -0.05), (-0.05, 1.05)],
            "",
        ),
    ],
    ids=["same", "mirrored", "quarter", "half", "both", "smaller", "cropped", "bordered"],
)
def test_a_copy_is_laid_on_its_original(copy, expected, words):
    placement = placed(copy)
    assert np.abs(np.subtract(corners(placement), expected)).max() < 0.012
    assert words_for(placement) == words


def test_another_photo_is_laid_nowhere():
    assert placed(garment(seed=6)) is None


def test_pixels_come_back_from_an_image_as_they_went_in():
    assert np.array_equal(to_pixels(to_image(garment())), garment())
