from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.training.epoch_sample import Sample, draw_sample, kept_epochs, read_epoch, write_epoch
from core.training.photos import Dataset, TrainingItem, TrainingPhoto


def dataset_of(photos_of_items):
    item_of = np.repeat(np.arange(len(photos_of_items)), photos_of_items).astype(np.int32)
    photos = tuple(
        # A part of a file is told by the crop behind the file's hash, so lengths differ.
        TrainingPhoto(n + 1, bytes([n]) * 31 + b"\0" + b"0,0,9,9" * (n % 2), Path(f"{n}.jpg"), None)
        for n in range(len(item_of))
    )
    items = tuple(TrainingItem(str(n), "top", "made") for n in range(len(photos_of_items)))
    return Dataset(items, photos, item_of, np.zeros(len(items), np.int8))


def test_whole_items_are_drawn_and_always_the_same():
    dataset = dataset_of([3] * 20)
    rows = np.arange(60, dtype=np.int64) + 100

    sample = draw_sample(dataset, rows, seed=4, most=12)

    items = dataset.item_of[sample.pack_rows - 100]
    assert np.bincount(items)[np.unique(items)].tolist() == [3, 3, 3, 3]
    assert draw_sample(dataset, rows, 4, 12).content_hashes == sample.content_hashes
    assert draw_sample(dataset, rows, 5, 12).content_hashes != sample.content_hashes
    assert sample.content_hashes == tuple(
        dataset.photos[row].content_hash for row in sample.pack_rows - 100
    )


def test_photos_that_could_not_be_read_are_not_drawn():
    rows = np.array([0, -1, 1, 2, -1, 3], np.int64)

    sample = draw_sample(dataset_of([3, 3]), rows, seed=0)

    assert sample.pack_rows.tolist() == [0, 1, 2, 3]


def test_what_was_kept_is_read_again(tmp_path):
    dataset = dataset_of([2, 3])
    sample = draw_sample(dataset, np.arange(5, dtype=np.int64), seed=0)
    vectors = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)

    write_epoch(tmp_path, 12, sample, vectors)
    write_epoch(tmp_path, 3, sample, -vectors)

    assert kept_epochs(tmp_path) == [3, 12]
    read = read_epoch(tmp_path, 12)
    assert read.epoch == 12 and read.content_hashes == sample.content_hashes
    np.testing.assert_allclose(read.vectors, vectors, rtol=1e-3)


def test_numbers_beyond_half_precision_are_cut(tmp_path):
    sample = Sample(np.arange(3), (b"a", b"b", b"c"))
    write_epoch(tmp_path, 1, sample, np.array([[1e9], [-np.inf], [np.nan]], np.float32))

    assert read_epoch(tmp_path, 1).vectors.ravel().tolist() == [65504, -65504, 0]


@pytest.mark.parametrize("harm", ["cut", "gone", "other"])
def test_a_damaged_epoch_is_left_out(tmp_path, harm):
    sample = Sample(np.arange(2), (b"a", b"b"))
    file = write_epoch(tmp_path, 1, sample, np.ones((2, 2), np.float32))
    match harm:
        case "cut":
            file.write_bytes(file.read_bytes()[:-40])
        case "gone":
            file.unlink()
        case "other":
            with file.open("wb") as stream:
                np.savez(stream, vectors=np.ones(3))

    assert read_epoch(tmp_path, 1) is None


def test_a_run_without_any_has_none(tmp_path):
    assert kept_epochs(tmp_path) == []
