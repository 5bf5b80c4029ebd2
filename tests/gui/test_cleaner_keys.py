"""Keys and what they do to the item that is shown."""

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QAction, QDialog, QPushButton, QSplitter

from cleaner.actions import NUMBERS, Do
from core.cleaning.decisions import mark_done, mark_not_duplicate, merge, move_photos, reject
from core.qt.tab_requests import ShowInExplorer, ShowItem


@pytest.fixture
def three(cleaning):
    """Three items, not opened yet."""
    for title in ("red dress", "blue shirt", "green top"):
        cleaning.item(title, photos=4)
    return cleaning


def dialog(three, name):
    return three.part(name, QDialog)


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


def test_split_makes_a_new_item_right_after(three):
    three.open()
    three.press("2", "3", "p")
    three.settle()
    assert three.listed() == ["red dress", "red dress", "blue shirt", "green top"]
    assert three.part("item_counts").text().startswith("2 of 2")
    three.press("n")
    assert three.part("item_counts").text().startswith("2 of 2")
    three.press("ctrl+z")
    three.settle()
    assert three.listed() == ["red dress", "blue shirt", "green top"]
    assert three.part("item_counts").text().startswith("4 of 4")


@pytest.mark.parametrize("key", ["m", "p"])
def test_without_a_selection_nothing_is_moved_and_one_is_told_why(three, key):
    three.open()
    three.press(key)
    assert "Select photos first" in three.message
    assert three.operations() == 0


def test_not_all_photos_are_split_off(three):
    three.open()
    three.press("ctrl+a", "p")
    three.settle()
    assert three.message == "One photo at least must stay in this item"
    assert three.operations() == 0


def test_photos_are_moved_to_a_neighbour(three):
    three.open()
    three.press("n")
    three.wait_until_painted("blue shirt")
    three.press("4", "m")
    assert dialog(three, "item_picker").isVisible()
    three.press("down", "enter")  # red dress is offered first, then green top
    three.settle()
    assert three.stored_item("blue shirt").photo_count == 3
    assert three.stored_item("green top").photo_count == 5
    assert three.title == "blue shirt"


def test_photos_are_moved_to_an_item_found_by_its_words(three, qtbot):
    for number in range(12):
        three.item(f"filler {number}")
    three.item("far away coat")
    three.open()
    three.press("4", "m")
    three.type("coat")
    picker = dialog(three, "item_picker")
    names = picker.findChild(type(three.part("queue_list")), "picker_list").model()
    qtbot.waitUntil(lambda: names.rowCount() == 1)
    three.press("enter")
    three.settle()
    assert three.stored_item("far away coat").photo_count == 4


def test_an_item_whose_last_photos_are_moved_gives_way_to_where_they_are(three):
    three.open()
    three.press("ctrl+a", "m", "enter")
    three.settle()
    assert three.title == "blue shirt"
    assert three.listed() == ["blue shirt", "green top"]
    assert three.stored_item("blue shirt").photo_count == 8


def test_another_item_is_joined_with_this_one(three):
    three.open()
    three.press("j", "enter")
    three.settle()
    assert three.title == "red dress"
    assert three.listed() == ["red dress", "green top"]
    assert three.part("item_counts").text().startswith("8 of 8")
    three.press("ctrl+z")
    three.settle()
    assert three.listed() == ["red dress", "blue shirt", "green top"]


def test_a_note_is_written_on_the_item_it_was_begun_on(three):
    three.open()
    three.press("e")
    three.type("two 1 d ")
    three.press("esc")
    three.settle()
    assert three.stored_item("red dress").note == "two 1 d"
    assert three.rejected("red dress") == {}
    three.press("e")
    three.type("more")
    # The mouse leaves for another item without leaving the note.
    three.tab.findChild(QAction, "action_next").trigger()
    three.settle()
    assert "more" in three.stored_item("red dress").note
    assert three.stored_item("blue shirt").note == ""
    assert three.part("note_editor").toPlainText() == ""


def test_paths_are_copied(three):
    three.open()
    three.press("2", "ctrl+c")
    assert QGuiApplication.clipboard().text() == "/scrape/red dress/01.jpg"
    three.press("esc", "ctrl+c")
    assert QGuiApplication.clipboard().text().count("\n") == 3


def test_a_whole_item_is_rejected_with_a_reason(three):
    three.open()
    three.press("shift+d")
    assert dialog(three, "question").isVisible()
    three.press("o")
    assert three.title == "blue shirt"
    three.settle()
    assert three.state("red dress") == "rejected"
    assert str(three.stored_item("red dress").reason) == "other item"


@pytest.mark.parametrize("key", ["esc", "enter"])
def test_a_question_is_left_with_escape_or_enter(three, key):
    three.open()
    three.press("shift+d", key)
    three.settle()
    assert three.title == "red dress"
    assert three.operations() == 0


