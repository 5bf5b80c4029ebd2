from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.training.evaluation.closeness import space_of
from core.training.evaluation.histogram import colour_histograms
from core.training.evaluation.top_k import (
    bootstrap_interval,
    pair_ranks,
    partners,
    top_k_accuracy,
)


def by_the_plain_loop(embeddings, item_of, metric):
    """One query at a time, one photo at a time."""
    space = space_of(embeddings, metric)
    ranks = []
    for query in range(len(item_of)):
        (partner,) = (
            row for row in range(len(item_of)) if item_of[row] == item_of[query] and row != query
        )
        ahead = 0
        for row in range(len(item_of)):
            if row in (query, partner):
                continue
            if space.comparable[[query, partner, row]].all():
                there, limit = (
                    float(space.distances(np.array([query]), np.array([end]))[0])
                    for end in (row, partner)
                )
                ahead += there <= limit
            else:
                ahead += 1
        ranks.append(1 + ahead)
    return ranks


def shuffled_pairs(pairs, rng):
    return rng.permutation(np.repeat(np.arange(pairs), 2)).astype(np.int32)


@pytest.mark.parametrize("metric", ["angular", "l2"])
@pytest.mark.parametrize(
    "kind", ["random", "few values", "collapsed", "nearly collapsed", "far", "tiny", "broken"]
)
def test_ranks_are_those_of_the_plain_loop(metric, kind):
    rng = np.random.default_rng(3)
    embeddings = rng.normal(size=(60, 5))
    if kind == "few values":
        embeddings = rng.integers(0, 2, (60, 5))
    elif kind == "collapsed":
        embeddings[:] = embeddings[0]
    elif kind == "nearly collapsed":
        embeddings = 1 + 1e-7 * embeddings
    elif kind == "far":
        embeddings = 1e4 + embeddings
    elif kind == "tiny":
        embeddings = 1e-30 * embeddings
    elif kind == "broken":
        embeddings[7, 2], embeddings[8] = np.nan, 0
        embeddings[9] = np.inf
    embeddings = embeddings.astype(np.float32)
    item_of = shuffled_pairs(30, rng)
    found = pair_ranks(embeddings, item_of, metric, block=7)
    assert found.tolist() == by_the_plain_loop(embeddings, item_of, metric)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 9), st.integers(1, 4), st.integers(0, 10**6), st.sampled_from([1, 3, 30]))
def test_ranks_with_many_ties_are_those_of_the_plain_loop(pairs, dimensions, seed, levels):
    rng = np.random.default_rng(seed)
    embeddings = (rng.integers(-levels, levels + 1, (2 * pairs, dimensions)) / 7).astype(np.float32)
    item_of = shuffled_pairs(pairs, rng)
    for metric in ("angular", "l2"):
        found = pair_ranks(embeddings, item_of, metric, block=4)
        assert found.tolist() == by_the_plain_loop(embeddings, item_of, metric)


def test_many_photos_go_through_several_blocks_with_the_same_ranks():
    rng = np.random.default_rng(0)
    item_of = shuffled_pairs(3000, rng)
    embeddings = rng.normal(size=(3000, 8))[item_of] + rng.normal(size=(6000, 8))
    embeddings[::50] = embeddings[0]
    found = pair_ranks(embeddings.astype(np.float32), item_of, "l2")
    space, partner = space_of(embeddings.astype(np.float32), "l2"), partners(item_of)
    everyone = np.arange(6000)
    for query in range(0, 6000, 37):
        to_all = space.distances(np.full(6000, query), everyone)
        as_close = np.count_nonzero(to_all <= to_all[partner[query]])
        assert found[query] == as_close - 1  # all but the query itself


