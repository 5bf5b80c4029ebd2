from __future__ import annotations

import hashlib

import numpy as np
import pytest
from made_catalogue import add_file, add_hint, add_photo
from made_wardrobe import SEED, Wardrobe, contents, refused, splits

from core.catalogue.records import RejectReason
from core.cleaning import decisions
from core.cleaning.export_selection import select
from core.cleaning.splits import Split
from core.jobs.context import Cancelled, JobContext
from core.training.dataset import read_dataset
from core.training.instruction import Data
from core.training.split_file import read_split, write_split

TRAIN, VALIDATION, TEST = Split


# The catalogue


def test_kept_photos_are_read_grouped_by_item_and_pairs_are_held_out(wardrobe):
    dataset = wardrobe.read()
    assert [item.key for item in dataset.items][:4] == [f"many_{n}" for n in range(4)]
    assert dataset.item_of.tolist() == np.repeat(range(10), [3, 4, 5, 6, *[2] * 6]).tolist()
    assert dataset.item_of.dtype == np.int32 and dataset.split_of.dtype == np.int8
    found = splits(dataset)
    assert all(found[f"many_{n}"] is TRAIN for n in range(4))
    held_out = [found[f"pair_{n}"] for n in range(6)]
    assert held_out.count(VALIDATION) == held_out.count(TEST) == 3
    first = wardrobe.photos(1)[0]
    assert (dataset.photos[0].key, dataset.photos[0].file) == (first.id, first.file)
    assert dataset.photos[0].content_hash == hashlib.sha256(first.file.read_bytes()).digest()


def test_the_split_is_that_of_an_export_with_the_same_seed(wardrobe):
    for seed in range(5):
        exported = select(wardrobe.catalogue, only_done=False, seed=seed).splits
        assert list(splits(wardrobe.read(seed=seed)).values()) == list(exported.values())


def test_rejected_photos_and_items_are_left_out(wardrobe):
    catalogue = wardrobe.catalogue
    decisions.reject(catalogue, [wardrobe.photos(1)[0].id], RejectReason.TAG)
    decisions.reject_item(catalogue, 2, RejectReason.AMBIGUOUS)
    add_photo(catalogue, 3, "never read", status="new")
    add_photo(catalogue, 3, "no picture", status="unreadable")
    dataset = wardrobe.read()
    found = contents(dataset)
    assert "many_1" not in found and len(found["many_2"]) == 5
    assert splits(dataset)["many_0"] in (VALIDATION, TEST)  # it has become a pair
    assert any("Left out: 1 photo not downloaded or read yet" in w for w in dataset.warnings)


@pytest.mark.parametrize("kind", ["exact copy", "near copy", "altered copy"])
def test_a_pair_that_may_be_a_photo_and_its_copy_is_not_held_out(wardrobe, kind):
    first, second = wardrobe.photos(5)
    add_hint(wardrobe.catalogue, kind, second.id, first.id)
    dataset = wardrobe.read()
    assert splits(dataset)["pair_0"] is TRAIN
    assert any(w.startswith("Duplicates are unresolved: 1 ") for w in dataset.warnings)
    decisions.mark_not_duplicate(wardrobe.catalogue, second.id, first.id)
    dataset = wardrobe.read()
    assert splits(dataset)["pair_0"] is not TRAIN
    assert not any("unresolved" in w for w in dataset.warnings)


def test_items_that_may_share_a_photo_are_not_held_out_unless_the_user_denied_it(wardrobe):
    here, there = wardrobe.photos(5)[0], wardrobe.photos(6)[1]
    add_hint(wardrobe.catalogue, "in another item", here.id, there.id)
    found = splits(wardrobe.read())
    assert found["pair_0"] is found["pair_1"] is TRAIN
    decisions.mark_not_duplicate(wardrobe.catalogue, here.id, there.id)
    found = splits(wardrobe.read())
    assert TRAIN not in (found["pair_0"], found["pair_1"])


def test_no_content_is_on_two_sides_whatever_is_shared(wardrobe):
    shared = wardrobe.photos(5)[0].content_hash
    add_photo(wardrobe.catalogue, 1, "again", content_hash=shared)
    (wardrobe.photos(1)[-1].file).write_bytes(b"there")
    dataset = wardrobe.read()
    sides = {}
    for photo, item in zip(dataset.photos, dataset.item_of.tolist(), strict=True):
        sides.setdefault(photo.content_hash, set()).add(int(dataset.split_of[item]))
    assert len(sides[shared]) == 1 and all(len(found) == 1 for found in sides.values())


def test_categories_least_photos_and_share_filter_and_move_no_item_to_another_side(wardrobe):
    whole = splits(wardrobe.read())
    for key in ("scarf", "hat"):
        wardrobe.item(key, 1, category="coats")
    found = splits(wardrobe.read(categories=("coats", "bags")))
    assert found == whole
    found = splits(wardrobe.read(min_photos=1))
    assert found == whole | {"scarf": TRAIN, "hat": TRAIN}
    half = splits(wardrobe.read(share=0.5))
    assert half.items() <= whole.items() and len(half) == 8
    most = splits(wardrobe.read(share=0.75))
    assert half.items() < most.items()
    assert "Items with fewer than 2 photos are left out: 2." in wardrobe.read().warnings


def test_a_seed_gives_the_same_data_set_again_and_another_seed_another(wardrobe):
    first = wardrobe.read()
    assert first.fingerprint == wardrobe.read().fingerprint
    assert splits(first) != splits(wardrobe.read(seed=SEED + 1))
    assert first.fingerprint != wardrobe.read(seed=SEED + 1).fingerprint
    decisions.reject(wardrobe.catalogue, [wardrobe.photos(4)[0].id], RejectReason.TAG)
    assert first.fingerprint != wardrobe.read().fingerprint


