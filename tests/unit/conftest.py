import sys
from pathlib import Path

import pytest

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
