from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from made_catalogue import add_hint, add_item, add_photo, add_source

from core.catalogue.database import open_catalogue
from core.catalogue.items import read_item
from core.catalogue.photos import read_hints
from core.catalogue.records import HintKind, RejectReason
from core.cleaning import decisions
from core.cleaning.tagging import tag_photos, untag_photos
from core.cleaning.undo import history, next_redo, next_undo, redo, undo
from core.errors import UserError
from core.project import create_project, open_project


@pytest.fixture
def catalogue(tmp_path):
    """Two items of three photos: item 1 with photos 1 to 3, item 2 with photos 4 to 6."""
    with open_catalogue(create_project(tmp_path / "try.pickglass")) as catalogue:
        fill(catalogue)
        yield catalogue


def fill(catalogue):
    source = add_source(catalogue)
    for key in ("coat", "gown"):
        item = add_item(catalogue, source, key, title=key.title())
        for number in range(3):
            add_photo(catalogue, item, f"{key}/{number}.jpg")
    add_hint(catalogue, HintKind.NEAR_COPY, 2, 1)
    add_hint(catalogue, HintKind.TAG, 3, score=0.5)
    add_hint(catalogue, HintKind.IN_OTHER_ITEM, 3, 4)
    add_hint(catalogue, HintKind.ODD_ONE_OUT, 5, score=0.7)


def whole_tables(catalogue):
    """Every row of every table that decisions change or that hangs on them."""
    return {
        table: [tuple(row) for row in catalogue.connection.execute(f"SELECT * FROM {table}")]
        for table in (
            "item",
            "photo",
            "photo_tag",
            "not_duplicate",
            "hint",
            "source",
            "content",
        )
    }


def test_undo_restores_the_previous_verdict_and_redo_brings_it_back(catalogue):
    decisions.keep(catalogue, [1])
    kept = whole_tables(catalogue)
    decisions.reject(catalogue, [1, 2], RejectReason.TAG)
    rejected = whole_tables(catalogue)
    changes = undo(catalogue)
    assert whole_tables(catalogue) == kept
    assert changes.summary == "Undid: Rejected 2 photos: tag"
    assert (changes.item_ids, changes.item_id) == ({1}, 1)
    changes = redo(catalogue)
    assert whole_tables(catalogue) == rejected
    assert changes.summary == "Redid: Rejected 2 photos: tag"


def test_there_is_nothing_to_undo_or_redo_at_first(catalogue):
    assert (undo(catalogue), redo(catalogue)) == (None, None)
    assert (next_undo(catalogue), next_redo(catalogue)) == (None, None)


def test_undo_and_redo_go_on_after_a_restart(catalogue):
    untouched = whole_tables(catalogue)
    decisions.skip(catalogue, 1)
    decisions.reject(catalogue, [4], RejectReason.TAG)
    undo(catalogue)
    catalogue.close()
    with open_catalogue(open_project(catalogue.project.root)) as again:
        assert next_undo(again).summary == "Skipped"
        assert next_redo(again).summary == "Rejected 1 photo: tag"
        redo(again)
        undo(again)
        undo(again)
        assert whole_tables(again) == untouched


def test_something_new_ends_redoing(catalogue):
    decisions.skip(catalogue, 1)
    decisions.skip(catalogue, 2)
    undo(catalogue)
    undo(catalogue)
    assert next_redo(catalogue).item_id == 1
    decisions.set_note(catalogue, 2, "new")
    assert next_redo(catalogue) is None
    assert redo(catalogue) is None
    assert undo(catalogue).summary == "Undid: Noted “new”"
    assert undo(catalogue) is None


def test_undoing_a_split_takes_its_item_away_and_redoing_brings_the_same_back(catalogue):
    before = whole_tables(catalogue)
    decisions.split(catalogue, [2, 3])
    split = whole_tables(catalogue)
    add_hint(catalogue, HintKind.NEAR_COPY, 2, 3)  # found of the new item meanwhile
    changes = undo(catalogue)
    assert whole_tables(catalogue) == before
    assert changes.items_added
    assert changes.item_id == 1
    redo(catalogue)
    assert whole_tables(catalogue) == split


def test_the_number_of_an_item_that_was_undone_is_not_given_again(catalogue):
    decisions.split(catalogue, [2])
    undo(catalogue)
    decisions.split(catalogue, [3])
    assert [id_ for (id_, *_) in whole_tables(catalogue)["item"]] == [1, 2, 4]


def test_undoing_a_move_or_a_denial_brings_the_hints_back(catalogue):
    before = read_hints(catalogue, [1]), read_item(catalogue, 1).hint_kinds
    decisions.move_photos(catalogue, [1], 2)
    decisions.mark_not_duplicate(catalogue, 3, 4)
    assert [hint.kind for hint in read_hints(catalogue, [1])[1]] == [HintKind.TAG]
    undo(catalogue)
    undo(catalogue)
    assert (read_hints(catalogue, [1]), read_item(catalogue, 1).hint_kinds) == before


