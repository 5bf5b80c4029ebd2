import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.catalogue.database import open_catalogue
from core.commands.frame import describe_verbs, run_verb
from core.jobs.context import Progress
from core.jobs.events import Crashed, Failed, Finished, Stopped, from_line
from core.project import create_project, is_project, lock_for_writing

TESTS = Path(__file__).resolve().parents[1]
VERBS = {"count": "counting_verb"}
ALL_VERBS = {**VERBS, "stick": "stuck_verb"}


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(TESTS / "fakes")
    return create_project(tmp_path / "shop.pickglass")


def test_a_verb_prints_its_result(project, capsys):
    code = run_verb(VERBS, ["count", "--project", str(project.root), "--to", "3"])

    out, err = capsys.readouterr()
    assert (code, out) == (0, "Counted to 3\n")
    assert err.splitlines() == ["Counting…", "Counting: 3 of 3 done"]


def test_json_is_the_only_thing_on_standard_output(project, capsys):
    code = run_verb(VERBS, ["count", "--project", str(project.root), "--to", "2", "--json"])

    assert code == 0
    assert json.loads(capsys.readouterr().out) == {"reached": 2, "project": str(project.root)}


def test_a_user_error_is_told_with_its_remedy_and_exit_code_1(project, capsys):
    code = run_verb(VERBS, ["count", "--project", str(project.root), "--to", "-1"])

    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    assert "Error: Nobody counts to -1" in err
    assert "Choose a positive number." in err


def test_a_failure_is_machine_readable_too(project, capsys):
    run_verb(VERBS, ["count", "--project", str(project.root), "--to", "-1", "--json"])

    assert json.loads(capsys.readouterr().out) == {
        "error": {
            "message": "Nobody counts to -1",
            "path": None,
            "remedy": "Choose a positive number.",
        }
    }


def test_a_bug_shows_its_traceback_and_lands_in_the_log(project, capsys):
    code = run_verb(VERBS, ["count", "--project", str(project.root), "--to", "13"])

    assert code == 70
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert "ZeroDivisionError" in (project.logs / "count.log").read_text()


def test_wrong_arguments_end_with_code_2(project, capsys):
    with pytest.raises(SystemExit) as ended:
        run_verb(VERBS, ["count", "--project", str(project.root), "--two", "3"])

    assert ended.value.code == 2
    assert "--two" in capsys.readouterr().err


def test_a_verb_that_writes_refuses_a_project_that_is_open_elsewhere(project, capsys):
    with lock_for_writing(project):
        code = run_verb(VERBS, ["count", "--project", str(project.root)])

    assert code == 1
    assert "already open" in capsys.readouterr().err


def test_a_verb_that_only_reads_this_time_needs_no_lock(project, monkeypatch):
    import counting_verb

    monkeypatch.setattr(counting_verb, "only_reads", lambda given: given.to == 2, raising=False)
    with lock_for_writing(project):
        assert run_verb(VERBS, ["count", "--project", str(project.root), "--to", "2"]) == 0
        assert run_verb(VERBS, ["count", "--project", str(project.root), "--to", "3"]) == 1


def test_a_plan_and_a_comparison_can_be_looked_at_beside_the_window(project, tmp_path, capsys):
    with open_catalogue(project):
        pass
    decisions = tmp_path / "decisions.jsonl"
    verbs = {
        "apply": "core.commands.apply",
        "decisions-export": "core.commands.decisions_export",
        "decisions-merge": "core.commands.decisions_merge",
    }
    where = ("--project", str(project.root))
    with lock_for_writing(project):
        assert run_verb(verbs, ["decisions-export", *where, str(decisions)]) == 0
        assert run_verb(verbs, ["apply", *where, "--plan"]) == 0
        assert run_verb(verbs, ["decisions-merge", *where, str(decisions), "--compare"]) == 0
        assert run_verb(verbs, ["apply", *where]) == 1
        assert run_verb(verbs, ["decisions-merge", *where, str(decisions)]) == 1
    assert capsys.readouterr().err.count("already open") == 2


def test_a_folder_without_a_project_is_refused(tmp_path, project, capsys, monkeypatch):
    code = run_verb(VERBS, ["count", "--project", str(tmp_path / "nothing")])

    assert code == 1
    assert "There is no Pickglass project" in capsys.readouterr().err
    assert not (tmp_path / "nothing").exists()


