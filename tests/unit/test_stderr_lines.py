"""What libraries say past Python: the unwanted is left out, and nothing else is lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.jobs.context import JobContext
from core.jobs.stderr_lines import stderr_without
from core.training.backend_probe import run_python

ROOT = Path(__file__).parents[2]


def test_lines_that_begin_so_are_left_out_while_it_lasts(capfd):
    with stderr_without("I0000|WARNING: of no use"):
        os.write(2, b"I0000 all is well\nE0000 the disk burns\nWARNING: of")
        os.write(2, b" no use\nWARNING: of use\nhalf a line")
    os.write(2, b", I0000 ends\nI0000 again\n")
    said = capfd.readouterr().err
    assert said == "E0000 the disk burns\nWARNING: of use\nhalf a line, I0000 ends\nI0000 again\n"


def test_an_error_within_gives_standard_error_back(capfd):
    with pytest.raises(ZeroDivisionError), stderr_without("I0000"):
        os.write(2, b"I0000 all is well\n")
        raise ZeroDivisionError
    os.write(2, b"I0000 again\n")
    assert capfd.readouterr().err == "I0000 again\n"


def test_the_last_words_of_a_process_that_aborts_come_through():
    code = (
        "import os; from core.jobs.stderr_lines import stderr_without\n"
        "with stderr_without('I0000'):\n"
        "    os.write(2, b'I0000 all is well\\nF0000 no such processor\\n'); os.abort()"
    )
    died = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert died.returncode != 0
    assert died.stderr == "F0000 no such processor\n"


@pytest.mark.slow
def test_tensorflow_is_loaded_without_a_word():
    code = (
        "from core.training.fitting.backend import choose_backend; choose_backend('tensorflow')\n"
        "import keras; print(float(keras.ops.sum(keras.ops.ones(3))))"
    )
    assert run_python([code], JobContext(), 300) == (0, "3.0\n", "")
