from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_catalogue import add_hint, add_item, add_photo, add_source

from core.catalogue.database import open_catalogue
from core.catalogue.items import read_item
from core.catalogue.photos import read_hints, read_photos
from core.catalogue.records import ItemState, RejectReason
from core.catalogue.tags import read_tags
from core.cleaning import decisions
from core.cleaning.decision_compare import compare_decisions
from core.cleaning.decision_file import export_decisions
from core.cleaning.decision_merge import Choice, Opinion, Subject, merge_decisions
from core.cleaning.tagging import tag_photos
from core.cleaning.undo import next_undo, undo
from core.errors import UserError
from core.project import create_project

TAG, DUPLICATE = RejectReason.TAG, RejectReason.DUPLICATE


@contextmanager
def somebodys(folder, name, keys=("coat", "gown")):
    """Somebody's project of the same scrape: photos 1 to 3 of a coat, 4 to 6 of a gown."""
    with open_catalogue(create_project(folder / f"{name}.pickglass")) as catalogue:
        source = add_source(catalogue)
        for key in keys:
            item = add_item(catalogue, source, key)
            for number in range(3):
                add_photo(catalogue, item, f"{key}/{number}.jpg")
        yield catalogue


@pytest.fixture
def mine(tmp_path):
    with somebodys(tmp_path, "mine") as catalogue:
        yield catalogue


@pytest.fixture
def theirs(tmp_path):
    with somebodys(tmp_path, "theirs") as catalogue:
        yield catalogue


@pytest.fixture
def file(tmp_path):
    return tmp_path / "decisions.jsonl"


def compared(mine, theirs, file):
    export_decisions(theirs, file, who="ben")
    return compare_decisions(mine, file)


def verdicts(catalogue, item_id):
    photos = read_photos(catalogue, [item_id])[item_id]
    return [f"{photo.verdict}:{photo.reason or ''}" for photo in photos]


def brief(differences):
    return [(d.subject, d.id, str(d.mine), str(d.theirs)) for d in differences]


def test_what_is_new_is_taken_over_as_one_operation_and_undone_as_one(mine, theirs, file):
    decisions.reject(theirs, [1], TAG)
    decisions.keep(theirs, [2])
    decisions.mark_done(theirs, 1)
    decisions.reject_item(theirs, 2, RejectReason.AMBIGUOUS)
    decisions.set_note(theirs, 2, "two garments")
    merge = compared(mine, theirs, file)
    assert (merge.by, len(merge.new), merge.conflicts, merge.unknown) == ("ben", 5, (), 0)
    changes = merge_decisions(mine, merge, {}, who="ann")
    assert verdicts(mine, 1) == ["rejected:tag", "kept:", ":"]
    assert [read_item(mine, id_).state for id_ in (1, 2)] == [ItemState.DONE, ItemState.REJECTED]
    assert read_item(mine, 2).note == "two garments"
    assert read_item(mine, 2).reason is RejectReason.AMBIGUOUS
    assert changes.item_ids == {1, 2}
    assert (next_undo(mine).summary, next_undo(mine).who) == ("Took over 5 decisions of ben", "ann")
    again = compare_decisions(mine, file)
    assert (again.new, again.conflicts, again.agreements) == ((), (), 5)
    undo(mine)
    assert verdicts(mine, 1) == [":", ":", ":"]
    assert (read_item(mine, 2).state, read_item(mine, 2).note) == (ItemState.OPEN, "")
    assert undo(mine) is None


def test_a_contradiction_is_the_users_to_choose(mine, theirs, file):
    decisions.keep(mine, [1, 4])
    decisions.reject(theirs, [1, 4], TAG)
    decisions.skip(mine, 2)
    decisions.reject_item(theirs, 2, TAG)
    decisions.set_note(mine, 1, "lovely")
    decisions.set_note(theirs, 1, "ugly")
    merge = compared(mine, theirs, file)
    assert brief(merge.conflicts) == [
        (Subject.PHOTO, 1, "kept", "rejected: tag"),
        (Subject.PHOTO, 4, "kept", "rejected: tag"),
        (Subject.NOTE, 1, "lovely", "ugly"),
    ]
    assert brief(merge.new) == [(Subject.ITEM, 2, "skipped", "rejected: tag")]
    merge_decisions(mine, merge, {1: Choice.THEIRS, 0: Choice.MINE})
    assert (verdicts(mine, 1)[0], verdicts(mine, 2)[0]) == ("kept:", "rejected:tag")
    assert read_item(mine, 1).note == "lovely"


