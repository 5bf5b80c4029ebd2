from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.embedding.index import Index, read_index, unit, write_index
from core.embedding.run_index import read_run_index
from core.errors import UserError
from core.training.runs import Run


def make_index(count=5, dimensions=4, *, seed=0, **changes):
    rng = np.random.default_rng(seed)
    values = {
        "vectors": unit(rng.normal(size=(count, dimensions)).astype(np.float32)),
        "photo_ids": rng.permutation(10 * count)[:count].astype(np.int64),
        "content_hashes": tuple(rng.bytes(31) + b"\0" for _ in range(count)),
        "model_hash": "abc123",
        "metric": "angular",
        "run": "first",
        "side_px": 64,
        "fit": "pad",
    }
    return Index(**{**values, **changes})


def test_what_is_written_is_read_back(tmp_path):
    index = make_index(content_hashes=(b"a", b"", b"\0\0", b"crop" * 12, bytes(32)))
    write_index(index, tmp_path / "index.npz")
    again = read_index(tmp_path / "index.npz", "abc123")
    assert np.array_equal(again.vectors, index.vectors)
    assert np.array_equal(again.photo_ids, index.photo_ids)
    assert again.content_hashes == index.content_hashes
    assert (again.model_hash, again.metric, again.run) == ("abc123", "angular", "first")
    assert (again.side_px, again.fit) == (64, "pad")
    assert [path.name for path in tmp_path.iterdir()] == ["index.npz"]


def test_an_empty_index_is_an_index(tmp_path):
    write_index(make_index(0), tmp_path / "index.npz")
    assert read_index(tmp_path / "index.npz").size == 0


def test_a_run_without_an_index_says_what_to_do(tmp_path):
    with pytest.raises(UserError, match="has no index yet"):
        read_index(tmp_path / "index.npz")


@given(share=st.floats(0, 0.999))
def test_a_half_written_index_is_told(tmp_path_factory, share):
    file = tmp_path_factory.mktemp("index") / "index.npz"
    write_index(make_index(), file)
    data = file.read_bytes()
    file.write_bytes(data[: int(share * len(data))])
    with pytest.raises(UserError, match="damaged or was only half written"):
        read_index(file)


@given(data=st.data())
def test_flipped_bits_never_give_other_vectors_silently(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("index") / "index.npz"
    index = make_index()
    write_index(index, file)
    raw = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    file.write_bytes(raw)
    try:
        again = read_index(file)
    except UserError:
        return
    assert np.array_equal(again.vectors, index.vectors)
    assert again.content_hashes == index.content_hashes


def test_an_index_of_another_model_is_refused(tmp_path):
    write_index(make_index(), tmp_path / "index.npz")
    with pytest.raises(UserError, match="another model"):
        read_index(tmp_path / "index.npz", "def456")


def test_an_index_is_out_of_date_once_its_run_has_learned_more(tmp_path):
    run = Run(tmp_path)
    write_index(replace(make_index(), model_hash=sha256(b"one").hexdigest()), run.index_file)
    assert read_run_index(run).size > 0  # the network may be gone
    run.model_file.write_bytes(b"one")
    assert read_run_index(run).size > 0
    run.model_file.write_bytes(b"two")
    with pytest.raises(UserError, match="another model"):
        read_run_index(run)


def test_a_picture_is_no_index(tmp_path):
    (tmp_path / "index.npz").write_bytes(b"\xff\xd8\xff" + bytes(100))
    with pytest.raises(UserError, match="damaged"):
        read_index(tmp_path / "index.npz")


def test_vectors_that_are_not_finite_are_refused(tmp_path):
    index = make_index()
    index.vectors[2, 1] = np.nan
    write_index(index, tmp_path / "index.npz")
    with pytest.raises(UserError, match="not finite"):
        read_index(tmp_path / "index.npz")


def test_rows_of_photos_that_are_not_indexed_are_left_out():
    index = make_index(photo_ids=np.array([10, 20, 30, 40, 50], np.int64))
    assert index.rows_of([30, 31, 10]).tolist() == [2, 0]


def test_parts_that_do_not_fit_together_are_a_bug():
    with pytest.raises(ValueError, match="5 vectors"):
        make_index(photo_ids=np.arange(4, dtype=np.int64))
