"""A sticker on a photo is told from a part of the garment in another colour."""

import cv2
import numpy as np
import pytest
from shots import recompressed, shot

from core.cleaning.recolouring import is_covered

RED = np.array([210, 30, 40])


def stickered(pixels, opacity=1.0, text="SALE"):
    """A round red sticker with a word in it, at the edge of the garment."""
    layer = pixels.copy()
    cv2.circle(layer, (60, 90), 26, RED.tolist(), -1, cv2.LINE_AA)
    cv2.putText(layer, text, (38, 96), cv2.FONT_HERSHEY_DUPLEX, 0.5, (255, 255, 255), 1)
    return np.round(pixels * (1 - opacity) + layer * opacity).astype(np.uint8)


def garment(panel, seed=7):
    """A garment on the ground of a shot, with a panel sewn on; both keep their weave."""
    ground = shot(seed).astype(float)
    weave = np.random.default_rng(seed).normal(0, 9, ground.shape[:2])[:, :, None]
    weave = cv2.GaussianBlur(weave, (0, 0), 0.8)[:, :, None] * 2
    ground[80:260, 60:190] = np.array([60, 70, 120]) + weave[80:260, 60:190]
    ground[120:170, 90:160] = np.array(panel) + weave[120:170, 90:160]
    return ground.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("opacity", [1.0, 0.8])
def test_sticker_covers_the_photo(seed, opacity):
    original = shot(seed)
    copy = recompressed(stickered(original, opacity), 80)
    assert is_covered(original, copy)
    assert is_covered(copy, original)


def test_panel_in_another_colour_covers_nothing():
    red, green = garment((200, 60, 50)), recompressed(garment((60, 160, 80)), 80)
    assert not is_covered(red, green)
    assert not is_covered(green, red)


def test_panel_dyed_out_of_the_garments_own_colour_covers_nothing():
    # In one of the two nothing shows where the panel begins, but the weave goes on in both.
    plain, panelled = garment((60, 70, 120)), garment((200, 60, 50))
    assert not is_covered(plain, panelled)
    assert not is_covered(panelled, plain)


def test_pictures_that_do_not_differ_are_not_covered():
    original = shot(4)
    assert not is_covered(original, recompressed(original, 90))
