"""What no key may do: decide on what is not seen, on the wrong item, or by being held."""

import pytest
from made_catalogue import add_file, add_source
from made_photos import damaged
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QAction, QDialog, QPushButton

from cleaner.actions import Do
from core.catalogue.records import Changes
from core.cleaning.decisions import reject

DECIDING = ("u", "t", "o", "a", "l", "d", "k", "del", "enter", "space", "s", "r", "p")


@pytest.fixture
def two(cleaning):
    for title in ("red dress", "blue shirt"):
        cleaning.item(title, photos=3)
    cleaning.hint("red dress", "tag", 3)
    cleaning.hint("blue shirt", "tag", 1)
    return cleaning


@pytest.mark.parametrize("key", DECIDING)
def test_a_key_that_repeats_decides_nothing(two, key):
    two.open()
    two.press("1")
    two.repeat(key)
    two.settle()
    assert two.operations() == 0
    assert two.title == "red dress"


def test_a_held_key_decides_once(two):
    two.open()
    two.press("1")
    two.hold("t")
    two.settle()
    assert two.rejected("red dress") == {1: "tag"}
    assert two.operations() == 1
    two.hold("space")
    two.settle()
    assert two.title == "blue shirt"
    assert two.operations() == 2
    assert two.state("blue shirt") == "open"


def test_only_going_about_repeats(two):
    two.open()
    repeating = {do for do in Do if two.part(f"action_{do.name.lower()}", QAction).autoRepeat()}
    assert repeating == {Do.NEXT, Do.PREVIOUS}


@pytest.mark.parametrize("key", ["enter", "space", "s", "d", "t"])
def test_no_key_decides_on_an_item_that_is_not_painted(two, source, qtbot, key):
    two.open()
    source.hold()
    two.board.prefetch([])
    two.tab.window().resize(1200, 700)  # other sizes: nothing of the next item is in the cache
    two.press("n")
    assert two.title == "blue shirt"
    two.press("2", key)
    two.settle()
    assert two.operations() == 0
    assert "not on the screen" in two.message
    source.release()
    two.wait_until_painted("blue shirt")
    two.press(key)
    two.settle()
    assert two.operations() == 1


def test_a_key_that_comes_too_soon_after_enter_does_not_reach_the_next_item(two, source):
    source.hold()
    source.release(*(two.photo("red dress", number) for number in (1, 2, 3)))
    two.open(until="painted")
    two.press("enter", "enter", "space")
    two.settle()
    assert two.state("red dress") == "done"
    assert two.state("blue shirt") == "open"
    assert two.title == "blue shirt"


def test_a_photo_that_is_not_painted_yet_is_not_rejected_with_others(two, source, qtbot):
    source.hold()
    source.release(two.photo("red dress", 1), two.photo("red dress", 2))
    two.open(until="shown")
    first_two = {two.photo("red dress", 1), two.photo("red dress", 2)}
    qtbot.waitUntil(lambda: two.board.painted_ids() == first_two)
    two.press("3", "t")
    two.settle()
    assert two.rejected("red dress") == {}
    assert "photo 3 was not on the screen" in two.message
    two.press("esc", "1", "t")  # what is painted can be decided on already
    two.settle()
    assert two.rejected("red dress") == {1: "tag"}


def test_a_glimpse_of_a_photo_is_not_enough_to_reject_it(two, source, qtbot):
    large = two.photo("red dress", 2)
    source.with_glimpse = {large}
    source.hold()
    source.release(two.photo("red dress", 1), two.photo("red dress", 3))
    two.open(until="shown")
    qtbot.waitUntil(lambda: len(two.board.painted_ids()) == 2)
    two.press("2", "t")
    two.settle()
    assert two.rejected("red dress") == {}
    assert "photo 2 was not on the screen" in two.message
    source.release()
    two.wait_until_painted("red dress")
    two.press("t")
    two.settle()
    assert two.rejected("red dress") == {2: "tag"}


