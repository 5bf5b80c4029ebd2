from core.catalogue.database import open_catalogue
from core.catalogue.items import tally
from core.commands.frame import run_verb
from core.project import open_project

VERBS = {"demo": "core.commands.demo"}


def test_the_demo_is_drawn_beside_its_project_and_imported_once(tmp_path, capsys):
    arguments = ["demo", "--project", str(tmp_path / "demo.pickglass"), "--items", "2"]
    arguments += ["--side-px", "96"]

    assert run_verb(VERBS, arguments) == 0
    assert run_verb(VERBS, arguments) == 0

    assert (tmp_path / "demo scrape" / "ground_truth.csv").is_file()
    with open_catalogue(open_project(tmp_path / "demo.pickglass")) as catalogue:
        assert tally(catalogue).items == 2
    assert "Items:  0 new, 0 updated, 2 as before" in capsys.readouterr().out
