"""Flipping fast: what is on the screen is the item that the title names, or a plate."""

import random

import pytest
from made_photos import colour_of
from PyQt5.QtCore import QPoint
from PyQt5.QtGui import QColor

from core.qt.theme import colours

ITEMS = 30


@pytest.fixture
def many(cleaning):
    for number in range(ITEMS):
        cleaning.item(f"item {number}", photos=3)
    return cleaning


def colours_on_screen(many):
    """What each tile of the item on the board shows, beside what it may show."""
    board = many.board
    grabbed = board.grab().toImage()
    for id_ in many.photo_ids(many.title):
        rect = board.tile_rect(id_)
        # Off the centre, where a plate has its name.
        colour = QColor(grabbed.pixel(rect.center() - QPoint(0, rect.height() // 4)))
        yield id_, (colour.red(), colour.green(), colour.blue())


@pytest.mark.parametrize("seed", range(3))
def test_a_held_arrow_never_shows_a_photo_under_the_name_of_another(many, source, qtbot, seed):
    chance = random.Random(seed)
    many.open()
    plate = QColor(colours(many.board).plate)
    plate_rgb = (plate.red(), plate.green(), plate.blue())
    every = [id_ for n in range(ITEMS) for id_ in many.photo_ids(f"item {n}")]
    source.hold()
    own_seen = plates_seen = 0
    many.press("right")
    for number in range(2, ITEMS):
        many.repeat("right", times=1)
        source.release(*chance.sample(every, 12))
        qtbot.wait(chance.choice([0, 2, 8]))
        assert many.title == f"item {number}"
        shown = list(colours_on_screen(many))  # which paints it
        painted = many.board.painted_ids()
        for id_, rgb in shown:
            if id_ in painted:
                assert rgb == colour_of(id_)
                own_seen += 1
            else:
                assert rgb == plate_rgb
                plates_seen += 1
    source.release()
    many.wait_until_painted(f"item {ITEMS - 1}")
    assert [rgb for _, rgb in colours_on_screen(many)] == [
        colour_of(id_) for id_ in many.photo_ids(many.title)
    ]
    assert own_seen and plates_seen
    assert many.operations() == 0
