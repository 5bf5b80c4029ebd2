"""Comparing photos of the item that is shown, and deciding on them there."""

import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtWidgets import QPushButton

from core.qt.comparison import Mode


@pytest.fixture
def two(cleaning):
    """Two items of five photos; not opened yet."""
    cleaning.item("red dress", photos=5)
    cleaning.item("blue shirt", photos=5)
    return cleaning


def numbers(two):
    """The numbers of the photos that are compared; of another item's, their ids."""
    if not two.part("compare_view").isVisible():
        return []
    numbers = {id_: number for number, id_ in enumerate(two.photo_ids(two.title), start=1)}
    return [numbers.get(id_, -id_) for id_ in two.part("compare_view").photo_ids]


def wait_until_compared(two, qtbot):
    compare = two.part("compare_view")
    qtbot.waitUntil(lambda: compare.painted_ids() == set(compare.photo_ids))


def test_selected_photos_are_compared_and_escape_goes_back(two, qtbot):
    two.open()
    two.press("2", "4", "c")
    assert numbers(two) == [2, 4]
    wait_until_compared(two, qtbot)

    two.press("esc")
    assert numbers(two) == []
    assert two.selected() == [2, 4]
    two.press("c", "c")
    assert numbers(two) == []


@pytest.mark.parametrize("selected", [[], ["2"], ["1", "2", "3", "4", "5"]])
def test_there_must_be_something_to_compare(two, selected):
    two.open()
    two.press(*selected, "c")
    assert numbers(two) == []
    assert two.message == "Select two to four photos to compare"


def test_an_item_of_few_photos_is_compared_as_a_whole(cleaning, qtbot):
    cleaning.item("top", photos=3)
    cleaning.open()
    cleaning.press("c")
    assert len(cleaning.part("compare_view").photo_ids) == 3


@pytest.mark.parametrize("selected", [[], ["3"], ["1"]])
def test_a_copy_is_compared_with_what_it_is_a_copy_of(two, selected, qtbot):
    two.hint("red dress", "near copy", 3, 1)
    two.open()
    two.press(*selected, "c")
    assert numbers(two) == [1, 3]


def test_a_photo_is_compared_with_the_same_one_in_another_item(two, qtbot):
    two.hint("red dress", "in another item", 2, ("blue shirt", 1))
    two.open()
    two.press("c")
    assert numbers(two) == [-two.photo("blue shirt", 1), 2]
    wait_until_compared(two, qtbot)

    assert two.part("compare_view").chosen_id == two.photo("red dress", 2)
    assert not two.part("compare_reject_1").isVisible()
    two.press("1", "d")
    two.settle()
    assert two.message == "Nothing was done: that photo is not in this item"
    assert two.rejected("blue shirt") == {}


def test_keys_reject_the_chosen_photo_and_the_comparison_stays(two, qtbot):
    two.open()
    two.press("2", "4", "c")
    wait_until_compared(two, qtbot)
    two.press("2", "u")
    two.settle()
    assert two.rejected("red dress") == {4: "duplicate"}
    assert numbers(two) == [2, 4]

    two.press("ctrl+z")
    two.settle()
    assert two.rejected("red dress") == {}
    assert numbers(two) == [2, 4]


def test_the_suspect_is_chosen_not_the_better_copy(two, qtbot):
    two.hint("red dress", "near copy", 3, 1)
    two.open()
    two.press("c")
    wait_until_compared(two, qtbot)
    two.press("d")
    two.settle()
    assert two.rejected("red dress") == {3: "duplicate"}


def test_its_button_rejects_for_the_reason_of_the_hint(two, qtbot):
    two.hint("red dress", "near copy", 3, 1)
    two.open()
    two.press("c")
    wait_until_compared(two, qtbot)
    qtbot.mouseClick(two.part("compare_reject_2"), Qt.MouseButton.LeftButton)
    two.settle()
    assert two.rejected("red dress") == {3: "duplicate"}


