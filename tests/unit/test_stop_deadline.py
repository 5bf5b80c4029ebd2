"""Stopping amid what cannot be interrupted; fakes stand for long steps, and nobody waits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from made_items import make_project

from core.errors import UserError
from core.jobs import stop_deadline
from core.jobs.context import Cancelled
from core.jobs.stop_deadline import StopDeadline
from core.training.instruction import Data, Instruction
from core.training.launching import request_stop, working_on
from core.training.run_events import Ended, Started, Told
from core.training.run_facts import read_facts
from core.training.runs import RunState, create_run, read_events, read_state
from core.training.train_run import train_run

sys.path.append(str(Path(__file__).parents[1] / "fakes"))
from fake_embedder import FakeEmbedder

FAKES = Path(__file__).parents[1] / "fakes"
SMALL = Instruction(data=Data(side_px=16))


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Nothing is waited for."""
    monkeypatch.setattr(stop_deadline, "SAVING_AFTER_S", 0.0)
    monkeypatch.setattr(stop_deadline, "LEAVING_AFTER_S", 0.0)


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


class Left:
    """Stands for the end of the process: remembers how all was then, and lets the work go on."""

    def __init__(self, look=lambda: None):
        self.happened = threading.Event()
        self.found = None
        self.given = None
        self._look = look

    def __call__(self, given):
        self.given, self.found = given, self._look()
        self.happened.set()

    def awaited(self):
        assert self.happened.wait(60)


@dataclass(frozen=True)
class Fitted:
    stopped: bool = False
    reason: str = "all epochs are done"


def test_work_that_ends_is_never_left():
    left = Left()
    asked = threading.Event()
    with StopDeadline(lambda: asked.set() or False, left):
        assert asked.wait(60)
    assert not left.happened.is_set()


def test_work_that_was_not_asked_to_stop_may_take_as_long_as_it_likes():
    left = Left()
    asked = threading.Semaphore(0)
    with StopDeadline(lambda: asked.release() or False, left):
        assert asked.acquire(timeout=60) and asked.acquire(timeout=60)
    assert not left.happened.is_set()


def test_work_that_is_stuck_is_left_with_what_it_kept_last():
    left = Left()
    with StopDeadline(lambda: True, left) as deadline:
        deadline.keep(None)
        left.awaited()
    assert left.given is None

    left, stop, save = Left(), threading.Event(), lambda: None
    with StopDeadline(stop.is_set, left) as deadline:
        deadline.keep(lambda: pytest.fail("not the last"))
        deadline.keep(save)
        stop.set()
        left.awaited()
    assert left.given is save


def test_nothing_is_left_amid_telling():
    left, stop = Left(), threading.Event()
    with StopDeadline(stop.is_set, left) as deadline:
        with deadline.telling:
            stop.set()
            assert not left.happened.wait(0.3)
        left.awaited()


def test_who_may_not_end_the_process_waits_for_the_work():
    asked = []
    with StopDeadline(lambda: asked.append(1) or True, None):
        assert not [thread for thread in threading.enumerate() if thread.name == "stop-deadline"]
    assert not asked


class StuckFit:
    """Takes a step that is over when the process should have been long gone."""

    def __init__(self, run, left, save):
        self.run, self.left, self.save = run, left, save

    def __call__(self, instruction, dataset, pack, folder, tell, should_stop, keep):
        tell(Started(1.0, "a fake", "torch", 1, 4, 8, 9))
        keep(self.save)
        request_stop(self.run)
        self.left.awaited()
        raise Cancelled


def stuck(project, save):
    """A run that is stopped amid a step; what was there when its process had been ended."""
    run = create_run(project, SMALL, "one")

    def look():
        facts, events = read_facts(run.facts_file), read_events(run)[0]
        return facts, events, run.worker_file.exists(), run.stop_file.exists()

    left = Left(look)
    fit = StuckFit(run, left, save)
    train_run(project, run, should_stop=lambda: False, fit=fit, leave=left)
    return left


def test_a_run_that_is_stuck_is_stopped_with_its_last_step_written_down(project):
    written = []
    left = stuck(project, lambda: written.append("last step"))
    facts, events, has_worker, has_stop = left.found
    assert written == ["last step"]
    assert left.given is RunState.STOPPED
    assert (facts.state, facts.reason) == (RunState.STOPPED, "stopped as asked")
    assert isinstance(events[-1], Ended)
    assert (has_worker, has_stop) == (False, False)


def test_a_stuck_run_whose_last_step_cannot_be_written_has_failed(project):
    def full():
        raise UserError("The disk is full", remedy="Make room.")

    left = stuck(project, full)
    facts, _events, has_worker, _has_stop = left.found
    assert (left.given, facts.state, has_worker) == (RunState.FAILED, RunState.FAILED, False)
    assert "Make room." in facts.reason


def test_a_run_that_is_stopped_amid_its_judging_is_finished(project):
    run = create_run(project, SMALL, "one")
    left = Left(lambda: (read_facts(run.facts_file), read_events(run)[0]))

    def fit(_instruction, _dataset, _pack, folder, *_rest):
        (folder / "model.keras").write_bytes(b"weights")
        return Fitted()

    class Stuck(FakeEmbedder):
        def trained(self, *_arguments):
            request_stop(run)
            left.awaited()
            raise Cancelled

    train_run(project, run, should_stop=lambda: False, fit=fit, embedder=Stuck(), leave=left)
    facts, events = left.found
    assert (facts.state, facts.reason) == (RunState.FINISHED, "all epochs are done")
    assert any(isinstance(each, Told) and "evaluate it later" in each.message for each in events)


def test_a_worker_amid_a_long_step_hears_a_signal_and_leaves(project):
    run = create_run(project, SMALL, "one")
    arguments = ["train", "--project", str(project.root), "--run", "one", "--worker"]
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, str(FAKES / "stuck_trainer.py"), *arguments],
        env=os.environ | {"PYTHONPATH": root},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout.readline() == "stuck\n"
            process.send_signal(signal.SIGTERM)
            _said, words = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130, words
    assert '--run "one"' in words
    assert (run.folder / "last step").read_text() == "kept"
    assert read_state(run) is RunState.STOPPED
    with working_on(run):  # nobody holds its lock
        pass
