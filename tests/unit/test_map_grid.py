"""What of a map is to be seen at first."""

import numpy as np
import pytest

from explorer.map_grid import sort_points


def cloud(count, seed=0):
    return np.random.default_rng(seed).uniform(0, 10, (count, 2)).astype(np.float32)


def test_all_of_a_compact_map_is_to_be_seen():
    grid = sort_points(cloud(5_000))
    assert grid.body == grid.area


def test_one_point_far_off_takes_no_room_from_the_others():
    positions = np.vstack([cloud(5_000), [[60, 5]]]).astype(np.float32)
    grid = sort_points(positions)
    assert grid.area.right > 60  # it is on the map all the same
    assert 10 < grid.body.right < 12
    assert grid.body.left == grid.area.left


def test_a_small_group_apart_is_to_be_seen():
    positions = np.vstack([cloud(5_000), cloud(50) / 10 + 30]).astype(np.float32)
    assert sort_points(positions).body.right > 30


@pytest.mark.parametrize("count", [0, 1, 2, 3, 20])
def test_few_points_are_all_to_be_seen(count):
    grid = sort_points(cloud(count))
    assert grid.body == grid.area


@pytest.mark.parametrize("axis", [0, 1])
def test_points_on_a_line_have_a_map_of_some_size(axis):
    positions = cloud(500)
    positions[:, axis] = 3
    body = sort_points(positions).body
    assert body.width > 0
    assert body.height > 0


def test_frames_of_one_film_are_seen_in_the_area_that_they_share():
    whole = sort_points(cloud(500)).area
    assert sort_points(cloud(500) / 3, whole).body == whole
