"""Labels beside a plot have room, however low it is."""

import pytest

pytest.importorskip("pyqtgraph")

from core.qt.training.plot_axes import StepAxis, ValueAxis, round_step


@pytest.mark.parametrize("size_px", [40.0, 54.0, 110.0, 400.0])
@pytest.mark.parametrize("extent", [9.7e-4, 0.043, 1.0, 3.2, 57_000.0])
def test_labels_have_room_and_there_are_two_at_least(extent, size_px):
    step = round_step(extent, size_px, 28.0)

    between = size_px * step / extent
    assert between >= min(28.0, size_px / 2) * (1 - 1e-9)
    assert between <= 2.5 * max(28.0, size_px / 10) + size_px / 2
    digits = f"{step:.12e}".partition("e")[0]
    assert float(digits) in (1.0, 2.0, 5.0)


def test_small_learning_rates_are_written_short(qapp):
    axis = ValueAxis()
    assert axis.tickStrings([0.0, 2e-4, 4e-4, 1e-3], 1.0, 2e-4) == ["0", "2e-4", "4e-4", "1.0e-3"]
    assert axis.tickStrings([0.0, 0.5, 1.0], 1.0, 0.5) == ["0", "0.5", "1.0"]
    assert axis.tickStrings([0.0, 2.0], 1.0, 2.0) == ["0", "2"]


def test_shares_are_written_in_percent_with_no_more_digits_than_tell_them_apart(qapp):
    axis = ValueAxis(is_share=True)
    assert axis.tickStrings([0.2, 0.4], 1.0, 0.2) == ["20 %", "40 %"]
    assert axis.tickStrings([0.512, 0.514], 1.0, 0.002) == ["51.2 %", "51.4 %"]


def test_the_first_step_says_what_the_numbers_count(qapp):
    axis = StepAxis()
    assert axis.tickStrings([-200.0, 0.0, 20_000.0], 1.0, 20_000.0) == ["", "step 0", "20,000"]
    axis.setLogMode(x=True, y=False)
    assert axis.tickStrings([0.0, 1.0, 2.0], 1.0, 1.0) == ["step 1", "10", "100"]
