"""The queue: what is looked for, in which order, how far one is, and where one goes on."""

import threading

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QListWidget,
    QTextBrowser,
)

from core.catalogue.records import RejectReason
from core.cleaning.decisions import mark_done, reject_item, skip
from core.cleaning.tagging import tag_photos


@pytest.fixture
def shop(cleaning):
    """Six items in four categories; not opened yet."""
    for title, category in (
        ("red dress", "dresses"),
        ("blue shirt", "tops"),
        ("green top", "tops"),
        ("red skirt", "skirts"),
        ("white shirt", "tops"),
        ("grey coat", "coats"),
    ):
        cleaning.item(title, photos=2, category=category)
    return cleaning


def wait_until_listed(shop, qtbot, *titles):
    qtbot.waitUntil(lambda: shop.listed() == list(titles))


def go_to_the_first_found(shop, qtbot, count):
    qtbot.waitUntil(lambda: shop.says(f"{count} found"))
    shop.press("n")


def tick(shop, *names):
    """Opens the filter, ticks boxes in it and closes it again."""
    shop.press("f")
    for name in names:
        QTest.keyClick(shop.part(name, QCheckBox), Qt.Key.Key_Space)
    shop.part("filter_popup").close()


def type_into_search(text):
    QTest.keyClicks(QApplication.focusWidget(), text)


def test_search_narrows_the_queue_as_one_types(shop, qtbot):
    shop.open()
    shop.press("/")
    type_into_search("red")
    wait_until_listed(shop, qtbot, "red dress", "red skirt")
    assert shop.says("2 found · 2 open")

    type_into_search(" skirt")
    qtbot.waitUntil(lambda: "red skirt" in shop.listed() and shop.says("1 found"))
    shop.press("enter")
    qtbot.waitUntil(lambda: shop.title == "red skirt")
    assert shop.listed() == ["red skirt"]
    assert shop.board.hasFocus()


def test_the_header_says_which_of_how_many_the_item_is(shop, qtbot):
    shop.open()
    assert "item 1 of 6" in shop.part("item_counts").text()
    shop.press("/")
    type_into_search("red")
    qtbot.waitUntil(lambda: "item 1 of 2" in shop.part("item_counts").text())


def test_what_is_shown_stays_though_it_is_not_looked_for(shop, qtbot):
    shop.open()
    shop.press("/")
    type_into_search("shirt")
    wait_until_listed(shop, qtbot, "red dress", "blue shirt", "white shirt")
    assert shop.title == "red dress"
    shop.press("enter")
    assert shop.title == "blue shirt"
    wait_until_listed(shop, qtbot, "blue shirt", "white shirt")


def test_a_search_that_finds_nothing_says_so_and_can_be_cleared(shop, qtbot):
    shop.open()
    shop.press("/")
    type_into_search("trousers")
    qtbot.waitUntil(lambda: shop.says("0 found"))
    assert shop.says("Nothing matches")
    shop.press("esc", "shift+f")
    qtbot.waitUntil(lambda: len(shop.listed()) == 6)
    assert shop.title == "red dress"


@pytest.mark.parametrize(
    ("box", "titles"),
    [
        ("filter_open", ["red dress", "white shirt", "grey coat"]),
        ("filter_done", ["blue shirt"]),
        ("filter_skipped", ["green top"]),
        ("filter_rejected", ["red skirt"]),
    ],
)
def test_the_queue_is_filtered_by_state(shop, qtbot, box, titles):
    shop.decide(mark_done, shop.id_of("blue shirt"))
    shop.decide(skip, shop.id_of("green top"))
    shop.decide(reject_item, shop.id_of("red skirt"), RejectReason.OTHER_ITEM)
    shop.open()
    tick(shop, box)
    qtbot.waitUntil(lambda: shop.says(f"{len(titles)} found"))
    assert [title for title in shop.listed() if title != "red dress"] == [
        title for title in titles if title != "red dress"
    ]


def test_the_queue_is_filtered_by_kinds_of_hint(shop, qtbot):
    shop.hint("blue shirt", "tag", 1)
    shop.hint("green top", "near copy", 1, 2)
    shop.hint("white shirt", "low quality", 1)
    shop.open()
    tick(shop, "filter_tag", "filter_near_copy")
    go_to_the_first_found(shop, qtbot, 2)
    assert shop.listed() == ["blue shirt", "green top"]
    assert shop.says("near copy, tag")


def test_the_filter_says_what_it_comes_to_while_it_covers_the_queue(shop, qtbot):
    shop.decide(skip, shop.id_of("green top"))
    shop.open()
    shop.press("f")
    count = shop.part("filter_count", QLabel)
    qtbot.waitUntil(lambda: count.text() == "6 items")
    QTest.keyClick(shop.part("filter_skipped", QCheckBox), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: count.text() == "1 found")
    shop.part("filter_popup").close()


def test_the_queue_is_filtered_by_category(shop, qtbot):
    shop.open()
    shop.press("f")
    categories = shop.part("filter_categories", QListWidget)
    qtbot.waitUntil(lambda: categories.count() == 4)
    (tops,) = categories.findItems("tops  3", Qt.MatchFlag.MatchExactly)
    tops.setCheckState(Qt.CheckState.Checked)
    shop.part("filter_popup").close()
    go_to_the_first_found(shop, qtbot, 3)
    assert shop.listed() == ["blue shirt", "green top", "white shirt"]