@pytest.mark.parametrize("metric", ["angular", "l2"])
def test_a_crowd_is_searched_too_and_asks_nothing(metric):
    rng = np.random.default_rng(1)
    item_of = shuffled_pairs(20, rng)
    embeddings = rng.normal(size=(40, 4)).astype(np.float32)
    crowd = np.concatenate([rng.normal(size=(30, 4)), embeddings[:5]]).astype(np.float32)
    space = space_of(np.concatenate([embeddings, crowd]), metric)
    everyone, partner = np.arange(75), partners(item_of)
    expected = []
    for query in range(40):
        to_all = space.distances(np.full(75, query), everyone)
        expected.append(np.count_nonzero(to_all <= to_all[partner[query]]) - 1)
    found = pair_ranks(embeddings, item_of, metric, block=7, crowd=crowd)
    assert found.tolist() == expected
    assert (found >= pair_ranks(embeddings, item_of, metric)).all()
    assert (found[:5] > 1).all()  # their doubles in the crowd are nearer than any partner


def test_a_tie_counts_against_us_and_the_query_itself_never_counts():
    embeddings = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], np.float32)
    assert pair_ranks(embeddings, np.array([0, 0, 1, 1]), "angular").tolist() == [2, 2, 3, 3]


def test_angular_ranks_do_not_depend_on_length_but_l2_ranks_do():
    embeddings = np.array([[1, 0], [9, 1], [1, 1], [1, 1.2]], np.float32)
    item_of = np.array([0, 0, 1, 1])
    assert pair_ranks(embeddings, item_of, "angular").tolist() == [1, 1, 1, 1]
    assert pair_ranks(embeddings, item_of, "l2").tolist() == [3, 3, 1, 1]


@pytest.mark.parametrize("item_of", [[0, 0, 1], [0, 1, 2, 2], [0, 0, 0, 0], [0, 0, 0, 1], []])
def test_photos_without_exactly_one_partner_are_refused(item_of):
    with pytest.raises(ValueError, match=r"pairs|two photos"):
        pair_ranks(np.ones((len(item_of), 3), np.float32), np.array(item_of), "l2")


def test_top_k_is_the_share_of_queries_whose_partner_is_among_the_k_nearest():
    assert top_k_accuracy(np.array([1, 2, 5, 6, 10, 11, 99, 1])) == {1: 2 / 8, 5: 4 / 8, 10: 6 / 8}


def test_the_bootstrap_interval_is_that_of_drawing_pairs():
    rng = np.random.default_rng(0)
    ranks = rng.choice([1, 20], 200, p=[0.4, 0.6])
    item_of = np.repeat(np.arange(100), 2)
    low, high = bootstrap_interval(ranks, item_of, 10, seed=5)
    assert (low, high) == bootstrap_interval(ranks, item_of, 10, seed=5)
    hits = (ranks <= 10).reshape(100, 2).mean(axis=1)
    drawn = [hits[rng.integers(0, 100, 100)].mean() for _ in range(4000)]
    assert np.allclose((low, high), np.percentile(drawn, [2.5, 97.5]), atol=0.01)
    assert low < hits.mean() < high


def test_pairs_that_succeed_together_make_the_interval_wider():
    together = np.repeat([1, 99], 200)
    item_of = np.repeat(np.arange(200), 2)
    apart = np.tile([1, 99], 200)
    low, high = bootstrap_interval(together, item_of, 10, seed=0)
    assert bootstrap_interval(apart, item_of, 10, seed=0) == (0.5, 0.5)
    assert 0.12 < high - low < 0.16  # 2 × 1.96 × 0.5 / √200


def test_a_histogram_counts_the_pixels_of_each_colour():
    pixels = np.zeros((2, 2, 2, 3), np.uint8)
    pixels[0, 0, 0] = (255, 64, 63)  # red bin 3, green 1, blue 0
    pixels[1] = 200
    found = colour_histograms(pixels)
    assert found.shape == (2, 64) and found.dtype == np.float32
    expected = np.zeros((2, 64))
    expected[0, 3 * 16 + 1 * 4] = np.sqrt(1 / 4)
    expected[0, 0] = np.sqrt(3 / 4)
    expected[1, 63] = 1
    assert np.allclose(found, expected)
