from __future__ import annotations

import dataclasses
import json
import shutil
import zlib

import numpy as np
import pytest

from core.catalogue.database import open_catalogue
from core.catalogue.records import RejectReason
from core.cleaning.decisions import clear, reject
from core.cleaning.hash_photos import hash_pending
from core.embedding.demo_truth import read_demo_truth
from core.embedding.directions.examples import examples_by_words
from core.embedding.directions.oracle import ask_oracle
from core.embedding.directions.store import load_directions
from core.embedding.index import Index, unit, write_index
from core.embedding.known_tags import read_known_tags, tags_file_of
from core.embedding.loop_report import report_on_loop_lists
from core.embedding.photo_colours import mean_colour, read_colours
from core.embedding.photo_facts import read_photo_facts
from core.errors import UserError
from core.images import decode
from core.jobs.context import JobContext
from core.project import create_project
from core.scrape.demo.scrape import make_demo_scrape
from core.scrape.demo.truth import Kind, read_ground_truth
from core.scrape.importing import import_scrape
from core.training.instruction import Instruction
from core.training.runs import create_run, find_run
from main import main
from tests.made_catalogue import add_file, add_item, add_source

QUIET = JobContext()
ITEMS = 50


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A project made of fifty demo items, and an index of it by one who knows the truth."""
    root = tmp_path_factory.mktemp("demo")
    made = make_demo_scrape(root / "demo", items=ITEMS, side_px=64, workers=1)
    project = create_project(root / "p.pickglass")
    with open_catalogue(project) as catalogue:
        import_scrape(catalogue, made.scrape)
        hash_pending(catalogue, QUIET, workers=1)
        rows = catalogue.connection.execute(
            "SELECT id, path, content_hash FROM photo WHERE status = 'ready' ORDER BY id"
        ).fetchall()
    truth = {row.path: row for row in read_ground_truth(made.ground_truth)}
    photos = [truth[row["path"]] for row in rows]
    index = Index(
        np.stack([ideal_vector(photo) for photo in photos]),
        np.array([row["id"] for row in rows], np.int64),
        tuple(row["content_hash"] for row in rows),
        model_hash="e" * 64,
        metric="angular",
        run="ideal",
        side_px=64,
        fit="pad",
    )
    write_index(index, create_run(project, Instruction(), "ideal").index_file)
    return project, index


def ideal_vector(photo):
    """A garment's photos lie close together; tags lie among tags; patterns have a dimension."""
    noise = np.random.default_rng(zlib.crc32((photo.source or photo.path).encode()))
    spread = 0.02 * noise.normal(size=16)
    if photo.kind is Kind.TAG:
        vector = np.eye(16)[15] * 5
    else:
        vector = np.random.default_rng(zlib.crc32(photo.garment.encode())).normal(size=16)
        vector[12:] = 0
        vector[12] = 3 * photo.pattern.endswith("stripes")
    return unit((vector + spread).astype(np.float32))


def test_the_truth_finds_its_photos(demo):
    project, index = demo
    with open_catalogue(project) as catalogue:
        truth = read_demo_truth(catalogue, index)
    assert set(truth.rows) == set(range(index.size))
    assert truth.settings.items == ITEMS
    row = next(row for row, photo in truth.rows.items() if photo.kind is Kind.CLEAN)
    planned = truth.planned(row)
    assert planned.kind is Kind.CLEAN
    assert planned.garment.id == truth.rows[row].garment


def test_a_project_without_a_demo_has_no_truth(tmp_path, demo):
    with (
        open_catalogue(create_project(tmp_path / "q.pickglass")) as catalogue,
        pytest.raises(UserError, match="not made of a demo"),
    ):
        read_demo_truth(catalogue, demo[1])


def test_the_lists_of_an_ideal_model_find_what_was_planted(demo):
    project, index = demo
    with open_catalogue(project) as catalogue:
        facts, truth = read_photo_facts(catalogue, index), read_demo_truth(catalogue, index)
        report = report_on_loop_lists(catalogue, index, facts, truth, QUIET)
    lists = {judged.name: judged for judged in report.lists}
    far = lists["far from its own item"]
    # The tags that count as rejected already are not looked for.
    assert far.planted == sum(
        photo.kind in (Kind.OTHER_ITEM, Kind.SCREENSHOT, Kind.DARK) for photo in truth.rows.values()
    )
    for cut, most in zip(far.cuts, (50, 100, 200, far.length), strict=True):
        assert cut.first == min(most, far.length)
        assert cut.right + cut.wrong_otherwise <= cut.first
    assert far.cuts[-1].found == far.cuts[-1].right > 0.5 * far.planted - 2
    shared = lists["at the place of another item's photo"]
    assert shared.cuts[-1].found == shared.planted > 0
    assert shared.cuts[-1].right == shared.length
    twice = lists["among another item's photos"]
    assert 0 < twice.cuts[-1].found <= twice.planted
    assert 0 < report.found_wrong[0] <= report.found_wrong[-1] <= report.planted_wrong
    assert "all together find" in str(report)


