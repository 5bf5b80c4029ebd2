import random

import pytest

from core.qt.tile_layout import arrange

AREAS = [(600, 400), (900, 560), (1330, 1000), (3000, 1900)]


def overlap(one, other):
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


@pytest.mark.parametrize(("width", "height"), AREAS)
@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 12, 20, 30])
def test_tiles_keep_their_proportions_stay_inside_and_do_not_overlap(width, height, count):
    chance = random.Random(count)
    aspects = tuple(chance.choice([0.5, 0.56, 0.75, 1.0, 1.33, 2.0]) for _ in range(count))
    arrangement = arrange(aspects, width, height, gap=12)
    assert len(arrangement.places) == count
    for index, (place, aspect) in enumerate(zip(arrangement.places, aspects, strict=True)):
        assert place.x >= 11 and place.x + place.width <= width - 11
        assert place.width / place.height == pytest.approx(aspect, rel=0.03)
        for other in arrangement.places[index + 1 :]:
            assert not overlap(place, other)


@pytest.mark.parametrize("count", [2, 5, 12, 20, 30])
def test_thirty_photos_fit_on_a_small_laptop_without_scrolling(count):
    arrangement = arrange((0.75,) * count, 900, 620, gap=12)
    assert arrangement.height <= 620
    assert all(place.y + place.height <= 620 for place in arrangement.places)


@pytest.mark.parametrize("count", [2, 3, 5, 8, 12, 20, 30])
def test_photos_cover_most_of_the_area_at_every_number(count):
    # Three portraits leave most empty: one row is too low for the area, two are half bare.
    arrangement = arrange((0.75,) * count, 1330, 1000, gap=12)
    covered = sum(place.width * place.height for place in arrangement.places)
    assert covered / (1330 * 1000) > 0.54


def test_two_portraits_stand_beside_each_other_and_two_panoramas_one_above_the_other():
    portraits = arrange((0.75, 0.75), 1200, 800, gap=12)
    panoramas = arrange((2.0, 2.0), 1200, 800, gap=12)
    assert len(portraits.rows) == 1
    assert len(panoramas.rows) == 2


def test_rows_differ_in_height_by_a_third_at_most():
    arrangement = arrange((2.0, 2.0, 2.0, 0.5, 0.5), 900, 900, gap=12)
    heights = {place.height for place in arrangement.places}
    assert max(heights) / min(heights) <= 1.36


def test_more_photos_than_can_be_judged_at_once_go_on_below():
    arrangement = arrange((0.75,) * 200, 900, 620, gap=12)
    assert arrangement.height > 620
    assert min(place.height for place in arrangement.places) > 150
    assert [index for row in arrangement.rows for index in row] == list(range(200))


def test_an_area_too_small_for_anything_is_no_error():
    assert len(arrange((0.75,) * 5, 1, 1, gap=12).places) == 5
    assert arrange((), 900, 600, gap=12).places == ()
