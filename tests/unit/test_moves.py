from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.embedding.index import unit
from core.embedding.moves import Mover, average_query, coefficients, moved, orthogonalised
from core.embedding.neighbours import Space

SEEDS = st.integers(0, 100_000)


def made(seed, count, dimensions=6):
    return unit(np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32))


@given(seed=SEEDS, degrees=st.floats(-170, 170))
def test_one_direction_is_the_great_circle(seed, degrees):
    query, direction = made(seed, 2)
    point = moved(query, direction[None], [degrees], "angular").astype(np.float64)
    across = direction - (query @ direction) * query
    tangent = across / np.linalg.norm(across)
    theta = np.radians(degrees)
    assert np.allclose(point, np.cos(theta) * query + np.sin(theta) * tangent, atol=2e-5)


@given(seed=SEEDS, degrees=st.floats(1, 60))
def test_it_ranks_as_the_query_plus_lambda_times_the_direction(seed, degrees):
    # λ as in the equivalence of add-and-renormalise with the great circle.
    query, direction = made(seed, 2).astype(np.float64)
    theta, along = np.radians(degrees), query @ direction
    r = np.linalg.norm(direction - along * query)
    denominator = np.cos(theta) - np.sin(theta) * along / r
    parts = coefficients(query, direction[None], [degrees], "angular")
    assert np.isclose(parts.of_query, denominator, atol=1e-5)
    assert np.isclose(parts.of_directions[0], np.sin(theta) / r, atol=1e-5)


@given(seed=SEEDS, extents=st.lists(st.floats(-80, 80), min_size=3, max_size=3))
def test_several_moves_stay_on_the_sphere_in_whatever_order(seed, extents):
    vectors = made(seed, 4)
    query, directions = vectors[0], vectors[1:]
    parts = coefficients(query, directions, extents, "angular")
    raw = parts.of_query * query.astype(np.float64) + parts.of_directions @ directions
    assert np.isclose(np.linalg.norm(raw), 1, atol=1e-4)
    other = moved(query, directions[::-1], extents[::-1], "angular")
    assert np.allclose(moved(query, directions, extents, "angular"), other, atol=1e-5)


def test_moving_along_a_line_adds_distances():
    point = moved(np.zeros(2), np.eye(2, dtype=np.float32), [3.0, -1.0], "l2")
    assert point.tolist() == [3, -1]


def test_a_direction_that_is_the_query_itself_leads_nowhere():
    query = np.array([1, 0], np.float32)
    assert moved(query, query[None], [60.0], "angular").tolist() == [1, 0]


@pytest.mark.parametrize("metric", ["angular", "l2"])
@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, count=st.integers(1, 200), among=st.booleans(), grouped=st.booleans())
def test_a_tick_finds_what_a_query_at_the_moved_point_finds(metric, seed, count, among, grouped):
    rng = np.random.default_rng(seed)
    vectors, directions = made(seed, count), made(seed + 1, 2)
    query = vectors[int(rng.integers(count))]
    extents = rng.uniform(-70, 70, 2) if metric == "angular" else rng.normal(size=2)
    rows = np.flatnonzero(rng.random(count) < 0.5) if among else None
    item_of = rng.integers(0, 30, count) if grouped else None
    space = Space(vectors, metric)
    mover = Mover(space, query, directions)
    found = mover.nearest(extents, 10, among=rows, without=[0], item_of=item_of)
    expected = space.nearest(mover.moved(extents), 10, among=rows, without=[0], item_of=item_of)
    assert found.rows.tolist() == expected.rows.tolist()


def test_a_direction_almost_along_the_query_costs_no_exactness():
    vectors = made(3, 3000, 4)
    direction = unit(vectors[0] + np.float32(2e-5) * vectors[1])
    space = Space(vectors, "angular")
    mover = Mover(space, vectors[0], direction[None])
    found = mover.nearest([50.0], 200)
    assert found.rows.tolist() == space.nearest(mover.moved([50.0]), 200).rows.tolist()


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, count=st.integers(1, 200), grouped=st.booleans())
def test_bonuses_are_added_to_the_ranking(seed, count, grouped):
    rng = np.random.default_rng(seed)
    vectors, directions = made(seed, count), made(seed + 1, 2)
    bonus = rng.normal(size=count).astype(np.float32)
    item_of = rng.integers(0, 20, count) if grouped else None
    mover = Mover(Space(vectors, "angular"), vectors[0], directions, [None, bonus])
    found = mover.nearest([0.0, 0.0], 9, strengths=[0.5, 0.25], without=[0], item_of=item_of)
    scores = vectors @ vectors[0] + np.float32(0.25) * bonus
    seen, expected = set(), []
    for row in np.lexsort((np.arange(count), -scores)):
        group = row if item_of is None else item_of[row]
        if row != 0 and group not in seen:
            seen.add(group)
            expected.append(row)
    assert found.rows.tolist() == expected[:9]


def test_the_path_is_the_nearest_at_every_step():
    angles = np.radians(np.arange(0, 91, 10))
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    mover = Mover(Space(vectors, "angular"), vectors[0], vectors[-1:])
    assert mover.path(0, [0, 21, 38, 61, 90]).tolist() == [0, 2, 4, 6, 9]


@given(seed=SEEDS, count=st.integers(1, 5))
def test_orthogonalised_directions_are_at_right_angles_whatever_their_order(seed, count):
    directions = made(seed, count)
    straight = orthogonalised(directions)
    assert np.allclose(straight @ straight.T, np.eye(count), atol=1e-4)
    order = np.random.default_rng(seed).permutation(count)
    assert np.allclose(orthogonalised(directions[order]), straight[order], atol=1e-3)


def test_directions_at_right_angles_stay_as_they_are():
    assert np.allclose(orthogonalised(np.eye(3, 5, dtype=np.float32)), np.eye(3, 5), atol=1e-6)


def test_an_average_leans_away_from_what_it_should_not_be_like():
    positive = np.array([[1, 0], [3, 0]], np.float32)
    assert average_query(positive, None, "l2").tolist() == [2, 0]
    away = average_query(positive, np.array([[2, 5]], np.float32), "l2")
    assert np.allclose(away, [2, -1])
    assert np.isclose(np.linalg.norm(average_query(positive, away[None], "angular")), 1)
