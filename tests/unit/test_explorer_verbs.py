from __future__ import annotations

import json

import numpy as np
import pytest

from core.catalogue.database import open_catalogue
from core.embedding.index import Index, write_index
from core.embedding.map_store import load_map
from core.embedding.projection import Method
from core.project import create_project
from core.training.instruction import Instruction
from core.training.runs import create_run
from main import main
from tests.made_catalogue import add_item, add_source


@pytest.fixture
def project(tmp_path):
    made = create_project(tmp_path / "p.pickglass")
    with open_catalogue(made) as catalogue:
        add_item(catalogue, add_source(catalogue), "a", title="Dress")
    return made


def give_index(project, name="first", count=40):
    run = create_run(project, Instruction(), name)
    vectors = np.random.default_rng(0).normal(size=(count, 6)).astype(np.float32)
    index = Index(
        vectors,
        np.arange(count, dtype=np.int64),
        (b"",) * count,
        model_hash="f" * 64,
        metric="l2",
        run=name,
        side_px=64,
        fit="pad",
    )
    write_index(index, run.index_file)
    return index


def test_map_makes_a_map_and_says_how_far_to_trust_it(project, capsys):
    index = give_index(project)
    code = main(
        ["map", "--project", str(project.root), "--run", "first", "--method", "PCA", "--json"]
    )
    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (told["photos"], told["method"]) == (40, "PCA")
    made = load_map(project, index.model_hash, Method.PCA)
    assert made.kept_share == pytest.approx(told["kept_share"])


def test_map_of_a_run_without_an_index_says_what_to_do(project, capsys):
    create_run(project, Instruction(), "bare")
    assert main(["map", "--project", str(project.root), "--run", "bare"]) == 1
    assert "has no index yet" in capsys.readouterr().err


def test_availability_asks_nobody_unless_items_are_named(project, capsys):
    assert main(["availability", "--project", str(project.root)]) == 1
    assert "no items to ask for" in capsys.readouterr().err


def test_availability_takes_ids_from_a_file_and_skips_items_without_a_page(
    project, tmp_path, capsys
):
    (tmp_path / "ids.txt").write_text("1\n")
    arguments = ["--project", str(project.root), "--items-from", str(tmp_path / "ids.txt")]
    assert main(["availability", *arguments]) == 0
    assert "1 have no address to ask" in capsys.readouterr().out
    (tmp_path / "ids.txt").write_text("one\n")
    assert main(["availability", *arguments]) == 1
