"""All that computes with Keras, checked on every backend that is installed.

The checks lie in tests/backends, and run there in one process a backend.
"""

import ast
import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.training.fitting.backend import BACKENDS, installed_backends

_FOLDER = Path(__file__).resolve().parent.parent / "backends"
_MODULES = ("check_losses", "check_networks", "check_augmentation", "check_steps")


def _checks():
    for module in _MODULES:
        for node in ast.parse((_FOLDER / f"{module}.py").read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("check_"):
                yield f"{module}.{node.name}"


@functools.cache
def _results(backend):
    process = subprocess.run(
        [sys.executable, _FOLDER / "run.py", *_MODULES],
        env=os.environ | {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        check=False,
        timeout=570,
    )
    assert process.returncode == 0, process.stderr.decode()[-4000:]
    return json.loads(process.stdout)


@pytest.mark.parametrize("check", _checks())
@pytest.mark.parametrize("backend", BACKENDS)
def test_on_backend(backend, check):
    if backend not in installed_backends():
        pytest.skip(f"{backend} is not installed")
    outcome = _results(backend)[check]
    assert not outcome, outcome
