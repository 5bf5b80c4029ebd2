"""What may be imported where, seen in processes of their own."""

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import core

ROOT = Path(__file__).resolve().parents[1]
NETWORKS = {"keras", "tensorflow", "torch", "jax"}
MAY_IMPORT_NETWORKS = (
    "core.training.fitting",
    "core.training.losses",
    "core.training.networks",
    "core.embedding.worker",
)


def loaded_by(code):
    """The top-level modules that are loaded once the code has run in a fresh interpreter."""
    code += "\nimport sys; print('\\n'.join({name.partition('.')[0] for name in sys.modules}))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ran.stdout.split())


def test_core_is_of_use_without_qt():
    modules = [
        module.name
        for module in pkgutil.walk_packages(core.__path__, "core.")
        if not module.name.startswith(("core.qt", *MAY_IMPORT_NETWORKS))
    ]
    assert "core.cleaning.apply" in modules

    loaded = loaded_by("\n".join(f"import {name}" for name in modules))

    assert "sqlite3" in loaded  # it did run
    assert not loaded & {"PyQt5", "pyqtgraph"}
    assert not loaded & NETWORKS


def test_neither_networks_nor_tables_are_loaded_when_the_window_is_up(tmp_path):
    loaded = loaded_by(
        f"""
import main
from pathlib import Path
from PyQt5.QtCore import QTimer
from core.project import create_project
from core.qt.application import run_window
create_project(Path({str(tmp_path / "p.pickglass")!r}))
def on_shown(window):
    assert window.isVisible() and window.opened is not None
    window.close()
run_window(("false",), main.tabs(), path=Path({str(tmp_path / "p.pickglass")!r}), when_up=on_shown)
"""
    )

    assert "PyQt5" in loaded
    assert not loaded & NETWORKS
    assert not loaded & {"pandas", "pyarrow", "scipy", "bs4", "lxml", "requests"}
    assert not loaded & {"pydantic", "pyqtgraph"}
