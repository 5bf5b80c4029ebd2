"""A run's worker from data to network, with fitting faked; and the `train` verb around it."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from made_items import make_project

from core.commands.frame import run_verb
from core.commands.train import Trained
from core.errors import UserError
from core.training import train_run as train_run_module
from core.training.fitting import backend
from core.training.instruction import Data, Instruction, Transfer
from core.training.launching import request_stop
from core.training.run_events import Ended, EpochEnded, Evaluated, Prepared, Started, Told
from core.training.run_facts import read_facts
from core.training.runs import (
    RunState,
    create_run,
    find_run,
    read_events,
    read_instruction,
    read_record,
    read_state,
)
from core.training.train_run import train_run
from main import VERBS

sys.path.append(str(Path(__file__).parents[1] / "fakes"))
from fake_embedder import FakeEmbedder

SMALL = Instruction(data=Data(side_px=16))


@dataclass(frozen=True)
class Fitted:
    stopped: bool = False
    reason: str = "all epochs are done"


class FakeFit:
    """Tells of one epoch and leaves a network; or fails, or waits to be stopped."""

    def __init__(self, error=None, stopped_by=None):
        self.error = error
        self.stopped_by = stopped_by

    def __call__(self, instruction, dataset, pack, folder, tell, should_stop, keep):
        self.packed = pack.rows_of(dataset.photos)
        self.dataset = dataset
        tell(Started(time.time(), "a fake", "torch", 1, 4, 8, len(dataset.photos)))
        if self.error is not None:
            raise self.error
        if self.stopped_by is not None:
            assert not should_stop()
            self.stopped_by()
            assert should_stop()
            return Fitted(stopped=True, reason="stopped as asked")
        tell(EpochEnded(1, 4, 0.5, 1.0))
        tell(Evaluated(1, 4, {1: 0.5, 5: 0.6, 10: 0.7}, {1: 0.1, 5: 0.2, 10: 0.3}, time.time()))
        (folder / "model.keras").write_bytes(b"weights")
        return Fitted()


def never():
    return False


def work(project, run, fit, should_stop=never):
    return train_run(project, run, should_stop=should_stop, fit=fit, embedder=FakeEmbedder())


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


@pytest.fixture
def fake_fit(monkeypatch):
    """Lets the train verb fit with a fake."""
    fake = FakeFit()
    monkeypatch.setattr(train_run_module, "_fit_with_keras", fake)
    monkeypatch.setattr(train_run_module, "KerasEmbedder", FakeEmbedder)
    return fake


@pytest.fixture
def train(project, capsys):
    """Runs the verb; its exit code, its result as JSON and what it told people."""

    def train(*arguments):
        project_arguments = ["--project", str(project.root), "--json"]
        code = run_verb(VERBS, ["train", *project_arguments, *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return train


def test_a_run_is_trained_and_all_of_it_is_in_its_folder(project):
    run = create_run(project, SMALL, "one")
    fit = FakeFit()
    assert work(project, run, fit) is RunState.FINISHED
    record = read_record(run)
    assert (record.state, record.best_top[1], record.has_model) == (RunState.FINISHED, 0.5, True)
    facts = read_facts(run.facts_file)
    assert facts.fingerprint == fit.dataset.fingerprint
    assert {"python", "numpy", "keras"} <= set(facts.versions)
    events = read_events(run)[0]
    assert isinstance(events[-1], Ended)
    assert any(isinstance(event, Prepared) for event in events)
    assert (fit.packed >= 0).all()
    assert run.metrics_file.exists()
    assert "one" in {row["name"] for row in json.loads(run.report_file.read_text())["rows"]}
    assert run.report_file.with_suffix(".html").exists()
    assert not run.worker_file.exists()


def test_an_empty_queue_is_said_to_be_so():
    assert "No run waits" in str(Trained(None, "", "queue empty"))
    assert "trained 2: a, b" in str(Trained(None, "", "queue empty", trained=("a", "b")))


def test_a_run_whose_worker_was_killed_before_it_heard_the_stop_goes_on(project, fake_fit, train):
    run = create_run(project, SMALL, "one")
    request_stop(run)
    assert train("--run", "one")[0] == 0
    assert read_state(run) is RunState.FINISHED


@pytest.mark.parametrize(
    ("instruction", "message", "remedy"),
    [
        (Instruction(backend="jax"), "not installed", "pip install jax"),
        (Instruction(model=Transfer(weights="/gone.h5")), "no such weights file", "Correct"),
    ],
)
def test_what_this_machine_cannot_train_is_refused_before_photos_are_packed(
    project, monkeypatch, instruction, message, remedy
):
    monkeypatch.setattr(backend, "installed_backends", lambda: ("tensorflow", "torch"))
    run = create_run(project, instruction, "one")
    with pytest.raises(UserError, match=message) as error:
        train_run(project, run, should_stop=never, embedder=FakeEmbedder())
    assert remedy in error.value.remedy
    assert read_record(run).state is RunState.FAILED
    assert not any(isinstance(event, Prepared) for event in read_events(run)[0])
    assert not list(project.packs.glob("**/*"))


def test_what_is_wrong_with_the_data_is_told_once(project):
    run = create_run(project, SMALL, "one")
    with pytest.raises(UserError):
        work(project, run, FakeFit(UserError("The checkpoint is broken", remedy="Delete it.")))
    work(project, run, FakeFit())
    told = [event for event in read_events(run)[0] if isinstance(event, Told)]
    few = [event for event in told if "Too few pairs" in event.message]
    assert [event.level for event in few] == ["warning"]


def test_a_finished_run_is_not_trained_again(project):
    run = create_run(project, SMALL, "one")
    work(project, run, FakeFit())
    before = run.model_file.read_bytes(), run.events_file.read_bytes()
    with pytest.raises(UserError, match="never overwritten"):
        work(project, run, FakeFit())
    assert before == (run.model_file.read_bytes(), run.events_file.read_bytes())
    assert read_state(run) is RunState.FINISHED


def test_a_stopped_run_goes_on_with_the_photos_it_began_with(project):
    run = create_run(project, SMALL, "one")
    first, second = FakeFit(stopped_by=lambda: request_stop(run)), FakeFit()
    assert work(project, run, first) is RunState.STOPPED
    assert not run.stop_file.exists()
    (project.root.parent / "scrape/item_000/0.jpg").unlink()
    assert work(project, run, second) is RunState.FINISHED
    assert second.dataset.fingerprint == first.dataset.fingerprint


def test_photos_that_cannot_be_read_are_told_of_and_left_out(project):
    (project.root.parent / "scrape/item_007/1.jpg").write_bytes(b"<html>")
    run = create_run(project, SMALL, "one")
    fit = FakeFit()
    work(project, run, fit)
    assert (fit.packed < 0).sum() == 1
    told = [event for event in read_events(run)[0] if isinstance(event, Told)]
    assert any("cannot be read: 1 of 30 photos" in event.message for event in told)
    assert told[0].level == "warning"


@pytest.mark.parametrize(
    ("pairs", "threes", "message", "remedy"),
    [
        (0, 6, "too few pairs", "two photos"),
        (6, 0, "too few items to train on", "three photos"),
        (1, 0, "only one item", "import more"),
        (0, 0, "no items", "Import a scrape"),
    ],
)
def test_too_little_to_train_on_fails_the_run_with_the_remedy(
    tmp_path, pairs, threes, message, remedy
):
    project = make_project(tmp_path, pairs=pairs, threes=threes)
    run = create_run(project, SMALL, "one")
    with pytest.raises(UserError, match=message) as error:
        work(project, run, FakeFit())
    assert remedy in error.value.remedy
    record = read_record(run)
    assert record.state is RunState.FAILED
    assert message in record.reason


def test_missing_photos_fail_the_run_with_the_remedy(project):
    (project.root.parent / "scrape").rename(project.root.parent / "elsewhere")
    run = create_run(project, SMALL, "one")
    with pytest.raises(UserError, match="No longer there: 30 of 30 photos") as error:
        work(project, run, FakeFit())
    assert "Connect the disk" in error.value.remedy


def test_a_run_that_cannot_be_judged_is_finished_all_the_same(project):
    class Broken(FakeEmbedder):
        def trained(self, *_arguments):
            raise UserError("The model cannot be loaded", remedy="Train it again.")

    run = create_run(project, SMALL, "one")
    state = train_run(project, run, should_stop=never, fit=FakeFit(), embedder=Broken())
    assert state is RunState.FINISHED
    told = [event.message for event in read_events(run)[0] if isinstance(event, Told)]
    assert "not judged by the test pairs" in told[-1]
    assert not run.report_file.exists()


def test_an_error_of_the_users_fails_the_run_and_it_can_go_on(project):
    run = create_run(project, SMALL, "one")
    broken = UserError("The checkpoint cannot be used", remedy="Delete it.")
    with pytest.raises(UserError):
        work(project, run, FakeFit(broken))
    assert read_record(run).state is RunState.FAILED
    assert "Delete it." in read_record(run).reason
    assert work(project, run, FakeFit()) is RunState.FINISHED


def test_a_bug_fails_the_run_and_is_raised(project):
    run = create_run(project, SMALL, "one")
    with pytest.raises(ZeroDivisionError):
        train_run(
            project,
            run,
            should_stop=never,
            embedder=FakeEmbedder(),
            fit=FakeFit(ZeroDivisionError("oh")),
        )
    assert "A bug in Pickglass: ZeroDivisionError: oh" in read_record(run).reason


def test_a_full_disk_while_packing_is_told_with_the_remedy(project, monkeypatch):
    def full(*_arguments, **_more):
        raise UserError("The disk is full", remedy="Make room")

    monkeypatch.setattr(train_run_module, "build_pack", full)
    run = create_run(project, SMALL, "one")
    with pytest.raises(UserError, match="The disk is full"):
        work(project, run, FakeFit())
    assert "Make room" in read_record(run).reason


def test_training_is_stopped_while_it_still_prepares(project):
    run = create_run(project, SMALL, "one")
    assert work(project, run, FakeFit(), should_stop=lambda: True) is RunState.STOPPED
    assert read_state(run) is RunState.STOPPED


def test_the_verb_trains_a_preset_and_shows_how_it_goes(train, project, fake_fit):
    code, told, err = train("--preset", "demo", "--name", "first", "--set", "data.side_px=16")
    assert code == 0
    assert (told["state"], told["epochs"], told["top"]["1"]) == ("finished", 1, 0.5)
    assert "On a fake (torch)" in err
    assert "After epoch 1: Top-1/5/10 50 / 60 / 70 %; colours alone: Top-1/5/10 10 / 20" in err
    assert "Epoch 1 of 1: 4 of 4 done" in err
    assert read_instruction(find_run(project, "first")).data.side_px == 16
    assert train("--run", "first")[0] == 1


def test_ctrl_c_stops_and_resume_goes_on(train, project, fake_fit):
    fake_fit.stopped_by = lambda: os.kill(os.getpid(), signal.SIGINT)
    code, _told, err = train("--preset", "demo", "--set", "data.side_px=16")
    assert code == 130
    run = find_run(project, "conv_bn supervised_contrastive")
    assert read_state(run) is RunState.STOPPED
    assert f'train --project "{project.root}" --run "{run.name}"\n' in err
    fake_fit.stopped_by = None
    assert train("--resume")[1]["state"] == "finished"
    code, told, _err = train("--resume")
    assert code == 1
    assert "no run to go on with" in told["error"]["message"]


def test_a_terminated_worker_stops_and_keeps_what_it_has(train, project, fake_fit):
    create_run(project, SMALL, "one")
    fake_fit.stopped_by = lambda: os.kill(os.getpid(), signal.SIGTERM)
    code, _told, _err = train("--run", "one", "--worker")
    assert code == 130
    assert read_state(find_run(project, "one")) is RunState.STOPPED


def test_a_run_can_be_queued_for_later(train, project):
    assert train("--preset", "demo", "--name", "later", "--later")[1]["state"] == "queued"


@pytest.mark.parametrize("arguments", [[], ["--preset", "ours", "--run", "x"]])
def test_the_verb_wants_to_know_what_to_train(train, arguments):
    code, told, _err = train(*arguments)
    assert code == 1
    assert "--preset" in told["error"]["remedy"]


def test_a_teams_file_is_trained_and_what_became_of_it_told(train, project, fake_fit, tmp_path):
    theirs = tmp_path / "theirs.json"
    model = {"factory": "x.MobileNetV2TripletModelFactory", "kwargs": {"input_shape": "(16,16,3)"}}
    theirs.write_text(json.dumps({"model": model, "cleanup_cmd": "rm"}))
    code, _told, err = train("--file", theirs)
    assert code == 0
    assert "commands in files are never run" in err
