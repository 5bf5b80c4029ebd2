"""Losses against plain NumPy and against numbers worked by hand; gradients finite everywhere."""

import functools

import keras
import numpy as np
import numpy_losses as plain
from gradients import value_and_gradient
from keras import ops

from core.training.losses import (
    batch_hard_soft_margin,
    hard_triplet,
    multi_similarity,
    proxy_anchor,
    semi_hard_triplet,
    supervised_contrastive,
)
from core.training.losses.semi_hard_triplet import SemiHardTriplet

_LOSSES = {
    "semi_hard_triplet": semi_hard_triplet.semi_hard_triplet,
    "hard_triplet": hard_triplet.hard_triplet,
    "batch_hard_soft_margin": batch_hard_soft_margin.batch_hard_soft_margin,
    "supervised_contrastive": supervised_contrastive.supervised_contrastive,
    "multi_similarity": multi_similarity.multi_similarity,
}
_WITH_DISTANCE = ("semi_hard_triplet", "hard_triplet", "batch_hard_soft_margin")
_DISTANCES = ("angular", "squared_l2", "l2")


@functools.cache
def _compiled(loss, settings):
    return lambda embeddings, labels: loss(labels, embeddings, **dict(settings))


def _value(loss, labels, embeddings, **settings):
    function = _compiled(loss, tuple(sorted(settings.items())))
    labels, embeddings = np.asarray(labels, np.int32), np.asarray(embeddings, np.float32)
    return value_and_gradient(function, embeddings, labels)[0]


def check_losses_equal_plain_numpy():
    random = np.random.default_rng(3)
    for labels in (
        np.repeat(range(6), 2),
        [5, 5, 5, 7, 7, 9, 9, 9, 9, 2, 1, 3],
        random.integers(0, 4, 12),
    ):
        embeddings = random.normal(size=(12, 5))
        for name, loss in _LOSSES.items():
            for distance in _DISTANCES if name in _WITH_DISTANCE else (None,):
                settings = {"distance": distance} if distance else {}
                wanted = getattr(plain, name)(labels, embeddings, **settings)
                found = _value(loss, labels, embeddings, **settings)
                np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5, err_msg=name)


def check_triplet_margin_of_one_equals_plain_numpy():
    random = np.random.default_rng(4)
    labels, embeddings = random.integers(0, 5, 12), random.normal(size=(12, 5))
    for name in ("semi_hard_triplet", "hard_triplet"):
        np.testing.assert_allclose(
            _value(_LOSSES[name], labels, embeddings, distance="squared_l2", margin=1.0),
            getattr(plain, name)(labels, embeddings, distance="squared_l2", margin=1.0),
            rtol=1e-5,
        )


def check_proxy_anchor_equals_plain_numpy():
    random = np.random.default_rng(5)
    labels, embeddings = random.integers(0, 4, 10), random.normal(size=(10, 3))
    proxies = random.normal(size=(6, 3))
    found = _value(
        lambda y, x: proxy_anchor.proxy_anchor(
            y, x, ops.convert_to_tensor(proxies.astype(np.float32))
        ),
        labels,
        embeddings,
    )
    np.testing.assert_allclose(found, plain.proxy_anchor(labels, embeddings, proxies), rtol=1e-5)