def test_a_verb_that_creates_gets_an_empty_project_first(tmp_path, project, monkeypatch):
    import counting_verb

    monkeypatch.setattr(counting_verb, "CREATES", True, raising=False)
    root = tmp_path / "new.pickglass"

    assert run_verb(VERBS, ["count", "--project", str(root), "--store"]) == 0
    assert is_project(root)


def test_a_project_that_a_verb_did_not_use_after_all_does_not_stay(tmp_path, project, monkeypatch):
    import counting_verb

    monkeypatch.setattr(counting_verb, "CREATES", True, raising=False)
    root = tmp_path / "new.pickglass"

    assert run_verb(VERBS, ["count", "--project", str(root), "--to", "-1"]) == 1
    assert not root.exists()


def test_help_documents_the_verb_and_the_exit_codes(project, capsys):
    with pytest.raises(SystemExit) as ended:
        run_verb(VERBS, ["count", "--help"])

    out = capsys.readouterr().out
    assert ended.value.code == 0
    assert "Counts slowly" in out
    assert "--project DIR" in out
    assert "130 stopped by Ctrl-C" in out
    assert describe_verbs(VERBS) == "  count  count, for the tests of the frame"


def start(*arguments: str, verb: str = "count") -> subprocess.Popen[bytes]:
    code = (
        "import sys; from core.commands.frame import run_verb;"
        f"sys.exit(run_verb({ALL_VERBS!r}, sys.argv[1:]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, verb, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS / 'fakes'}"},
    )


def test_interrupting_stops_cleanly_with_code_130(project):
    with start("--project", str(project.root), "--to", "1000000000") as process:
        assert process.stderr.readline() == "Counting…\n".encode()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert process.returncode == 130
    assert out == b""
    assert b"what was done until then stays" in err


def test_interrupting_ends_a_verb_that_only_reads_amid_a_librarys_call(project):
    with start("--project", str(project.root), verb="stick") as process:
        try:
            assert process.stderr.readline() == "Getting stuck…\n".encode()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()

    assert process.returncode == 130
    assert out == b""
    assert b"what was done until then stays" in err


def test_a_child_tells_its_parent_in_events_whatever_a_library_prints(project):
    with start("--project", str(project.root), "--to", "3", "--events") as process:
        events = [from_line(line) for line in process.stdout]
        err = process.stderr.read()

    assert process.returncode == 0
    assert [type(event) for event in events] == [Progress, Progress, Finished]
    assert events[-1].result["reached"] == 3
    assert b"a library says 0" in err


@pytest.mark.parametrize("how", ["cancel", "vanish"])
def test_a_child_stops_when_told_to_or_when_its_parent_vanishes(project, how):
    with start("--project", str(project.root), "--to", "1000000000", "--events") as process:
        assert isinstance(from_line(process.stdout.readline()), Progress)
        if how == "cancel":
            process.stdin.write(b"cancel\n")
            process.stdin.flush()
        else:
            process.stdin.close()
        events = [from_line(line) for line in process.stdout]
        process.stderr.read()

    assert process.returncode == 130
    assert events[-1] == Stopped()


def test_a_child_tells_failures_and_bugs_apart(project):
    with start("--project", str(project.root), "--to", "-1", "--events") as process:
        *_, last = process.stdout
    assert from_line(last) == Failed("Nobody counts to -1", None, "Choose a positive number.")

    with start("--project", str(project.root), "--to", "13", "--events") as process:
        *_, last = process.stdout
    crashed = from_line(last)
    assert isinstance(crashed, Crashed)
    assert "ZeroDivisionError" in crashed.traceback


def test_a_child_leaves_the_lock_to_its_parent(project):
    with (
        lock_for_writing(project),
        start("--project", str(project.root), "--to", "1", "--events") as process,
    ):
        *_, last = process.stdout

    assert process.returncode == 0
    assert isinstance(from_line(last), Finished)


def test_ctrl_c_while_the_program_still_loads_ends_it_without_a_traceback():
    loading = (
        "import runpy, sys, types\n"
        "class Loading(types.ModuleType):\n"
        "    def __getattr__(self, name):\n"
        "        raise KeyboardInterrupt\n"
        "sys.modules['core.commands.frame'] = Loading('core.commands.frame')\n"
        "main = sys.argv[1]\n"
        "sys.argv = [main, 'train']\n"
        "runpy.run_path(main, run_name='__main__')\n"
    )
    main = Path(__file__).parents[2] / "main.py"
    ended = subprocess.run(
        [sys.executable, "-c", loading, str(main)],
        cwd=main.parent,
        env={**os.environ, "PYTHONPATH": str(main.parent)},
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")
