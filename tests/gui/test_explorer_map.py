"""The map's parts without the tab: what is sorted, seen, drawn, picked and selected."""

import numpy as np
import pytest
from made_photos import photo
from mouse import drag, hover
from PyQt5.QtCore import QPoint, QPointF, Qt
from PyQt5.QtTest import QTest

from explorer import map_camera
from explorer.map_colours import UNKNOWN, by_category, by_number, one_colour
from explorer.map_gesture import Tool
from explorer.map_grid import Area, sort_points
from explorer.map_raster import Ground, Shown, draw, points_in_view
from explorer.map_thumbnails import MapThumbnails
from explorer.map_view import MapView
from explorer.selection import How, Selection

GROUND = Ground((10, 10, 10), (90, 90, 90), (250, 200, 0), (255, 255, 255))


def cloud(count, seed=0):
    return np.random.default_rng(seed).normal(size=(count, 2)).astype(np.float32)


def shown(count, visible=None, selected=None, codes=None, colour=(0, 100, 200), rare=()):
    palette = np.zeros((256, 3), np.uint8)
    palette[:] = colour
    palette[1] = (200, 0, 0)
    return Shown(
        np.ones(count, bool) if visible is None else visible,
        np.zeros(count, bool) if selected is None else selected,
        np.zeros(count, np.uint8) if codes is None else codes,
        palette,
        np.isin(np.arange(256), rare),
        is_plain=codes is None,
    )


# Sorted points


def test_every_row_has_one_place_and_rows_without_a_position_have_none():
    points = cloud(500)
    points[7] = np.nan

    grid = sort_points(points)

    assert sorted(grid.rows) == [row for row in range(500) if row != 7]
    assert np.array_equal(points[grid.rows], np.stack([grid.x, grid.y], 1))


@pytest.mark.parametrize("seed", range(5))
def test_what_an_area_holds_is_among_the_places_that_are_given_for_it(seed):
    rng = np.random.default_rng(seed)
    grid = sort_points(cloud(3000, seed))
    left, top = rng.uniform(-3, 2, 2)
    area = Area(left, top, left + rng.uniform(0, 3), top + rng.uniform(0, 3))

    places = np.arange(len(grid))[grid.places_in(area)]

    inside = (grid.x > area.left) & (grid.x < area.right)
    inside &= (grid.y > area.top) & (grid.y < area.bottom)
    assert set(np.flatnonzero(inside)) <= set(places.tolist())
    assert len(set(places.tolist())) == len(places)


@pytest.mark.parametrize("seed", range(5))
def test_the_nearest_point_is_what_measuring_all_of_them_finds(seed):
    rng = np.random.default_rng(seed)
    points = cloud(2000, seed)
    grid = sort_points(points)
    allowed = rng.random(2000) < 0.5
    at = rng.normal(size=2)

    found = grid.nearest(*at, 0.3, allowed[grid.rows])

    distances = np.where(allowed, np.linalg.norm(points - at, axis=1), np.inf)
    best = int(np.argmin(distances))
    assert found == (best if distances[best] <= 0.3 else None)


def test_points_that_all_lie_in_one_place_still_have_a_map():
    grid = sort_points(np.full((5, 2), 3.0, np.float32))

    assert grid.area.width > 0
    assert grid.nearest(3.0, 3.0, 0.1, np.ones(5, bool)) in range(5)


def test_an_empty_map_finds_nothing():
    grid = sort_points(np.empty((0, 2), np.float32))

    assert grid.nearest(0, 0, 1, np.empty(0, bool)) is None


# The camera


def test_what_is_under_the_mouse_stays_there_while_zooming():
    camera = map_camera.fit(Area(0, 0, 4, 2), 800, 600)
    before = camera.to_map(200, 450)

    after = camera.zoomed(3.0, 200, 450).to_map(200, 450)

    assert after == pytest.approx(before)


def test_dragging_takes_the_point_along():
    camera = map_camera.fit(Area(0, 0, 4, 2), 800, 600)
    point = camera.to_map(100, 100)

    assert camera.moved(30, -20).to_view(*point) == pytest.approx((130, 80))


def test_the_whole_map_fits():
    camera = map_camera.fit(Area(-1, 0, 3, 9), 500, 300)

    for x, y in ((-1, 0), (3, 9)):
        at = camera.to_view(x, y)
        assert 0 <= at[0] <= 500
        assert 0 <= at[1] <= 300


# Drawing


