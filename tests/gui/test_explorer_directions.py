"""Moving the query along directions, with real events."""

from dataclasses import replace

import numpy as np
import pytest
from made_directions import curve, opened, report, slider
from mouse import hover, turn_wheel
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel

from core.embedding.directions.records import (
    Direction,
    Method,
    Probe,
)
from core.embedding.directions.store import save_direction
from core.embedding.filters import PhotoFilter
from core.embedding.index import unit
from explorer.calibration import Calibration
from explorer.curve_plot import legend_places
from explorer.gallery_tile import Mark


def draw_slider(exploring, name, share):
    """Drags the handle from the middle to a share of its way, -1 to 1."""
    handle = slider(exploring, name)
    middle = handle.rect().center()
    there = QPoint(int(middle.x() + share * handle.width() / 2), middle.y())
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
    for step in (0.3, 0.6, 1.0):
        at = middle + (there - middle) * step
        hover(handle, at, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=there)


def test_dragging_a_slider_moves_the_neighbours_and_marks_those_that_came_in(exploring):
    opened(exploring, ("coats", 6, None))
    exploring.part("neighbour_count").setValue(10)
    exploring.tab._asking.ask_rows([0])
    before = exploring.listed()

    draw_slider(exploring, "coats", 1.0)

    after = exploring.listed()
    assert after != before
    new = {entry.row for entry in exploring.gallery.entries if entry.mark is Mark.NEW}
    assert new == set(after) - set(before)
    assert new
    assert exploring.part("share_coats").text() == "80%"


def test_filters_hold_while_the_query_is_moved(exploring):
    opened(exploring, ("coats", 6, None))
    exploring.tab._asking.ask_rows([0])
    exploring.state.filter(PhotoFilter(text="zara"))
    exploring.wait_for_filter()
    assert exploring.selection.is_filtered

    draw_slider(exploring, "coats", 0.8)

    assert exploring.selection.visible[exploring.listed()].all()
    assert exploring.listed()


def test_the_moved_query_is_the_point_that_the_angle_says(exploring):
    opened(exploring, ("coats", 6, None))
    exploring.tab._asking.ask_rows([0])

    slider(exploring, "coats").setValue(100)

    extent = exploring.state.extents["coats"]
    moved, query = exploring.state.moved_vector(), exploring.state.query.vector
    assert np.degrees(np.arccos(moved @ query)) == pytest.approx(extent, abs=0.01)
    assert extent == pytest.approx(44)  # where the measured share is highest


def test_the_query_moves_the_other_way_too(exploring):
    opened(exploring, ("coats", 6, None))
    exploring.tab._asking.ask_rows([0])
    vector = exploring.state.sliders[0].vector

    slider(exploring, "coats").setValue(-50)

    assert exploring.state.moved_vector() @ vector < exploring.state.query.vector @ vector
    assert exploring.part("share_coats").text() == "−22°"


def test_reset_brings_all_sliders_back_to_rest(exploring):
    opened(exploring, ("coats", 6, None), ("skirts", 4, None))
    exploring.tab._asking.ask_rows([0])
    before = exploring.listed()
    slider(exploring, "coats").setValue(70)
    slider(exploring, "skirts").setValue(30)

    exploring.press(Qt.Key.Key_Backspace)

    assert exploring.listed() == before
    assert slider(exploring, "coats").value() == slider(exploring, "skirts").value() == 0
    assert not exploring.state.is_moved


def test_a_double_click_brings_one_slider_back(exploring):
    opened(exploring, ("coats", 6, None), ("skirts", 4, None))
    exploring.tab._asking.ask_rows([0])
    slider(exploring, "coats").setValue(70)
    slider(exploring, "skirts").setValue(30)

    QTest.mouseDClick(slider(exploring, "coats"), Qt.MouseButton.LeftButton)

    assert set(exploring.state.extents) == {"skirts"}