def test_the_oracle_draws_plain_garments_again(demo):
    project, index = demo
    with open_catalogue(project) as catalogue:
        facts, truth = read_photo_facts(catalogue, index), read_demo_truth(catalogue, index)
        colours = read_colours(catalogue, index, np.arange(index.size), QUIET)
    examples = examples_by_words(facts)["stripes"]
    stripes = np.eye(16, dtype=np.float32)[12]
    drawn = []

    def embed(file):
        drawn.append(mean_colour(decode(file.read_bytes()).pixels))
        return stripes

    found = ask_oracle(index, facts.item_of, colours, examples, truth, embed, QUIET, most=4)
    assert found.garments == len(drawn) == 4
    assert found.share == 1 > found.unmoved_share
    assert 0 <= found.colour <= 1
    assert len({tuple(colour) for colour in drawn}) == 4
    again = ask_oracle(index, facts.item_of, colours, examples, truth, embed, QUIET, most=4)
    assert np.array_equal(drawn[:4], drawn[4:]) and again == found


def test_the_verbs_report_and_store(demo, capsys):
    project, index = demo
    arguments = ["--project", str(project.root), "--run", "ideal"]
    assert main(["loop-report", *arguments]) == 0
    assert "Loop lists of “ideal”" in capsys.readouterr().out
    assert main(["directions", *arguments, "--only", "stripes", "--store", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (stripes,) = told["directions"]
    assert stripes["is_encoded"] and stripes["oracle"] is None
    (stored,) = load_directions(project, index.model_hash)
    assert stored.name == "stripes" and stored.vector[12] > 0.8
    assert main(["directions", *arguments, "--words", "velvet"]) == 1
    assert "names no words" in capsys.readouterr().err


def test_suspects_are_listed_with_the_reason(demo, capsys, monkeypatch):
    # So small a demo has no more tags than that.
    monkeypatch.setattr("core.embedding.tag_finder.FEWEST_TAGS", 3)
    project, index = demo
    arguments = ["--project", str(project.root), "--run", "ideal"]
    with open_catalogue(project) as catalogue:
        truth = read_demo_truth(catalogue, index)
        tags = [row for row, photo in truth.rows.items() if photo.kind is Kind.TAG]
        ids = index.photo_ids[tags].tolist()
        first, rest = ids[:3], set(ids[3:])
        assert main(["suspects", *arguments]) == 0
        assert "Tags are looked for once you have rejected" in capsys.readouterr().out
        reject(catalogue, first, RejectReason.TAG)
        try:
            assert main(["suspects", *arguments, "--json"]) == 0
        finally:
            clear(catalogue, first)
    told = json.loads(capsys.readouterr().out)
    named = {each["photo_id"] for each in told["suspects"] if each["suspicion"] == "among the tags"}
    assert rest <= named
    assert told["tags_known"] == len(first)
    for each in told["suspects"]:
        assert each["why"] and each["title"] and each["other_photo_id"] != each["photo_id"]


@pytest.mark.parametrize("verb", ["suspects", "directions", "loop-report"])
def test_the_index_of_another_projects_photos_is_refused(demo, tmp_path, capsys, verb):
    project, _ = demo
    other = create_project(tmp_path / "other.pickglass")
    shutil.copytree(find_run(project, "ideal").folder, other.root / "runs" / "ideal")

    assert main([verb, "--project", str(other.root), "--run", "ideal"]) == 1

    told = capsys.readouterr().err
    assert "none of this project's photos" in told and "index.npz" in told
    assert "embed --run ideal" in told


def test_tags_that_were_left_out_of_the_index_are_known_from_beside_it(demo, tmp_path):
    _, index = demo
    with open_catalogue(create_project(tmp_path / "q.pickglass")) as catalogue:
        item = add_item(catalogue, add_source(catalogue, tmp_path / "scrape"), "a")
        photos = [add_file(catalogue, item, f"a/{n}.jpg") for n in range(4)]
        reject(catalogue, photos[:3], RejectReason.TAG)
        reject(catalogue, photos[3:], RejectReason.LOW_QUALITY)
        hashes = [
            row[0]
            for row in catalogue.connection.execute("SELECT content_hash FROM photo ORDER BY id")
        ]

        def part(*wanted):
            return dataclasses.replace(
                index,
                vectors=np.ascontiguousarray(index.vectors[list(wanted)]),
                photo_ids=np.array([photos[n] for n in wanted], np.int64),
                content_hashes=tuple(hashes[n] for n in wanted),
            )

        file = tmp_path / "index.npz"
        known = read_known_tags(catalogue, part(0, 3), file, QUIET)
        assert (known.vectors.tolist(), known.missing) == ([index.vectors[0].tolist()], 2)
        write_index(part(1), tags_file_of(file))
        known = read_known_tags(catalogue, part(0, 3), file, QUIET)
        assert (known.vectors.tolist(), known.missing) == (index.vectors[[1, 0]].tolist(), 1)
        assert known.item_ids.tolist() == [item, item]
        assert np.isnan(known.looks).all()  # these were never read
        other = dataclasses.replace(part(0), model_hash="other weights")
        assert read_known_tags(catalogue, other, file, QUIET).missing == 2
