"""A small run with a real network, from the command line: trained, judged, embedded, resumed."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import threading

import pytest
from made_items import make_project

import main
from core.commands.frame import run_verb
from core.embedding.index import read_index
from core.embedding.model_hash import model_hash_of
from core.training.instruction_files import parse_instruction
from core.training.launching import request_stop
from core.training.run_events import EpochEnded, SheetDrawn, Started
from core.training.run_facts import read_facts
from core.training.runs import RunState, create_run, find_run, read_events, read_state
from core.training.train_run import train_run

pytestmark = [
    pytest.mark.slow,
    # Keras converts TensorFlow variables in a way that NumPy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

SMALL = {
    "data": {"side_px": 32},
    "sampler": {"items": 4, "photos": 2},
    "model": {"name": "conv_bn", "embedding_size": 4, "filters": [4, 8], "dense": [8]},
    "fitting": {"epochs": 3, "steps_per_epoch": 3},
}

OF_THE_CLOCK = ("images_per_s", "wait_share", "seconds")


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


@pytest.fixture
def call(project, capsys):
    def call(verb, *arguments):
        project_arguments = ["--project", str(project.root), "--json"]
        code = run_verb(main.VERBS, [verb, *project_arguments, *map(str, arguments)])
        return code, json.loads(capsys.readouterr().out)

    return call


def figures_of(run):
    with run.metrics_file.open(newline="") as file:
        return [
            tuple(row[name] for name in ("epoch", "step", "loss", "top_1", "top_10"))
            for row in csv.DictReader(file)
            if row["kind"] != "step"
        ]


def all_figures_of(run):
    """All rows of its metrics as text, without what depends on the clock."""
    with run.metrics_file.open(newline="") as file:
        return [
            {name: text for name, text in row.items() if name not in OF_THE_CLOCK}
            for row in csv.DictReader(file)
        ]


def test_a_run_is_trained_judged_and_its_catalogue_embedded(call, project, tmp_path):
    file = tmp_path / "small.json"
    file.write_text(json.dumps(SMALL))
    code, told = call("train", "--file", file, "--name", "small")
    assert (code, told["state"], told["epochs"]) == (0, "finished", 3)
    run = find_run(project, "small")
    sheets = [event.path for event in read_events(run)[0] if isinstance(event, SheetDrawn)]
    assert len(sheets) == 3
    assert all((run.folder / sheet).is_file() for sheet in sheets)
    assert list(run.tensorboard.glob("events*"))
    assert run.report_file.with_suffix(".html").exists()
    names = [row["name"] for row in call("evaluate", "--run", "small")[1]["rows"]]
    assert names == ["colour histogram", "random conv_bn", "small"]
    assert call("embed", "--run", "small")[1]["result"]["photos"] == 30
    index = read_index(run.index_file, model_hash_of(run.model_file))
    assert index.vectors.shape == (30, 4)


def test_a_stopped_run_goes_on_to_the_same_figures(project):
    instruction = parse_instruction(json.dumps(SMALL))
    whole = create_run(project, instruction, "whole")
    train_run(project, whole, should_stop=lambda: False)
    stopped = create_run(project, instruction, "stopped")

    def stop_after_the_first(event):
        if isinstance(event, EpochEnded) and event.epoch == 1:
            request_stop(stopped)

    state = train_run(project, stopped, should_stop=lambda: False, on_event=stop_after_the_first)
    assert state is RunState.STOPPED
    assert 3 <= read_facts(stopped.facts_file).steps_done < 9
    assert train_run(project, stopped, should_stop=lambda: False) is RunState.FINISHED
    assert figures_of(stopped) == figures_of(whole)


def test_the_same_folder_trained_again_elsewhere_gives_the_same_figures(project):
    first, again = (
        create_run(project, parse_instruction(json.dumps(SMALL)), name)
        for name in ("first", "again")
    )
    train_run(project, first, should_stop=lambda: False)
    for file in (first.instruction_file, first.split_file):
        shutil.copy(file, again.folder)
    arguments = ["train", "--project", str(project.root), "--run", "again"]
    subprocess.run([sys.executable, main.__file__, *arguments], capture_output=True, check=True)

    figures = all_figures_of(first)
    assert len(figures) == 9 + 3 + 3  # steps, epochs, evaluations
    assert all_figures_of(again) == figures
    rows = [json.loads(run.report_file.read_text())["rows"][-1] for run in (first, again)]
    assert rows[0]["top"] == rows[1]["top"]


@pytest.mark.parametrize("stuck_at", [1, 5])
def test_a_run_left_amid_a_step_goes_on_to_the_same_figures(project, monkeypatch, stuck_at):
    from core.jobs import stop_deadline
    from core.training.fitting import epochs, learning

    monkeypatch.setattr(epochs, "LONG_STEP_S", 0.0)
    monkeypatch.setattr(stop_deadline, "SAVING_AFTER_S", 0.0)
    monkeypatch.setattr(stop_deadline, "LEAVING_AFTER_S", 0.0)
    instruction = parse_instruction(json.dumps(SMALL))
    whole = create_run(project, instruction, "whole")
    train_run(project, whole, should_stop=lambda: False)

    stuck = create_run(project, instruction, "stuck")
    left = threading.Event()
    make_step = learning.make_step

    def make_stuck_step(*arguments):
        step = make_step(*arguments)
        calls = iter(range(1, 100))

        class Stuck:
            synchronise = staticmethod(step.synchronise)

            def __call__(self, *batch):
                loss = step(*batch)
                if next(calls) == stuck_at:  # its weights have changed already
                    request_stop(stuck)
                    assert left.wait(60)
                return loss

        return Stuck()

    def leave(_state):
        """Keeps the folder as it would be after the process's end."""
        shutil.copytree(stuck.folder, project.runs / "left")
        left.set()

    monkeypatch.setattr(learning, "make_step", make_stuck_step)
    train_run(project, stuck, should_stop=lambda: False, leave=leave)
    monkeypatch.setattr(learning, "make_step", make_step)

    run = find_run(project, "left")
    assert read_state(run) is RunState.STOPPED
    assert run.model_file.exists() == (stuck_at > 3)  # with the best of an epoch
    assert train_run(project, run, should_stop=lambda: False) is RunState.FINISHED
    assert all_figures_of(run) == all_figures_of(whole)
    started = [event for event in read_events(run)[0] if isinstance(event, Started)]
    assert started[-1].from_step == stuck_at - 1


def test_a_broken_checkpoint_fails_the_run_with_the_remedy(call, project):
    run = create_run(project, parse_instruction(json.dumps(SMALL)), "small")
    run.checkpoints.mkdir()
    (run.checkpoints / "last.npz").write_bytes(b"PK\x03\x04 half a checkpoint")
    code, told = call("train", "--run", "small")
    assert code == 1
    assert "checkpoint cannot be used" in told["error"]["message"]
    assert "Delete it" in told["error"]["remedy"]
    assert read_state(run) is RunState.FAILED


def test_a_broken_network_is_told_with_the_remedy(call, project):
    run = create_run(project, parse_instruction(json.dumps(SMALL)), "small")
    run.model_file.write_bytes(b"no network")
    for verb in ("embed", "evaluate"):
        code, told = call(verb, "--run", "small")
        assert code == 1
        assert "cannot be loaded" in told["error"]["message"]
        assert "train it again" in told["error"]["remedy"]
