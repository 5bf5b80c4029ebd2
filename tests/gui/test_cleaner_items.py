"""What is done to whole items, and between them: split, move, join, reject, note."""

import pytest
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QAction, QDialog


def dialog(three, name):
    return three.part(name, QDialog)


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
    assert three.says("red dress: Rejected the whole item")  # which is out of sight by then


@pytest.mark.parametrize("key", ["esc", "enter"])
def test_a_question_is_left_with_escape_or_enter(three, key):
    three.open()
    three.press("shift+d", key)
    three.settle()
    assert three.title == "red dress"
    assert three.operations() == 0
