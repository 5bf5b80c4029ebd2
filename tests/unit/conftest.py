import sys
from pathlib import Path

import pytest
from made_wardrobe import Wardrobe

from core.catalogue.database import open_catalogue
from core.project import create_project

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture
def project(tmp_path):
    """A project without items."""
    return create_project(tmp_path / "try.pickglass")


@pytest.fixture
def catalogue(project):
    """The catalogue of a project without items."""
    with open_catalogue(project) as catalogue:
        yield catalogue


@pytest.fixture
def program(monkeypatch):
    """Starts the fake worker in place of main.py; call it with what the worker shall do."""

    def program(what):
        monkeypatch.setenv("FAKE_WORKER", what)
        monkeypatch.setenv("PYTHONPATH", str(TESTS.parent))
        return [sys.executable, str(TESTS / "fakes" / "fake_worker.py")]

    return program


@pytest.fixture
def wardrobe(tmp_path):
    """Four items to train on and six pairs."""
    made = Wardrobe(tmp_path / "try.pickglass", tmp_path / "scrape")
    for number in range(4):
        made.item(f"many_{number}", 3 + number, category="coats")
    for number in range(6):
        made.item(f"pair_{number}", 2, category="bags")
    yield made
    made.catalogue.close()
