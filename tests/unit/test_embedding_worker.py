"""Embedding the catalogue with a network faked: photos become their mean colour."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from made_items import make_project

from core.catalogue.database import open_catalogue
from core.catalogue.records import RejectReason
from core.cleaning import decisions
from core.commands.frame import run_verb
from core.embedding import worker
from core.embedding.index import read_index
from core.embedding.known_tags import read_known_tags, tags_file_of
from core.embedding.model_hash import model_hash_of
from core.embedding.worker import embed_catalogue
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.training.instruction import Data, HardTriplet, Instruction
from core.training.runs import create_run
from main import VERBS


class FakeEmbedder:
    """Counts the photos that it embeds."""

    def __init__(self):
        self.embedded = 0
        self.spoilt = False

    def __call__(self, _file, _instruction):
        return self.embed

    def embed(self, pack, rows, _context):
        self.embedded += len(rows)
        means = pack.read(rows).mean(axis=(1, 2)).astype(np.float32)
        if self.spoilt:
            means[0] = np.nan
        return means


@pytest.fixture
def project(tmp_path):
    """15 photos: 3 pairs and 3 items of three."""
    return make_project(tmp_path, pairs=3, threes=3)


@pytest.fixture
def run(project):
    run = create_run(project, Instruction(data=Data(side_px=16)), "one")
    run.model_file.write_bytes(b"weights")
    return run


@pytest.fixture
def embedder():
    return FakeEmbedder()


def ids_in(project, where="verdict <> 'rejected'"):
    with open_catalogue(project) as catalogue:
        rows = catalogue.connection.execute(f"SELECT id FROM photo WHERE {where} ORDER BY id")
        return [row[0] for row in rows]


def test_every_kept_photo_is_embedded_and_says_by_what(project, run, embedder):
    with open_catalogue(project) as catalogue:
        decisions.reject(catalogue, [2], RejectReason.LOW_QUALITY)
    result = embed_catalogue(project, run, JobContext(), embedder)
    assert (result.photos, result.embedded, result.dimensions) == (14, 14, 3)
    index = read_index(run.index_file, model_hash_of(run.model_file))
    assert sorted(index.photo_ids.tolist()) == ids_in(project)
    assert np.allclose(np.linalg.norm(index.vectors, axis=1), 1)
    assert (index.metric, index.run, index.side_px, index.fit) == ("angular", "one", 16, "pad")


def test_vectors_keep_their_length_where_the_metric_is_not_angular(project, embedder):
    instruction = Instruction(data=Data(side_px=16), loss=HardTriplet(distance="l2"))
    run = create_run(project, instruction, "flat")
    run.model_file.write_bytes(b"weights")
    embed_catalogue(project, run, JobContext(), embedder)
    index = read_index(run.index_file)
    assert index.metric == "l2"
    assert np.linalg.norm(index.vectors, axis=1).min() > 10


def test_only_new_contents_are_embedded_again(project, run, embedder, tmp_path):
    embed_catalogue(project, run, JobContext(), embedder)
    with open_catalogue(project) as catalogue:
        decisions.reject(catalogue, [1], RejectReason.TAG)
    assert embed_catalogue(project, run, JobContext(), embedder).embedded == 0
    assert 1 not in read_index(run.index_file).photo_ids
    with open_catalogue(project) as catalogue:
        decisions.keep(catalogue, [1])
    assert embed_catalogue(project, run, JobContext(), embedder).embedded == 0
    assert embedder.embedded == 15


def test_rejected_tags_are_embedded_apart_from_the_index(project, run, embedder):
    with open_catalogue(project) as catalogue:
        decisions.reject(catalogue, [2, 5], RejectReason.TAG)
    result = embed_catalogue(project, run, JobContext(), embedder)
    assert (result.photos, result.tags, result.embedded) == (13, 2, 15)
    index = read_index(run.index_file)
    assert not {2, 5} & set(index.photo_ids.tolist())
    tags = read_index(tags_file_of(run.index_file), index.model_hash)
    assert tags.photo_ids.tolist() == [5, 2]
    with open_catalogue(project) as catalogue:
        known = read_known_tags(catalogue, index, run.index_file, JobContext())
        assert (known.vectors.tolist(), known.missing) == (tags.vectors.tolist(), 0)
        decisions.clear(catalogue, [2, 5])
    assert embed_catalogue(project, run, JobContext(), embedder).tags == 0
    assert not tags_file_of(run.index_file).exists()


def test_other_weights_make_all_of_it_anew(project, run, embedder):
    embed_catalogue(project, run, JobContext(), embedder)
    run.model_file.write_bytes(b"other weights")
    assert embed_catalogue(project, run, JobContext(), embedder).embedded == 15
    read_index(run.index_file, model_hash_of(run.model_file))


@pytest.mark.parametrize("left", [b"", b"PK\x03\x04 half an index"])
def test_a_damaged_index_is_made_anew(project, run, embedder, left):
    run.index_file.write_bytes(left)
    assert embed_catalogue(project, run, JobContext(), embedder).embedded == 15
    assert read_index(run.index_file).size == 15


def test_what_was_embedded_before_a_stop_is_used_the_next_time(project, run, embedder, monkeypatch):
    monkeypatch.setattr(worker, "_CHUNK_PHOTOS", 4)
    stopping = JobContext(is_cancelled=lambda: embedder.embedded >= 8)
    with pytest.raises(Cancelled):
        embed_catalogue(project, run, stopping, embedder)
    assert not run.index_file.exists()
    result = embed_catalogue(project, run, JobContext(), embedder)
    assert (result.photos, result.embedded, embedder.embedded) == (15, 7, 15)
    assert sorted(file.name for file in run.folder.glob("index*")) == ["index.npz"]


def test_a_killed_embedding_has_saved_now_and_then(project, run, embedder, monkeypatch):
    monkeypatch.setattr(worker, "_CHUNK_PHOTOS", 4)
    seconds = itertools.count(0, 20)
    saved = []
    write_index = worker.write_index
    monkeypatch.setattr(
        worker,
        "write_index",
        lambda index, file: saved.append(index.size) or write_index(index, file),
    )
    embed_catalogue(project, run, JobContext(), embedder, clock=lambda: next(seconds))
    assert saved == [8, 15, 15]  # twice on the way, then the index itself


def test_photos_that_cannot_be_embedded_are_reported_one_by_one(project, run, embedder):
    gone = project.root.parent / "scrape/item_000/1.jpg"
    gone.unlink()
    changed = project.root.parent / "scrape/item_001/0.jpg"
    changed.write_bytes(b"other bytes")
    embedder.spoilt = True
    result = embed_catalogue(project, run, JobContext(), embedder)
    assert result.photos == 12
    problems = {problem.file: problem.why for problem in result.problems}
    assert "missing" in problems[gone]
    assert "changed" in problems[changed]
    assert any("no finite numbers" in each for each in problems.values())


def test_nothing_to_embed_is_told_with_the_remedy(tmp_path, embedder, run, project):
    empty = make_project(tmp_path / "empty", pairs=0, threes=0)
    with pytest.raises(UserError, match="no photos to embed") as error:
        embed_catalogue(empty, run, JobContext(), embedder)
    assert "Import" in error.value.remedy
    (project.root.parent / "scrape").rename(project.root.parent / "elsewhere")
    with pytest.raises(UserError, match="None of the photos") as error:
        embed_catalogue(project, run, JobContext(), embedder)
    assert "Connect the disk" in error.value.remedy


def test_a_run_without_a_network_is_told_with_the_remedy(project, run, embedder):
    run.model_file.unlink()
    with pytest.raises(UserError, match="no network yet") as error:
        embed_catalogue(project, run, JobContext(), embedder)
    assert "Train it" in error.value.remedy


def test_the_verb_embeds_and_lists_what_it_left_out(project, run, embedder, monkeypatch, capsys):
    monkeypatch.setattr(worker, "_open_with_keras", embedder)
    (project.root.parent / "scrape/item_000/1.jpg").unlink()
    arguments = ["embed", "--project", str(project.root), "--run", "one"]
    assert run_verb(VERBS, arguments) == 0
    told = capsys.readouterr().out
    assert "14 photos in 3 dimensions, 14 embedded now" in told
    assert "1 file left: missing" in told
    assert run_verb(VERBS, [*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["result"]["embedded"] == 0