def test_hints_on_photos_out_of_sight_are_not_accepted_blindly(cleaning, qtbot):
    cleaning.item("many", photos=40)
    cleaning.item("next")
    cleaning.hint("many", "tag", 40)
    cleaning.open(until="shown", size=(1000, 600))
    shown = cleaning.board
    cleaning.wait_until_visible_painted()
    assert cleaning.photo("many", 1) in shown.painted_ids()
    assert cleaning.photo("many", 40) not in shown.painted_ids()
    cleaning.press("enter")
    cleaning.settle()
    assert cleaning.operations() == 0
    # It is brought into view; then the key acts.
    qtbot.waitUntil(lambda: cleaning.photo("many", 40) in shown.painted_ids())
    cleaning.press("enter")
    cleaning.settle()
    assert cleaning.rejected("many") == {40: "tag"}


def test_the_last_photo_asks_first(two):
    two.open()
    two.press("ctrl+a", "t")
    two.settle()
    assert two.rejected("red dress") == {}
    assert two.part("question", QDialog).isVisible()
    two.press("p")
    two.settle()
    assert two.rejected("red dress") == {1: "tag", 2: "tag", 3: "tag"}


def test_instead_of_its_last_photo_the_whole_item_can_be_rejected(two):
    two.open()
    two.press("1", "t", "2", "u")
    two.press("3", "l")
    two.press("i")
    two.settle()
    assert two.rejected("red dress") == {1: "tag", 2: "duplicate"}
    assert two.state("red dress") == "rejected"
    assert two.title == "blue shirt"


def test_a_refusal_is_not_said_of_the_next_item(two):
    two.open()
    two.press("n", "shift+d")  # before it is painted
    assert "Nothing was done" in two.message
    two.press("b")
    assert two.message == ""


def test_fast_typing_does_not_slip_past_the_question(two, qtbot):
    """The check counts what was just decided, though it is not stored yet."""
    two.open()
    two.press("1", "d", "2", "d", "3", "d")
    assert two.part("question", QDialog).isVisible()
    two.press("esc")
    two.settle()
    assert set(two.rejected("red dress")) == {1, 2}


def test_a_held_key_does_not_answer_the_question_it_raised(two):
    two.open()
    two.press("ctrl+a", "t")
    for key in ("p", "i", "t"):
        two.repeat(key)
    assert two.part("question", QDialog).isVisible()
    two.settle()
    assert two.operations() == 0


def test_unreadable_photos_are_not_what_is_left_of_an_item(cleaning, source):
    cleaning.item("dress", photos=1)
    cleaning.add_photo("dress", "dress/broken.jpg", status="unreadable", problem="truncated")
    cleaning.open()
    cleaning.press("1", "d")
    assert cleaning.part("question", QDialog).isVisible()


def test_a_photo_whose_file_fails_to_decode_can_be_rejected(cleaning, source):
    cleaning.item("dress", photos=2)
    source.failing[cleaning.photo("dress", 2)] = damaged()
    cleaning.open()
    cleaning.press("2", "l")
    cleaning.settle()
    assert cleaning.rejected("dress") == {2: "low quality"}


def test_hints_that_come_while_one_looks_are_not_accepted_unseen(two, qtbot):
    two.open()
    two.hint("red dress", "low quality", 1)  # by a job, not published yet
    two.press("enter")
    two.settle()
    assert two.state("red dress") == "open"
    assert two.rejected("red dress") == {}
    assert "hints of the item changed" in two.failures[0].message


def test_new_hints_show_without_moving_the_user(two):
    two.open()
    two.press("2")
    two.hint("red dress", "low quality", 1)
    two.opened.publish(Changes("", frozenset(), everything=True))
    two.settle()
    assert two.title == "red dress"
    assert two.selected() == [2]
    assert two.part("hint_1").isVisible()
    assert two.part("details_panel").isVisible()


def test_a_decision_that_cannot_be_stored_is_taken_off_the_screen_again(two, monkeypatch):
    from core.cleaning import decisions
    from core.errors import UserError

    def refuse(*_):
        raise UserError("The disk is full")

    two.open()
    monkeypatch.setattr(decisions, "reject", refuse)
    two.press("2", "t")
    two.settle()
    assert [error.message for error in two.failures] == ["The disk is full"]
    assert two.part("item_counts").text().startswith("3 of 3")


