from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.database import open_catalogue
from core.catalogue.items import ItemFilter, find_items, read_item
from core.catalogue.photos import read_hints, read_photos_by_id
from core.catalogue.records import HintKind, ItemState, Verdict
from core.cleaning.accusations import Accusation, send_to_cleaning
from core.cleaning.decisions import keep, mark_done, reject, reopen
from core.cleaning.find_hints import SENT, find_hints
from core.cleaning.hash_photos import hash_pending
from core.cleaning.undo import redo, undo
from core.embedding.index import Index
from core.embedding.known_tags import KnownTags
from core.embedding.looks import LENGTH, look_of
from core.embedding.loop_lists import make_loop_lists
from core.embedding.photo_facts import Coded, Facet, PhotoFacts
from core.embedding.suspicions import Suspicion
from core.embedding.tag_finder import FEWEST_TAGS, TOLD_APART
from core.jobs.context import Cancelled, JobContext
from core.project import create_project
from tests.made_catalogue import add_file, add_item, add_source

QUIET = JobContext()


class Wardrobe:
    """Forty items of four photos each, well apart, in a space of eight dimensions."""

    def __init__(self, items=40, each=4, seed=0):
        rng = np.random.default_rng(seed)
        self.rng = rng
        self.item_row = np.repeat(np.arange(items, dtype=np.int32), each)
        self.centres = 10 * rng.normal(size=(items, 8))
        self.vectors = self.centres[self.item_row] + rng.normal(size=(items * each, 8))
        self.kept = np.ones(len(self.vectors), bool)
        self.tag_items = None

    def lists(self, tags=(), context=QUIET, looks=None, tag_looks=None, missing=0):
        count, items = len(self.vectors), len(self.centres)
        blank = Coded.of([""] * items)
        facts = PhotoFacts(
            item_row=self.item_row,
            present=np.ones(count, bool),
            kept=self.kept,
            item_ids=np.arange(items) + 1,
            titles=tuple(f"item {n}" for n in range(items)),
            texts=("",) * items,
            facets=dict.fromkeys(Facet, blank),
            prices=np.full(items, np.nan),
            currencies=blank,
        )
        index = Index(
            self.vectors.astype(np.float32),
            np.arange(count, dtype=np.int64),
            (b"",) * count,
            model_hash="m",
            metric="l2",
            run="r",
            side_px=64,
            fit="pad",
        )
        places = np.asarray(tags, np.float32).reshape(-1, 8)
        if looks is None:
            looks, tag_looks = np.zeros((count, LENGTH)), np.zeros((len(places), LENGTH))
        of_items = np.full(len(places), -1) if self.tag_items is None else self.tag_items
        known = KnownTags(places, of_items, np.asarray(tag_looks, np.float32), missing)
        return make_loop_lists(
            index, facts, known, lambda rows: np.asarray(looks[rows], np.float32), context
        )


def test_a_clean_wardrobe_is_suspected_of_next_to_nothing():
    found = Wardrobe().lists()
    assert found.cloud == found.same_place == found.tags == ()


def test_a_photo_of_something_else_is_the_first_of_those_far_from_their_item():
    wardrobe = Wardrobe()
    wardrobe.vectors[9] = wardrobe.centres[30] + wardrobe.rng.normal(size=8)
    first = wardrobe.lists().far[0]
    assert (first.row, first.suspicion) == (9, Suspicion.FAR_FROM_ITEM)
    assert "times as far from the other photos of its item as they lie from each" in first.why
    assert "photos of other items lie nearer" in first.why
    assert 0 < first.score < 1


def test_of_two_photos_that_lie_far_apart_the_one_nearer_to_other_items_is_accused():
    wardrobe = Wardrobe(each=2)
    wardrobe.vectors[0] = wardrobe.centres[30] + wardrobe.rng.normal(size=8)
    wardrobe.vectors[1] += 50
    (first, *others) = wardrobe.lists().far
    assert first.row == 0
    assert "as is usual" in first.why
    assert all(finding.row != 1 for finding in others)


