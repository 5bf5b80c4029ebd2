"""Beside the keys: panels, buttons, the cards of hints, and what other tabs ask for."""

from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QAction, QFrame, QPushButton, QSplitter

from core.cleaning.decisions import mark_not_duplicate, merge, move_photos, reject
from core.qt.tab_requests import ShowInExplorer, ShowItem
from core.qt.theme import DARK, Theme


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


def test_all_photos_that_one_other_item_has_stand_on_one_card(three):
    for number in (1, 3, 4):
        three.hint("red dress", "in another item", number, other=("green top", 2))
    three.hint("red dress", "in another item", 1, other=("blue shirt", 1))
    three.open()
    assert three.says("1, 3 and 4 are also in “green top”")
    assert three.says("1 is also in “blue shirt”")
    assert three.tab.findChild(QFrame, "hint_2") is None
    card = three.part("hint_0")
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert three.selected() == [1, 3, 4]

    deny = card.findChild(QPushButton, "hint_deny")
    assert deny.text() == "Different"
    QTest.mouseClick(deny, Qt.MouseButton.LeftButton)
    three.settle()
    assert not three.says("green top”")
    assert three.says("1 is also in “blue shirt”")
    three.press("ctrl+z")
    three.settle()
    assert three.says("1, 3 and 4 are also in “green top”")


def test_a_photo_of_very_many_items_does_not_fill_the_panel(three):
    titles = [f"listing {number}" for number in range(7)]
    for title in titles:
        three.item(title, 2)
        three.hint("red dress", "in another item", 2, other=(title, 1))
    three.open()
    cards = [f"hint_{at}" for at in range(4)]
    assert all(three.part(card).isVisible() for card in cards)
    assert three.tab.findChild(QFrame, "hint_4") is None
    assert three.part("more_hints").text() == "Photos of this item are in 3 more items"


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


def test_what_others_decided_meanwhile_shows(three):
    three.decide(reject, [three.photo("red dress", 1)])
    three.hint("red dress", "near copy", 3, other=2)
    three.decide(mark_not_duplicate, three.photo("red dress", 3), three.photo("red dress", 2))
    three.open()
    assert three.part("item_counts").text().startswith("3 of 4")
    assert three.says("Nothing is suspected")


def test_how_an_item_stands_can_be_read_in_a_theme_that_is_chosen_later(three, show_theme):
    show_theme(Theme.LIGHT)
    three.open()
    state = three.part("item_state")
    show_theme(Theme.DARK)
    state.ensurePolished()
    assert state.palette().color(state.foregroundRole()).name() == DARK.text_muted