def test_scrolling_past_a_slider_does_not_move_it(exploring):
    opened(exploring, ("coats", 6, None))
    exploring.tab._asking.ask_rows([0])
    slider(exploring, "coats").setFocus()

    turn_wheel(slider(exploring, "coats"), -3)

    assert exploring.state.extents == {}
    assert slider(exploring, "coats").value() == 0


def test_history_keeps_how_far_each_query_was_moved(exploring):
    opened(exploring, ("coats", 6, None))
    exploring.tab._asking.ask_rows([0])
    slider(exploring, "coats").setValue(70)
    extents, listed = exploring.state.extents, exploring.listed()
    exploring.double_click(listed[0])
    assert slider(exploring, "coats").value() == 0

    exploring.press(Qt.Key.Key_B)

    assert exploring.state.extents == extents
    assert exploring.listed() == listed
    assert slider(exploring, "coats").value() == 70


def test_directions_at_right_angles_no_longer_bring_each_other(exploring):
    opened(exploring, ("coats", 6, None), ("skirts", 4, None))
    exploring.tab._asking.ask_rows([0])
    one, other = (each.vector for each in exploring.state.sliders)
    assert abs(float(one @ other)) > 0.01

    exploring.part("orthogonal").click()

    one, other = (each.vector for each in exploring.state.sliders)
    assert float(one @ other) == pytest.approx(0, abs=1e-5)


def test_a_pattern_that_the_model_does_not_encode_has_no_slider_but_says_so(exploring):
    opened(exploring, ("dots", 6, report(0.2)))

    assert not slider(exploring, "dots").isVisible()
    assert exploring.says("This model does not encode dots")
    assert exploring.state.sliders == ()


def test_a_direction_that_is_hardly_trustworthy_is_marked(exploring):
    opened(exploring, ("coats", 6, report(0.8, positive=20, stability=0.5)))

    told = exploring.part("warning_coats").toolTip()
    assert "Only 20 examples" in told
    assert "0.50" in told


def test_directions_that_are_nearly_one_are_flagged(exploring):
    opened(exploring, ("coats", 6, None), ("cloaks", 7, None))

    assert "Nearly the same direction as cloaks" in exploring.part("warning_coats").toolTip()


def test_the_path_shows_the_nearest_item_at_each_of_ten_steps(exploring):
    opened(exploring, ("coats", 6, None))
    exploring.tab._asking.ask_rows([0])

    exploring.press(Qt.Key.Key_P)

    strip = exploring.part("filmstrip")
    assert strip.isVisible()
    assert len(strip.rows()) == 10
    assert strip.rows()[0] == exploring.state.path("coats", [0.0])[0]
    exploring.press(Qt.Key.Key_P)
    assert not strip.isVisible()


def test_the_path_goes_where_the_model_knows_a_way(exploring):
    opened(exploring, ("beads", 6, report(0.2)), ("coats", 4, None))
    exploring.tab._asking.ask_rows([0])

    exploring.press(Qt.Key.Key_P)
    assert exploring.part("filmstrip").rows()[0] == exploring.state.path("coats", [0.0])[0]
    exploring.press(Qt.Key.Key_P)

    exploring.tab._steering.show_path("beads")
    assert not exploring.part("filmstrip").isVisible()
    assert "does not encode beads" in exploring.message


def test_the_report_shows_what_was_measured(exploring):
    opened(exploring, ("coats", 6, report(0.8, positive=20)))

    exploring.press(Qt.Key.Key_R)

    dialog = QApplication.activeModalWidget()
    assert dialog.objectName() == "report_dialog"
    assert "Only 20 examples" in dialog.findChild(object, "report_warning_0").text()
    dialog.close()