def test_a_photo_of_an_item_that_varies_must_lie_farther_than_one_of_an_item_that_does_not():
    wardrobe = Wardrobe(each=5)
    step = np.eye(8)[0]
    for first, spread in ((0, 0.3), (5, 4.0)):
        around = spread * wardrobe.rng.normal(size=(4, 8))
        wardrobe.vectors[first : first + 4] = wardrobe.centres[first // 5] + around
        wardrobe.vectors[first + 4] = wardrobe.centres[first // 5] + 9 * step
    score = {finding.row: finding.score for finding in wardrobe.lists().far}
    assert score[4] == max(score.values())
    assert score[4] > score.get(9, 0) + 0.05


def test_an_item_that_is_listed_twice_is_found_once():
    wardrobe = Wardrobe()
    middle = wardrobe.centres[3]
    wardrobe.vectors[12:16] = middle + 3 * np.eye(8)[:4]
    wardrobe.vectors[28:32] = wardrobe.vectors[12:16] + 0.8
    (finding,) = wardrobe.lists().cloud
    assert {finding.row // 4, finding.other_row // 4} == {3, 7}
    assert "photos of its item lie with photos of “item 7”" in finding.why
    assert finding.score > 0.8


def test_where_many_items_lie_at_one_place_none_is_a_pair():
    wardrobe = Wardrobe()
    wardrobe.vectors[:40:4] = 0.05 * wardrobe.rng.normal(size=(10, 8))
    assert len(wardrobe.lists().same_place) <= 1


def test_photos_of_two_items_at_one_place_are_one_pair():
    wardrobe = Wardrobe()
    wardrobe.vectors[20] = wardrobe.vectors[101]
    (finding,) = wardrobe.lists().same_place
    assert {finding.row, finding.other_row} == {20, 101}
    assert finding.score == 1


def test_photos_among_the_rejected_tags_are_found():
    wardrobe = Wardrobe()
    corner = np.full(8, 25.0)
    planted = [5, 77, 130]
    for row in planted:
        wardrobe.vectors[row] = corner + wardrobe.rng.normal(size=8)
    tags = corner + wardrobe.rng.normal(size=(12, 8))
    found = wardrobe.lists(tags)
    assert {finding.row for finding in found.tags[:3]} == set(planted)
    assert found.tags_known == 12
    assert found.tags_auc > 0.95
    assert "you rejected as tags" in found.tags[0].why
    few = wardrobe.lists(tags[: FEWEST_TAGS - 1], missing=3)
    assert (few.tags, few.tags_auc, few.tags_missing) == ((), None, 3)


def test_tags_that_lie_with_their_items_are_found_by_their_look():
    wardrobe = Wardrobe(items=60)
    rng, count = wardrobe.rng, len(wardrobe.vectors)
    labels = rng.permutation(count)[:20]
    looks = rng.normal(size=(count, LENGTH))
    looks[labels, :30] += 2
    wardrobe.kept[labels[:12]] = False
    wardrobe.tag_items = wardrobe.item_row[labels[:12]] + 1
    found = wardrobe.lists(wardrobe.vectors[labels[:12]], looks=looks, tag_looks=looks[labels[:12]])
    assert found.tags_auc > 0.9
    named = [finding.row for finding in found.tags]
    assert len(set(named[:12]) & set(labels[12:].tolist())) >= 6


def test_photos_that_nobody_looked_at_are_not_listed_as_tags():
    wardrobe = Wardrobe()
    looks = np.zeros((len(wardrobe.vectors), LENGTH))
    looks[5] = np.nan
    corner = np.full(8, 25.0)
    wardrobe.vectors[[5, 77]] = corner
    found = wardrobe.lists(
        corner + wardrobe.rng.normal(size=(12, 8)), looks=looks, tag_looks=np.zeros((12, LENGTH))
    )
    named = [finding.row for finding in found.tags]
    assert named[0] == 77
    assert 5 not in named


def test_a_model_that_does_not_tell_tags_lists_none():
    wardrobe = Wardrobe()
    tags = wardrobe.vectors[::9]
    wardrobe.kept[::9] = False
    wardrobe.tag_items = wardrobe.item_row[::9] + 1
    found = wardrobe.lists(tags)
    assert found.tags_known == len(tags)
    assert found.tags_auc < TOLD_APART
    assert found.tags == ()


def test_rejected_photos_are_neither_accused_nor_held_against_others():
    wardrobe = Wardrobe()
    wardrobe.vectors[9] += 60
    wardrobe.vectors[20] = wardrobe.vectors[101]
    wardrobe.kept[[9, 101]] = False
    found = wardrobe.lists()
    assert found.same_place == ()
    assert all(finding.row != 9 for finding in found.all())


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), items=st.integers(1, 8), each=st.integers(1, 4))
def test_every_list_is_sorted_and_names_kept_photos_of_different_items(seed, items, each):
    wardrobe = Wardrobe(items, each, seed)
    rng = np.random.default_rng(seed)
    wardrobe.vectors = rng.integers(0, 3, wardrobe.vectors.shape).astype(float)
    wardrobe.kept = rng.random(len(wardrobe.kept)) < 0.8
    found = wardrobe.lists(rng.normal(size=(6, 8)))
    for findings in (found.far, found.cloud, found.same_place, found.tags):
        scores = [finding.score for finding in findings]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)
        for finding in findings:
            assert wardrobe.kept[finding.row] and finding.why
            if finding.other_row is not None:
                assert wardrobe.kept[finding.other_row]
                assert finding.row // each != finding.other_row // each


