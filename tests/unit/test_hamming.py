from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cleaning.hamming import find_near, hamming_distances
from core.jobs.context import Cancelled, JobContext


def pairs_by_comparing_all(hashes, radius):
    """Pairs of different values, as value tuples."""
    values = sorted({int(value) for value in hashes})
    return {
        (a, b)
        for at, a in enumerate(values)
        for b in values[at + 1 :]
        if (a ^ b).bit_count() <= radius
    }


def pairs_found(hashes, radius):
    near = find_near(np.array(hashes, np.uint64), radius)
    as_values = [(int(near.distinct[a]), int(near.distinct[b])) for a, b in near.pairs]
    assert len(set(as_values)) == len(as_values), "a pair was told twice"
    return set(as_values)


@pytest.mark.parametrize("radius", [1, 2, 4, 5, 6, 8, 10, 16])
def test_it_finds_what_comparing_all_finds(radius):
    rng = np.random.default_rng(radius)
    centres = rng.integers(0, 2**64, 40, np.uint64)
    hashes = []
    for centre in centres:
        for flips in rng.integers(0, 2 * radius + 2, 12):
            bits = rng.choice(64, flips, replace=False)
            hashes.append(int(centre) ^ sum(1 << int(bit) for bit in bits))
    expected = pairs_by_comparing_all(hashes, radius)
    assert expected
    assert pairs_found(hashes, radius) == expected


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 300), max_size=60),
    st.integers(0, 16),
)
def test_it_finds_what_comparing_all_finds_whatever_the_hashes(hashes, radius):
    expected = pairs_by_comparing_all(hashes, radius) if radius else set()
    assert pairs_found(hashes, radius) == expected


def test_equal_hashes_are_one_class_and_not_a_pair_each():
    near = find_near(np.array([7] * 50_000 + [6], np.uint64), 3)
    assert list(near.distinct) == [6, 7]
    assert (near.class_of[:-1] == 1).all() and near.class_of[-1] == 0
    assert near.pairs.tolist() == [[0, 1]]
    assert near.distances.tolist() == [1]


def test_a_cluster_that_shares_most_bits_is_searched_too():
    rng = np.random.default_rng(0)
    low_bits = rng.integers(0, 2**10, 700, np.uint64)  # 54 bits are the same in all
    assert pairs_found(low_bits, 4) == pairs_by_comparing_all(low_bits, 4)


def test_distances_are_told():
    near = find_near(np.array([0, 0b111, 0b1], np.uint64), 3)
    told = {
        (int(near.distinct[a]), int(near.distinct[b])): int(d)
        for (a, b), d in zip(near.pairs, near.distances, strict=True)
    }
    assert told == {(0, 0b1): 1, (0, 0b111): 3, (0b1, 0b111): 2}


def test_hashes_of_several_words_are_compared_row_by_row():
    a = np.array([[0, 0, 0, 0], [1, 2, 3, 4]], np.uint64)
    b = np.array([[1, 3, 0, 0], [1, 2, 3, 4]], np.uint64)
    assert hamming_distances(a, b).tolist() == [3, 0]


def test_a_search_can_be_cancelled():
    hashes = np.random.default_rng(0).integers(0, 2**64, 1000, np.uint64)
    with pytest.raises(Cancelled):
        find_near(hashes, 4, JobContext(is_cancelled=lambda: True))


@pytest.mark.parametrize("radius", [-1, 17])
def test_a_radius_out_of_range_is_refused(radius):
    with pytest.raises(ValueError, match="radius"):
        find_near(np.zeros(2, np.uint64), radius)
