from __future__ import annotations

import numpy as np
import pytest

from core.embedding.clusters import CLUSTERS, clusters_of, find_clusters
from core.embedding.index import Index
from core.jobs.context import Cancelled, JobContext
from core.project import create_project


def heaps(sizes, dimensions=8, seed=0):
    """Vectors around as many corners far from each other, and which corner each is of."""
    rng = np.random.default_rng(seed)
    corners = 10 * rng.normal(size=(len(sizes), dimensions))
    labels = np.repeat(np.arange(len(sizes)), sizes)
    order = rng.permutation(len(labels))
    vectors = corners[labels] + 0.05 * rng.normal(size=(len(labels), dimensions))
    return vectors[order].astype(np.float32), labels[order]


def index_of(vectors, model_hash="model"):
    ids = np.arange(len(vectors), dtype=np.int64) + 7
    return Index(vectors, ids, (b"x",) * len(ids), model_hash, "l2", "run", 64, "pad")


def test_heaps_are_found_and_the_largest_comes_first():
    vectors, labels = heaps([300 - 20 * heap for heap in range(CLUSTERS)])

    found = find_clusters(vectors, JobContext())

    sizes = np.bincount(found)
    assert sizes.tolist() == sorted(sizes, reverse=True)
    # No cluster mixes what lies far apart: k-means may halve a heap, and then joins no more than
    # two others.
    whole = [len(np.unique(found[labels == heap])) == 1 for heap in range(CLUSTERS)]
    assert sum(whole) >= CLUSTERS - 2


def test_the_same_seed_gives_the_same_clusters():
    vectors, _ = heaps([50, 40, 30])

    again = find_clusters(vectors, JobContext())

    assert (find_clusters(vectors, JobContext()) == again).all()


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_few_photos_have_few_clusters(count):
    vectors = np.eye(8, dtype=np.float32)[:count]

    assert sorted(find_clusters(vectors, JobContext())) == list(range(count))


def test_copies_of_one_photo_are_no_reason_to_stumble():
    labels = find_clusters(np.ones((40, 4), np.float32), JobContext())

    assert len(set(labels.tolist())) == 1


def test_they_are_found_once_for_each_model_and_its_photos(tmp_path):
    project = create_project(tmp_path / "p.pickglass")
    vectors, _ = heaps([30, 20])
    index = index_of(vectors)
    labels = clusters_of(project, index, JobContext())

    told = []
    stored = clusters_of(project, index, JobContext(told.append))
    assert (stored == labels).all() and told == []

    assert len(clusters_of(project, index_of(vectors[:9]), JobContext())) == 9


def test_a_damaged_cache_is_made_again(tmp_path):
    project = create_project(tmp_path / "p.pickglass")
    index = index_of(heaps([30, 20])[0])
    labels = clusters_of(project, index, JobContext())
    (file,) = (project.root / "cache" / "clusters").iterdir()
    file.write_bytes(file.read_bytes()[:100])

    assert (clusters_of(project, index, JobContext()) == labels).all()


def test_it_can_be_cancelled():
    with pytest.raises(Cancelled):
        find_clusters(heaps([50, 40])[0], JobContext(is_cancelled=lambda: True))
