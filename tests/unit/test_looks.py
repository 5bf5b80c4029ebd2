"""What a picture's look says of a thing that lies in its middle."""

import cv2
import numpy as np
import pytest
from shots import plain_cloth

from core.embedding.looks import GRID_LENGTH, LENGTH, look_of

RIM, DETAIL, PALE = slice(0, 18), slice(18, 22), slice(32, 35)


def with_card(cloth, place=(0.5, 0.5), letters=True):
    photo = cloth.copy()
    height, width = photo.shape[:2]
    x, y = int(place[0] * width), int(place[1] * height)
    cv2.rectangle(photo, (x - 30, y - 40), (x + 30, y + 40), (240, 240, 238), -1)
    for line in range(5 if letters else 0):
        at = (x - 24, y - 24 + 14 * line)
        cv2.putText(photo, "100 % wool", at, cv2.FONT_HERSHEY_PLAIN, 0.7, (30, 30, 30))
    return photo


def middle(pixels):
    return look_of(pixels)[GRID_LENGTH:]


CLOTH = (plain_cloth(1) // 3 + np.array([0, 10, 60])).astype(np.uint8)


@pytest.mark.parametrize("shape", [(85, 64), (64, 64), (64, 256), (1, 1)])
def test_every_picture_has_a_look_of_one_length(shape):
    look = look_of(np.full((*shape, 3), 90, np.uint8))
    assert look.shape == (LENGTH,)
    assert np.isfinite(look).all()


def test_plain_cloth_has_nothing_in_its_middle():
    assert np.abs(middle(CLOTH)[RIM]).max() < 0.05
    assert middle(CLOTH)[PALE].tolist() == [0, 0, 0]


def test_a_pale_card_is_lighter_than_what_surrounds_it():
    lighter = middle(with_card(CLOTH))[RIM].reshape(3, 6)[:, 0]
    assert lighter.min() > 0.1


def test_a_pale_card_is_one_patch_that_fills_its_box():
    share, largest, filled = middle(with_card(CLOTH, letters=False))[PALE]
    assert share == pytest.approx(60 * 80 / CLOTH.shape[0] / CLOTH.shape[1], rel=0.1)
    assert largest == pytest.approx(share)
    assert filled > 0.9


def test_a_card_is_found_wherever_it_lies():
    share, _, filled = middle(with_card(CLOTH, (0.25, 0.7), letters=False))[PALE]
    assert share > 0.05
    assert filled > 0.9


def test_print_is_finer_detail_than_paper():
    printed, blank = (middle(with_card(CLOTH, letters=each))[DETAIL] for each in (True, False))
    assert printed[0] > blank[0]
