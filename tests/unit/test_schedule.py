"""Learning rates by step, against numbers worked by hand."""

from __future__ import annotations

import pytest

from core.training.fitting.schedule import rate_at
from core.training.instruction import Constant, Cyclic, WarmUpCosine


def cycle(mode, **changes):
    """Two cycles of four steps between 0.1 and 0.5, and the first step of a third."""
    schedule = Cyclic(mode=mode, base_learning_rate=0.1, step_size=2, **changes)
    return [rate_at(schedule, 0.5, step, 0.0) for step in range(9)]


def test_a_triangle_goes_up_and_down_for_ever():
    assert cycle("triangular") == pytest.approx([0.1, 0.3, 0.5, 0.3, 0.1, 0.3, 0.5, 0.3, 0.1])


def test_triangular2_halves_its_height_every_cycle():
    assert cycle("triangular2") == pytest.approx([0.1, 0.3, 0.5, 0.3, 0.1, 0.2, 0.3, 0.2, 0.1])


def test_exp_range_shrinks_its_height_every_step():
    # Heights of 0, 0.2, 0.4, 0.2, 0, … times 0.5 to the power of the step.
    wanted = [0.1, 0.2, 0.2, 0.125, 0.1, 0.10625, 0.10625, 0.1015625, 0.1]
    assert cycle("exp_range", gamma=0.5) == pytest.approx(wanted)


def test_a_warm_up_is_linear_and_a_cosine_ends_at_the_final_share():
    schedule = WarmUpCosine(warm_up=0.2, final=0.1)
    rates = [rate_at(schedule, 2.0, 0, progress) for progress in (0.0, 0.1, 0.2, 0.6, 1.0)]
    assert rates == pytest.approx([0.02, 1.0, 2.0, 1.1, 0.2])


def test_a_constant_rate_stays():
    assert {rate_at(Constant(), 0.3, step, step / 9) for step in range(10)} == {0.3}
