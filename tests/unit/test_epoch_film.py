from __future__ import annotations

import numpy as np
import pytest

from core.embedding.epoch_film import MOST_EPOCHS, make_film
from core.embedding.index import Index, unit
from core.embedding.projection import pca
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.training.epoch_sample import Sample, write_epoch

COUNT = 40
HASHES = tuple(bytes([n]) * 32 for n in range(COUNT))


@pytest.fixture
def vectors():
    return np.random.default_rng(0).normal(size=(COUNT, 5)).astype(np.float32)


def index_of(vectors, hashes=HASHES, metric="l2"):
    ids = np.arange(len(vectors), dtype=np.int64)
    return Index(np.asarray(vectors, np.float32), ids, hashes, "model", metric, "run", 64, "pad")


def keep(folder, epoch, vectors, hashes=HASHES):
    write_epoch(folder, epoch, Sample(np.arange(len(hashes)), hashes), vectors)


def test_the_last_epoch_lies_as_the_map_does_and_the_ones_before_on_it(tmp_path, vectors):
    turn = np.array([[0, 0, 1, 0, 0], [1, 0, 0, 0, 0], [0, -1, 0, 0, 0], [0, 0, 0, 0, 1],
                     [0, 0, 0, 1, 0]], np.float32)  # fmt: skip
    keep(tmp_path, 1, vectors @ turn)
    keep(tmp_path, 2, 3 * vectors)
    onto = pca(vectors)

    film = make_film(tmp_path, index_of(vectors), onto, JobContext())

    assert film.epochs == (1, 2)
    # The space was only turned and stretched: nothing moves.
    np.testing.assert_allclose(film.at(1), onto, atol=0.02)
    np.testing.assert_allclose(film.at(0), film.at(1), atol=0.02)
    assert (film.kept(0, 1) == 1).mean() > 0.9


def test_between_epochs_photos_go_straight_on(tmp_path, vectors):
    keep(tmp_path, 1, vectors)
    keep(tmp_path, 2, vectors[::-1])
    film = make_film(tmp_path, index_of(vectors), pca(vectors), JobContext())

    np.testing.assert_allclose(film.at(0.25), 0.75 * film.at(0) + 0.25 * film.at(1), atol=1e-5)
    assert (film.at(-3) == film.at(0)).all() and (film.at(9) == film.at(1)).all()


def test_the_share_that_stays_near_is_that_of_asking_every_photo(tmp_path, vectors):
    other = vectors + np.random.default_rng(1).normal(size=vectors.shape)
    keep(tmp_path, 1, vectors)
    keep(tmp_path, 2, other)
    film = make_film(tmp_path, index_of(vectors, metric="angular"), pca(vectors), JobContext())

    def near(of):
        of = unit(of.astype(np.float16).astype(np.float32))
        scores = of @ of.T
        np.fill_diagonal(scores, -np.inf)
        return [set(row) for row in np.argsort(-scores, axis=1)[:, :10].tolist()]

    wanted = [len(a & b) / 10 for a, b in zip(near(vectors), near(other), strict=True)]
    np.testing.assert_allclose(film.kept(0, 1), wanted, atol=1e-6)
    assert film.kept_share(0, 1) == pytest.approx(np.mean(wanted))
    assert (film.kept(0, 0) == 1).all()


def test_photos_are_found_by_content_and_the_rest_of_the_index_is_left_out(tmp_path, vectors):
    keep(tmp_path, 4, vectors[:20], HASHES[:20])
    index = index_of(vectors[10:][::-1], HASHES[10:][::-1])

    film = make_film(tmp_path, index, pca(index.vectors), JobContext())

    assert sorted(index.content_hashes[row] for row in film.rows) == list(HASHES[10:20])
    assert np.isnan(film.at(0)).any(axis=1).sum() == 20


def test_damaged_epochs_and_those_of_other_photos_are_left_out(tmp_path, vectors):
    for epoch in (1, 2, 3):
        keep(tmp_path, epoch, vectors)
    keep(tmp_path, 4, vectors[:30], HASHES[:30])
    keep(tmp_path, 5, vectors)
    (tmp_path / "epochs" / "epoch_00002.npz").write_bytes(b"half")

    assert make_film(tmp_path, index_of(vectors), pca(vectors), JobContext()).epochs == (1, 3, 5)


def test_of_very_many_epochs_some_are_taken(tmp_path, vectors):
    for epoch in range(1, 2 * MOST_EPOCHS):
        keep(tmp_path, epoch, vectors[:4], HASHES[:4])

    film = make_film(tmp_path, index_of(vectors), pca(vectors), JobContext())

    assert len(film.epochs) == MOST_EPOCHS
    assert film.epochs[0] == 1 and film.epochs[-1] == 2 * MOST_EPOCHS - 1


def test_without_epochs_it_says_what_to_do(tmp_path, vectors):
    with pytest.raises(UserError, match="No epochs were kept"):
        make_film(tmp_path, index_of(vectors), pca(vectors), JobContext())
    keep(tmp_path, 1, vectors[:2], (b"x", b"y"))
    with pytest.raises(UserError, match="not in its index"):
        make_film(tmp_path, index_of(vectors), pca(vectors), JobContext())


def test_it_can_be_cancelled(tmp_path, vectors):
    keep(tmp_path, 1, vectors)
    with pytest.raises(Cancelled):
        make_film(tmp_path, index_of(vectors), pca(vectors), JobContext(is_cancelled=lambda: True))
