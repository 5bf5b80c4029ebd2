"""The verbs around runs and instructions, as they are run without a window."""

from __future__ import annotations

import json

import pytest

from core.commands.frame import run_verb
from core.training.instruction import ConvBn, Fitting, Instruction, SimpleConv
from core.training.run_facts import change_facts
from core.training.runs import RunState, create_run, list_runs, read_note
from core.training.worker_file import worker_of, write_worker
from main import VERBS


@pytest.fixture
def call(capsys):
    """Calls a verb; its exit code, its result as JSON, and what it told people."""

    def call(*arguments):
        code = run_verb(VERBS, [*map(str, arguments), "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out), err

    return call


@pytest.fixture
def on_runs(call, project):
    return lambda *arguments: call("runs", "--project", project.root, *arguments)


def test_runs_are_listed_with_their_best_figures(on_runs, project, capsys):
    run = create_run(project, Instruction(model=SimpleConv()), "first")
    change_facts(run.facts_file, best_top={1: 0.25, 5: 0.5, 10: 0.755}, epochs_done=7)
    create_run(project, Instruction(), "second", queued=True)
    _code, told, _err = on_runs()
    assert [(row["name"], row["state"]) for row in told["runs"]] == [
        ("first", "stopped"),
        ("second", "queued"),
    ]
    run_verb(VERBS, ["runs", "--project", str(project.root)])
    table = capsys.readouterr().out.splitlines()
    assert table[1].split() == "first stopped simple_conv semi_hard_triplet 7 25 / 50 / 76".split()


def test_a_run_is_noted_renamed_queued_and_thrown_away(on_runs, project):
    run = create_run(project, Instruction(), "first")
    on_runs("--run", "first", "--note", "good")
    assert read_note(run) == "good"
    on_runs("--run", "first", "--queue")
    assert on_runs()[1]["runs"][0]["state"] == "queued"
    on_runs("--run", "first", "--unqueue")
    on_runs("--run", "first", "--rename", "best")
    code, told, _err = on_runs("--run", "best", "--trash")
    assert code == 0
    assert ".trash" in told["done"]
    assert list_runs(project) == ()


def test_two_instructions_are_compared(on_runs, project):
    create_run(project, Instruction(seed=1), "a")
    other = Instruction(seed=2, model=ConvBn(dense=(8,)), fitting=Fitting(patience=3))
    create_run(project, other, "b")
    assert on_runs("--run", "a", "--diff", "b")[1]["differences"] == [
        ["seed", "1", "2"],
        ["model.dense", "[256]", "[8]"],
        ["fitting.patience", "–", "3"],
    ]


def test_stopping_asks_a_worker_and_refuses_where_there_is_none(on_runs, project):
    run = create_run(project, Instruction(), "a")
    code, told, _err = on_runs("--run", "a", "--stop")
    assert code == 1
    assert "not at work" in told["error"]["message"]
    write_worker(run.worker_file, worker_of())
    assert on_runs("--run", "a", "--stop")[0] == 0
    assert run.stop_file.exists()
    assert on_runs("--run", "a", "--trash")[0] == 1


def test_why_a_run_failed_or_died_is_told(on_runs, project):
    failed = create_run(project, Instruction(), "a")
    change_facts(failed.facts_file, state=RunState.FAILED, reason="There are no pairs")
    dead = create_run(project, Instruction(), "b")
    change_facts(dead.facts_file, state=RunState.RUNNING)
    dead.log_file.write_text("Segmentation fault\n")
    rows = on_runs()[1]["runs"]
    assert [row["state"] for row in rows] == ["failed", "dead"]
    assert rows[0]["why"] == "There are no pairs"


def test_presets_are_listed_with_what_they_are_for(call):
    _code, told, _err = call("instruction")
    assert {"ours", "original", "demo", "vae"} <= set(told["presets"])
    assert call("instruction", "--schema")[1]["schema"]["title"] == "Instruction"


def test_an_instruction_is_explained_with_values_on_top(call, tmp_path):
    saved = tmp_path / "mine.json"
    settings = ["--set", "loss.margin=0.1", "--set", "model.name=vgg16", "--set", "data.fit=crop"]
    _code, told, _err = call("instruction", "--preset", "original", *settings, "--save", saved)
    assert told["instruction"]["model"]["name"] == "vgg16"
    assert told["changed"]["loss.margin"] == 0.1
    assert told["changed"]["sampler.method"] == "one_item"
    again = call("instruction", "--file", saved)[1]
    assert again["instruction"] == told["instruction"]
    assert call("instruction", "--preset", "ours", "--save", saved)[0] == 1
    nowhere = tmp_path / "missing" / "mine.json"
    code, told, _err = call("instruction", "--preset", "ours", "--save", nowhere)
    assert (code, told["error"]["path"]) == (1, str(nowhere))


def test_a_value_that_is_set_stays_whatever_network_is_named_after_it(call):
    settings = ["--set", "model.embedding_size=64", "--set", "model.name=conv_bn"]
    told = call("instruction", "--preset", "original", *settings)[1]
    model = told["instruction"]["model"]
    assert (model["name"], model["embedding_size"]) == ("conv_bn", 64)


def test_a_teams_file_is_explained_with_what_became_of_it(call, tmp_path):
    theirs = tmp_path / "theirs.json"
    theirs.write_text(json.dumps({"model": {"factory": "a.MobileNetV2TripletModelFactory"}}))
    _code, told, _err = call("instruction", "--file", theirs)
    assert told["instruction"]["model"]["name"] == "mobilenet_v2"
    assert "model.factory = MobileNetV2TripletModelFactory → model.name" in told["notes"]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("fitting.epoch=3", "“fitting.epoch”, which is not known"),
        ("seed", "sets nothing"),
        ("seed=many", "“seed” cannot be"),
    ],
)
def test_values_that_cannot_be_set_are_refused(call, setting, message):
    code, told, _err = call("instruction", "--set", setting)
    assert code == 1
    assert message in told["error"]["message"]
