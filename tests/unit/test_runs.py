"""Runs as folders: made, listed, named, queued, and trained by processes that may die."""

from __future__ import annotations

import json
import time

import pytest

from core.errors import UserError
from core.training.instruction import Fitting, Instruction, SimpleConv
from core.training.instruction_values import diff_instructions
from core.training.launching import (
    is_alive,
    kill,
    last_words,
    next_queued,
    request_stop,
    start,
    working_on,
)
from core.training.run_changes import queue_run, rename_run, stop_run, trash_run, write_note
from core.training.run_facts import change_facts, read_facts
from core.training.run_names import free_name
from core.training.runs import (
    RunState,
    create_run,
    find_run,
    list_runs,
    read_instruction,
    read_note,
    read_record,
    read_state,
)
from core.training.worker_file import Worker, is_any_at_work, worker_of, write_worker


def wait_until(condition, most_s=60):
    end = time.monotonic() + most_s
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


def test_a_run_holds_its_whole_instruction_and_stands_still(project):
    instruction = Instruction(seed=3, model=SimpleConv(dense=(64,)))
    run = create_run(project, instruction, "first")
    assert read_instruction(run) == instruction
    assert '"learning_rate": 0.001' in run.instruction_file.read_text()
    record = read_record(run)
    assert (record.name, record.state, record.best_top) == ("first", RunState.STOPPED, None)
    assert not record.has_model
    assert list_runs(project) == (run,)
    assert find_run(project, "first") == run


def test_runs_without_a_name_are_called_after_what_they_do(project):
    names = [create_run(project, Instruction()).name for _ in range(2)]
    assert names == ["conv_bn semi_hard_triplet", "conv_bn semi_hard_triplet 2"]


@pytest.mark.parametrize("name", ["", "a/b", "..", "nul", "COM1.x", "x ", "tab\t", "ü" * 41, "a:b"])
def test_names_that_some_file_system_refuses_are_refused(project, name):
    run = create_run(project, Instruction(), "fine")
    with pytest.raises(UserError, match="cannot be called") as refused:
        rename_run(run, name)
    assert "letters" in refused.value.remedy
    assert free_name(name, [])  # a name is made of anything
    create_run(project, Instruction(), free_name(name, []))


def test_a_taken_name_is_refused_whatever_its_case(project):
    create_run(project, Instruction(), "Dresses")
    with pytest.raises(UserError, match="never overwritten"):
        create_run(project, Instruction(), "dresses")


def test_a_folder_that_cannot_be_written_is_told_with_the_remedy(project):
    project.runs.write_text("a file in the way")
    with pytest.raises(UserError, match="cannot be written") as error:
        create_run(project, Instruction(), "one")
    assert "Make room" in error.value.remedy


def test_an_unknown_run_is_told_with_those_there_are(project):
    with pytest.raises(UserError) as missing:
        find_run(project, "first")
    assert "train" in missing.value.remedy
    create_run(project, Instruction(), "second")
    with pytest.raises(UserError) as missing:
        find_run(project, "first")
    assert "“second”" in missing.value.remedy


def test_a_run_is_noted_renamed_and_put_into_the_trash(project):
    run = create_run(project, Instruction(), "one")
    write_note(run, "bigger margin – worse")
    run = rename_run(run, "two")
    assert read_note(run) == "bigger margin – worse"
    assert trash_run(run) == project.runs / ".trash" / "two"
    assert list_runs(project) == ()
    assert trash_run(create_run(project, Instruction(), "two")).name == "two 2"


def test_broken_files_make_a_record_poor_but_stop_no_table(project):
    run = create_run(project, Instruction(), "one")
    run.instruction_file.write_text('{"sede": 1}')
    run.facts_file.write_text("{")
    record = read_record(run)
    assert (record.instruction, record.state) == (None, RunState.STOPPED)
    with pytest.raises(UserError, match="cannot be read"):
        read_instruction(run)


@pytest.mark.parametrize("damage", [{"created": None}, {"started": "soon"}, {"epochs_done": []}])
def test_a_run_whose_facts_are_of_the_wrong_kind_is_listed_with_the_others(project, damage):
    good, bad = (create_run(project, Instruction(), name) for name in ("good", "bad"))
    bad.facts_file.write_text(json.dumps(json.loads(bad.facts_file.read_text()) | damage))
    assert set(list_runs(project)) == {good, bad}
    assert isinstance(read_record(bad).created, float)
    assert (read_record(bad).started, read_record(bad).epochs_done) == (None, 0)


def test_the_queue_is_first_come_first_served(project):
    first = create_run(project, Instruction(), "b", queued=True)
    second = create_run(project, Instruction(), "a", queued=True)
    create_run(project, Instruction(), "not queued")
    assert next_queued(project) == first
    queue_run(first, time.time())
    assert next_queued(project) == second
    queue_run(second, None)
    assert (next_queued(project), read_state(second)) == (first, RunState.STOPPED)


