"""Judging runs side by side, with networks faked."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pytest
from made_items import make_project

from core.cleaning.splits import Split
from core.commands import evaluate as evaluate_verb
from core.commands.frame import run_verb
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.scrape.demo.truth import TruthRow
from core.training import evaluate_runs as evaluate_module
from core.training.dataset import read_dataset
from core.training.evaluate_runs import evaluate_runs, report_on
from core.training.evaluation.report import report_from_json
from core.training.instruction import Data, HardTriplet, Instruction, SimpleConv
from core.training.renaming import rename_with_report
from core.training.run_facts import change_facts
from core.training.runs import RunState, create_run
from core.training.split_file import write_split
from main import VERBS

sys.path.append(str(Path(__file__).parents[1] / "fakes"))
from fake_embedder import FakeEmbedder

SMALL = Instruction(data=Data(side_px=16))


@pytest.fixture
def project(tmp_path):
    """Six pairs, half of them for the test, and six items of three."""
    return make_project(tmp_path)


@pytest.fixture
def add_run(project):
    def add_run(name, instruction=SMALL):
        run = create_run(project, instruction, name)
        dataset = read_dataset(instruction.data, seed=instruction.seed, project=project)
        write_split(dataset, run.split_file)
        run.model_file.write_bytes(b"weights")
        change_facts(run.facts_file, state=RunState.FINISHED)
        return run

    return add_run


def judge(project, runs, split=Split.TEST, **more):
    more.setdefault("embedder", FakeEmbedder())
    return evaluate_runs(project, runs, split, JobContext(), **more)


def test_runs_stand_beside_colours_and_chance_on_the_same_pairs(project, add_run):
    runs = [
        add_run("a"),
        add_run("b", Instruction(data=Data(side_px=32, fit="crop"), model=SimpleConv())),
        add_run("c", Instruction(data=Data(side_px=16), seed=0, loss=HardTriplet())),
    ]
    report = judge(project, runs).report
    names = [row.name for row in report.rows]
    # The runs a and c have the same architecture, and so the same random network.
    assert names == ["colour histogram", "random conv_bn", "random simple_conv 2", "a", "b", "c"]
    assert report.n_photos == 6
    assert all(row.top[1].low <= row.top[1].share <= row.top[1].high for row in report.rows)
    assert report.rows[1].top[1].share == 0  # ties count against it
    assert report.rows[3].top[1].share > 0.5
    assert set(report.rows[3].by_category) == {"coats", "dresses"} & set(report.rows[0].by_category)


def test_without_runs_the_projects_pairs_are_judged_by_colours_alone(project):
    report = judge(project, [], Split.VALIDATION).report
    assert [row.name for row in report.rows] == ["colour histogram"]
    assert (report.split, report.n_photos) == (Split.VALIDATION, 6)


def test_a_pair_that_cannot_be_read_is_left_out_for_all(project, add_run):
    run = add_run("a")
    dataset = read_dataset(SMALL.data, seed=0, project=project)
    dataset.photos[dataset.rows(Split.TEST)[0]].file.write_bytes(b"<html>")
    assert judge(project, [run]).report.n_photos == 4


def test_no_readable_pairs_are_told_with_the_remedy(project, add_run):
    run = add_run("a")
    (project.root.parent / "scrape").rename(project.root.parent / "elsewhere")
    with pytest.raises(UserError, match="no pairs to judge by") as error:
        judge(project, [run])
    assert "Connect the disk" in error.value.remedy


def test_a_run_without_a_network_is_told_with_the_remedy(project, add_run):
    run = add_run("a")
    run.model_file.unlink()
    with pytest.raises(UserError, match="has no network yet") as error:
        judge(project, [run])
    assert "leave it out" in error.value.remedy


class Damaged(FakeEmbedder):
    """Cannot load one run's network."""

    def trained(self, run, instruction, pack, rows, context):
        if run.name == "damaged":
            raise UserError("The model cannot be loaded", path=run.model_file)
        return super().trained(run, instruction, pack, rows, context)


def test_another_run_whose_network_cannot_be_used_is_left_out_with_the_reason(project, add_run):
    runs = [add_run("good"), add_run("damaged"), add_run("gone")]
    runs[2].model_file.unlink()

    judged = judge(project, runs, embedder=Damaged())

    assert [row.name for row in judged.report.rows][2:] == ["good"]
    assert "cannot be loaded" in judged.left_out["damaged"]
    assert "has no network yet" in judged.left_out["gone"]
    with pytest.raises(UserError, match="cannot be loaded"):
        judge(project, [runs[1], runs[0]], embedder=Damaged())


def test_another_run_whose_split_is_damaged_is_left_out_with_the_reason(project, add_run):
    whole, damaged = add_run("whole"), add_run("damaged")
    damaged.split_file.write_bytes(damaged.split_file.read_bytes()[:300])
    evaluated = judge(project, [whole, damaged])
    assert [row.name for row in evaluated.report.rows][-1] == "whole"
    assert "split.parquet" in evaluated.left_out["damaged"]
    assert evaluated.leaks == ()


