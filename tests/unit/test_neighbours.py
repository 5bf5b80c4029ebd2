from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.embedding.index import unit
from core.embedding.neighbours import Space, top_rows


def by_brute_force(vectors, query, k, metric, among=None, without=(), item_of=None):
    """Every distance in float64, everything sorted."""
    apart = vectors.astype(np.float64) - query.astype(np.float64)
    squares = (apart * apart).sum(axis=1)
    distances = squares / 2 if metric == "angular" else np.sqrt(squares)
    rows = range(len(vectors)) if among is None else among
    ranked = sorted((distances[row], row) for row in rows if row not in set(without))
    seen, found = set(), []
    for _, row in ranked:
        if item_of is None or item_of[row] not in seen:
            found.append(int(row))
            if item_of is not None:
                seen.add(item_of[row])
    return found[:k]


def clustered(rng, count, dimensions, metric):
    """Vectors with many near and exact copies, as catalogues have."""
    centres = rng.normal(size=(max(1, count // 5), dimensions))
    vectors = centres[rng.integers(0, len(centres), count)]
    vectors = vectors + rng.choice([0, 1e-6, 1e-2], (count, 1)) * rng.normal(size=vectors.shape)
    vectors = vectors.astype(np.float32)
    return unit(vectors) if metric == "angular" else vectors


@pytest.mark.parametrize("metric", ["angular", "l2"])
@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 300),
    dimensions=st.integers(1, 24),
    k=st.integers(1, 320),
    share=st.sampled_from([None, 0.01, 0.3, 1.0]),
    grouped=st.booleans(),
)
def test_it_finds_what_brute_force_finds(metric, seed, count, dimensions, k, share, grouped):
    rng = np.random.default_rng(seed)
    vectors = clustered(rng, count, dimensions, metric)
    query = vectors[int(rng.integers(count))]
    among = None if share is None else np.flatnonzero(rng.random(count) < share)
    without = rng.integers(0, count, int(rng.integers(0, 3))).tolist()
    item_of = rng.integers(0, 40, count) if grouped else None
    found = Space(vectors, metric).nearest(query, k, among=among, without=without, item_of=item_of)
    expected = by_brute_force(vectors, query, k, metric, among, without, item_of)
    assert found.rows.tolist() == expected
    assert (np.diff(found.distances) >= 0).all()


@pytest.mark.parametrize("metric", ["angular", "l2"])
@pytest.mark.parametrize("k", [1, 50, 5000, 39_999])
def test_many_vectors_are_searched_as_exactly_as_few(metric, k):
    rng = np.random.default_rng(k)
    vectors = clustered(rng, 40_000, 8, metric)
    space = Space(vectors, metric)
    for query in vectors[:3]:
        found = space.nearest(query, k)
        apart = vectors.astype(np.float64) - query
        distances = (apart * apart).sum(axis=1)
        expected = np.lexsort((np.arange(len(vectors)), distances))[:k]
        assert np.array_equal(found.rows, expected)


def test_vectors_sorted_by_nearness_mislead_the_sample_but_not_the_search():
    angles = np.linspace(0, np.pi, 50_000, dtype=np.float32)
    vectors = unit(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    found = Space(vectors, "angular").nearest(vectors[0], 300)
    assert found.rows.tolist() == by_brute_force(vectors, vectors[0], 300, "angular")


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.sampled_from([0, 1, 7, 500, 21_000, 60_000]),
    k=st.integers(0, 600),
    levels=st.sampled_from([1, 2, 30, 10**9]),
    filtered=st.booleans(),
)
def test_top_rows_are_those_of_a_whole_sort(seed, count, k, levels, filtered):
    rng = np.random.default_rng(seed)
    scores = (rng.integers(0, levels, count) / levels).astype(np.float32)
    among = np.flatnonzero(rng.random(count) < 0.4) if filtered else None
    rows = np.arange(count) if among is None else among
    expected = rows[np.lexsort((rows, -scores[rows]))][:k]
    assert np.array_equal(top_rows(scores, k, among=among), expected)


def test_a_copy_lies_at_distance_zero():
    vectors = unit(np.random.default_rng(1).normal(size=(9, 20)).astype(np.float32))
    vectors[5] = vectors[2]
    found = Space(vectors, "angular").nearest(vectors[2], 2)
    assert found.rows.tolist() == [2, 5]
    assert found.distances.tolist() == [0.0, 0.0]


def test_angular_distance_is_one_minus_cosine_and_l2_is_euclidean():
    vectors = np.array([[1, 0], [0, 1], [-1, 0]], np.float32)
    assert Space(vectors, "angular").nearest(vectors[0], 3).distances.tolist() == [0, 1, 2]
    found = Space(np.array([[3, 4], [0, 1]], np.float32), "l2").nearest(np.zeros(2), 2)
    assert found.rows.tolist() == [1, 0]
    assert found.distances.tolist() == [1, 5]


def test_nothing_among_nothing():
    space = Space(np.zeros((0, 3), np.float32), "l2")
    assert len(space.nearest(np.zeros(3), 5)) == 0
    filled = Space(np.ones((4, 3), np.float32), "l2")
    assert len(filled.nearest(np.zeros(3), 5, among=np.empty(0, np.int64))) == 0
    assert len(filled.nearest(np.zeros(3), 5, without=[0, 1, 2, 3])) == 0
