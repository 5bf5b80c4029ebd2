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
_ON_ALL = ("check_losses", "check_networks", "check_augmentation", "check_steps", "check_fitting")
_ON_ONE = ("check_endings",)
"""Of these the backend does not matter: torch compiles nothing, so it is the fastest."""


def _checks(modules):
    for module in modules:
        for node in ast.parse((_FOLDER / f"{module}.py").read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("check_"):
                yield f"{module}.{node.name}"


def _fastest():
    return "torch" if "torch" in installed_backends() else installed_backends()[0]


@functools.cache
def _results(backend):
    modules = _ON_ALL + (_ON_ONE if backend == _fastest() else ())
    process = subprocess.run(
        [sys.executable, _FOLDER / "run.py", *modules],
        env=os.environ | {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        check=False,
        timeout=570,
    )
    assert process.returncode == 0, process.stderr.decode()[-4000:]
    return json.loads(process.stdout)


@pytest.mark.parametrize("check", list(_checks(_ON_ALL)))
@pytest.mark.parametrize("backend", BACKENDS)
def test_on_every_backend(backend, check):
    if backend not in installed_backends():
        pytest.skip(f"{backend} is not installed")
    outcome = _results(backend)[check]
    assert not outcome, outcome


@pytest.mark.parametrize("check", list(_checks(_ON_ONE)))
def test_on_one_backend(check):
    outcome = _results(_fastest())[check]
    assert not outcome, outcome