def test_panels_fold_away_and_come_back_and_stay_so(three):
    def widths():
        return three.part("cleaner_splitter", QSplitter).sizes()

    three.open()
    assert min(widths()) > 100
    three.press("f8", "f9")
    assert (widths()[0], widths()[2]) == (0, 0)
    three.close()
    three.open()
    assert (widths()[0], widths()[2]) == (0, 0)
    three.press("/")
    assert three.part("queue_search").hasFocus()
    assert widths()[0] > 100
    three.press("esc", "f9")
    assert widths()[2] > 100


def test_buttons_do_what_keys_do(three, qtbot):
    three.hint("red dress", "tag", 4)
    three.open()
    click = Qt.MouseButton.LeftButton
    QTest.mouseClick(
        three.board.viewport(),
        click,
        pos=three.board.tile_rect(three.photo("red dress", 2)).center(),
    )
    assert three.selected() == [2]
    QTest.mouseClick(three.part("button_reject_tag"), click)
    three.settle()
    assert three.rejected("red dress") == {2: "tag"}
    QTest.mouseClick(three.part("tool_undo"), click)
    three.settle()
    assert three.rejected("red dress") == {}
    QTest.mouseClick(three.part("button_accept"), click)
    three.settle()
    assert three.rejected("red dress") == {4: "tag"}
    assert three.title == "blue shirt"


def test_a_hint_is_accepted_or_denied_on_its_card(three):
    three.hint("red dress", "near copy", 3, other=1, score=0.9)
    three.hint("red dress", "tag", 4, score=0.8)
    three.open()
    copy, tag = three.part("hint_0"), three.part("hint_1")
    QTest.mouseClick(tag.findChild(QPushButton, "hint_deny"), Qt.MouseButton.LeftButton)
    three.settle()
    assert three.kept_by_hand("red dress") == [4]
    QTest.mouseClick(copy.findChild(QPushButton, "hint_accept"), Qt.MouseButton.LeftButton)
    three.settle()
    assert three.rejected("red dress") == {3: "duplicate"}
    assert three.says("3: copy of 1 — rejected")
    QTest.mouseClick(copy.findChild(QPushButton, "hint_deny"), Qt.MouseButton.LeftButton)
    three.settle()
    assert not three.says("copy of 1")


def test_a_photo_in_another_item_leads_there_and_offers_to_join(three):
    three.hint("red dress", "in another item", 1, other=("green top", 2))
    three.open()
    card = three.part("hint_0")
    assert three.says("is also in “green top”")
    QTest.mouseClick(card.findChild(QPushButton, "hint_join"), Qt.MouseButton.LeftButton)
    three.press("enter")
    three.settle()
    assert three.listed() == ["red dress", "blue shirt"]
    three.press("ctrl+z")
    three.settle()
    QTest.mouseClick(
        three.part("hint_0").findChild(QPushButton, "hint_other"), Qt.MouseButton.LeftButton
    )
    assert three.title == "green top"


def test_an_item_that_another_tab_asks_for_is_shown_with_its_photo(three):
    three.open()
    photo = three.photo("green top", 3)

    assert three.tab.show_request(ShowItem(three.id_of("green top"), photo))

    assert (three.title, three.selected()) == ("green top", [3])


def test_a_photo_that_was_moved_is_shown_where_it_is_now(three):
    photo, former = three.photo("green top", 3), three.id_of("green top")
    three.decide(move_photos, [photo], three.id_of("blue shirt"))
    three.open()

    assert three.tab.show_request(ShowItem(former, photo))

    assert (three.title, three.selected()) == ("blue shirt", [5])


def test_an_item_that_was_joined_leads_to_where_its_photos_are(three):
    joined = three.id_of("green top")
    three.decide(merge, three.id_of("blue shirt"), [joined])
    three.open()

    assert three.tab.show_request(ShowItem(joined))
    assert three.title == "blue shirt"

    assert three.tab.show_request(ShowItem(999))
    assert (three.title, three.message) == ("blue shirt", "That item is no longer there")
    assert not three.tab.show_request(ShowInExplorer(1))


def test_the_explorer_is_offered_where_there_is_one(three):
    three.open()
    assert not three.part("action_explore", QAction).isVisible()
    three.close()

    three.open(answers=[ShowInExplorer])
    asked = []
    three.opened.requested.connect(asked.append)
    three.press("w", "2", "w")

    photos = [three.photo("red dress", number) for number in (1, 2)]
    assert asked == [ShowInExplorer(photo) for photo in photos]


def test_every_number_is_a_digit_of_its_own():
    assert sorted(NUMBERS.values()) == list(range(1, 11))
    assert [do.value.keys for do in NUMBERS] == [(str(n % 10),) for n in NUMBERS.values()]
    assert len({key for do in Do for key in do.value.keys}) == sum(len(do.value.keys) for do in Do)


def test_what_others_decided_meanwhile_shows(three):
    three.decide(reject, [three.photo("red dress", 1)])
    three.hint("red dress", "near copy", 3, other=2)
    three.decide(mark_not_duplicate, three.photo("red dress", 3), three.photo("red dress", 2))
    three.open()
    assert three.part("item_counts").text().startswith("3 of 4")
    assert three.says("Nothing is suspected")