def test_the_report_holds_a_direction_against_the_others(exploring):
    opened(exploring, ("coats", 6, None), ("coat", 7, None), ("tops", 2, None))

    exploring.tab._steering.show_report("coats")

    dialog = QApplication.activeModalWidget()
    vectors = exploring.vectors()
    towards = {name: unit((vectors[row] - vectors[0])[None])[0] for name, row in
               (("coats", 6), ("coat", 7), ("tops", 2))}  # fmt: skip
    words = dialog.findChild(object, "report_likeness").text()
    for name in ("coat", "tops"):
        assert f"{name} {towards['coats'] @ towards[name]:+.2f}" in words
    assert words.index("coat ") < words.index("tops ")
    assert {"44°", "100"} <= {label.text() for label in dialog.findChildren(QLabel)}
    dialog.close()


def test_a_legend_goes_on_in_another_line_where_one_is_full():
    places = legend_places([100, 80, 120, 110], room=300)

    assert places == [(0, 0), (136, 0), (0, 1), (156, 1)]
    assert legend_places([900], room=300) == [(0, 0)]


def test_a_slider_that_was_clicked_is_set_finely_by_keys_and_brought_back(exploring):
    opened(exploring, ("coats", 6, None))
    exploring.tab._asking.ask_rows([0])
    handle = slider(exploring, "coats")
    assert handle.focusPolicy() & Qt.FocusPolicy.ClickFocus
    draw_slider(exploring, "coats", 0.5)
    handle.setFocus()
    drawn = handle.value()

    exploring.press(Qt.Key.Key_Left)
    assert handle.value() == drawn - 1
    exploring.press(Qt.Key.Key_Delete)
    assert handle.value() == 0
    assert not exploring.state.is_moved


@pytest.mark.parametrize("position", [-1.0, -0.4, 0.0, 0.25, 0.6, 1.0])
def test_a_sliders_position_survives_being_turned_into_an_extent_and_back(position):
    calibration = Calibration(curve("d", np.linspace(0.05, 0.8, 15)), 56.0, "°")

    assert calibration.position(calibration.extent(position)) == pytest.approx(position, abs=0.01)


def test_positions_are_even_in_the_expected_share_and_not_in_degrees():
    shares = [0.02] * 8 + [0.2, 0.4, 0.8]
    calibration = Calibration(curve("d", shares), 40.0, "°")

    assert calibration.extent(0.25) > 32
    assert calibration.words(0.5) == "41%"


def test_strict_re_ranks_by_the_probe_and_leaves_the_query_where_it_is(exploring, qtbot):
    exploring.items()
    vectors = exploring.vectors()
    coats = [row for row in range(48) if row // 2 % 4 == 3]
    measured = replace(report(0.8), strict=curve("strict re-ranking", np.linspace(0.1, 0.9, 12)))
    probe = Probe(vectors[coats], np.ones(len(coats)), 4.0, 0.0, 0.0, 1.0, 1.0)
    save_direction(
        exploring.project,
        Direction(
            "coats", vectors[6], Method.MEAN_DIFFERENCE, "weights", "angular",
            report=measured, probe=probe,
        ),
    )  # fmt: skip
    exploring.index()
    exploring.open()
    exploring.part("one_per_item").click()
    exploring.part("neighbour_count").setValue(12)
    exploring.tab._asking.ask_rows([0])
    assert not set(exploring.listed()) <= set(coats)

    exploring.tab._shelf.set_strict("coats", True)
    qtbot.waitUntil(lambda: exploring.state.sliders[0].bonus is not None)
    # The row that was shown before is there until its deferred deletion.
    qtbot.waitUntil(lambda: len(exploring.tab.findChildren(QLabel, "share_coats")) == 1)
    slider(exploring, "coats").setValue(100)

    assert set(exploring.listed()) <= set(coats)
    assert np.array_equal(exploring.state.moved_vector(), exploring.state.query.vector)
    assert exploring.part("share_coats").text() == "90%"

    exploring.tab._shelf.set_strict("coats", False)
    assert exploring.state.sliders[0].bonus is None
    assert slider(exploring, "coats").value() == 0