def test_a_look_says_which_way_edges_run_and_how_light_and_coloured_each_part_is():
    upright = np.zeros((96, 48, 3), np.uint8)
    upright[:, ::8] = 255
    lying = np.ascontiguousarray(upright.transpose(1, 0, 2))
    even = np.full((64, 64, 3), (200, 30, 30), np.uint8)
    looks = np.stack([look_of(pixels) for pixels in (upright, lying, even)])
    assert looks.shape == (3, LENGTH) and np.isfinite(looks).all()
    edges = looks[:, :128].reshape(3, 16, 8)
    assert (edges[0].argmax(axis=1) == 0).all()  # gradients from left to right
    assert (edges[1].argmax(axis=1) == 4).all()
    assert edges[2].max() == 0
    means, spreads = looks[2, 129:177].reshape(16, 3), looks[2, 177:225].reshape(16, 3)
    assert np.allclose(means, means[0]) and means[0, 1] > 0.6  # red
    assert spreads.max() < 1e-3


def test_making_the_lists_is_cancelled():
    with pytest.raises(Cancelled):
        Wardrobe().lists(context=JobContext(is_cancelled=lambda: True))


@pytest.fixture
def cleaned(tmp_path):
    with open_catalogue(create_project(tmp_path / "p.pickglass")) as catalogue:
        source = add_source(catalogue, tmp_path / "scrape")
        items = [add_item(catalogue, source, key) for key in "ab"]
        photos = [
            add_file(catalogue, item, f"{item}/{n}.jpg", status="new")
            for item in items
            for n in range(2)
        ]
        hash_pending(catalogue, QUIET, workers=1)
        find_hints(catalogue, QUIET, workers=1)
        for item in items:
            mark_done(catalogue, item)
        yield catalogue, items, photos


def sent(catalogue, item):
    """What was sent, besides the hints that the tiny photos have anyway."""
    hints = read_hints(catalogue, [item])[item]
    return sorted((hint.photo_id, hint.kind, hint.why) for hint in hints if hint.relation == SENT)


def test_photos_that_are_sent_back_are_in_the_queue_with_the_reason(cleaned):
    catalogue, (item, other), photos = cleaned
    keep(catalogue, [photos[0]])
    changes = send_to_cleaning(
        catalogue,
        [
            Accusation(photos[0], HintKind.TAG, 0.8, "lies among the tags"),
            Accusation(999, HintKind.TAG, 0.8, "is no longer there"),
        ],
    )
    assert changes.summary == "Sent 1 photo back to be cleaned"
    assert changes.item_ids == {item}
    assert read_item(catalogue, item).state is ItemState.OPEN
    assert read_item(catalogue, other).state is ItemState.DONE
    assert read_photos_by_id(catalogue, photos)[photos[0]].verdict is Verdict.UNDECIDED
    wanted = ItemFilter(hint_kinds=frozenset({HintKind.TAG}))
    assert find_items(catalogue, wanted).tolist() == [item]
    assert sent(catalogue, item) == [(photos[0], HintKind.TAG, "lies among the tags")]
    assert read_item(catalogue, item).suspicion >= 0.8


