"""All that computes with Keras, checked on every backend that is installed.

The checks lie in tests/backends, and run there in one process a backend. Each is a subtest here,
for pytest-xdist would share tests among its workers, and then every worker would run them all.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.training.fitting.backend import BACKENDS, installed_backends

_FOLDER = Path(__file__).resolve().parent.parent / "backends"
_ON_ALL = ("check_losses", "check_networks", "check_augmentation", "check_steps", "check_fitting")
_ON_ONE = ("check_building", "check_endings")
"""Of these the backend does not matter: torch compiles nothing, so it is the fastest."""


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_all_checks_pass_on(backend, subtests):
    if backend not in installed_backends():
        pytest.skip(f"{backend} is not installed")
    outcomes = _outcomes(backend, _ON_ALL + (_ON_ONE if backend == _fastest() else ()))
    assert {name.split(".")[0] for name in outcomes} >= set(_ON_ALL)
    for check, outcome in outcomes.items():
        with subtests.test(check):
            assert not outcome, outcome


def _fastest():
    return "torch" if "torch" in installed_backends() else installed_backends()[0]


def _outcomes(backend, modules):
    process = subprocess.run(
        [sys.executable, _FOLDER / "run.py", *modules],
        env=os.environ | {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        check=False,
        timeout=570,
    )
    assert process.returncode == 0, process.stderr.decode()[-4000:]
    return json.loads(process.stdout)
