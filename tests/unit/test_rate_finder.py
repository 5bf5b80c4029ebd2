"""The learning-rate finder; slow to begin with, for it imports Keras."""

import numpy as np
import pytest
from made_training import made_dataset, made_pack, sparing

from core.errors import UserError
from core.jobs.context import JobContext
from core.training.fitting import learning
from core.training.fitting.benchmark import measure_speed
from core.training.fitting.fit import training_photos
from core.training.fitting.rate_finder import find_rates, has_diverged, smoothed, steepest
from core.training.instruction import Instruction

SMALL = Instruction(
    data={"side_px": 32},
    sampler={"items": 4, "photos": 2},
    model={"name": "conv_bn", "filters": [8, 16], "dense": [], "embedding_size": 8},
)


def test_smoothing_begins_at_the_first_loss():
    assert smoothed([2.0, 2.0, 2.0]) == pytest.approx([2.0, 2.0, 2.0])
    # (0.9 · 0.1 · 1 + 0.1 · 3) / (1 − 0.81), by hand.
    assert smoothed([1.0, 3.0])[1] == pytest.approx((0.09 + 0.3) / 0.19)


def test_the_rate_is_where_the_loss_falls_fastest():
    rates = np.geomspace(1e-6, 1, 61)
    losses = 1 / (1 + np.exp(3 * (np.log10(rates) + 3)))  # a slope in the middle, at 1e-3

    assert steepest(list(rates), list(losses)) == pytest.approx(1e-3, rel=0.3)


@pytest.mark.parametrize("seed", range(5))
def test_what_batches_differ_by_is_no_fall(seed):
    rates = np.geomspace(1e-6, 1, 100)
    losses = 3 - 1 / (1 + np.exp(-3 * (np.log10(rates) + 3)))  # falls in the middle, at 1e-3
    losses += np.random.default_rng(seed).normal(0, 0.1, 100)
    losses[:3] += 0.4  # the first batches of a new network

    assert 2e-4 < steepest(list(rates), list(losses)) < 5e-3


def test_no_rate_is_suggested_where_the_loss_only_grows_or_is_too_short():
    rates = list(np.geomspace(1e-6, 1, 40))
    assert steepest(rates, list(np.linspace(0.1, 1, 40))) is None
    assert steepest(rates[:6], list(np.linspace(1, 0.1, 6))) is None


def test_a_loss_that_leaves_its_lowest_far_behind_ends_the_test():
    falling = list(np.linspace(1, 0.5, 20))
    assert not has_diverged(falling)
    assert has_diverged([*falling, *([40.0] * 5)])


def test_rates_grow_from_step_to_step_of_a_network_that_trains(tmp_path):
    dataset = made_dataset(tmp_path)
    with made_pack(tmp_path, dataset) as pack:
        photos = training_photos(dataset, pack)
        found = find_rates(SMALL, photos, pack, JobContext(), steps=20)

    assert found.rates[0] == pytest.approx(1e-6)
    assert np.all(np.diff(found.rates) > 0)
    assert len(found.losses) == len(found.rates) <= 20
    assert np.all(np.isfinite(found.losses))


def test_speed_is_measured_on_made_up_photos():
    speed = measure_speed(SMALL, 0.1)

    assert speed.images_per_s > 0
    assert speed.steps > 0 and speed.device
    assert (speed.batch_size, speed.note) == (8, "")


def test_too_little_memory_halves_the_items_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(learning, "make_step", sparing(learning.make_step, 4))
    note = "Memory ran out with 4 items a batch: this is with 2, of 2 photos each."
    details = []

    speed = measure_speed(SMALL, 0.1)
    dataset = made_dataset(tmp_path)
    with made_pack(tmp_path, dataset) as pack:
        context = JobContext(lambda progress: details.append(progress.detail))
        found = find_rates(SMALL, training_photos(dataset, pack), pack, context, steps=10)

    assert (speed.batch_size, speed.note) == (4, note)
    assert found.note == details[-1] == note
    assert len(found.rates) > 1


def test_a_memory_that_is_too_small_for_two_items_is_told_with_the_remedy(monkeypatch):
    monkeypatch.setattr(learning, "make_step", sparing(learning.make_step, 3))
    with pytest.raises(UserError, match="even with two items") as error:
        measure_speed(SMALL, 0.1)
    assert "smaller network" in error.value.remedy