def check_numbers_worked_by_hand():
    # On a line: a pair 1 apart (0 and 1), a second pair at 3 and 7. Semi-hard by l2:
    # 0→1: d_ap 1, nearest beyond is 3 → max(0, 1+1−3) = 0; 1→0: 1, negatives at 2, 6 → 1+1−2 = 0;
    # 3→7: d_ap 4, negatives at 3 and 2, none beyond, the farthest 3 → 1+4−3 = 2;
    # 7→3: 4, negatives at 7 and 6, nearest beyond is 6 → 0. Sum 2 over 4 pairs.
    line, labels = [[0.0], [1.0], [3.0], [7.0]], [0, 0, 1, 1]
    l2 = {"distance": "l2", "margin": 1.0}
    _near(_value(_LOSSES["semi_hard_triplet"], labels, line, **l2), 0.5)
    # Batch hard: 0: 1+1−3 → 0; 1: 1+1−2 = 0; 3: 1+4−2 = 3; 7: 1+4−6 → 0. Mean 0.75.
    _near(_value(_LOSSES["hard_triplet"], labels, line, **l2), 0.75)
    # Soft margin, the same differences: log(1+e^−2), log(1+e^−1), log(1+e^2), log(1+e^−2).
    wanted = (0.1269280 + 0.3132617 + 2.1269280 + 0.1269280) / 4
    _near(_value(_LOSSES["batch_hard_soft_margin"], labels, line), wanted)
    # Two pairs on the axes, cosines 1 within and 0 across, τ = 1: log(e + 2) − 1 for every anchor.
    axes = [[2.0, 0.0], [1.0, 0.0], [0.0, 3.0], [0.0, 1.0]]
    _near(_value(_LOSSES["supervised_contrastive"], labels, axes, temperature=1.0), 0.5514447)
    # Multi-similarity without anything hard is 0: positives 1, negatives 0, slack 0.1.
    _near(_value(_LOSSES["multi_similarity"], labels, axes), 0.0)
    # One pair split, each on another axis with the other's: positives 0, negatives 1 and 0, all
    # kept: log(1 + e^1)/2 + log(1 + e^25 + e^−25)/50 = 0.6566308 + 0.5.
    crossed = [axes[0], axes[2], axes[1], axes[3]]
    _near(_value(_LOSSES["multi_similarity"], labels, crossed), 1.1566308)
    # Two proxies on the axes, α = 1, δ = 0: own 1 and 1, others 0 and 0, for both:
    # log(1 + 2/e) + log(1 + 2) = 0.5514447 + 1.0986123.
    found = _value(
        lambda y, x: proxy_anchor.proxy_anchor(
            y, x, ops.convert_to_tensor(np.eye(2, dtype=np.float32)), alpha=1.0, margin=0.0
        ),
        labels,
        axes,
    )
    _near(found, 1.6500570)


def check_gradients_are_finite_everywhere():
    # In the shape of the checks above, for which everything is compiled already.
    same = np.ones((12, 5), np.float32)
    apart = np.random.default_rng(6).normal(size=(12, 5)).astype(np.float32)
    one_zero = apart.copy()
    one_zero[1] = 0
    for embeddings in (apart, same, one_zero, np.zeros_like(apart)):
        for labels in (range(12), [0] * 12, np.repeat(range(6), 2), [0] * 11 + [1]):
            for name, loss in _LOSSES.items():
                for distance in _DISTANCES if name in _WITH_DISTANCE else (None,):
                    settings = {"distance": distance} if distance else {}
                    _check_gradient(labels, embeddings, loss, settings, name)
            _check_gradient(labels, embeddings, _to_twelve_proxies, {}, "proxy_anchor")


def _to_twelve_proxies(labels, embeddings):
    proxies = np.random.default_rng(10).normal(size=(12, 5)).astype(np.float32)
    return proxy_anchor.proxy_anchor(labels, embeddings, ops.convert_to_tensor(proxies))


def check_nothing_to_learn_costs_nothing():
    embeddings = np.random.default_rng(7).normal(size=(12, 5))
    for name, loss in _LOSSES.items():
        settings = {"distance": "angular"} if name in _WITH_DISTANCE else {}
        assert _value(loss, range(12), embeddings, **settings) == 0, name
        assert _value(loss, [0] * 12, embeddings, **settings) == 0, name


def check_large_item_numbers_stay_apart():
    # In float16 both are 10,000; in float32 both are 16,777,216.
    for labels in ([10_000, 10_000, 10_001, 10_001], [2**24, 2**24, 2**24 + 1, 2**24 + 1]):
        embeddings = np.random.default_rng(8).normal(size=(4, 3))
        found = _value(SemiHardTriplet(margin=1.0), labels, embeddings)
        np.testing.assert_allclose(
            found, plain.semi_hard_triplet(labels, embeddings, margin=1.0), rtol=1e-5
        )


def check_distances_are_float32_under_mixed_precision():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        loss = SemiHardTriplet(distance="squared_l2", margin=0.2)
        embeddings = ops.cast(np.random.default_rng(9).normal(size=(6, 4)) * 300, "float16")
        value = loss(ops.convert_to_tensor(np.repeat(np.arange(3), 2)), embeddings)
    finally:
        keras.config.set_dtype_policy("float32")
    # 300² summed overflows float16.
    assert keras.backend.standardize_dtype(value.dtype) == "float32"
    assert np.isfinite(ops.convert_to_numpy(value))


def _check_gradient(labels, embeddings, loss, settings, name):
    function = _compiled(loss, tuple(sorted(settings.items())))
    value, gradient = value_and_gradient(function, embeddings, np.asarray(labels, np.int32))
    assert np.isfinite(value), (name, labels, embeddings)
    assert np.isfinite(gradient).all(), (name, settings, labels, embeddings, gradient)


def _near(found, wanted):
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)
