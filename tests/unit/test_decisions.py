from __future__ import annotations

import pytest
from made_catalogue import add_hint, add_item, add_photo, add_source

from core.catalogue.database import open_catalogue
from core.catalogue.items import ItemFilter, find_items, read_item
from core.catalogue.photos import read_hints, read_photos
from core.catalogue.records import HintKind, ItemState, RejectReason, Verdict
from core.cleaning import decisions
from core.cleaning.undo import history, next_undo
from core.errors import UserError
from core.project import create_project


@pytest.fixture
def catalogue(tmp_path):
    """Two items of three photos: item 1 with photos 1 to 3, item 2 with photos 4 to 6."""
    with open_catalogue(create_project(tmp_path / "try.pickglass")) as catalogue:
        source = add_source(catalogue)
        for key in ("coat", "gown"):
            item = add_item(catalogue, source, key, title=key.title(), brand="Own")
            for number in range(3):
                add_photo(catalogue, item, f"{key}/{number}.jpg")
        yield catalogue


def verdicts(catalogue, item_id):
    photos = read_photos(catalogue, [item_id])[item_id]
    return [(photo.id, str(photo.verdict), photo.reason) for photo in photos]


def journal_length(catalogue):
    return catalogue.connection.execute("SELECT count(*) FROM operation").fetchone()[0]


def test_a_rejected_photo_carries_its_reason_and_no_longer_counts(catalogue):
    changes = decisions.reject(catalogue, [1, 3], RejectReason.TAG, who="ann")
    assert verdicts(catalogue, 1) == [
        (1, "rejected", RejectReason.TAG),
        (2, "", None),
        (3, "rejected", RejectReason.TAG),
    ]
    assert read_item(catalogue, 1).kept_count == 1
    assert changes.item_ids == {1}
    assert changes.summary == "Rejected 2 photos: tag"
    operation = next_undo(catalogue)
    assert (operation.id, operation.who, operation.item_id) == (changes.operation_id, "ann", 1)


def test_without_a_reason_that_of_the_surest_hint_is_taken(catalogue):
    add_hint(catalogue, HintKind.ODD_ONE_OUT, 1, score=0.3)
    add_hint(catalogue, HintKind.LOW_QUALITY, 1, score=0.8)
    decisions.reject(catalogue, [1, 2])
    assert verdicts(catalogue, 1)[:2] == [
        (1, "rejected", RejectReason.LOW_QUALITY),
        (2, "rejected", RejectReason.UNSPECIFIED),
    ]
    assert next_undo(catalogue).summary == "Rejected 2 photos: 1 low quality, 1 unspecified"


def test_keeping_takes_a_rejection_back_and_clearing_leaves_undecided(catalogue):
    decisions.reject(catalogue, [1, 2], RejectReason.TAG)
    decisions.keep(catalogue, [1])
    decisions.clear(catalogue, [2])
    assert verdicts(catalogue, 1) == [(1, "kept", None), (2, "", None), (3, "", None)]


def test_one_decision_on_photos_of_two_items_is_one_operation(catalogue):
    changes = decisions.reject(catalogue, [6, 2], RejectReason.TAG)
    assert changes.item_ids == {1, 2}
    assert changes.item_id == 1
    assert journal_length(catalogue) == 1
    assert [len(history(catalogue, item)) for item in (1, 2)] == [1, 1]


def test_a_decision_that_changes_nothing_is_not_journalled(catalogue):
    decisions.keep(catalogue, [1])
    changes = decisions.keep(catalogue, [1])
    assert (changes.item_ids, changes.operation_id) == (frozenset(), None)
    assert journal_length(catalogue) == 1


def test_marking_done_keeps_accused_photos_that_were_left(catalogue):
    add_hint(catalogue, HintKind.NEAR_COPY, 1, 2)
    add_hint(catalogue, HintKind.TAG, 3)
    decisions.reject(catalogue, [3], RejectReason.TAG)
    decisions.mark_done(catalogue, 1)
    assert verdicts(catalogue, 1) == [
        (1, "kept", None),
        (2, "", None),
        (3, "rejected", RejectReason.TAG),
    ]
    assert read_item(catalogue, 1).state is ItemState.DONE