def test_letters_typed_into_fields_decide_nothing(two, qtbot):
    two.open()
    two.press("1", "/")
    two.type("d u t 2 o k s")
    two.press("space", "del", "left", "right")
    two.press("esc", "esc")  # empties the field, then leaves it
    two.press("e")
    two.type("a d 1 r s")
    two.press("enter", "space", "left", "right")
    two.press("esc")
    two.settle()
    assert two.rejected("red dress") == {}
    assert two.title == "red dress"
    assert two.state("red dress") == "open"


def test_space_on_a_focused_button_presses_it_and_nothing_else(two):
    two.open()
    two.press("1")
    two.part("button_keep").setFocus(Qt.FocusReason.TabFocusReason)
    two.press("space")
    two.settle()
    assert two.kept_by_hand("red dress") == [1]
    assert two.title == "red dress"
    assert two.state("red dress") == "open"


def test_clicking_a_button_leaves_the_keys_with_the_photos(two):
    two.open()
    two.press("1")
    for name in ("button_reject_tag", "tool_undo"):
        QTest.mouseClick(two.part(name), Qt.MouseButton.LeftButton)
        two.settle()
    assert two.board.hasFocus()


def test_deciding_touches_no_file(cleaning, tmp_path, qtbot):
    scrape = tmp_path / "scrape"
    source_id = cleaning.add(add_source, scrape)
    item_id = cleaning.item("real", photos=0, source_id=source_id)
    for number in range(4):
        cleaning.add(add_file, item_id, f"real/{number}.jpg")
    cleaning.item("other")
    before = {path: path.read_bytes() for path in scrape.rglob("*") if path.is_file()}
    assert len(before) == 4
    cleaning.open()
    cleaning.press("1", "d", "2", "t", "space")
    cleaning.wait_until_painted("other")
    cleaning.settle()
    cleaning.press("ctrl+z")
    cleaning.settle()
    assert {path: path.read_bytes() for path in scrape.rglob("*") if path.is_file()} == before


def test_a_title_that_looks_like_markup_is_shown_as_it_is(cleaning):
    wild = '<img src="file:///etc/passwd"><b>x</b> & co'
    cleaning.item(wild, description="<a href='file:///etc'>y</a>", url="javascript:alert(1)")
    cleaning.open()
    assert cleaning.title == wild
    assert cleaning.part("item_title").toolTip() == (
        "<qt>&lt;img src=&quot;file:///etc/passwd&quot;&gt;&lt;b&gt;x&lt;/b&gt; &amp; co</qt>"
    )
    facts = cleaning.part("item_facts")
    assert "<img" in facts.toPlainText()
    assert "javascript:alert(1)" in facts.toPlainText()
    assert "<a href" not in facts.toHtml()


def test_a_page_is_opened_by_a_click_alone(cleaning, monkeypatch, qtbot):
    opened = []
    monkeypatch.setattr(
        "cleaner.details_panel.QDesktopServices.openUrl", lambda url: opened.append(url.toString())
    )
    cleaning.item("dress", url="https://shop.test/items/1?a=b&c=d")
    cleaning.open()
    facts = cleaning.part("item_facts")
    assert opened == []
    middle = next(
        QPoint(x, y)
        for y in range(0, facts.height(), 3)
        for x in range(0, facts.width(), 3)
        if facts.anchorAt(QPoint(x, y))
    )
    QTest.mouseClick(facts.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert opened == ["https://shop.test/items/1?a=b&c=d"]


def test_an_item_that_was_decided_elsewhere_is_read_again(two):
    two.open()
    two.decide(reject, [two.photo("red dress", 2)])
    two.opened.publish(Changes("", frozenset({two.id_of("red dress")})))
    two.settle()
    assert two.part("item_counts").text().startswith("2 of 3")
    assert isinstance(two.part("hint_0").findChild(QPushButton, "hint_accept"), QPushButton)
