import numpy as np
import pytest

from explorer.gallery_cursor import GalleryCursor
from explorer.selection import Selection


@pytest.fixture
def cursor():
    """In a list of five entries, in an order of its own."""
    return GalleryCursor(Selection(10), np.array([7, 3, 5, 1, 9]))


def selected(cursor):
    return set(cursor.selection.selected_rows().tolist())


def test_a_click_selects_one_and_with_ctrl_one_more_or_less(cursor):
    cursor.click(1, extends=False, toggles=False)
    assert selected(cursor) == {3}
    cursor.click(4, extends=False, toggles=True)
    assert selected(cursor) == {3, 9}
    cursor.click(1, extends=False, toggles=True)
    assert selected(cursor) == {9}


def test_a_range_goes_from_the_last_one_clicked_either_way(cursor):
    cursor.click(2, extends=False, toggles=False)
    cursor.click(4, extends=True, toggles=False)
    assert selected(cursor) == {5, 1, 9}
    cursor.click(0, extends=True, toggles=False)
    assert selected(cursor) == {7, 3, 5}
    assert cursor.current == 0


def test_a_click_beside_all_entries_selects_nothing_unless_a_key_is_held(cursor):
    cursor.click(2, extends=False, toggles=False)
    cursor.click(None, extends=True, toggles=False)
    assert selected(cursor) == {5}
    cursor.click(None, extends=False, toggles=False)
    assert selected(cursor) == set()
    assert cursor.current == 2


def test_steps_select_as_clicks_do_and_end_with_the_list(cursor):
    assert cursor.step(1, extends=False)
    assert cursor.step(2, extends=True)
    assert selected(cursor) == {3, 5, 1}
    assert not cursor.step(2, extends=False)
    assert (cursor.current, selected(cursor)) == (3, {3, 5, 1})


def test_another_list_begins_at_its_top(cursor):
    cursor.click(3, extends=False, toggles=False)
    cursor.reset(np.array([2, 4]))
    cursor.click(1, extends=True, toggles=False)
    assert selected(cursor) == {2, 4}
