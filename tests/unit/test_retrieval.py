from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.training.evaluation.closeness import space_of
from core.training.evaluation.retrieval import retrieval
from core.training.evaluation.top_k import pair_ranks


def by_the_definition(embeddings, item_of, metric):
    """Each query's list of all others, nearest first, those of other items first where equal."""
    space = space_of(embeddings, metric)
    firsts, precisions = [], []
    for query in range(len(item_of)):
        others = [row for row in range(len(item_of)) if row != query]
        right = sum(item_of[row] == item_of[query] for row in others)
        if right == 0:
            continue

        def key(row, query=query):
            known = space.comparable[query] and space.comparable[row]
            away = float(space.distances(np.array([query]), np.array([row]))[0])
            mine = item_of[row] == item_of[query]
            if mine and not known:
                return (np.inf, True)
            return (away if known else -1.0, bool(mine))

        ranked = sorted(others, key=key)
        hits = [item_of[row] == item_of[query] for row in ranked]
        firsts.append(hits[0])
        precisions.append(
            sum(sum(hits[: i + 1]) / (i + 1) for i in range(right) if hits[i]) / right
        )
    return len(firsts), np.mean(firsts), np.mean(precisions)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=8).filter(lambda counts: max(counts) > 1),
    st.integers(0, 10**6),
    st.sampled_from([1, 2, 50]),
    st.sampled_from(["angular", "l2"]),
    st.booleans(),
)
def test_figures_are_those_of_the_definition(counts, seed, levels, metric, broken):
    rng = np.random.default_rng(seed)
    item_of = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    embeddings = (rng.integers(-levels, levels + 1, (len(item_of), 3)) / 3).astype(np.float32)
    if broken:
        embeddings[rng.integers(len(item_of))] = np.nan
    found = retrieval(embeddings, item_of, metric)
    queries, first, precision = by_the_definition(embeddings, item_of, metric)
    assert found.queries == queries
    assert found.r_at_1 == pytest.approx(first)
    assert found.map_at_r == pytest.approx(precision)


def test_numbers_worked_by_hand():
    # On a line: a at 0, 1 and 4, b at 2 and 9. R is 2 for a and 1 for b.
    embeddings = np.array([[0], [1], [4], [2], [9]], np.float32)
    found = retrieval(embeddings, np.array([0, 0, 0, 1, 1]), "l2")
    # 0: 1 (right), 2 (wrong)         -> 1/2
    # 1: 0 and 2 tie, wrong first      -> second right at place 2: 1/2 / 2 = 1/4
    # 4: 2 (wrong), 1 (right)          -> 1/4
    # 2: 1 (wrong)                     -> 0
    # 9: 4 (wrong)                     -> 0
    assert found.queries == 5
    assert found.r_at_1 == pytest.approx(1 / 5)
    assert found.map_at_r == pytest.approx((1 / 2 + 1 / 4 + 1 / 4) / 5)


def test_with_pairs_alone_both_are_top_1():
    rng = np.random.default_rng(1)
    item_of = np.repeat(np.arange(40), 2)
    embeddings = (rng.normal(size=(40, 4))[item_of] + rng.normal(size=(80, 4))).astype(np.float32)
    top = float(np.mean(pair_ranks(embeddings, item_of, "angular") == 1))
    found = retrieval(embeddings, item_of, "angular")
    assert 0 < top < 1 and found.r_at_1 == found.map_at_r == pytest.approx(top)


def test_single_photos_alone_are_refused():
    with pytest.raises(ValueError, match="two photos"):
        retrieval(np.eye(3, dtype=np.float32), np.arange(3), "l2")