def test_the_history_tells_who_did_what_and_what_undid_it(catalogue):
    decisions.skip(catalogue, 1, who="ann")
    decisions.move_photos(catalogue, [1], 2, who="ben")
    undo(catalogue, who="cleo")
    redo(catalogue, who="dora")
    told = [(row.who, row.kind, row.undoes, row.undone_by) for row in history(catalogue, 1)]
    assert told == [
        ("dora", "redo", 3, None),
        ("cleo", "undo", 2, 4),
        ("ben", "move photos", None, None),
        ("ann", "skip", None, None),
    ]
    assert [row.kind for row in history(catalogue, 2)] == ["redo", "undo", "move photos"]
    undo(catalogue)
    assert history(catalogue, 2)[-1].undone_by == 5


tags = st.sampled_from(["odd", "best"])
photo_ids = st.lists(st.integers(1, 6), min_size=1, max_size=3)
item_ids = st.integers(1, 5)  # 3 and on come into being by splits


class Deciding(RuleBasedStateMachine):
    """Any decisions, undone and redone in any order, against a list of whole-table snapshots."""

    @initialize()
    def open(self):
        self.folder = Path(tempfile.mkdtemp())
        self.catalogue = open_catalogue(create_project(self.folder / "try.pickglass"))
        self.catalogue.connection.execute("PRAGMA synchronous = OFF")
        fill(self.catalogue)
        self.timeline = [whole_tables(self.catalogue)]
        self.now = 0

    def teardown(self):
        while self.now:
            self.undo()
        assert undo(self.catalogue) is None
        assert whole_tables(self.catalogue) == self.timeline[0]
        self.catalogue.close()
        shutil.rmtree(self.folder)

    def decide(self, decision, *arguments):
        before = whole_tables(self.catalogue)
        try:
            changes = decision(self.catalogue, *arguments)
        except UserError:
            assert whole_tables(self.catalogue) == before
            return
        after = whole_tables(self.catalogue)
        assert (changes.operation_id is None) == (after == before)
        if changes.operation_id is not None:
            assert self.rows_changed(before, after) <= changes.item_ids
            del self.timeline[self.now + 1 :]
            self.timeline.append(after)
            self.now += 1

    def rows_changed(self, before, after):
        """The ids of items whose rows are other ones."""
        return {row[0] for row in set(before["item"]) ^ set(after["item"])}

    @rule(ids=photo_ids, reason=st.sampled_from([None, *RejectReason]))
    def reject(self, ids, reason):
        self.decide(decisions.reject, ids, reason)

    @rule(ids=photo_ids, decision=st.sampled_from([decisions.keep, decisions.clear]))
    def take_back(self, ids, decision):
        self.decide(decision, ids)

    @rule(
        id_=item_ids,
        decision=st.sampled_from(
            [decisions.mark_done, decisions.accept_hints, decisions.skip, decisions.reopen]
        ),
    )
    def state(self, id_, decision):
        self.decide(decision, id_)

    @rule(id_=item_ids, reason=st.sampled_from(RejectReason))
    def reject_item(self, id_, reason):
        self.decide(decisions.reject_item, id_, reason)

    @rule(ids=photo_ids, id_=item_ids)
    def move(self, ids, id_):
        self.decide(decisions.move_photos, ids, id_)

    @rule(ids=photo_ids)
    def split(self, ids):
        self.decide(decisions.split, ids)

    @rule(id_=item_ids, others=st.lists(item_ids, min_size=1, max_size=2))
    def merge(self, id_, others):
        self.decide(decisions.merge, id_, others)

    @rule(id_=item_ids, text=st.sampled_from(["", "why?", "look again"]))
    def note(self, id_, text):
        self.decide(decisions.set_note, id_, text)

    @rule(ids=photo_ids, change=st.sampled_from([tag_photos, untag_photos]), name=tags)
    def tag(self, ids, change, name):
        self.decide(change, name, ids)

    @rule(a=st.integers(1, 6), b=st.integers(1, 6))
    def deny(self, a, b):
        self.decide(decisions.mark_not_duplicate, a, b)

    @precondition(lambda self: self.now > 0)
    @rule()
    def undo(self):
        before = whole_tables(self.catalogue)
        changes = undo(self.catalogue)
        self.now -= 1
        after = whole_tables(self.catalogue)
        assert after == self.timeline[self.now]
        assert self.rows_changed(before, after) <= changes.item_ids

    @precondition(lambda self: self.now < len(self.timeline) - 1)
    @rule()
    def redo(self):
        assert redo(self.catalogue) is not None
        self.now += 1
        assert whole_tables(self.catalogue) == self.timeline[self.now]

    @rule()
    def restart(self):
        self.catalogue.close()
        self.catalogue = open_catalogue(self.catalogue.project)
        self.catalogue.connection.execute("PRAGMA synchronous = OFF")

    @invariant()
    def redoes_only_what_was_undone(self):
        can_redo = self.now < len(self.timeline) - 1
        assert (next_redo(self.catalogue) is not None) == can_redo
        assert (next_undo(self.catalogue) is not None) == (self.now > 0)


Deciding.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
test_any_decisions_undone_leave_the_exact_rows_of_before = Deciding.TestCase
