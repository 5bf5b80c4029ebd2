"""Keys and what they do to the item that is shown."""

import pytest

from cleaner.actions import NUMBERS, Do
from core.cleaning.decisions import mark_done


def test_arrows_and_letters_go_to_the_next_item_and_back(three):
    three.open()
    assert three.title == "red dress"
    for key, title in (
        ("n", "blue shirt"),
        ("right", "green top"),
        ("left", "blue shirt"),
        ("b", "red dress"),
        ("down", "blue shirt"),
        ("up", "red dress"),
        ("end", "green top"),
        ("home", "red dress"),
    ):
        three.press(key)
        assert three.title == title
    assert three.operations() == 0


def test_beyond_the_ends_there_is_nowhere_to_go(three):
    three.open()
    assert not three.enabled("previous")
    three.press("b")
    assert three.title == "red dress"
    three.press("end")
    assert not three.enabled("next")
    three.press("n")
    assert three.title == "green top"


def test_a_held_arrow_goes_on(cleaning):
    for number in range(1, 6):
        cleaning.item(f"item {number}")
    cleaning.open()
    cleaning.hold("right", times=2)
    assert cleaning.title == "item 4"


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("u", "duplicate"),
        ("t", "tag"),
        ("o", "other item"),
        ("a", "ambiguous"),
        ("l", "low quality"),
        ("d", "unspecified"),
        ("del", "unspecified"),
    ],
)
def test_each_reason_has_its_key(three, key, reason):
    three.open()
    three.press("2", "4", key)
    three.settle()
    assert three.rejected("red dress") == {2: reason, 4: reason}
    assert three.selected() == []
    assert three.part("item_counts").text().startswith("2 of 4")


def test_delete_takes_the_reason_of_the_hint(three):
    three.hint("red dress", "tag", 3)
    three.open()
    three.press("3", "d")
    three.settle()
    assert three.rejected("red dress") == {3: "tag"}


def test_the_same_key_again_takes_the_rejection_back(three):
    three.open()
    three.press("2", "u")
    three.settle()
    three.press("u")
    three.settle()
    assert three.rejected("red dress") == {}
    three.press("2", "t")
    three.settle()
    three.press("2", "t")  # selected once more
    three.settle()
    assert three.rejected("red dress") == {}


def test_another_key_gives_rejected_photos_another_reason(three):
    three.open()
    three.press("2", "u")
    three.press("2", "t")
    three.settle()
    assert three.rejected("red dress") == {2: "tag"}


def test_with_nothing_selected_the_only_accused_photo_is_meant(three):
    three.hint("red dress", "tag", 3)
    three.open()
    three.press("t")
    three.settle()
    assert three.rejected("red dress") == {3: "tag"}


def test_with_nothing_selected_and_several_accused_the_user_is_asked_to_select(three):
    three.hint("red dress", "tag", 3)
    three.hint("red dress", "low quality", 4)
    three.open()
    three.press("d")
    three.settle()
    assert three.rejected("red dress") == {}
    assert "Select photos first" in three.message


def test_once_photos_are_selected_nobody_is_asked_to_select_any(three):
    three.open()
    three.press("m")
    assert "Select photos first" in three.message
    three.press("2")
    assert three.message == ""


def test_what_was_done_is_still_said_when_photos_are_selected_after_it(three):
    three.open()
    three.press("2", "t")
    three.settle()
    three.press("3")
    assert three.message == "Rejected 1 photo: tag"


def test_what_was_done_to_an_item_is_not_said_of_the_next(three):
    three.open()
    three.press("2", "t")
    three.settle()
    three.press("n")
    assert three.message == ""
    three.wait_until_painted("blue shirt")
    three.press("space")
    three.wait_until_painted("green top")
    three.settle()
    assert three.message == "blue shirt: Marked clean"  # which says of what
    three.press("home")
    assert three.message == ""


def test_keep_stands_against_a_hint_and_undecided_takes_it_back(three):
    three.hint("red dress", "tag", 3)
    three.open()
    three.press("k")
    three.settle()
    assert three.kept_by_hand("red dress") == [3]
    three.press("3", "shift+k")
    three.settle()
    assert three.kept_by_hand("red dress") == []


def test_digits_select_and_deselect(cleaning):
    cleaning.item("many", photos=12)
    cleaning.open()
    cleaning.press("1", "3", "0")
    assert cleaning.selected() == [1, 3, 10]
    cleaning.press("3")
    assert cleaning.selected() == [1, 10]
    cleaning.press("esc")
    assert cleaning.selected() == []


def test_after_x_digits_count_ten_more(cleaning):
    cleaning.item("many", photos=30)
    cleaning.open(size=(1900, 1300))
    cleaning.press("x", "3")
    assert cleaning.selected() == [13]
    cleaning.press("x", "x", "1", "2")  # the 1 is the 21st, the 2 only the second
    assert cleaning.selected() == [2, 13, 21]
    cleaning.press("esc", "x", "0", "x", "x", "0")
    assert cleaning.selected() == [20, 30]