def test_a_reason_adds_to_a_rejection_without_one_and_two_reasons_contradict(mine, theirs, file):
    decisions.reject(mine, [1, 2], RejectReason.UNSPECIFIED)
    decisions.reject(mine, [4], DUPLICATE)
    decisions.reject(theirs, [1, 4], TAG)
    decisions.reject(theirs, [2], RejectReason.UNSPECIFIED)
    merge = compared(mine, theirs, file)
    assert brief(merge.new) == [(Subject.PHOTO, 1, "rejected: unspecified", "rejected: tag")]
    assert brief(merge.conflicts) == [(Subject.PHOTO, 4, "rejected: duplicate", "rejected: tag")]
    assert merge.agreements == 1


def test_skipping_takes_back_nothing_that_is_decided(mine, theirs, file):
    decisions.mark_done(mine, 1)
    decisions.skip(theirs, 1)
    decisions.skip(theirs, 2)
    assert brief(compared(mine, theirs, file).new) == [(Subject.ITEM, 2, "open", "skipped")]


def test_denied_duplicates_are_taken_over(mine, theirs, file):
    add_hint(mine, "near copy", 1, 2)
    decisions.mark_not_duplicate(theirs, 1, 2)
    merge = compared(mine, theirs, file)
    assert len(merge.pairs) == 1
    merge_decisions(mine, merge, {})
    assert read_hints(mine, [1])[1] == []
    assert compare_decisions(mine, file).pairs == ()


def test_photos_are_known_by_their_contents_wherever_they_are(mine, tmp_path, file):
    with somebodys(tmp_path, "renamed", keys=["bag"]) as theirs:
        hashes = [photo.content_hash for photo in read_photos(mine, [2])[2]]
        for photo, content in enumerate(hashes, start=1):
            theirs.connection.execute(
                "UPDATE photo SET content_hash = ? WHERE id = ?", [content, photo]
            )
        decisions.reject(theirs, [2], TAG)
        decisions.mark_done(theirs, 1)
        merge = compared(mine, theirs, file)
    assert [(d.subject, d.id) for d in merge.new] == [(Subject.PHOTO, 5), (Subject.ITEM, 2)]


def test_decisions_on_what_the_project_does_not_have_are_counted(mine, tmp_path, file):
    with somebodys(tmp_path, "strange", keys=["hat", "bag"]) as theirs:
        decisions.reject(theirs, [1], TAG)
        decisions.mark_done(theirs, 2)
        decisions.mark_not_duplicate(theirs, 1, 2)
        merge = compared(mine, theirs, file)
    assert (merge.unknown, merge.new, merge.pairs) == (3, (), ())


def test_of_identical_files_never_both_are_rejected(mine, theirs, file):
    for catalogue in (mine, theirs):
        catalogue.connection.execute(
            "UPDATE photo SET content_hash = (SELECT content_hash FROM photo WHERE id = 1)"
            " WHERE id = 2"
        )
    decisions.reject(mine, [2], DUPLICATE)
    decisions.reject(theirs, [1], DUPLICATE)
    merge = compared(mine, theirs, file)
    assert (merge.agreements, merge.new, merge.conflicts) == (1, (), ())


def test_of_two_copies_each_rejected_by_another_person_one_choice_must_be_made(mine, theirs, file):
    add_hint(mine, "altered copy", 2, 1)
    decisions.reject(mine, [2], DUPLICATE)
    decisions.reject(theirs, [1], DUPLICATE)
    decisions.reject(theirs, [4], TAG)
    merge = compared(mine, theirs, file)
    assert brief(merge.conflicts) == [(Subject.PHOTO, 1, "undecided", "rejected: duplicate")]
    assert "neither would be left" in merge.conflicts[0].why
    assert brief(merge.new) == [(Subject.PHOTO, 4, "undecided", "rejected: tag")]


def test_rejections_that_together_leave_nothing_of_an_item_are_conflicts(mine, theirs, file):
    decisions.reject(mine, [1], TAG)
    decisions.reject(theirs, [2, 3], TAG)
    decisions.reject(theirs, [4, 5, 6], TAG)
    merge = compared(mine, theirs, file)
    assert [d.id for d in merge.conflicts] == [2, 3]
    assert [d.id for d in merge.new] == [4, 5, 6]  # all of it, by one person's will


def test_what_was_decided_since_the_comparison_stays(mine, theirs, file):
    decisions.reject(theirs, [1, 2], TAG)
    merge = compared(mine, theirs, file)
    decisions.keep(mine, [1])
    merge_decisions(mine, merge, {})
    assert verdicts(mine, 1) == ["kept:", "rejected:tag", ":"]