def test_what_is_sent_stays_when_hints_are_looked_for_again(cleaned):
    catalogue, items, photos = cleaned
    send_to_cleaning(
        catalogue,
        [
            Accusation(photos[0], HintKind.ODD_ONE_OUT, 0.7, "far away"),
            Accusation(photos[1], HintKind.IN_OTHER_ITEM, 0.7, "at one place", photos[2]),
        ],
    )
    with catalogue.transaction() as connection:
        connection.execute("INSERT OR IGNORE INTO stale_item VALUES (?)", [items[0]])
    find_hints(catalogue, QUIET, workers=1)
    assert sent(catalogue, items[0]) == [
        (photos[0], HintKind.ODD_ONE_OUT, "far away"),
        (photos[1], HintKind.IN_OTHER_ITEM, "at one place"),
    ]


def test_sending_for_another_reason_takes_the_place_of_the_first_until_it_is_undone(cleaned):
    catalogue, (item, _), photos = cleaned
    for why in ("first", "second"):
        send_to_cleaning(catalogue, [Accusation(photos[0], HintKind.TAG, 1.0, why)])
    assert sent(catalogue, item) == [(photos[0], HintKind.TAG, "second")]
    undo(catalogue)
    assert sent(catalogue, item) == [(photos[0], HintKind.TAG, "first")]
    assert read_item(catalogue, item).state is ItemState.OPEN
    undo(catalogue)
    assert sent(catalogue, item) == []
    assert read_item(catalogue, item).state is ItemState.DONE
    redo(catalogue)
    reject(catalogue, [photos[0]])
    assert read_photos_by_id(catalogue, photos)[photos[0]].reason == "tag"


def test_sending_is_undone_as_a_whole_and_done_again(cleaned):
    catalogue, _, photos = cleaned

    def rows():
        return [
            tuple(row)
            for table in ("item", "photo")
            for row in catalogue.connection.execute(f"SELECT * FROM {table} ORDER BY id")
        ] + sorted(
            map(
                tuple,
                catalogue.connection.execute(
                    "SELECT item_id, kind, photo_id, other_photo_id, relation, score, why FROM hint"
                ),
            )
        )

    keep(catalogue, [photos[0]])
    before = rows()
    accusations = [
        Accusation(photos[0], HintKind.ODD_ONE_OUT, 0.7, "far away"),
        Accusation(photos[3], HintKind.IN_OTHER_ITEM, 0.9, "at one place", photos[1]),
    ]
    assert send_to_cleaning(catalogue, accusations).sent
    after = rows()
    changes = undo(catalogue)
    assert rows() == before
    assert changes.summary == "Undid: Sent 2 photos back to be cleaned"
    assert changes.sent and len(changes.item_ids) == 2
    assert redo(catalogue).sent
    assert rows() == after


def test_sending_an_item_that_is_open_anyway_can_be_undone_too(cleaned):
    catalogue, (item, _), photos = cleaned
    reopen(catalogue, item)
    send_to_cleaning(catalogue, [Accusation(photos[0], HintKind.TAG, 1.0, "a label")])
    assert undo(catalogue).summary == "Undid: Sent 1 photo back to be cleaned"
    assert sent(catalogue, item) == []
    assert read_item(catalogue, item).state is ItemState.OPEN


def test_what_was_sent_already_is_no_step_of_its_own(cleaned):
    catalogue, (item, _), photos = cleaned
    accusations = [Accusation(photos[0], HintKind.TAG, 1.0, "a label")]
    send_to_cleaning(catalogue, accusations)
    assert "before" in send_to_cleaning(catalogue, accusations).summary
    undo(catalogue)
    assert sent(catalogue, item) == []
