"""The verbs around decisions, as they are run without a window."""

from __future__ import annotations

import json
from importlib import import_module

import pytest
from applying import interrupt_apply
from made_catalogue import add_file, add_item, add_source

from core.catalogue.database import open_catalogue
from core.catalogue.photos import read_photos
from core.catalogue.records import RejectReason
from core.cleaning import decisions
from core.commands.frame import run_verb
from core.project import create_project
from main import VERBS


@pytest.fixture
def catalogue(tmp_path):
    """A coat with photos 1 to 3, the first two rejected; a bag with photos 4 and 5."""
    with open_catalogue(create_project(tmp_path / "try.pickglass")) as catalogue:
        source = add_source(catalogue, tmp_path / "scrape")
        for key, count in (("coat", 3), ("bag", 2)):
            item = add_item(catalogue, source, key)
            for number in range(count):
                add_file(catalogue, item, f"{key}/{number}.jpg")
        decisions.reject(catalogue, [1, 2], RejectReason.TAG)
        yield catalogue


@pytest.fixture
def run(catalogue, capsys):
    """Runs a verb on the project; its result as JSON, or its exit code and what it told people."""

    def run(verb, *arguments, as_json=True):
        project = ["--project", str(catalogue.project.root)]
        code = run_verb(VERBS, [verb, *project, *arguments, *(["--json"] if as_json else [])])
        out, err = capsys.readouterr()
        if not as_json:
            return code, out + err
        assert code == 0, err
        return json.loads(out)

    return run


def test_status_of_a_new_project_says_nothing_of_what_is_not_there(tmp_path, capsys):
    root = create_project(tmp_path / "new.pickglass").root
    assert run_verb(VERBS, ["status", "--project", str(root)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:4] == ["Items    0; 0 to do with hints", "Photos   0", "Rejected 0"]


def test_status_counts_and_changes_nothing(run, catalogue, tmp_path):
    before = catalogue.project.catalogue_file.read_bytes()
    status = run("status")
    assert (status["items"], status["photos"], status["to_quarantine"]) == (2, 5, 2)
    assert status["rejected_by_reason"] == {"tag": 2}
    assert status["sources"] == [
        {
            "id": 1,
            "root": str(tmp_path / "scrape"),
            "layout": "folders",
            "photos": 5,
            "is_there": True,
        }
    ]
    assert status["unfinished"] is None
    assert catalogue.project.catalogue_file.read_bytes() == before
    (tmp_path / "scrape").rename(tmp_path / "elsewhere")
    code, told = run("status", as_json=False)
    assert code == 0
    assert "NOT THERE" in told
    assert "Rejected 2: 2 tag" in told


def test_apply_plans_does_and_undoes(run, catalogue, tmp_path):
    plan = run("apply", "--plan")
    assert (plan["to_quarantine"], plan["by_reason"], plan["interrupted"]) == (2, {"tag": 2}, False)
    assert run("apply")["applied"]["quarantined"] == 2
    assert not (tmp_path / "scrape/coat/0.jpg").exists()
    assert run("restore", "--photo", "coat/0.jpg")["summary"] == "Restored 1 photo"
    assert run("restore", "--item", "coat")["moved"]["brought_back"] == 1
    assert (tmp_path / "scrape/coat/0.jpg").exists()
    assert read_photos(catalogue, [1])[1][0].verdict == "kept"


def test_an_interrupted_apply_is_finished_first_or_rolled_back(run, catalogue, tmp_path):
    interrupt_apply(catalogue, after=1)
    assert run("status")["unfinished"]["left"] == 1
    assert run("apply", "--plan")["interrupted"]
    code, told = run("export", str(tmp_path / "clean"), as_json=False)
    assert code == 1
    assert "not finished" in told
    rolled_back = run("apply", "--roll-back")
    assert (rolled_back["rolled_back"], rolled_back["applied"]) == (True, None)
    assert (tmp_path / "scrape/coat/0.jpg").exists()
    interrupt_apply(catalogue, after=1)
    done = run("apply")
    assert done["finished"]["quarantined"] == 1
    assert run("status")["quarantined"] == 2


def test_what_could_not_be_moved_is_told_with_the_remedy(run, tmp_path):
    (tmp_path / "scrape/coat/0.jpg").unlink()
    code, told = run("apply", as_json=False)
    assert code == 0
    assert "1 file moved to the quarantine" in told
    assert "1 file left: The file is gone. Connect the disk" in told
    assert str(tmp_path / "scrape/coat/0.jpg") in told


def test_restore_wants_to_know_what(run):
    code, told = run("restore", as_json=False)
    assert code == 1
    assert "not said what" in told
    code, told = run("restore", "--item", "hat", as_json=False)
    assert code == 1
    assert "no item “hat”" in told


def test_export_writes_and_tells(run, tmp_path):
    exported = run("export", str(tmp_path / "clean"), "--mode", "hardlink", "--format", "csv")
    assert exported["result"]["photos"] == 3
    assert exported["result"]["items_by_split"] == {"train": 1, "validation": 1, "test": 0}
    assert sorted(path.name for path in (tmp_path / "clean").iterdir()) == [
        ".pickglass-export",
        "manifest.csv",
        "uncategorised",
    ]
    code, told = run("export", str(tmp_path / "clean"), "--mode", "hardlink", as_json=False)
    assert code == 0
    assert "0 written, 3 as before, 0 removed" in told


def test_decisions_go_to_a_colleague_and_conflicts_are_told(run, catalogue, tmp_path):
    file = str(tmp_path / "mine.jsonl")
    assert run("decisions-export", file)["photos"] == 2
    decisions.keep(catalogue, [1])
    decisions.clear(catalogue, [2])
    code, told = run("decisions-merge", file, "--compare", as_json=False)
    assert code == 0
    assert "1 new, 0 as here, 1 in conflict" in told
    assert "photo coat/0.jpg: here kept, there rejected: tag" in told
    assert run("decisions-merge", file)["summary"].startswith("Took over 1 decision of ")
    run("decisions-merge", file, "--conflicts", "theirs")
    verdicts = [str(photo.verdict) for photo in read_photos(catalogue, [1])[1]]
    assert verdicts == ["rejected", "rejected", ""]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        run_verb(VERBS, [verb, "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    needs_project = getattr(import_module(VERBS[verb]), "NEEDS_PROJECT", True)
    examples = told.partition("example")[2]
    assert f"python main.py {verb}{' --project' if needs_project else ''}" in examples