def test_the_queue_is_filtered_by_the_tags_that_photos_have(shop, qtbot):
    photo = shop.photo_ids("green top")[0]
    shop.decide(tag_photos, "odd", [photo])
    shop.open()
    shop.press("f")
    tags = shop.part("filter_tags", QListWidget)
    qtbot.waitUntil(lambda: tags.count() == 1)
    (odd,) = tags.findItems("odd  1", Qt.MatchFlag.MatchExactly)
    odd.setCheckState(Qt.CheckState.Checked)
    shop.part("filter_popup").close()
    go_to_the_first_found(shop, qtbot, 1)
    assert shop.listed() == ["green top"]
    assert shop.says("tagged odd")
    assert "tagged odd" in shop.part("photo_facts", QTextBrowser).toPlainText()


def test_without_tags_the_queues_filter_does_not_speak_of_them(shop, qtbot):
    shop.open()
    shop.press("f")
    qtbot.waitUntil(lambda: shop.part("filter_categories", QListWidget).count() == 4)
    qtbot.waitUntil(lambda: not shop.part("filter_tags", QListWidget).isVisible())


def test_unreadable_files_can_be_found_and_say_why(shop, qtbot):
    shop.add_photo(
        "green top",
        "green top/broken.jpg",
        status="unreadable",
        problem="The file is empty",
        content_hash=None,
    )
    shop.open()
    tick(shop, "filter_unreadable")
    go_to_the_first_found(shop, qtbot, 1)
    assert shop.listed() == ["green top"]
    shop.wait_until_painted("green top")
    assert "The file is empty" in shop.part("photo_facts").toPlainText()


def test_the_most_suspicious_come_first(cleaning, qtbot):
    cleaning.item("torn jeans", suspicion=0.4)
    cleaning.item("dark photos", suspicion=2.0)
    cleaning.item("clean shirt")
    cleaning.open()
    sort = cleaning.part("queue_sort", QComboBox)
    sort.setFocus()
    QTest.keyClick(sort, Qt.Key.Key_Down)
    wait_until_listed(cleaning, qtbot, "dark photos", "torn jeans", "clean shirt")


def test_a_click_on_a_row_shows_its_item_and_leaves_the_keys_with_the_photos(shop, qtbot):
    shop.open()
    queue = shop.part("queue_list")
    row = queue.visualRect(queue.model().index(3, 0))
    qtbot.mouseClick(queue.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert shop.title == "red skirt"
    shop.wait_until_painted("red skirt")
    shop.press("space")
    shop.settle()
    assert shop.state("red skirt") == "done"


def test_progress_counts_what_is_done(shop, qtbot):
    shop.open()
    qtbot.waitUntil(lambda: shop.part("progress_done").text() == "0 of 6 done (0 %)")
    assert shop.part("progress_pace").text() == "Pace shows after 5 items"
    for title in shop.listed()[:-1]:
        shop.wait_until_painted(title)
        shop.press("space")
    qtbot.waitUntil(lambda: shop.part("progress_done").text() == "5 of 6 done (83 %)")
    assert "items an hour" in shop.part("progress_pace").text()
    assert "left" in shop.part("progress_pace").text()

    shop.wait_until_painted("grey coat")
    shop.press("space")
    qtbot.waitUntil(lambda: shop.says("All items are decided on"))
    assert shop.part("ending_apply").isVisible()
    assert not shop.part("note_editor").isVisible()


def test_return_once_too_often_opens_nothing_at_the_end(cleaning, qtbot):
    cleaning.item("only one")
    cleaning.open()
    cleaning.press("enter")
    qtbot.waitUntil(lambda: cleaning.says("All items are decided on"))
    cleaning.press("enter", "enter", "space")
    assert QApplication.activeModalWidget() is None
    cleaning.press("b")
    assert cleaning.title == "only one"


def test_one_goes_on_at_the_same_item_with_the_same_search(shop, qtbot):
    shop.open()
    shop.press("/")
    type_into_search("shirt")
    wait_until_listed(shop, qtbot, "red dress", "blue shirt", "white shirt")
    shop.press("enter", "end")
    assert shop.title == "white shirt"
    shop.close()

    shop.open()
    assert shop.title == "white shirt"
    wait_until_listed(shop, qtbot, "blue shirt", "white shirt")


def test_closing_in_the_middle_of_a_search_is_no_error(shop, qtbot):
    shop.open()
    shop.press("/")
    type_into_search("shirt")
    shop.close()
    qtbot.wait(200)  # longer than the pause after which one is taken to have typed it all
    shop.open()
    assert len(shop.listed()) == 6


def test_closing_while_a_decision_is_being_stored_is_no_error(shop, qtbot):
    shop.open()
    started, go_on = threading.Event(), threading.Event()

    def hold(_):
        started.set()
        go_on.wait(30)

    shop.opened.decide(hold)
    started.wait()
    shop.press("1", "d")
    go_on.set()
    shop.close()
    qtbot.wait(1)  # what the writer told is delivered only now
    assert shop.rejected("red dress") == {1: "unspecified"}


def test_an_empty_project_says_what_to_do(cleaning):
    cleaning.open(until="No items yet")
    assert cleaning.says("Import a scrape")
    assert not cleaning.part("ending_apply").isVisible()


def test_return_in_the_list_of_orders_chooses_there_and_accepts_nothing(shop, qtbot):
    shop.hint("red dress", "tag", 1)
    shop.open()
    sort = shop.part("queue_sort", QComboBox)
    sort.showPopup()
    QTest.keyClick(sort.view(), Qt.Key.Key_Down)
    QTest.keyClick(sort.view(), Qt.Key.Key_Return)
    shop.settle()

    assert sort.currentText() == "Suspects first"
    assert not sort.view().isVisible()
    assert (shop.operations(), shop.state("red dress")) == (0, "open")
