"""A photo unlike all others of its item stands out; garments of many sides do not."""

import numpy as np
import pytest

from core.cleaning.odd_one_out import odd_photos


def plain(red, green, blue, seed=0):
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 6, (85, 64, 3))
    return np.clip(np.array([red, green, blue]) + noise, 0, 255).astype(np.uint8)


REDS = [plain(180 + 4 * shift, 30, 40, shift) for shift in range(4)]


@pytest.mark.parametrize("place", range(5))
def test_the_one_blue_photo_among_red_ones_stands_out(place):
    photos = [*REDS[:place], plain(30, 60, 190), *REDS[place:]]
    (odd,) = odd_photos(photos)
    assert odd.photo == place
    assert 0.8 < odd.score <= 1


def test_photos_of_one_colour_have_no_odd_one():
    assert odd_photos(REDS) == []


def test_two_photos_of_another_colour_vouch_for_each_other():
    assert odd_photos([*REDS, plain(30, 60, 190, 1), plain(34, 62, 186, 2)]) == []


def test_where_all_differ_none_stands_out():
    photos = [plain(200, 30, 30), plain(30, 200, 30), plain(30, 30, 200), plain(200, 200, 30)]
    assert odd_photos(photos) == []


def test_two_photos_that_agree_outvote_a_third():
    (odd,) = odd_photos([REDS[0], plain(30, 60, 190), REDS[1]])
    assert odd.photo == 1


def test_of_three_photos_that_all_differ_nothing_is_said():
    assert odd_photos([REDS[0], plain(30, 60, 190), plain(60, 160, 40)]) == []


def test_of_two_photos_nothing_is_said():
    assert odd_photos([REDS[0], plain(30, 60, 190)]) == []