def test_the_summary_counts(wardrobe):
    summary = wardrobe.read().summary()
    assert (summary.items, summary.photos) == (10, 30)
    assert summary.items_by_split == {TRAIN: 4, VALIDATION: 3, TEST: 3}
    assert summary.photos_by_split == {TRAIN: 18, VALIDATION: 6, TEST: 6}
    assert summary.photos_per_item == {2: 6, 3: 1, 4: 1, 5: 1, 6: 1}
    (few,) = summary.warnings
    assert few.startswith("Too few pairs: 3 for validation and 3") and "57 points" in few


def test_rows_are_those_of_a_split_without_what_is_not_in_the_pack(wardrobe):
    dataset = wardrobe.read()
    everything = np.concatenate([dataset.rows(split) for split in Split])
    assert sorted(everything.tolist()) == list(range(30))
    train, test = dataset.rows(TRAIN), dataset.rows(TEST)
    assert (np.diff(dataset.item_of[train]) >= 0).all()
    pack_rows = np.arange(30)
    pack_rows[[train[0], test[0]]] = -1
    assert dataset.rows(TRAIN, pack_rows).tolist() == train[1:].tolist()
    left = dataset.rows(TEST, pack_rows)
    assert left.tolist() == [r for r in test if dataset.item_of[r] != dataset.item_of[test[0]]]
    assert len(left) == len(test) - 2


# What is wrong is said


def test_too_little_data_is_refused_with_a_remedy(tmp_path):
    made = Wardrobe(tmp_path / "a.pickglass", tmp_path / "scrape")
    with made.catalogue:
        assert "Import a scrape" in refused(made.read)
        made.item("lonely", 3)
        assert "only one item to train on: lonely" in refused(made.read)
        made.item("other", 3)
        assert "too few pairs" in refused(made.read)
        made.item("pair", 2)
        assert "too few pairs" in refused(made.read)
        made.item("second", 2)
        made.read()
        assert 'Set "Least photos" to 2' in refused(made.read, min_photos=3)
        assert 'Set "Least photos" to 3 or less' in refused(made.read, min_photos=50)


def test_nothing_but_pairs_leaves_nothing_to_train_on(tmp_path):
    made = Wardrobe(tmp_path / "a.pickglass", tmp_path / "scrape")
    with made.catalogue:
        for number in range(5):
            made.item(str(number), 2)
        assert "too few items to train on: 0" in refused(made.read)


def test_an_unknown_category_is_refused_with_those_there_are(wardrobe):
    assert "bags, coats" in refused(wardrobe.read, categories=("shoes",))


def test_a_few_missing_photos_are_left_out_with_their_partners(wardrobe):
    wardrobe.photos(1)[0].file.unlink()
    wardrobe.photos(5)[0].file.unlink()
    dataset = wardrobe.read()
    found = contents(dataset)
    assert len(found["many_0"]) == 2 and "pair_0" not in found
    assert splits(dataset)["many_0"] is TRAIN  # it was divided as the catalogue has it
    assert "Left out: 2 photos that are not where they were." in dataset.warnings


def test_many_missing_photos_are_refused(wardrobe, tmp_path):
    (tmp_path / "scrape").rename(tmp_path / "moved")
    said = refused(wardrobe.read)
    assert "30 of 30 photos" in said and "many_0/0.jpg" in said and "Connect the disk" in said


@pytest.mark.parametrize("source", ["nowhere", "scrape", "catalogue", "long" * 100])
def test_a_source_that_is_none_is_refused(tmp_path, source):
    (tmp_path / "scrape").mkdir()
    name = source if source == "catalogue" else str(tmp_path / source)
    assert refused(read_dataset, Data(sources=(name,)), seed=0, project=None)


def test_a_source_in_the_home_of_nobody_is_refused(wardrobe):
    assert "neither" in refused(wardrobe.read, "~nobody there/photos")


def test_reading_can_be_cancelled(wardrobe):
    with pytest.raises(Cancelled):
        wardrobe.read(context=JobContext(is_cancelled=lambda: True))


# The file in the run's folder


def test_a_stored_data_set_is_read_as_it_was(wardrobe, tmp_path):
    add_file(wardrobe.catalogue, 1, "cut.jpg", crop="0,0,16,16")
    wardrobe.item("naïve", 3)
    dataset = wardrobe.read()
    file = tmp_path / "split.parquet"
    write_split(dataset, file)
    again = read_split(file)
    assert again.photos == dataset.photos
    assert again.items == dataset.items
    assert again.item_of.tolist() == dataset.item_of.tolist()
    assert again.split_of.tolist() == dataset.split_of.tolist()
    assert again.fingerprint == dataset.fingerprint
    assert again.summary() == dataset.summary()


@pytest.mark.parametrize("data", [None, b"", b"PAR1 and no more"])
def test_a_stored_data_set_that_is_damaged_is_refused(tmp_path, data):
    file = tmp_path / "split.parquet"
    if data is not None:
        file.write_bytes(data)
    assert "Start the run anew" in refused(read_split, file)


def test_a_stored_data_set_that_was_changed_is_refused(wardrobe, tmp_path):
    dataset = wardrobe.read()
    dataset.split_of[0] = 2
    vars(dataset)["fingerprint"] = wardrobe.read().fingerprint
    write_split(dataset, tmp_path / "split.parquet")
    assert "fingerprint" in refused(read_split, tmp_path / "split.parquet")


def test_a_data_set_that_cannot_be_stored_says_so(wardrobe, tmp_path):
    file = tmp_path / "no folder" / "split.parquet"
    assert "cannot be stored" in refused(write_split, wardrobe.read(), file)
