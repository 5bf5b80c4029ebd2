"""Labels beside a plot have room, however low it is."""

from itertools import pairwise

import pytest

pytest.importorskip("pyqtgraph")

import numpy as np
from PyQt5.QtGui import QFontMetricsF, QPainter, QPicture
from PyQt5.QtWidgets import QWidget

from core.qt.training.plot_axes import StepAxis, ValueAxis, round_step
from core.qt.training.plot_line import Line
from core.qt.training.plot_panel import PlotPanel


@pytest.mark.parametrize("size_px", [48.0, 54.0, 110.0, 400.0])
@pytest.mark.parametrize("extent", [4.2e-4, 9.7e-4, 0.043, 1.0, 1.99, 3.2, 57_000.0])
def test_labels_have_room_and_there_are_two_at_least(extent, size_px):
    step = round_step(extent, size_px, 19.0)

    assert extent / step >= 2, "two ticks lie on the axis wherever it begins"
    assert size_px * step / extent >= 0.6 * 19.0


def test_steps_are_as_round_as_there_is_room_for():
    assert round_step(1.0, 400.0, 30.0) == pytest.approx(0.1)
    assert round_step(1.0, 145.0, 30.0) == pytest.approx(0.5)
    assert round_step(100_000.0, 900.0, 110.0) == pytest.approx(20_000)
    assert round_step(4.2e-4, 54.0, 28.0) == pytest.approx(2e-4), "not 5e-4, of which there is one"


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(700, 300)
    return window


def test_a_plot_as_high_as_a_large_screen_is_not_full_of_labels(qapp):
    axis = ValueAxis()
    ((step, _),) = axis.tickSpacing(1.3, 3.4, 900.0)
    assert 2.1 / step <= 12


def labels(axis):
    """What is written on an axis that has been laid out, and where (in its own pixels)."""
    picture = QPicture()
    painter = QPainter(picture)
    painter.setFont(axis.style["tickFont"])
    specs = axis.generateDrawSpecs(painter)[2]
    painter.end()
    return {text: rect for rect, _, text in specs}


@pytest.mark.parametrize("height_px", [100, 120, 200])
@pytest.mark.parametrize("rate", [1e-3, 3.3e-4, 0.02])
def test_the_labels_of_a_low_plot_do_not_meet(qtbot, window, height_px, rate):
    panel = PlotPanel("rate", "Learning rate", window)
    panel.resize(700, height_px)
    window.show()
    steps = np.arange(1.0, 101.0)
    panel.show_lines([Line("Learning rate", "#6cb6ff", steps, rate * np.cos(steps / 70))])
    panel.show_steps(0, 100)
    left = panel._plot.getAxis("left")
    qtbot.waitUntil(lambda: left.height() > 0 and not panel._redraw.isActive())

    written = labels(left)
    assert len(written) >= 2
    centres = sorted(rect.center().y() for rect in written.values())
    letter_px = QFontMetricsF(left.style["tickFont"]).capHeight()
    assert all(below - above > letter_px + 1 for above, below in pairwise(centres)), written
    assert next(iter(labels(panel._plot.getAxis("bottom")))) == "step 0"


def test_small_learning_rates_are_written_short(qapp):
    axis = ValueAxis()
    assert axis.tickStrings([0.0, 2e-4, 4e-4, 1e-3], 1.0, 2e-4) == ["0", "2e-4", "4e-4", "1.0e-3"]
    assert axis.tickStrings([2.5e-4, 5e-4], 1.0, 2.5e-4) == ["2.5e-4", "5.0e-4"]
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