def test_a_run_that_has_trained_on_these_photos_is_named(project, add_run):
    honest, cheat = add_run("honest"), add_run("cheat")
    dataset = read_dataset(SMALL.data, seed=0, project=project)
    dataset.split_of[:] = 0
    write_split(dataset, cheat.split_file)
    assert judge(project, [honest, cheat]).leaks == ("cheat",)


def test_items_with_many_photos_are_looked_at_if_asked_for(project, add_run):
    report = judge(project, [add_run("a")], with_many=True).report
    assert report.rows[-1].map_at_r > 0.3
    assert "runs have trained on these" in report.many
    assert judge(project, [add_run("b")]).report.rows[-1].map_at_r is None


def test_what_is_wrong_with_photos_comes_from_a_demos_truth(project, add_run, tmp_path):
    dataset = read_dataset(SMALL.data, seed=0, project=project)
    dirty = dataset.photos[dataset.rows(Split.TEST)[0]].file.relative_to(tmp_path / "scrape")
    fields = list(TruthRow.__dataclass_fields__)
    with (tmp_path / "ground_truth.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fields, restval="")
        writer.writeheader()
        writer.writerow({"path": dirty.as_posix(), "item": str(dirty.parent), "kind": "tag"})
    report = judge(project, [add_run("a")], demo=tmp_path).report
    assert {name: part.queries for name, part in report.rows[0].by_dirt.items()} == {
        "clean": 4,
        "tag": 2,
    }


def test_a_runs_own_report_has_the_other_runs_rows_and_is_written(project, add_run):
    first, second = add_run("first"), add_run("second")
    elsewhere = add_run("elsewhere", Instruction(data=Data(side_px=16), seed=9))
    embedder = FakeEmbedder()
    for run in (elsewhere, first, second):
        report_on(project, run, JobContext(), embedder)
    assert embedder.trained_runs == ["elsewhere", "first", "second"]  # each once
    report = report_from_json(second.report_file.read_text())
    # The run with another seed was judged by other pairs.
    assert [row.name for row in report.rows][2:] == ["second", "first"]
    assert "first" in second.report_file.with_suffix(".html").read_text()


def test_a_renamed_run_has_its_new_name_in_its_report(project, add_run):
    first = add_run("first")
    report_on(project, first, JobContext(), FakeEmbedder())

    renamed = rename_with_report(first, "ours")

    report = report_from_json(renamed.report_file.read_text("utf-8"))
    assert [row.name for row in report.rows] == ["colour histogram", "random conv_bn", "ours"]
    assert "first" not in renamed.report_file.with_suffix(".html").read_text("utf-8")
    other = report_on(project, add_run("second"), JobContext(), FakeEmbedder())
    assert [row.name for row in other.rows][-2:] == ["second", "ours"]


def test_judging_is_cancelled_between_rows(project, add_run):
    with pytest.raises(Cancelled):
        evaluate_runs(
            project,
            [add_run("a")],
            Split.TEST,
            JobContext(is_cancelled=lambda: True),
            embedder=FakeEmbedder(),
        )


@pytest.fixture
def evaluate(project, monkeypatch, capsys):
    monkeypatch.setattr(evaluate_module, "KerasEmbedder", FakeEmbedder)

    def evaluate(*arguments, as_json=True):
        arguments = ["--project", str(project.root), *map(str, arguments)]
        code = run_verb(VERBS, ["evaluate", *arguments, *(["--json"] if as_json else [])])
        out = capsys.readouterr().out
        return code, json.loads(out) if as_json else out

    return evaluate


def test_the_verb_judges_all_finished_runs_and_writes_the_table(evaluate, add_run, project):
    add_run("a")
    change_facts(add_run("b").facts_file, state=RunState.STOPPED)
    code, told = evaluate()
    assert code == 0
    assert [row["name"] for row in told["rows"]] == ["colour histogram", "random conv_bn", "a"]
    share, low, high = told["rows"][2]["top"]["10"]
    assert low <= share <= high
    written = report_from_json((project.root / "evaluation-test.json").read_text())
    assert len(written.rows) == 3
    assert (project.root / "evaluation-test.html").exists()


def test_the_verb_judges_the_runs_that_were_named(evaluate, add_run, tmp_path):
    add_run("a")
    change_facts(add_run("b").facts_file, state=RunState.STOPPED)
    out = tmp_path / "table.json"
    code, told = evaluate("--run", "b", "--split", "validation", "--out", out, as_json=False)
    assert code == 0
    assert "Validation: 3 pairs" in told
    assert "95 % intervals" in told
    assert out.exists()
    assert evaluate("--run", "nobody")[0] == 1


def test_a_table_that_cannot_be_written_is_refused_before_anything_is_judged(
    evaluate, add_run, tmp_path, monkeypatch
):
    add_run("a")
    monkeypatch.setattr(evaluate_verb, "evaluate_runs", None)
    for file, why in (("missing/table.json", "cannot be written"), ("x.html", "is for the JSON")):
        code, told = evaluate("--out", tmp_path / file)
        assert code == 1
        assert why in told["error"]["message"]
