import os
import signal
import sys
from pathlib import Path

import pytest

from core.jobs.events import Finished
from core.project import create_project
from core.qt.job_runner import Job, JobRunner

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture
def runner(tmp_path, qapp, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", f"{TESTS.parent}{os.pathsep}{TESTS / 'fakes'}")
    code = (
        "import sys; from core.commands.frame import run_verb;"
        "sys.exit(run_verb({'count': 'counting_verb'}, sys.argv[1:]))"
    )
    project = create_project(tmp_path / "shop.pickglass")
    runner = JobRunner(project, (sys.executable, "-c", code), qapp)
    yield runner
    runner.shut_down()
    runner.deleteLater()


def count(to):
    return Job("count", f"Counting to {to}", ("--to", str(to)))


def recorded(runner):
    told = []
    runner.started.connect(lambda job: told.append(("started", job.title)))
    runner.finished.connect(lambda job, _: told.append(("finished", job.title)))
    runner.failed.connect(lambda job, error, words: told.append(("failed", job.title)))
    runner.stopped.connect(lambda job: told.append(("stopped", job.title)))
    return told


def test_a_job_reports_progress_and_its_result(runner, qtbot):
    job = count(3)
    progress = []
    runner.progressed.connect(lambda _, p: progress.append((p.stage, p.done, p.total)))

    with qtbot.waitSignal(runner.finished, timeout=60_000) as ended:
        runner.run(job)

    assert progress == [("Counting", 0, 3), ("Counting", 3, 3)]
    assert ended.args[0] is job
    assert isinstance(ended.args[1], Finished)
    assert ended.args[1].result["reached"] == 3


def test_jobs_of_a_chain_run_one_after_another(runner, qtbot):
    told = recorded(runner)

    with qtbot.waitSignal(runner.became_idle, timeout=60_000):
        runner.run(count(1), count(2))
        assert runner.current.title == "Counting to 1"
        assert [job.title for job in runner.waiting] == ["Counting to 2"]

    assert told == [
        ("started", "Counting to 1"),
        ("finished", "Counting to 1"),
        ("started", "Counting to 2"),
        ("finished", "Counting to 2"),
    ]
    assert runner.current is None


def test_a_failed_job_takes_its_chain_with_it_but_not_other_chains(runner, qtbot):
    told = recorded(runner)

    with qtbot.waitSignals([runner.failed, runner.became_idle], timeout=60_000) as ended:
        runner.run(count(-1), count(2))
        runner.run(count(3))

    assert told == [
        ("started", "Counting to -1"),
        ("failed", "Counting to -1"),
        ("stopped", "Counting to 2"),
        ("started", "Counting to 3"),
        ("finished", "Counting to 3"),
    ]
    error = ended.all_signals_and_args[0].args[1]
    assert (error.message, error.remedy) == ("Nobody counts to -1", "Choose a positive number.")


def test_a_cancelled_job_stops_within_a_second(runner, qtbot):
    with qtbot.waitSignal(runner.progressed, timeout=60_000):
        runner.run(count(10**9))

    with qtbot.waitSignal(runner.stopped, timeout=1_000):
        runner.cancel()


def test_a_bug_comes_with_its_traceback(runner, qtbot):
    with qtbot.waitSignal(runner.failed, timeout=60_000) as ended:
        runner.run(count(13))

    _, error, details = ended.args
    assert "bug" in error.message
    assert "ZeroDivisionError" in details


def test_a_killed_job_is_seen_with_its_last_words(runner, qtbot):
    words = "; ".join(
        [
            "import os, sys",
            "sys.stderr.write('the last words')",
            "sys.stderr.flush()",
            f"os.kill(os.getpid(), {int(signal.SIGKILL)})",
        ]
    )
    dying = JobRunner(runner._project, (sys.executable, "-c", words), runner)

    with qtbot.waitSignal(dying.failed, timeout=60_000) as ended:
        dying.run(count(1))

    _, error, details = ended.args
    assert "SIGKILL" in error.message
    assert details == "the last words"


def test_a_program_that_is_not_there_is_told(runner, qtbot):
    nowhere = JobRunner(runner._project, ("/no/such/program",), runner)

    with qtbot.waitSignal(nowhere.failed) as ended:
        nowhere.run(count(1))

    assert "could not be started" in ended.args[1].message


def test_a_job_that_prints_rubbish_is_ended_and_told(runner, qtbot):
    babbling = JobRunner(runner._project, (sys.executable, "-c", "print('hello')"), runner)

    with qtbot.waitSignal(babbling.failed, timeout=60_000) as ended:
        babbling.run(count(1))

    assert "no event" in ended.args[1].message


def test_shutting_down_ends_the_running_job_and_forgets_the_rest(runner, qtbot):
    told = recorded(runner)
    with qtbot.waitSignal(runner.progressed, timeout=60_000):
        runner.run(count(10**9), count(2))

    runner.shut_down()

    assert told == [("started", "Counting to 1000000000")]
    assert runner.current is None
    assert runner.waiting == []
