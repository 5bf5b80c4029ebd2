from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.training.instruction import Sampler
from core.training.sampler import epoch_batches, steps_per_epoch

photo_counts = st.lists(st.integers(1, 7), min_size=2, max_size=40)
samplers = st.builds(Sampler, items=st.integers(2, 12), photos=st.integers(2, 6))
seeds = st.integers(0, 2**31 - 1)


def item_of(counts):
    return np.repeat(np.arange(len(counts), dtype=np.int32), counts)


def batches(counts, sampler, *, seed=0, epoch=0, rows=None, **how):
    items = item_of(counts)
    rows = np.arange(len(items)) if rows is None else rows
    return list(epoch_batches(items, rows, sampler, seed=seed, epoch=epoch, **how))


def same(some, others):
    return len(some) == len(others) and all(
        np.array_equal(rows, other_rows) and np.array_equal(labels, other_labels)
        for (rows, labels), (other_rows, other_labels) in zip(some, others, strict=True)
    )


@settings(deadline=None, max_examples=60)
@given(photo_counts, samplers, seeds)
def test_every_batch_has_k_photos_of_each_of_p_items_so_every_anchor_has_a_positive(
    counts, sampler, seed
):
    for rows, labels in batches(counts, sampler, seed=seed):
        assert rows.dtype == np.int64 and labels.dtype == np.int32
        assert np.array_equal(item_of(counts)[rows], labels)
        items, photos = np.unique(labels, return_counts=True)
        assert len(items) == min(sampler.items, len(counts))
        assert (photos == sampler.photos).all()


@settings(deadline=None, max_examples=60)
@given(photo_counts, samplers, seeds)
def test_items_are_drawn_without_replacement_and_fewer_than_a_batch_is_left_out(
    counts, sampler, seed
):
    found = batches(counts, sampler, seed=seed)
    drawn = np.concatenate([np.unique(labels) for _, labels in found])
    assert len(drawn) == len(set(drawn.tolist()))
    assert len(counts) - len(drawn) < sampler.items
    assert len(found) == steps_per_epoch(item_of(counts), np.arange(sum(counts)), sampler)


@settings(deadline=None, max_examples=60)
@given(photo_counts, samplers, seeds)
def test_an_item_repeats_a_photo_only_where_it_has_too_few(counts, sampler, seed):
    for rows, labels in batches(counts, sampler, seed=seed):
        for item in set(labels.tolist()):
            of_item = rows[labels == item]
            assert len(set(of_item.tolist())) == min(counts[item], sampler.photos)
            _, times = np.unique(of_item, return_counts=True)
            assert times.max() - times.min() <= 1


@settings(deadline=None, max_examples=40)
@given(photo_counts, samplers, seeds, st.integers(0, 5), st.integers(1, 90))
def test_batches_are_a_function_of_seed_and_epoch_and_resuming_is_skipping(
    counts, sampler, seed, epoch, steps
):
    whole = batches(counts, sampler, seed=seed, epoch=epoch, steps=steps)
    assert len(whole) == steps
    skip = steps // 2
    rest = batches(counts, sampler, seed=seed, epoch=epoch, steps=steps, skip=skip)
    assert same(rest, list(islice(whole, skip, None)))


@settings(deadline=None, max_examples=60)
@given(photo_counts, samplers, seeds)
def test_a_batch_of_the_original_is_half_of_one_item_and_half_of_others(counts, sampler, seed):
    sampler = sampler.model_copy(update={"method": "one_item"})
    turns = []
    for rows, labels in batches(counts, sampler, seed=seed):
        assert len(rows) == sampler.batch_size
        assert np.array_equal(item_of(counts)[rows], labels)
        half = sampler.batch_size // 2
        assert len(set(labels[:half].tolist())) == 1
        turns.append(labels[0])
        of_item = rows[:half]
        assert len(set(of_item.tolist())) == min(counts[labels[0]], half)
        assert labels[0] not in labels[half:]
        if sum(counts) - counts[labels[0]] >= sampler.batch_size - half:
            assert len(set(rows[half:].tolist())) == sampler.batch_size - half
    assert sorted(turns) == list(range(len(counts)))


def test_only_the_photos_asked_for_are_drawn():
    rows = np.array([0, 1, 5, 6, 7])
    for found, labels in batches([3, 2, 3], Sampler(items=2, photos=2), rows=rows, steps=20):
        assert set(found.tolist()) <= {0, 1, 5, 6, 7}
        assert set(labels.tolist()) == {0, 2}


def test_another_seed_and_another_epoch_give_other_batches():
    counts, sampler = [3] * 30, Sampler(items=4, photos=2)
    first = batches(counts, sampler, seed=1)
    assert same(first, batches(counts, sampler, seed=1))
    assert not same(first, batches(counts, sampler, seed=2))
    assert not same(first, batches(counts, sampler, seed=1, epoch=1))


def test_over_the_passes_every_photo_has_its_turn():
    counts, sampler = [5] * 9, Sampler(items=4, photos=2)
    seen = {row for rows, _ in batches(counts, sampler, steps=200) for row in rows.tolist()}
    assert seen == set(range(45))


def test_fewer_items_than_a_batch_wants_all_come():
    ((rows, labels),) = batches([2, 4, 1], Sampler(items=32, photos=3))
    assert len(rows) == 9 and set(labels.tolist()) == {0, 1, 2}


def test_one_item_makes_no_batch():
    with pytest.raises(ValueError, match="two items"):
        batches([8], Sampler(items=2, photos=2))
