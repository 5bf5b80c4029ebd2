"""A popup opens below its button and stays on the screen."""

import pytest
from PyQt5.QtCore import QPoint, QRect, QSize

from core.qt.popup_place import place_on

SCREEN = QRect(100, 30, 1366, 738)  # beside another screen, below a panel


@pytest.mark.parametrize(
    ("wanted", "size", "found"),
    [
        ((300, 200), (400, 500), (300, 200)),
        ((300, 200), (970, 600), (300, 168)),
        ((1300, 200), (400, 500), (1066, 200)),
        ((1300, 700), (400, 500), (1066, 268)),
        ((300, 200), (2000, 900), (100, 30)),
    ],
)
def test_it_is_where_it_is_wanted_as_far_as_there_is_room(wanted, size, found):
    place = place_on(SCREEN, QPoint(*wanted), QSize(*size))
    assert (place.x(), place.y()) == found
    assert SCREEN.contains(QRect(place, QSize(*size))) is (size[0] < 1366)