def test_a_run_is_stopped_as_it_stands_now(project):
    waits, works, done = (create_run(project, Instruction(), n, queued=True) for n in "abc")
    write_worker(works.worker_file, worker_of())
    change_facts(done.facts_file, state=RunState.FINISHED)
    assert [stop_run(run) for run in (waits, works, done)] == [False, True, False]
    assert [run.stop_file.exists() for run in (waits, works, done)] == [False, True, False]
    assert next_queued(project) is None
    assert read_state(done) is RunState.FINISHED
    with pytest.raises(UserError, match="cannot be taken out of the queue"):
        queue_run(works, None)


def test_a_finished_run_is_neither_started_nor_queued_again(project, program):
    run = create_run(project, Instruction(), "done")
    change_facts(run.facts_file, state=RunState.FINISHED, best_top={1: 0.5})
    assert read_record(run).best_top == {1: 0.5}
    for again in (lambda: start(run, program("wait")), lambda: queue_run(run, 1.0)):
        with pytest.raises(UserError, match="never overwritten") as refused:
            again()
        assert "new run" in refused.value.remedy
    with pytest.raises(UserError, match="never overwritten"), working_on(run):
        pytest.fail("it was let in")


def test_a_worker_outlives_its_start_and_ends_when_asked(project, program):
    run = create_run(project, Instruction(), "one")
    start(run, program("wait"))
    assert read_state(run) is RunState.RUNNING  # from the very start
    wait_until(run.events_file.exists)
    assert is_alive(run)
    for refused in (lambda: start(run, program("wait")), lambda: trash_run(run)):
        with pytest.raises(UserError, match="at work"):
            refused()
    with pytest.raises(UserError, match="Another process"), working_on(run):
        pytest.fail("it was let in")
    request_stop(run)
    wait_until(lambda: not is_alive(run))
    assert read_state(run) is RunState.STOPPED
    assert not run.stop_file.exists()


def test_a_killed_worker_is_seen_to_be_dead_and_its_run_can_go_on(project, program):
    run = create_run(project, Instruction(), "one")
    start(run, program("wait"))
    wait_until(run.events_file.exists)
    kill(run)
    wait_until(lambda: read_state(run) is RunState.DEAD)
    assert last_words(run) == ""
    start(run, program("wait"))
    wait_until(lambda: read_facts(run.facts_file).state is RunState.RUNNING)
    request_stop(run)
    wait_until(lambda: read_state(run) is RunState.STOPPED)


@pytest.mark.parametrize(
    ("what", "words"), [("die", "RuntimeError: the bag burst"), ("vanish", "")]
)
def test_a_worker_that_dies_before_it_begins_is_dead_too(project, program, what, words):
    run = create_run(project, Instruction(), "one")
    run.log_file.write_text("words of an earlier life\n")
    start(run, program(what))
    wait_until(lambda: read_state(run) is RunState.DEAD)
    assert last_words(run).endswith(words) and bool(last_words(run)) is bool(words)
    assert "earlier" not in last_words(run)


def test_last_words_are_without_a_librarys_chatter(project):
    run = create_run(project, Instruction(), "one")
    run.log_file.write_text(
        "---- worker begins 2026-11-25 09:00:00\n"
        "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"
        "E0000 00:00:1795600813.069340   18130 cuda_platform.cc:52] failed call to cuInit\n"
        "F0000 00:00:1795600814.000000   18130 tensor.cc:1] Check failed: 1 == 2\n\nAborted\n"
    )
    words = last_words(run).splitlines()
    assert words[0].endswith("Check failed: 1 == 2")
    assert words[1:] == ["Aborted"]


def test_another_process_of_the_same_number_is_no_worker(project):
    run = create_run(project, Instruction(), "one")
    me = worker_of()
    assert not is_any_at_work(project)
    write_worker(run.worker_file, me)
    assert is_alive(run)
    assert is_any_at_work(project)
    write_worker(run.worker_file, Worker(me.pid, me.create_time - 1000))
    assert not is_alive(run)
    assert not is_any_at_work(project)
    assert read_state(run) is RunState.DEAD


def test_instructions_are_diffed_value_by_value():
    one = Instruction()
    other = Instruction(model=SimpleConv(), fitting=Fitting(epochs=5))
    rows = {name: (a, b) for name, a, b in diff_instructions(one, other)}
    assert rows["fitting.epochs"] == (30, 5)
    assert rows["model.name"] == ("conv_bn", "simple_conv")
    assert rows["model.batch_norm"] == (None, False)
    assert "seed" not in rows
    assert diff_instructions(one, one) == ()