def test_hostile_lines_are_told_by_number_and_the_others_count(mine, theirs, file):
    decisions.reject(theirs, [1], TAG)
    export_decisions(theirs, file)
    good = file.read_bytes().splitlines()[1]
    photo = json.loads(good)
    lines = {
        2: b"{",
        3: b"\xff\xfe",
        4: b"[]",
        5: b'{"nothing": 1}',
        6: json.dumps({**photo, "verdict": "burnt"}).encode(),
        7: json.dumps({**photo, "photo": "zz" * 32}).encode(),
        8: json.dumps({**photo, "photo": ["a"]}).encode(),
        9: json.dumps({**photo, "reason": None}).encode(),
        10: json.dumps({**photo, "item": "\ud800"}).encode(),
        11: b'{"a":' * 100_000,
        12: b'{"photo": "' + b"x" * 3_000_000 + b'"}',
        13: b'{"not_duplicate": ["aa", "bb"]}',
        14: b'{"not_duplicate": 3}',
        15: b'{"item": "coat", "photos": [], "state": "merged", "reason": "", "note": ""}',
        16: b'{"item": "coat", "photos": {}, "state": "done", "reason": "", "note": ""}',
        17: b'{"item": 7}',
        18: b"1" * 5000,
        19: json.dumps({key: photo[key] for key in photo if key != "crop"}).encode(),
    }
    head = file.read_bytes().splitlines()[0]
    file.write_bytes(b"\n".join([head, *lines.values(), b"", good]))
    merge = compare_decisions(mine, file)
    assert [bad.number for bad in merge.bad_lines] == list(lines)
    assert all(0 < len(bad.why) < 100 for bad in merge.bad_lines)
    assert [d.id for d in merge.new] == [1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no decisions file"),
        (b"\x89PNG\r\n", "no decisions file"),
        (b'{"pickglass_decisions": 1}', "no decisions file"),
        (b'{"pickglass_decisions": 2, "by": "ben"}', "another version"),
        (b'{"pickglass_decisions": "1", "by": "ben"}', "another version"),
    ],
)
def test_what_is_no_decisions_file_is_refused(mine, file, content, message):
    file.write_bytes(content)
    with pytest.raises(UserError, match=message):
        compare_decisions(mine, file)


def test_files_that_cannot_be_read_or_written_are_named(mine, tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        compare_decisions(mine, tmp_path / "none.jsonl")
    for file in (tmp_path / "no folder/x.jsonl", tmp_path / "nul\0"):
        with pytest.raises(UserError, match="cannot be written"):
            export_decisions(mine, file)


def test_tags_add_up_and_are_never_in_conflict(mine, theirs, file):
    tag_photos(mine, "odd", [1])
    tag_photos(theirs, "odd", [1, 2])
    tag_photos(theirs, "best", [1])
    decisions.reject(theirs, [2], TAG)
    merge = compared(mine, theirs, file)
    assert (merge.tags, merge.conflicts, merge.new_count) == ((("best", 1), ("odd", 2)), (), 3)
    merge_decisions(mine, merge, {})
    assert read_tags(mine) == [("best", 1), ("odd", 1), ("odd", 2)]
    again = compare_decisions(mine, file)
    assert (again.new_count, again.agreements) == (0, 2)
    undo(mine)
    assert read_tags(mine) == [("odd", 1)]


def test_lines_of_a_program_that_knew_no_tags_are_understood(mine, theirs, file):
    decisions.reject(theirs, [1], TAG)
    export_decisions(theirs, file, who="ben")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    for line in lines:
        line.pop("tags", None)
    file.write_text("\n".join(map(json.dumps, lines)))
    merge = compare_decisions(mine, file)
    assert (len(merge.new), merge.tags, merge.bad_lines) == (1, (), ())


@pytest.mark.parametrize("tags", [3, [""], ["x" * 61], [None]])
def test_tags_that_cannot_be_are_passed_over(mine, theirs, file, tags):
    tag_photos(theirs, "odd", [1])
    export_decisions(theirs, file)
    head, line = map(json.loads, file.read_text().splitlines())
    file.write_text("\n".join(map(json.dumps, [head, line | {"tags": tags}])))
    merge = compare_decisions(mine, file)
    assert (merge.new_count, merge.bad_line_count) == (0, 1)
    assert "tag" in merge.bad_lines[0].why


@pytest.fixture(scope="module")
def anybodys(tmp_path_factory):
    with somebodys(tmp_path_factory.mktemp("any"), "any") as catalogue:
        yield catalogue


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children),
    max_leaves=5,
)
keys = ("photo", "tags", "item", "photos", "crop", "name", "verdict", "state", "reason", "note")
words = st.sampled_from(["rejected", "kept", "", "tag", "done", "open", "ab" * 32])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from([*keys, "not_duplicate"]), words | json_values)
        | json_values,
        max_size=4,
    )
)
def test_no_line_whatever_it_holds_stops_the_comparison(anybodys, lines):
    file = anybodys.project.root / "any.jsonl"
    head = {"pickglass_decisions": 1, "by": "anybody"}
    file.write_text("\n".join(json.dumps(line) for line in [head, *lines]))
    merge = compare_decisions(anybodys, file)
    assert merge.bad_line_count + merge.unknown + merge.agreements + len(merge.new) <= len(lines)
    assert all(isinstance(difference.mine, Opinion) for difference in merge.new)
