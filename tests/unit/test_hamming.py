from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cleaning.hamming import find_near, hamming_distances
from core.cleaning.hamming_index import best_split, pairs_by_chunk, splits
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


def pairs_by_tables(hashes, radius, split):
    distinct = np.unique(np.array(hashes, np.uint64))
    with ThreadPoolExecutor(2) as threads:
        parts = [
            pairs_by_chunk(distinct, radius, split, place, threads, lambda: None)
            for place in range(len(split))
        ]
    as_values = [(int(distinct[a]), int(distinct[b])) for a, b in np.concatenate(parts)]
    assert len(set(as_values)) == len(as_values), "a pair was told twice"
    return set(as_values)


def clustered(radius, centres=40):
    """Hashes that lie within, just within and just beyond the radius of others."""
    rng = np.random.default_rng(radius)
    for centre in rng.integers(0, 2**64, centres, np.uint64):
        for flips in rng.integers(0, 2 * radius + 2, 12):
            bits = rng.choice(64, flips, replace=False)
            yield int(centre) ^ sum(1 << int(bit) for bit in bits)


@pytest.mark.parametrize("radius", [1, 2, 4, 5, 6, 8, 10, 16])
def test_it_finds_what_comparing_all_finds(radius):
    hashes = list(clustered(radius))
    expected = pairs_by_comparing_all(hashes, radius)
    assert expected
    assert pairs_found(hashes, radius) == expected


@pytest.mark.parametrize("radius", [1, 2, 4, 6, 8, 10])
def test_tables_find_what_comparing_all_finds_however_the_bits_are_dealt_out(radius):
    hashes = list(clustered(radius))
    expected = pairs_by_comparing_all(hashes, radius)
    ways = list(splits(radius))
    assert ways
    for split in ways:
        assert pairs_by_tables(hashes, radius, split) == expected


def test_many_hashes_are_looked_up_in_tables():
    rng = np.random.default_rng(0)
    hashes = np.unique(rng.integers(0, 2**64, 20_000, np.uint64))
    hashes[:4] = hashes[100:104] ^ np.uint64(0b1011 << 20)
    assert best_split(hashes, 8) is not None
    near = find_near(hashes, 8)
    found = {frozenset(near.distinct[pair].tolist()) for pair in near.pairs}
    assert found == {frozenset(hashes[[at, 100 + at]].tolist()) for at in range(4)}


def test_hashes_that_share_most_bits_are_all_compared():
    hashes = np.arange(10_000, dtype=np.uint64)
    assert best_split(hashes, 8) is None


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
