from __future__ import annotations

import pytest
from filelock import FileLock

from core.jobs.context import Cancelled, JobContext
from core.training.instruction import Instruction
from core.training.launching import is_alive, request_stop, start
from core.training.run_facts import change_facts, read_facts
from core.training.run_queue import train_queue
from core.training.runs import RunState, create_run, read_state


def test_queued_runs_are_trained_in_turn_and_others_left_alone(project, program):
    runs = [create_run(project, Instruction(), name, queued=True) for name in ("b", "a")]
    other = create_run(project, Instruction(), "c")
    assert train_queue(project, program("finish"), JobContext()) == ("b", "a")
    assert [read_state(run) for run in runs] == [RunState.FINISHED] * 2
    first, second = (read_facts(run.facts_file).started for run in runs)
    assert first < second
    assert read_state(other) is RunState.STOPPED


def test_a_run_that_dies_does_not_hold_up_the_queue(project, program):
    runs = [create_run(project, Instruction(), name, queued=True) for name in ("a", "b")]
    assert train_queue(project, program("die"), JobContext()) == ("a", "b")
    assert [read_state(run) for run in runs] == [RunState.DEAD] * 2


def test_a_run_that_cannot_be_started_fails_with_the_reason(project):
    run = create_run(project, Instruction(), "a", queued=True)
    assert train_queue(project, ["/no/such/python"], JobContext()) == ("a",)
    assert read_state(run) is RunState.FAILED
    assert "cannot be started" in read_facts(run.facts_file).reason


def test_a_run_at_work_is_waited_for(project, program):
    at_work = create_run(project, Instruction(), "a")
    queued = create_run(project, Instruction(), "b", queued=True)
    start(at_work, program("wait"))
    program("finish")
    waits = []

    def wait(seconds):
        assert read_state(queued) is RunState.QUEUED or not is_alive(at_work)
        waits.append(seconds)
        if at_work.events_file.exists():
            request_stop(at_work)

    assert train_queue(project, program("finish"), JobContext(), wait) == ("b",)
    assert waits
    assert read_state(at_work) is RunState.STOPPED


def test_a_cancelled_queue_stops_the_run_at_work_and_keeps_the_rest(project, program):
    first = create_run(project, Instruction(), "a", queued=True)
    second = create_run(project, Instruction(), "b", queued=True)
    with pytest.raises(Cancelled):
        train_queue(project, program("wait"), JobContext(is_cancelled=first.events_file.exists))
    assert first.stop_file.exists() or not is_alive(first)
    assert read_state(second) is RunState.QUEUED


def test_there_is_one_queue_a_project(project, program):
    run = create_run(project, Instruction(), "a", queued=True)
    change_facts(run.facts_file, queued_at=1.0)
    with FileLock(project.runs / ".queue.lock"):
        assert train_queue(project, program("finish"), JobContext()) == ()
    assert read_state(run) is RunState.QUEUED
