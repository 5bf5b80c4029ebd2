"""From the explorer back to the cleaner, and to the shops: only on the user's word."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QPushButton

from core.catalogue.items import read_item
from core.catalogue.photos import read_hints
from core.catalogue.records import HintKind, ItemState, RejectReason
from core.cleaning.decisions import mark_done, reject
from core.cleaning.tagging import tag_photos
from core.cleaning.undo import undo
from core.embedding.index import read_index, unit, write_index
from core.embedding.known_tags import tags_file_of
from core.embedding.suspicions import Suspicion
from core.errors import UserError
from core.qt.job_runner import Job
from explorer.gallery_panel import Source
from explorer.gallery_tile import Mark


@pytest.fixture
def stray(exploring):
    """The row of a photo that lies far from the four others of its item."""
    exploring.items(photos=5)
    vectors = exploring.vectors()
    vectors[7] = vectors[70]
    exploring.index(vectors=vectors)
    exploring.open()
    return 7


def list_suspects(exploring, qtbot):
    exploring.press(Qt.Key.Key_U)
    exploring.wait(lambda: exploring.tab._suspecting.lists is not None)


def test_a_photo_far_from_its_item_is_listed_with_the_reason(exploring, stray, qtbot):
    list_suspects(exploring, qtbot)

    assert exploring.listed()[0] == stray
    assert "photos may be wrong" in exploring.message
    assert "times as far from the other photos" in exploring.gallery.entries[0].why


def test_looking_is_stopped_by_the_same_key(exploring, stray, qtbot, monkeypatch):
    stopped = threading.Event()

    def look_for_ever(*arguments):
        context = arguments[-1]
        try:
            while True:
                context.check_cancelled()
        finally:
            stopped.set()

    with monkeypatch.context() as patch:
        patch.setattr("explorer.suspecting.suspects_of", look_for_ever)
        exploring.press(Qt.Key.Key_U)
        assert "Press U again to stop" in exploring.gallery._empty_text

        exploring.press(Qt.Key.Key_U)

        assert stopped.wait(10)
    assert "Stopped" in exploring.message
    assert "Press U to look" in exploring.gallery._empty_text
    list_suspects(exploring, qtbot)
    assert exploring.listed()[0] == stray


def test_what_keeps_it_from_looking_is_told_and_it_can_look_again(
    exploring, stray, qtbot, monkeypatch
):
    def refuse(*_):
        raise UserError("The catalogue cannot be opened", remedy="Make room on the disk.")

    with monkeypatch.context() as patch:
        patch.setattr("explorer.suspecting.suspects_of", refuse)
        exploring.press(Qt.Key.Key_U)
        exploring.wait(lambda: "cannot be opened" in exploring.message)

    list_suspects(exploring, qtbot)
    assert exploring.listed()[0] == stray


def test_the_reason_for_the_suspect_that_keys_are_about_can_be_read(exploring, stray, qtbot):
    exploring.map.setFocus()
    list_suspects(exploring, qtbot)

    assert exploring.gallery.hasFocus()
    why = exploring.part("suspect_why")
    assert why.isVisible() and "times as far from the other photos" in why.text()
    exploring.tab._listing.suspect(Suspicion.SAME_PLACE)
    assert "Lies where a photo" in why.text()
    exploring.tab._showing.show_source(Source.NEIGHBOURS)
    assert not why.isVisible()


def test_the_reason_changes_with_the_arrow_keys(exploring, qtbot):
    exploring.items(photos=5)
    vectors = exploring.vectors()
    vectors[[7, 18]] = vectors[[70, 91]]
    exploring.index(vectors=vectors)
    exploring.open()
    list_suspects(exploring, qtbot)
    first, second = (entry.why.lower() for entry in exploring.gallery.entries[:2])
    assert first != second
    why = exploring.part("suspect_why")

    assert why.text().lower() == first
    exploring.press(Qt.Key.Key_Right)
    assert why.text().lower() == second


def test_another_list_is_chosen(exploring, stray, qtbot):
    list_suspects(exploring, qtbot)
    box = exploring.part("suspicion")
    box.setCurrentIndex(list(Suspicion).index(Suspicion.SAME_PLACE))
    box.activated.emit(box.currentIndex())

    assert stray in exploring.listed() or 70 in exploring.listed()


def test_a_list_that_names_nothing_says_why(exploring, stray, qtbot):
    list_suspects(exploring, qtbot)
    exploring.tab._listing.suspect(Suspicion.WITH_TAGS)

    assert exploring.listed() == []
    assert "0 photos are rejected as tags so far" in exploring.gallery._empty_text


def test_the_list_of_tags_is_made_of_those_that_left_the_index_too(exploring, qtbot):
    exploring.items(photos=5)
    vectors, rng = exploring.vectors(), np.random.default_rng(0)
    corner = unit(rng.normal(size=vectors.shape[1]).astype(np.float32))
    tags = [3, 14, 25, 36, 47, 58, 69, 80]
    for row in tags:
        vectors[row] = unit(corner + 0.02 * rng.normal(size=corner.shape).astype(np.float32))
    ids = np.array(exploring.photo_ids, np.int64)
    run = exploring.index(vectors=vectors)
    whole = read_index(run.index_file)

    def part(rows):
        hashes = tuple(whole.content_hashes[row] for row in rows)
        return replace(
            whole, vectors=whole.vectors[rows], photo_ids=ids[rows], content_hashes=hashes
        )

    # As after embedding again: the first three were rejected before, the next two since; of a
    # sixth the run knows nothing.
    rest = np.setdiff1d(np.arange(len(ids)), [*tags[:3], tags[5]])
    write_index(part(rest), run.index_file)
    write_index(part(np.array(tags[:3])), tags_file_of(run.index_file))
    reject(exploring.catalogue, ids[tags[:6]].tolist(), RejectReason.TAG)
    exploring.open()
    list_suspects(exploring, qtbot)
    exploring.tab._listing.suspect(Suspicion.WITH_TAGS)

    index = exploring.state.opened.index
    assert index.photo_ids[exploring.listed()[:2]].tolist() in (
        ids[tags[6:]].tolist(),
        ids[tags[:5:-1]].tolist(),
    )
    note = exploring.part("suspicion_note").text()
    assert "By 5 photos that you rejected as tags" in note
    assert "1 more are not embedded" in note


def test_one_key_sends_the_suspect_to_the_cleaner_with_the_reason(exploring, stray, qtbot):
    photo = exploring.tab._library.facts(stray).photo
    list_suspects(exploring, qtbot)
    why = exploring.gallery.entries[0].why

    exploring.press(Qt.Key.Key_S)

    exploring.wait(lambda: exploring.gallery.entries[0].mark is Mark.SENT)
    assert "Sent 1 photo" in exploring.message
    (hint,) = read_hints(exploring.catalogue, [photo.item_id])[photo.item_id]
    assert (hint.photo_id, hint.kind, hint.why) == (photo.id, HintKind.ODD_ONE_OUT, why)


def test_a_list_of_suspects_is_gone_through_by_one_key(exploring, stray, qtbot):
    list_suspects(exploring, qtbot)
    listed = exploring.listed()
    assert len(listed) > 1

    exploring.press(Qt.Key.Key_S)
    assert exploring.gallery.current_row == listed[1]
    exploring.wait(lambda: "Sent 1 photo" in exploring.message)
    exploring.press(Qt.Key.Key_S)

    exploring.wait(lambda: exploring.gallery.entries[1].mark is Mark.SENT)
    assert exploring.listed() == listed


CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_sending_is_taken_back_and_done_again_by_the_usual_keys(exploring, stray, qtbot):
    photo = exploring.tab._library.facts(stray).photo
    list_suspects(exploring, qtbot)
    exploring.press(Qt.Key.Key_S)
    exploring.wait(lambda: exploring.gallery.entries[0].mark is Mark.SENT)

    exploring.press(Qt.Key.Key_Z, CTRL)

    exploring.wait(lambda: exploring.gallery.entries[0].mark is Mark.NONE)
    assert "Undid: Sent 1 photo back to be cleaned" in exploring.message
    assert not read_hints(exploring.catalogue, [photo.item_id])[photo.item_id]

    exploring.press(Qt.Key.Key_Z, CTRL | SHIFT)

    exploring.wait(lambda: exploring.gallery.entries[0].mark is Mark.SENT)
    assert "Redid: Sent 1 photo" in exploring.message
    assert len(read_hints(exploring.catalogue, [photo.item_id])[photo.item_id]) == 1


def test_what_was_sent_before_a_restart_is_marked_and_can_be_taken_back(exploring, stray, qtbot):
    item_id = exploring.tab._library.facts(stray).photo.item_id
    exploring.opened.decide(lambda c: mark_done(c, item_id))
    list_suspects(exploring, qtbot)
    exploring.press(Qt.Key.Key_S)
    exploring.wait(lambda: exploring.gallery.entries[0].mark is Mark.SENT)
    exploring.close()
    exploring.open()
    list_suspects(exploring, qtbot)
    assert exploring.gallery.entries[0].mark is Mark.SENT

    exploring.press(Qt.Key.Key_Z, CTRL)

    exploring.wait(lambda: exploring.gallery.entries[0].mark is Mark.NONE)
    assert read_item(exploring.catalogue, item_id).state is ItemState.DONE


def test_tags_and_what_was_sent_are_taken_back_in_the_order_they_were_made(exploring, stray, qtbot):
    list_suspects(exploring, qtbot)
    exploring.press(Qt.Key.Key_S)
    exploring.wait(lambda: exploring.gallery.entries[0].mark is Mark.SENT)
    exploring.opened.decide(lambda c: tag_photos(c, "odd", [exploring.photo_ids[stray]]))

    exploring.press(Qt.Key.Key_Z, CTRL)
    exploring.wait(lambda: "Undid: Tagged" in exploring.message)
    assert exploring.gallery.entries[0].mark is Mark.SENT
    exploring.press(Qt.Key.Key_Z, CTRL)
    exploring.wait(lambda: exploring.gallery.entries[0].mark is Mark.NONE)


def test_what_the_cleaner_takes_back_is_no_longer_marked_as_sent(exploring, stray, qtbot):
    list_suspects(exploring, qtbot)
    exploring.press(Qt.Key.Key_S)
    exploring.wait(lambda: exploring.gallery.entries[0].mark is Mark.SENT)

    exploring.opened.decide(undo)

    exploring.wait(lambda: exploring.gallery.entries[0].mark is Mark.NONE)


def test_an_item_that_was_done_comes_up_again(exploring, stray, qtbot):
    item_id = exploring.tab._library.facts(stray).photo.item_id
    exploring.opened.decide(lambda c: mark_done(c, item_id))
    list_suspects(exploring, qtbot)
    exploring.press(Qt.Key.Key_S)

    def state():
        return exploring.catalogue.connection.execute(
            "SELECT state FROM item WHERE id = ?", [item_id]
        ).fetchone()[0]

    qtbot.waitUntil(lambda: state() == ItemState.OPEN)


def test_a_selection_is_sent_for_a_reason_of_the_users(exploring, qtbot):
    exploring.items()
    exploring.index()
    exploring.open()
    exploring.selection.select([3, 4])

    exploring.press(Qt.Key.Key_S)
    question = QApplication.activeModalWidget()
    assert question.objectName() == "question"
    with qtbot.waitSignal(exploring.opened.changed):
        question.findChild(object, "answer_t").click()

    items = exploring.state.opened.facts.item_of[[3, 4]].tolist()
    hints = [
        hint for of_item in read_hints(exploring.catalogue, items).values() for hint in of_item
    ]
    assert {hint.kind for hint in hints} == {HintKind.TAG}
    assert {hint.photo_id for hint in hints} == {exploring.photo_ids[3], exploring.photo_ids[4]}


def test_nothing_is_sent_where_the_question_is_left(exploring, qtbot):
    exploring.items()
    exploring.index()
    exploring.open()
    exploring.selection.select([3])
    exploring.press(Qt.Key.Key_S)
    question = QApplication.activeModalWidget()

    with qtbot.assertNotEmitted(exploring.opened.changed):
        question.reject()


def test_suspects_that_the_filter_hides_are_not_listed(exploring, stray, qtbot):
    list_suspects(exploring, qtbot)
    visible = np.ones(exploring.selection.count, bool)
    visible[stray] = False

    exploring.selection.show_only(visible)

    assert stray not in exploring.listed()


def test_shops_are_asked_only_after_the_user_has_seen_whom(exploring, qtbot):
    exploring.items()
    exploring.index()
    exploring.open()
    jobs = exploring.opened.jobs
    exploring.selection.select([0, 1, 2])

    with qtbot.assertNotEmitted(jobs.started):
        exploring.press(Qt.Key.Key_A)
        question = QApplication.activeModalWidget()
        assert any("2 items at shop.example" in label.text() for label in _labels(question))
        question.reject()

    exploring.press(Qt.Key.Key_A)
    with qtbot.waitSignal(jobs.started) as told:
        QApplication.activeModalWidget().findChild(object, "answer_a").click()
    assert told.args[0].verb == "availability"
    assert told.args[0].arguments[0] == "--items-from"


def test_asking_that_was_stopped_says_what_stays(exploring):
    exploring.items()
    exploring.index()
    exploring.open()
    exploring.opened.jobs.stopped.emit(Job("hash", "Reading photos"))
    assert "Stopped" not in exploring.message

    exploring.opened.jobs.stopped.emit(Job("availability", "Asking whether items are for sale"))

    assert exploring.message == "Stopped asking; what was answered stays"


def _labels(widget):
    return [child for child in widget.children() if hasattr(child, "text")]


def test_items_without_a_page_are_not_asked(exploring):
    exploring.items(4)
    with exploring.catalogue.transaction() as connection:
        connection.execute("UPDATE item SET url = ''")
    exploring.index()
    exploring.open()
    exploring.selection.select([0])

    exploring.press(Qt.Key.Key_A)

    assert QApplication.activeModalWidget() is None
    assert "None of these items has a web page" in exploring.message


def test_the_suspects_source_is_offered_once_there_are_some(exploring, stray, qtbot):
    assert not exploring.part("source_suspects").isVisible()
    list_suspects(exploring, qtbot)
    exploring.tab._showing.show_source(Source.NEIGHBOURS)

    assert exploring.part("source_suspects").isVisible()


def test_photos_are_compared_to_be_looked_at_and_not_decided_on(exploring, stray, qtbot):
    list_suspects(exploring, qtbot)

    exploring.press(Qt.Key.Key_C)

    dialog = QApplication.activeModalWidget()
    assert dialog.objectName() == "compare_dialog"
    rejecting = [
        button
        for button in dialog.findChildren(QPushButton)
        if button.objectName().startswith("compare_reject") and button.isVisible()
    ]
    assert rejecting == []
    dialog.reject()
