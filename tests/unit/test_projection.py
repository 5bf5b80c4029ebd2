from __future__ import annotations

import multiprocessing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.embedding.index import Index, unit
from core.embedding.map_store import load_map, map_file, save_map
from core.embedding.neighbours import Space
from core.embedding.projection import (
    MapOfPhotos,
    Method,
    fit_to_index,
    kept_share,
    make_map,
    pca,
    place,
)
from core.jobs.context import Cancelled, JobContext
from core.project import create_project

QUIET = JobContext()


def make_index(vectors, ids=None, metric="l2"):
    count = len(vectors)
    return Index(
        np.asarray(vectors, np.float32),
        np.arange(count, dtype=np.int64) if ids is None else np.array(ids, np.int64),
        (b"",) * count,
        model_hash="abcdef" * 10,
        metric=metric,
        run="r",
        side_px=64,
        fit="pad",
    )


def clusters(rng, count=300, dimensions=12):
    centres = 8 * rng.normal(size=(6, dimensions))
    groups = rng.integers(0, 6, count)
    return centres[groups] + rng.normal(size=(count, dimensions)), groups


def test_pca_shows_the_plane_that_the_photos_lie_in():
    rng = np.random.default_rng(0)
    flat = rng.normal(size=(200, 2)) * [5, 2]
    basis = np.linalg.qr(rng.normal(size=(7, 2)))[0]
    made = make_map(make_index(flat @ basis.T), Method.PCA, QUIET)
    assert np.corrcoef(made.positions[:, 0], flat[:, 0])[0, 1] ** 2 > 0.99
    assert np.corrcoef(made.positions[:, 1], flat[:, 1])[0, 1] ** 2 > 0.99
    assert made.kept_share > 0.99


def test_few_or_flat_photos_have_a_map_too():
    for vectors in (np.zeros((0, 3)), np.zeros((1, 3)), np.ones((5, 4)), np.arange(6.0)[:, None]):
        made = make_map(make_index(vectors), Method.PACMAP, QUIET)
        assert made.positions.shape == (len(vectors), 2)
        assert np.isfinite(made.positions).all()
        assert made.kept_share == 1


def test_a_map_at_random_keeps_few_neighbours_and_the_space_itself_all():
    rng = np.random.default_rng(1)
    flat = rng.normal(size=(500, 2)).astype(np.float32)
    index = make_index(flat)
    assert kept_share(index, flat) == 1
    assert kept_share(index, rng.normal(size=(500, 2)).astype(np.float32)) < 0.1


def test_photos_at_one_place_do_not_count_themselves():
    index = make_index(np.zeros((40, 3)))
    assert 0 <= kept_share(index, np.zeros((40, 2), np.float32)) <= 1


@pytest.mark.parametrize("metric", ["angular", "l2"])
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000), count=st.integers(1, 60))
def test_a_new_point_lands_among_its_neighbours_and_a_copy_on_its_original(metric, seed, count):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(count, 5)).astype(np.float32)
    vectors = unit(vectors) if metric == "angular" else vectors
    positions = rng.normal(size=(count, 2)).astype(np.float32)
    space = Space(vectors, metric)
    for row in range(min(count, 3)):
        assert np.allclose(place(space, positions, vectors[row]), positions[row], atol=1e-3)
    anywhere = unit(rng.normal(size=5).astype(np.float32))
    near = positions[space.nearest(anywhere, 15).rows]
    placed = place(space, positions, anywhere)
    assert (placed >= near.min(axis=0) - 1e-5).all()
    assert (placed <= near.max(axis=0) + 1e-5).all()


def test_photos_that_came_since_are_placed_and_those_that_went_are_left_out():
    rng = np.random.default_rng(2)
    vectors, _ = clusters(rng, 50)
    made = make_map(make_index(vectors), Method.PCA, QUIET)
    newer = make_index(np.concatenate([vectors[10:], vectors[20:21]]), [*range(10, 50), 99])
    fitted = fit_to_index(made, newer, QUIET)
    assert fitted.photo_ids.tolist() == [*range(10, 50), 99]
    assert np.array_equal(fitted.positions[:40], made.positions[10:])
    assert np.allclose(fitted.positions[40], made.positions[20], atol=1e-3)
    assert fitted.placed == 1


def test_a_map_of_other_photos_or_another_model_is_no_map():
    made = make_map(make_index(np.eye(4)), Method.PCA, QUIET)
    with pytest.raises(ValueError, match="none of the photos"):
        fit_to_index(made, make_index(np.eye(4), [11, 12, 13, 14]), QUIET)
    other = MapOfPhotos(made.positions, made.photo_ids, made.method, "other", 1.0, 0.0)
    with pytest.raises(ValueError, match="another model"):
        fit_to_index(other, make_index(np.eye(4)), QUIET)


def test_a_stored_map_comes_back_and_a_damaged_one_is_none(tmp_path):
    project = create_project(tmp_path / "p.pickglass")
    made = make_map(make_index(np.eye(4)), Method.PCA, QUIET)
    assert load_map(project, made.model_hash, Method.PCA) is None
    file = save_map(project, made)
    again = load_map(project, made.model_hash, Method.PCA)
    assert np.array_equal(again.positions, made.positions)
    assert (again.kept_share, again.method) == (made.kept_share, Method.PCA)
    assert load_map(project, made.model_hash, Method.TSNE) is None
    assert load_map(project, made.model_hash[:16] + "other", Method.PCA) is None
    file.write_bytes(file.read_bytes()[:-30])
    assert load_map(project, made.model_hash, Method.PCA) is None
    assert map_file(project, made.model_hash, Method.PCA) == file


@pytest.mark.slow
def test_tsne_keeps_clusters_apart():
    vectors, groups = clusters(np.random.default_rng(3), 150)
    made = make_map(make_index(vectors), Method.TSNE, QUIET)
    space = Space(made.positions, "l2")
    nearest = [space.nearest(point, 2).rows[1] for point in made.positions]
    assert (groups[nearest] == groups).mean() > 0.95
    assert made.kept_share > kept_share(make_index(vectors), pca(vectors.astype(np.float32)))


def test_making_a_map_is_cancelled_at_once_and_leaves_no_process():
    vectors, _ = clusters(np.random.default_rng(4), 100)
    answers = iter([False, True])

    with pytest.raises(Cancelled):
        make_map(make_index(vectors), Method.PACMAP, JobContext(is_cancelled=lambda: next(answers)))
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_pacmap_keeps_clusters_apart():
    vectors, groups = clusters(np.random.default_rng(5), 200)
    made = make_map(make_index(vectors), Method.PACMAP, QUIET)
    space = Space(made.positions, "l2")
    nearest = [space.nearest(point, 2).rows[1] for point in made.positions]
    assert (groups[nearest] == groups).mean() > 0.95


@pytest.mark.slow
def test_pacmap_works_without_a_word_to_the_terminal(capfd):
    vectors, _ = clusters(np.random.default_rng(6), 100)
    make_map(make_index(vectors), Method.PACMAP, QUIET)
    assert capfd.readouterr() == ("", "")
