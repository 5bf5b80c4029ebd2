import pytest
from PyQt5.QtCore import QPointF, QRectF, QSizeF

from core.qt.look import WHOLE, Look, dragged, rect_in_pane, zoomed

PHOTO = QSizeF(1000, 2000)
PANE = QSizeF(300, 400)


def under(point, look, photo=PHOTO, pane=PANE):
    """Which share of the photo lies under a point of the pane."""
    rect = rect_in_pane(look, photo, pane)
    return ((point.x() - rect.x()) / rect.width(), (point.y() - rect.y()) / rect.height())


def test_a_whole_photo_fits_into_its_pane_and_stands_in_the_middle():
    assert rect_in_pane(WHOLE, PHOTO, PANE) == QRectF(50, 0, 200, 400)


def test_what_is_under_the_mouse_stays_there_while_zooming():
    mouse = QPointF(190, 120)
    before = under(mouse, WHOLE)
    look = zoomed(WHOLE, 3, mouse, PHOTO, PANE, most=16)
    assert look.zoom == 3
    assert under(mouse, look) == pytest.approx(before)
    nearer = zoomed(look, 2, mouse, PHOTO, PANE, most=16)
    assert under(mouse, nearer) == pytest.approx(before)


def test_zoom_stays_between_the_whole_photo_and_the_most():
    at = QPointF(150, 200)
    assert zoomed(WHOLE, 0.1, at, PHOTO, PANE, most=16) == WHOLE
    assert zoomed(WHOLE, 99, at, PHOTO, PANE, most=16).zoom == 16


def test_the_photo_leaves_no_side_empty_that_it_could_fill():
    rect = rect_in_pane(Look(4, 0.0, 1.0), PHOTO, PANE)
    assert rect.left() == 0
    assert rect.bottom() == PANE.height()


def test_dragging_beyond_the_edge_is_not_owed_back():
    look = zoomed(WHOLE, 4, QPointF(150, 200), PHOTO, PANE, most=16)
    at_the_edge = dragged(look, QPointF(5000, 0), PHOTO, PANE)
    back = dragged(at_the_edge, QPointF(-10, 0), PHOTO, PANE)
    assert rect_in_pane(at_the_edge, PHOTO, PANE).left() == 0
    assert rect_in_pane(back, PHOTO, PANE).left() == pytest.approx(-10)


def test_one_look_shows_the_same_part_of_a_copy_of_another_size():
    look = zoomed(WHOLE, 5, QPointF(170, 90), PHOTO, PANE, most=16)
    middle = QPointF(150, 200)
    assert under(middle, look) == pytest.approx(under(middle, look, PHOTO * 0.31, PANE))
