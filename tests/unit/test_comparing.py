from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.embedding.comparing import compare_neighbourhoods, turned_onto
from core.embedding.index import Index
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext

QUIET = JobContext()


def make_index(vectors, ids, run="r"):
    return Index(
        np.asarray(vectors, np.float32),
        np.asarray(ids, np.int64),
        (b"",) * len(ids),
        model_hash=run,
        metric="l2",
        run=run,
        side_px=64,
        fit="pad",
    )


def by_comparing_all(a, b, count):
    def near(vectors):
        apart = np.linalg.norm(vectors[:, None] - vectors, axis=2)
        np.fill_diagonal(apart, np.inf)
        return apart.argsort(axis=1, kind="stable")[:, :count]

    return [len(set(x) & set(y)) / count for x, y in zip(near(a), near(b), strict=True)]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), count=st.integers(2, 40), more=st.integers(0, 5))
def test_the_share_kept_is_that_of_comparing_all_common_photos(seed, count, more):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(count, 3)).astype(np.float32)
    b = (a + 0.5 * rng.normal(size=(count, 3))).astype(np.float32)
    order = rng.permutation(count)
    extra = rng.normal(size=(more, 3))
    found = compare_neighbourhoods(
        make_index(np.concatenate([a, extra]), range(count + more)),
        make_index(
            np.concatenate([extra, b[order]]), [*range(900, 900 + more), *order.tolist()], "s"
        ),
        QUIET,
    )
    assert found.photo_ids.tolist() == list(range(count))
    expected = by_comparing_all(a.astype(float), b.astype(float), min(10, count - 1))
    assert np.allclose(found.kept, expected)
    assert found.mean_kept == pytest.approx(np.mean(expected))


def test_of_very_many_photos_some_are_measured_and_it_says_how_many():
    vectors = np.random.default_rng(0).normal(size=(50, 3))
    index = make_index(vectors, range(50))
    found = compare_neighbourhoods(index, index, QUIET, most=20)
    assert found.measured == 20
    assert found.mean_kept == 1


def test_embeddings_without_common_photos_cannot_be_compared():
    vectors = np.eye(3)
    with pytest.raises(UserError, match="no photos in common"):
        compare_neighbourhoods(
            make_index(vectors, [1, 2, 3]), make_index(vectors, [4, 5, 6]), QUIET
        )


def test_comparing_is_cancelled():
    index = make_index(np.eye(3), range(3))
    with pytest.raises(Cancelled):
        compare_neighbourhoods(index, index, JobContext(is_cancelled=lambda: True))


@given(
    seed=st.integers(0, 1000),
    degrees=st.floats(0, 360),
    mirrored=st.booleans(),
    size=st.floats(0.2, 5),
)
def test_a_map_that_is_only_turned_lies_on_the_other(seed, degrees, mirrored, size):
    onto = np.random.default_rng(seed).normal(size=(12, 2)).astype(np.float32)
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = size * (onto * [1, -1 if mirrored else 1]) @ turn + [3, -4]
    assert np.allclose(turned_onto(turned.astype(np.float32), onto), onto, atol=1e-3)


def test_a_map_of_one_place_is_moved_there():
    onto = np.array([[0, 0], [2, 2]], np.float32)
    assert turned_onto(np.ones((2, 2), np.float32), onto).tolist() == [[1, 1], [1, 1]]