@pytest.mark.parametrize("count", [300, 60_000])
def test_there_is_ink_where_there_are_points_and_nowhere_else(count):
    points = np.repeat(np.array([[0.0, 0.0], [1.0, 1.0]], np.float32), count // 2, 0)
    grid = sort_points(points)
    camera = map_camera.fit(grid.area, 200, 200)
    picture = np.zeros((200, 200), np.uint32)

    draw(points_in_view(grid, shown(count), camera), shown(count), GROUND, picture)

    inked = np.argwhere(picture != 0xFF0A0A0A)
    for x, y in ((0, 0), (1, 1)):
        at = camera.to_view(x, y)
        near = np.abs(inked - [at[1], at[0]]).max(1) < 8
        assert near.any()
        inked = inked[~near]
    assert not len(inked)


@pytest.mark.parametrize("count", [1, 4_000, 70_000])
def test_the_filters_leavings_are_drawn_in_grey_and_the_selected_in_their_own_colour(count):
    points = np.repeat(np.array([[0, 0], [1, 0], [2, 0]], np.float32), count, 0)
    visible, selected = np.ones(3 * count, bool), np.zeros(3 * count, bool)
    visible[:count] = False
    selected[2 * count :] = True
    grid = sort_points(points)
    seen = shown(3 * count, visible[grid.rows], selected[grid.rows])
    camera = map_camera.fit(grid.area, 300, 60)
    picture = np.zeros((60, 300), np.uint32)

    draw(points_in_view(grid, seen, camera), seen, GROUND, picture)

    def pixel(x):
        column, line = map(int, camera.to_view(x, 0))
        return tuple(picture[line, column].tolist() >> shift & 255 for shift in (16, 8, 0))

    red, green, blue = pixel(0)
    assert red == green == blue > 10
    assert pixel(1)[2] > pixel(1)[0]
    assert pixel(2) == (250, 200, 0)


@pytest.mark.parametrize("count", [3, 70_000])
def test_a_rare_point_lies_on_top_of_the_others(count):
    codes = np.zeros(count, np.uint8)
    codes[count // 2] = 1
    grid = sort_points(np.concatenate([np.zeros((count, 2)), [[1, 1]]]).astype(np.float32))
    seen = shown(count + 1, codes=np.append(codes, 0).astype(np.uint8)[grid.rows], rare=(1,))
    camera = map_camera.fit(grid.area, 60, 60)
    picture = np.zeros((60, 60), np.uint32)

    draw(points_in_view(grid, seen, camera), seen, GROUND, picture)

    column, line = map(int, camera.to_view(0, 0))
    assert picture[line, column] >> 16 & 255 > picture[line, column] & 255


# Colours


def test_the_rarest_categories_are_rare_and_no_more_than_a_tenth_of_all():
    counts = [700, 180, 40, 35, 30, 15]
    values = np.repeat(np.arange(6), counts)
    rare = by_category("hint", values, [f"kind {n}" for n in range(6)]).rare
    assert np.flatnonzero(rare).tolist() == [3, 4, 5]  # 80 of 1,000; with 40 more, over a tenth
    halves = by_category("cleaned", np.repeat([0, 1], [60, 40]), ["no", "yes"])
    assert not halves.rare.any()
    few_known = by_category("brand", np.repeat([-1, 0], [2, 98]), ["Nike"])
    assert not few_known.rare.any()
    assert not by_number("price", np.arange(1000.0)).rare.any()
    assert not one_colour(0).rare.any()


def test_the_commonest_categories_get_a_colour_each_and_the_rest_share_one():
    names = [f"kind {n}" for n in range(14)]
    values = np.repeat(np.arange(14), np.arange(14, 0, -1))

    colouring = by_category("category", values, names)

    assert [entry.text for entry in colouring.legend][:2] == ["kind 0", "kind 1"]
    assert colouring.legend[-1].text == "4 others"
    assert len(set(colouring.codes[values >= 10])) == 1
    # What is no category is hardly coloured; what is one, is.
    for dark in (True, False):
        palette = colouring.palette(dark=dark).astype(int)
        spread = np.ptp(palette, axis=1)
        assert spread[colouring.codes[-1]] < 50 < spread[: colouring.codes[-1]].min()


def test_what_has_no_value_is_said_to_be_not_known():
    colouring = by_category("brand", np.array([0, 1, -1, 2]), ["Nike", "", "Zara"])

    assert colouring.codes.tolist()[1:3] == [UNKNOWN, UNKNOWN]
    assert colouring.legend[-1].text == "not known"


def test_numbers_are_coloured_by_rank():
    colouring = by_number("price", np.array([1.0, 2.0, 3.0, 1e6, np.nan]))

    assert colouring.codes[0] < colouring.codes[1] < colouring.codes[2] < colouring.codes[3]
    assert colouring.codes[4] == UNKNOWN


# The selection


def test_what_is_hidden_is_never_selected_and_comes_back_when_it_is_shown():
    selection = Selection(5)
    selection.select([1, 2, 3])

    selection.show_only(np.array([True, True, False, True, False]))
    assert selection.selected_rows().tolist() == [1, 3]

    selection.select([2, 4], How.ADD)
    selection.show_only(np.ones(5, bool))
    assert selection.selected_rows().tolist() == [1, 2, 3]


def test_nothing_is_told_where_nothing_changes(qtbot):
    selection = Selection(4)
    selection.select([1])

    with (
        qtbot.assertNotEmitted(selection.selected_changed),
        qtbot.assertNotEmitted(selection.visible_changed),
    ):
        selection.select([1])
        selection.show_only(np.ones(4, bool))


# The widget


@pytest.fixture
def photos():
    return {}


@pytest.fixture
def view(qtbot, loader, photos):
    selection = Selection(1000)
    thumbnails = MapThumbnails(loader, lambda rows: [photos.get(row) for row in rows], loader)
    view = MapView(selection, thumbnails)
    view.selection = selection
    view.thumbnails = thumbnails
    qtbot.addWidget(view)
    view.resize(600, 500)
    view.show_points(cloud(1000))
    view.show()
    qtbot.waitExposed(view)
    return view


def test_a_click_selects_the_point_under_it_and_a_click_beside_all_none(view, qtbot):
    at = view.position_of(42).toPoint()
    expected = view._row_at(QPointF(at))

    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert view.selection.selected_rows().tolist() == [expected]

    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert not view.selection.selected.any()


def test_dragging_moves_the_map_and_selects_nothing(view):
    before = view.position_of(42)

    drag(view, QPoint(300, 250), QPoint(320, 240), QPoint(350, 230))

    moved = view.position_of(42) - before
    assert (round(moved.x()), round(moved.y())) == (50, -20)
    assert not view.selection.selected.any()


def draw_box(view, one, other, modifiers=Qt.KeyboardModifier.NoModifier):
    drag(view, one, (one + other) / 2, other, modifiers=modifiers)


def inside(view, one, other):
    rows = []
    for row in range(1000):
        at = view.position_of(row)
        # Of points right on the edge nothing is said.
        if one.x() + 1 < at.x() < other.x() - 1 and one.y() + 1 < at.y() < other.y() - 1:
            rows.append(row)
    return rows


def test_a_rectangle_selects_what_is_visible_in_it(view):
    visible = np.random.default_rng(1).random(1000) < 0.5
    view.selection.show_only(visible)
    view.set_tool(Tool.RECTANGLE)
    one, other = QPoint(150, 120), QPoint(420, 380)

    draw_box(view, one, other)

    within = [row for row in inside(view, one, other) if visible[row]]
    assert set(within) <= set(view.selection.selected_rows())
    assert visible[view.selection.selected_rows()].all()
    assert len(view.selection.selected_rows()) < len(within) + 40


def test_shift_adds_to_the_selection_and_alt_takes_out_of_it(view):
    view.set_tool(Tool.RECTANGLE)
    draw_box(view, QPoint(150, 120), QPoint(300, 380))
    left = set(view.selection.selected_rows())

    draw_box(view, QPoint(300, 120), QPoint(420, 380), Qt.KeyboardModifier.ShiftModifier)
    both = set(view.selection.selected_rows())
    assert both > left

    draw_box(view, QPoint(100, 100), QPoint(500, 400), Qt.KeyboardModifier.AltModifier)
    assert not view.selection.selected.any()


def test_a_lasso_takes_what_lies_within_its_line(view):
    view.set_tool(Tool.LASSO)
    corners = [QPoint(200, 150), QPoint(400, 180), QPoint(380, 350), QPoint(220, 330)]

    drag(view, *corners)

    core = set(inside(view, QPoint(225, 185), QPoint(370, 325)))
    found = set(view.selection.selected_rows().tolist())
    assert core <= found <= set(inside(view, QPoint(195, 145), QPoint(405, 355)))


def test_hovering_names_the_visible_point_under_the_mouse(view, qtbot):
    row = view._row_at(view.position_of(42))
    view.selection.show_only(np.arange(1000) == row)

    with qtbot.waitSignal(view.hovered) as told:
        hover(view, view.position_of(row).toPoint())

    assert told.args[0] == row


def test_few_points_in_view_become_photos(view, qtbot, photos, source):
    photos.update({row: photo(row + 1) for row in range(1000)})
    view.selection.show_only(np.arange(1000) < 30)

    qtbot.waitUntil(lambda: len(view.thumbnails._filled) == 30)

    assert sorted(view.thumbnail_rows()) == list(range(30))
    assert view.thumbnails._photos_of([5])[0] is not None


def test_the_photo_on_the_map_is_that_of_the_row_after_another_filter_too(view, qtbot, photos):
    photos.update({row: photo(row + 1) for row in range(1000)})
    view.selection.show_only(np.arange(1000) < 30)
    qtbot.waitUntil(lambda: len(view.thumbnails._filled) == 30)
    view.selection.show_only((np.arange(1000) >= 20) & (np.arange(1000) < 60))
    qtbot.waitUntil(lambda: len(view.thumbnails._filled) == 40)

    slots = view.thumbnails._slots
    assert sorted(slots) == list(range(20, 60))
    assert len(set(slots.values())) == 40


def test_another_colour_is_seen(view):
    view.colour_by(one_colour(1000))
    before = view.grab().toImage()

    view.colour_by(by_category("kind", np.arange(1000) % 3, ["a", "b", "c"]))

    assert view.grab().toImage() != before