def test_nothing_is_rejected_before_it_is_painted_or_as_a_difference(two, source, qtbot):
    source.hold()
    two.open(until="shown")
    two.press("2", "4", "c")
    assert numbers(two) == [2, 4]
    two.press("d")
    two.settle()
    assert two.rejected("red dress") == {}
    assert two.message == "Nothing was done: photo 2 was not on the screen"
    source.release()
    wait_until_compared(two, qtbot)
    two.press("i", "d")
    two.settle()
    assert two.rejected("red dress") == {}


def test_what_is_compared_can_be_called_different(two, qtbot):
    two.hint("red dress", "near copy", 3, 1)
    two.open()
    two.press("c")
    wait_until_compared(two, qtbot)
    two.press("shift+u")
    two.settle()
    assert two.says("Nothing is suspected")


def test_while_comparing_no_key_decides_on_the_whole_item(two, qtbot):
    two.open()
    two.press("1", "2", "c")
    wait_until_compared(two, qtbot)
    two.press("enter", "space")
    two.settle()
    assert two.state("red dress") == "open"
    assert two.part("compare_view").mode is Mode.IN_PLACE
    two.press("esc")
    two.wait_until_painted()
    two.press("space")
    two.settle()
    assert two.state("red dress") == "done"


def test_going_to_another_item_ends_the_comparison(two, qtbot):
    two.open()
    two.press("1", "2", "c", "n")
    assert numbers(two) == []
    two.wait_until_painted("blue shirt")
    two.press("space")
    two.settle()
    assert two.state("blue shirt") == "done"


def test_a_photo_that_leaves_the_item_ends_the_comparison(two, qtbot):
    two.open()
    two.press("1", "2", "c")
    wait_until_compared(two, qtbot)
    two.press("2", "p")
    two.settle()
    qtbot.waitUntil(lambda: numbers(two) == [])
    assert two.stored_item("red dress").photo_count == 4


def test_one_photo_is_shown_alone_and_digits_show_others(two, qtbot):
    two.open()
    two.press("3", "z")
    assert numbers(two) == [3]
    two.press("5")
    assert numbers(two) == [5]
    wait_until_compared(two, qtbot)
    two.press("t")
    two.settle()
    assert two.rejected("red dress") == {5: "tag"}
    two.press("+")
    assert two.part("compare_view").look.zoom > 1
    two.press("z")
    assert numbers(two) == []


def test_a_double_click_shows_a_photo_alone(two, qtbot):
    two.open()
    board = two.board
    at = board.tile_rect(two.photo("red dress", 2)).center()
    qtbot.mouseDClick(board.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at))
    assert numbers(two) == [2]


def test_the_details_speak_of_the_chosen_photo(two, qtbot):
    two.open()
    two.press("2", "4", "c")
    wait_until_compared(two, qtbot)
    facts = two.part("photo_facts")
    assert "01.jpg" in facts.toPlainText()
    two.press("2")
    assert "03.jpg" in facts.toPlainText()


def test_a_hint_has_a_button_to_compare_what_it_speaks_of(two, qtbot):
    two.hint("red dress", "near copy", 3, 1)
    two.hint("red dress", "tag", 5, score=0.2)
    two.open()
    card = two.part("hint_0")
    assert not two.part("hint_1").findChild(QPushButton, "hint_compare").isVisible()
    qtbot.mouseClick(card.findChild(QPushButton, "hint_compare"), Qt.MouseButton.LeftButton)
    assert numbers(two) == [1, 3]
    wait_until_compared(two, qtbot)
    two.press("d")
    two.settle()
    assert two.rejected("red dress") == {3: "duplicate"}


def test_a_hint_that_is_pointed_at_is_compared_instead(two, qtbot):
    two.hint("red dress", "near copy", 3, 1)
    two.open()
    two.press("2", "4", "c")
    qtbot.mouseClick(two.part("hint_0"), Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert numbers(two) == [1, 3]
