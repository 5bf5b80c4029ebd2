"""What the README promises and shows is there."""

import re
from pathlib import Path

import pytest

import main
from core.qt.training.actions import Do as Training
from core.training.instruction_files import parse_instruction
from explorer.actions import Do as Exploring

ROOT = Path(main.__file__).parent
README = (ROOT / "README.md").read_text("utf-8")
MOST_BYTES = 130_000


def test_its_links_lead_to_files_that_are_there():
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_its_pictures_are_small_and_all_are_shown():
    pictures = sorted((ROOT / "resources" / "screenshots").iterdir())
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size <= MOST_BYTES, picture.name
        assert f"resources/screenshots/{picture.name}" in README


def test_the_commands_it_names_exist():
    assert set(re.findall(r"main\.py ([a-z][a-z-]+)", README)) <= main.VERBS.keys()
    for script in ("resources/setup.sh", "resources/setup.ps1"):
        assert script in README.replace("\\", "/")
        assert (ROOT / script).exists()


@pytest.mark.parametrize(("tour", "things"), [("Training", Training), ("Exploring", Exploring)])
def test_the_keys_of_a_tour_are_those_of_its_tab(tour, things):
    text = README.partition(f"\n## {tour}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\*\*.+?) \| ", text, re.MULTILINE)
    named = {key for row in rows for key in re.findall(r"\*\*(.+?)\*\*", row)}
    assert named
    assert named <= {key for do in things for key in do.value.keys}


def test_its_instructions_can_be_followed():
    examples = re.findall(r"```json\n(.+?)```", README, re.DOTALL)
    assert examples
    for example in examples:
        assert parse_instruction(example).model.name == "conv_bn"
