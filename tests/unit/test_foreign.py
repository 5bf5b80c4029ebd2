"""What lies near each photo, of its own item and of others: what comparing all with all finds."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.embedding import cells, foreign, mates
from core.embedding.cells import part_into_cells
from core.embedding.clouds import find_clouds
from core.embedding.foreign import measure, nearest_foreign
from core.embedding.index import unit
from core.embedding.mates import distances_between, groups, nearest_mates
from core.jobs.context import Cancelled, JobContext

QUIET = JobContext()


@pytest.fixture(scope="module", autouse=True)
def small_parts():
    """So that dozens of photos come in several cells, parts and blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "_USUAL_SIZE", 9)
        patch.setattr(cells, "_BLOCK", 16)
        patch.setattr(foreign, "_ROWS", 7)
        patch.setattr(foreign, "_COLUMNS", 5)
        patch.setattr(mates, "_BLOCK", 20)
        yield


def clustered(seed, count, items, *, copies=True):
    """Vectors in clusters, many of them copies of others, and their items at random."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(5, 4)) * 3
    vectors = centres[rng.integers(0, 5, count)] + rng.normal(size=(count, 4))
    if copies:
        vectors[rng.random(count) < 0.2] = vectors[0]
    return vectors.astype(np.float32), rng.integers(0, items, count)


def by_brute_force(vectors, item_of, row):
    """(row, distance) of the nearest of another item, distance of the nearest of a further one."""
    everything = np.arange(len(vectors))
    squares = measure(vectors, np.full(len(vectors), row), everything)
    squares[item_of == item_of[row]] = np.inf
    nearest = int(squares.argmin())
    distance = np.sqrt(squares[nearest])
    if np.isinf(distance):
        return -1, np.nan, np.nan
    squares[item_of == item_of[nearest]] = np.inf
    further = np.sqrt(squares.min())
    return nearest, distance, np.nan if np.isinf(further) else further


@settings(max_examples=120, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 120),
    items=st.integers(1, 30),
    on_sphere=st.booleans(),
)
def test_the_nearest_photos_of_other_items_are_exactly_those_of_comparing_all(
    seed, count, items, on_sphere
):
    vectors, item_of = clustered(seed, count, items)
    vectors = unit(vectors) if on_sphere else vectors
    found = nearest_foreign(vectors, item_of, QUIET, workers=2)
    for row in range(count):
        got = found.rows[row], found.distances[row], found.next_distances[row]
        np.testing.assert_array_equal(got, by_brute_force(vectors, item_of, row))


def test_they_are_found_far_from_the_origin_too():
    vectors, item_of = clustered(1, 80, 20)
    vectors += 1000
    found = nearest_foreign(vectors, item_of, QUIET, workers=2)
    expected = [by_brute_force(vectors, item_of, row) for row in range(80)]
    assert found.rows.tolist() == [row for row, _, _ in expected]


def test_photos_of_one_item_only_have_none():
    found = nearest_foreign(np.ones((20, 3), np.float32), np.zeros(20, int), QUIET)
    assert (found.rows == -1).all()
    assert np.isnan(found.distances).all() and np.isnan(found.next_distances).all()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 60), items=st.integers(1, 12))
def test_photos_of_an_item_are_compared_with_all_others_of_it(seed, count, items):
    vectors, item_of = clustered(seed, count, items)
    found = nearest_mates(vectors, item_of)
    apart = np.linalg.norm(vectors[:, None].astype(np.float64) - vectors, axis=2)
    own = (item_of[:, None] == item_of) & ~np.eye(count, dtype=bool)
    for row in range(count):
        others = np.flatnonzero(own[row])
        assert_mean(found.means[row], apart[row, others])
        assert_mean(found.others[row], [apart[a, b] for a in others for b in others if a < b])
        if not len(others):
            assert found.rows[row] == -1 and np.isnan(found.distances[row])
        else:
            assert found.rows[row] in others
            assert found.distances[row] == pytest.approx(apart[row, others].min(), abs=1e-9)
            assert apart[row, found.rows[row]] == pytest.approx(found.distances[row], abs=1e-9)


def assert_mean(found, values):
    if len(values):
        assert found == pytest.approx(np.mean(values), abs=1e-9)
    else:
        assert np.isnan(found)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(10, 80), items=st.integers(2, 20))
def test_no_pair_of_items_that_lie_together_is_passed_over(seed, count, items):
    rng = np.random.default_rng(seed)
    item_of = rng.integers(0, items, count)
    centres = rng.normal(size=(items, 3)) * 2
    centres[1::3] = centres[0::3][: len(centres[1::3])]
    vectors = (centres[item_of] + 0.3 * rng.normal(size=(count, 3))).astype(np.float32)
    found = nearest_foreign(vectors, item_of, QUIET, workers=1)
    got = find_clouds(vectors, item_of, found, 0.05, 0.7, QUIET)

    expected = []
    members = {int(item_of[rows[0]]): rows for rows in groups(item_of)}
    near = found.rows >= 0
    pairs = {tuple(sorted(p)) for p in zip(item_of[near], item_of[found.rows[near]], strict=True)}
    for one, other in sorted(pairs):
        mine, theirs = members[one], members[other]
        if min(len(mine), len(theirs)) < 2:
            continue
        apart = distances_between(vectors, mine, theirs)
        logs = []
        for nearest, rows in ((apart.min(axis=1), mine), (apart.min(axis=0), theirs)):
            ratios = np.sort((nearest + 0.05) / (found.next_distances[rows] + 0.05))
            logs.append(np.log(ratios[: (len(rows) + 1) // 2]).mean())
        share = np.exp(np.mean(logs))
        if share <= 0.7:
            expected.append((one, other, share))
    assert [(item_of[each.row], item_of[each.other_row]) for each in got] == [
        (one, other) for one, other, _ in expected
    ]
    np.testing.assert_allclose([each.share for each in got], [share for _, _, share in expected])


def test_a_cell_says_how_near_its_photos_can_be_at_least():
    vectors, _ = clustered(4, 300, 1, copies=False)
    parted = part_into_cells(vectors, QUIET)
    assert parted.count > 10
    assert sorted(parted.order.tolist()) == list(range(300))
    for own in range(parted.count):
        rows = parted.order[parted.bounds[own] : parted.bounds[own + 1]]
        floors = parted.floors(vectors[rows].astype(np.float64), own)
        for other in range(parted.count):
            others = parted.order[parted.bounds[other] : parted.bounds[other + 1]]
            nearest = distances_between(vectors, rows, others).min(axis=1)
            assert (floors[:, other] <= nearest + 1e-6).all()
    # And it says something: most cells are out of most photos' reach.
    assert (parted.gaps + parted.gaps.T > 0).mean() > 0.5


def test_comparing_is_cancelled_in_the_midst_and_leaves_no_thread():
    vectors, item_of = clustered(5, 400, 100)
    told = []

    def is_cancelled():
        return any(each.stage.startswith("Comparing") for each in told)

    with pytest.raises(Cancelled):
        nearest_foreign(vectors, item_of, JobContext(told.append, is_cancelled), workers=2)
    assert [each.name for each in threading.enumerate() if each.name.startswith("foreign")] == []


def test_comparing_tells_how_far_it_is():
    vectors, item_of = clustered(6, 200, 50)
    told = []
    nearest_foreign(vectors, item_of, JobContext(told.append, min_interval_s=0), workers=2)
    done = [each.done for each in told if each.stage == "Comparing photos of different items"]
    assert done[0] == 0 and done[-1] == 200
    assert done == sorted(done)