def test_accepting_hints_rejects_the_accused_and_marks_done(catalogue):
    add_hint(catalogue, HintKind.ALTERED_COPY, 2, 1)
    changes = decisions.accept_hints(catalogue, 1)
    assert verdicts(catalogue, 1)[1] == (2, "rejected", RejectReason.DUPLICATE)
    assert read_item(catalogue, 1).state is ItemState.DONE
    assert changes.summary == "Accepted the hints: rejected 1 photo: duplicate"
    assert journal_length(catalogue) == 1


def test_skipping_rejecting_and_reopening_an_item(catalogue):
    decisions.skip(catalogue, 1)
    assert read_item(catalogue, 1).state is ItemState.SKIPPED
    decisions.reject_item(catalogue, 1, RejectReason.AMBIGUOUS)
    item = read_item(catalogue, 1)
    assert (item.state, item.reason) == (ItemState.REJECTED, RejectReason.AMBIGUOUS)
    decisions.reopen(catalogue, 1)
    item = read_item(catalogue, 1)
    assert (item.state, item.reason) == (ItemState.OPEN, None)


def test_moved_photos_come_last_and_are_no_longer_of_another_item(catalogue):
    decisions.reject(catalogue, [1], RejectReason.OTHER_ITEM)
    decisions.reject(catalogue, [2], RejectReason.TAG)
    changes = decisions.move_photos(catalogue, [2, 1], 2)
    assert verdicts(catalogue, 2)[3:] == [(1, "", None), (2, "rejected", RejectReason.TAG)]
    assert [read_item(catalogue, id_).photo_count for id_ in (1, 2)] == [1, 5]
    assert changes.item_ids == {1, 2}
    stale = catalogue.connection.execute("SELECT item_id FROM stale_item ORDER BY 1").fetchall()
    assert [row[0] for row in stale] == [1, 2]


def test_an_item_whose_last_photo_is_moved_away_is_merged(catalogue):
    changes = decisions.move_photos(catalogue, [1, 2, 3], 2)
    item = read_item(catalogue, 1)
    assert (item.state, item.merged_into) == (ItemState.MERGED, 2)
    assert changes.items_added
    assert list(find_items(catalogue, ItemFilter())) == [2]


def test_a_hint_holds_only_while_both_photos_are_in_the_item(catalogue):
    add_hint(catalogue, HintKind.NEAR_COPY, 2, 1)
    add_hint(catalogue, HintKind.TAG, 2)
    decisions.move_photos(catalogue, [1], 2)
    assert [hint.kind for hint in read_hints(catalogue, [1])[1]] == [HintKind.TAG]
    assert read_item(catalogue, 1).hint_kinds == {HintKind.TAG}
    decisions.move_photos(catalogue, [2], 2)
    assert read_hints(catalogue, [1, 2]) == {1: [], 2: []}


def test_merging_two_listings_of_one_item_answers_the_hint(catalogue):
    add_hint(catalogue, HintKind.IN_OTHER_ITEM, 1, 4)
    assert read_item(catalogue, 1).hint_kinds == {HintKind.IN_OTHER_ITEM}
    decisions.merge(catalogue, 1, [2])
    assert read_item(catalogue, 1).hint_kinds == frozenset()
    assert [photo.id for photo in read_photos(catalogue, [1])[1]] == [1, 2, 3, 4, 5, 6]
    assert read_item(catalogue, 2).state is ItemState.MERGED


def test_a_split_makes_an_item_right_after_with_the_same_metadata(catalogue):
    decisions.split(catalogue, [2])
    decisions.split(catalogue, [3])
    assert list(find_items(catalogue, ItemFilter())) == [1, 3, 4, 2]
    coat, new = read_item(catalogue, 1), read_item(catalogue, 3)
    assert new.metadata == coat.metadata
    assert new.key == "coat (split)"
    assert read_item(catalogue, 4).key == "coat (split 2)"
    assert [photo.id for photo in read_photos(catalogue, [3])[3]] == [2]