def test_a_number_that_no_photo_has_selects_nothing(cleaning):
    cleaning.item("many", photos=12)
    cleaning.open()
    cleaning.press("x", "7")
    assert cleaning.selected() == []
    assert "no photo 17" in cleaning.message


def test_another_key_forgets_a_begun_number(cleaning):
    cleaning.item("many", photos=12)
    cleaning.open()
    cleaning.press("x", "esc", "2")
    assert cleaning.selected() == [2]


def test_all_accused_or_no_photos_are_selected_at_once(three):
    three.hint("red dress", "tag", 3)
    three.hint("red dress", "low quality", 4)
    three.open()
    three.press("ctrl+a")
    assert three.selected() == [1, 2, 3, 4]
    three.press("h")
    assert three.selected() == [3, 4]


def test_space_marks_clean_and_goes_on(three):
    three.hint("red dress", "tag", 3)
    three.open()
    three.press("space")
    assert three.title == "blue shirt"
    three.settle()
    assert three.state("red dress") == "done"
    assert three.rejected("red dress") == {}
    assert three.kept_by_hand("red dress") == [3]


def test_enter_accepts_the_hints_and_goes_on(three):
    three.hint("red dress", "exact copy", 3, other=1)
    three.hint("red dress", "tag", 4)
    three.open()
    three.press("enter")
    assert three.title == "blue shirt"
    three.settle()
    assert three.state("red dress") == "done"
    assert three.rejected("red dress") == {3: "duplicate", 4: "tag"}
    assert three.message.startswith("red dress: Accepted the hints")


def test_skip_leaves_the_item_for_later_and_goes_on(three):
    three.open()
    three.press("s")
    assert three.title == "blue shirt"
    three.settle()
    assert three.state("red dress") == "skipped"


def test_going_on_passes_by_what_is_decided_already(three):
    three.decide(mark_done, three.id_of("blue shirt"))
    three.open()
    three.press("space")
    assert three.title == "green top"
    three.wait_until_painted("green top")
    three.press("b", "shift+n")
    assert three.title == "green top"


def test_reopen_makes_an_item_open_again(three):
    three.open()
    three.press("space")
    three.wait_until_painted("blue shirt")
    three.settle()
    three.press("b")
    assert three.part("item_state").text() == "done"
    three.press("r")
    three.settle()
    assert three.state("red dress") == "open"
    assert not three.enabled("reopen")


def test_undo_goes_back_to_the_item_and_says_what_was_undone(three):
    three.open()
    three.press("2", "t", "space")
    three.wait_until_painted("blue shirt")
    three.press("space")
    three.wait_until_painted("green top")
    three.settle()
    three.press("ctrl+z")
    three.settle()
    assert (three.title, three.state("blue shirt")) == ("blue shirt", "open")
    assert three.message.startswith("Undid: Marked clean")
    three.press("ctrl+z", "ctrl+z")
    three.settle()
    assert (three.title, three.rejected("red dress")) == ("red dress", {})
    assert not three.enabled("undo")
    for key in ("ctrl+shift+z", "ctrl+y", "ctrl+y"):
        three.press(key)
    three.settle()
    assert three.rejected("red dress") == {2: "tag"}
    assert three.title == "blue shirt"
    assert not three.enabled("redo")


def test_undo_reaches_back_over_a_restart(three):
    three.open()
    three.press("1", "l")
    three.settle()
    three.close()
    three.open()
    assert three.enabled("undo")
    three.press("ctrl+z")
    three.settle()
    assert three.rejected("red dress") == {}
    three.close()
    three.open()
    three.press("ctrl+y")
    three.settle()
    assert three.rejected("red dress") == {1: "low quality"}


def test_not_a_duplicate_silences_the_hint_for_good(three):
    three.hint("red dress", "near copy", 3, other=1)
    three.open()
    assert three.part("hint_0").isVisible()
    three.press("shift+u")
    three.settle()
    assert not three.part("hint_0").isVisible()
    three.press("ctrl+z")
    three.settle()
    assert three.part("hint_0").isVisible()


def test_two_selected_photos_can_be_called_different(three):
    three.hint("red dress", "near copy", 3, other=1)
    three.hint("red dress", "near copy", 4, other=1)
    three.open()
    three.press("1", "4", "shift+u")
    three.settle()
    assert three.part("hint_0").isVisible()
    assert not three.part("hint_1").isVisible()
    assert three.rejected("red dress") == {}


def test_every_number_is_a_digit_of_its_own():
    assert sorted(NUMBERS.values()) == list(range(1, 11))
    assert [do.value.keys for do in NUMBERS] == [(str(n % 10),) for n in NUMBERS.values()]
    assert len({key for do in Do for key in do.value.keys}) == sum(len(do.value.keys) for do in Do)