def test_a_note_is_kept_and_taken_away(catalogue):
    decisions.set_note(catalogue, 1, "colour?\nask")
    assert read_item(catalogue, 1).note == "colour?\nask"
    assert next_undo(catalogue).summary == "Noted “colour? ask”"
    decisions.set_note(catalogue, 1, "")
    assert read_item(catalogue, 1).note == ""


def test_a_denied_pair_is_no_hint_in_either_direction(catalogue):
    add_hint(catalogue, HintKind.NEAR_COPY, 1, 2)
    add_hint(catalogue, HintKind.NEAR_COPY, 2, 3)
    decisions.mark_not_duplicate(catalogue, 2, 1)
    assert [hint.photo_id for hint in read_hints(catalogue, [1])[1]] == [2]
    decisions.mark_not_duplicate(catalogue, 2, 3)
    assert read_hints(catalogue, [1])[1] == []
    assert read_item(catalogue, 1).hint_kinds == frozenset()


def test_what_makes_no_sense_is_refused_and_changes_nothing(catalogue):
    catalogue.connection.execute("UPDATE photo SET content_hash = NULL WHERE id = 6")
    decisions.merge(catalogue, 1, [2])
    before = list(catalogue.connection.iterdump())
    refused = {
        "no longer where": lambda: decisions.reject(catalogue, [1, 99], RejectReason.TAG),
        "photo is no longer": lambda: decisions.reject(catalogue, [], RejectReason.TAG),
        "item is no longer": lambda: decisions.skip(catalogue, 99),
        "been merged": lambda: decisions.move_photos(catalogue, [1], 2),
        "into itself": lambda: decisions.merge(catalogue, 1, [1]),
        "nothing would be left": lambda: decisions.split(catalogue, range(1, 7)),
        "not been looked at": lambda: decisions.mark_not_duplicate(catalogue, 1, 6),
        "with itself": lambda: decisions.mark_not_duplicate(catalogue, 1, 1),
    }
    for message, act in refused.items():
        with pytest.raises(UserError, match=message):
            act()
    assert list(catalogue.connection.iterdump()) == before


def test_photos_of_two_items_are_not_split_off_together(catalogue):
    with pytest.raises(UserError, match="several items"):
        decisions.split(catalogue, [1, 4])


def test_a_decision_is_no_more_work_beside_a_hundred_thousand_photos(catalogue):
    add_items(catalogue, 20)
    beside_few = steps_of_deciding(catalogue, 5)

    add_items(catalogue, 15_000)

    assert steps_of_deciding(catalogue, 15) <= 1.1 * beside_few
    first = read_photos(catalogue, [15])[15][0]
    assert first.verdict is Verdict.REJECTED


def add_items(catalogue, count):
    """Items of seven photos."""
    with catalogue.transaction() as connection:
        (last,) = connection.execute("SELECT max(id) FROM item").fetchone()
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO item (source_id, key) SELECT 1, 'item' || (? + i) FROM n",
            [count, last],
        )
        connection.execute(
            "INSERT INTO photo (item_id, position, source_id, path, status, content_hash)"
            " SELECT item.id, p.value, 1, item.key || p.value, 'ready', randomblob(32)"
            " FROM item, json_each('[10,11,12,13,14,15,16]') AS p WHERE item.id > ?",
            [last],
        )


def steps_of_deciding(catalogue, item_id):
    """How many steps of SQLite's machine some decisions on an item and the one after it take."""
    photo_ids = [photo.id for photo in read_photos(catalogue, [item_id])[item_id]]
    steps = []
    catalogue.connection.set_progress_handler(lambda: steps.append(1) or 0, 1)
    decisions.reject(catalogue, photo_ids[:1], RejectReason.TAG)
    decisions.mark_not_duplicate(catalogue, *photo_ids[1:3])
    decisions.accept_hints(catalogue, item_id + 1)
    catalogue.connection.set_progress_handler(None, 1)
    return len(steps)
