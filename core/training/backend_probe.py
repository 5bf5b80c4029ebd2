"""Which backends are installed and what each can compute on, found out without importing them here.

Each is asked in a process of its own: they cannot live beside one another, and one that is broken
takes only that process with it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from core.jobs.context import JobContext
from core.training.instruction import Backend, Instruction

BACKENDS: tuple[Backend, ...] = get_args(Backend)
_ROOT = Path(__file__).resolve().parents[2]
_POLL_S = 0.1
_LONGEST_S = 120.0
_LAST_LINES = 3
_QUESTION = """
import json, sys
from core.training.fitting.backend import choose_backend, cpu_name, gpu_names
choose_backend(sys.argv[1])
print(json.dumps({"gpus": gpu_names(), "cpu": cpu_name()}))
"""


@dataclass(frozen=True)
class FoundBackend:
    """One backend on this machine.

    Attributes:
        name: As an instruction names it.
        version: "" where it is not installed.
        gpus: The GPUs that it can compute on.
        cpu: The processor's name.
        fault: Why it cannot be used although it is installed, or "".
    """

    name: str
    version: str
    gpus: tuple[str, ...] = ()
    cpu: str = ""
    fault: str = ""


def versions() -> dict[str, str]:
    """The versions of the installed backends; imports none of them."""
    found: dict[str, str] = {}
    for name in BACKENDS:
        if importlib.util.find_spec(name) is not None:
            try:
                found[name] = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                found[name] = "?"
    return found


def probe_backends(context: JobContext) -> tuple[FoundBackend, ...]:
    """Asks each installed backend what it can compute on; some seconds each.

    Raises:
        Cancelled: The context was cancelled.
    """
    installed = versions()
    found = []
    for at, name in enumerate(BACKENDS):
        context.report("Asking backends for GPUs", at, len(BACKENDS), name)
        if name not in installed:
            found.append(FoundBackend(name, ""))
            continue
        found.append(_probe(name, installed[name], context))
    context.report("Asking backends for GPUs", len(BACKENDS), len(BACKENDS))
    return tuple(found)


def _probe(name: str, version: str, context: JobContext) -> FoundBackend:
    code, said, words = run_python([_QUESTION, name], context, _LONGEST_S)
    try:
        if code == 0:
            answer = json.loads(said.splitlines()[-1])
            return FoundBackend(name, version, tuple(answer["gpus"]), answer["cpu"])
    except (ValueError, IndexError, KeyError, TypeError):
        pass
    fault = words or f"It gave no answer that can be read (exit code {code})."
    return FoundBackend(name, version, fault=fault)


def run_python(
    code_and_arguments: Sequence[str], context: JobContext, longest_s: float
) -> tuple[int, str, str]:
    """Runs Python code in a process that can import the program.

    Args:
        code_and_arguments: The code, then what it finds in `sys.argv`.
        context: Ends the process when it is cancelled.
        longest_s: After so long it is ended.

    Returns:
        Exit code, standard output, and the last lines of standard error.

    Raises:
        Cancelled: The context was cancelled.
    """
    deadline = time.monotonic() + longest_s
    with subprocess.Popen(
        [sys.executable, "-c", *code_and_arguments],
        cwd=_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        try:
            while True:
                try:
                    said, words = process.communicate(timeout=_POLL_S)
                    break
                except subprocess.TimeoutExpired:
                    context.check_cancelled()
                    if time.monotonic() > deadline:
                        return -1, "", f"It did not answer within {longest_s:.0f} s."
        finally:
            process.kill()
    return process.returncode, said, "\n".join(words.strip().splitlines()[-_LAST_LINES:])


@dataclass(frozen=True)
class BackendSpeed:
    """How fast an instruction trains on one backend.

    Attributes:
        name: As an instruction names it.
        device: What was computed on.
        images_per_s: Photos a second.
        fault: Why it could not be measured, or "".
        batch_size: Photos in a batch: fewer than the instruction says where memory ran out.
        note: What was done otherwise than the instruction says, in words, or "".
    """

    name: str
    device: str = ""
    images_per_s: float = 0.0
    fault: str = ""
    batch_size: int = 0
    note: str = ""


def measure_backends(
    instruction: Instruction, seconds: float, context: JobContext, only: Sequence[str] = ()
) -> tuple[BackendSpeed, ...]:
    """Trains for so many seconds on each installed backend, one after another.

    Args:
        instruction: What to train.
        seconds: On each, without loading and compiling.
        context: Progress and cancellation.
        only: The backends to measure; all for none.

    Raises:
        Cancelled: The context was cancelled.
    """
    names = [name for name in versions() if not only or name in only]
    speeds = []
    for at, name in enumerate(names):
        context.report("Measuring backends", at, len(names), name)
        text = instruction.model_dump_json()
        code, said, words = run_python(
            [_MEASUREMENT, name, text, str(seconds)], context, 10 * seconds + _LONGEST_S
        )
        try:
            if code != 0:
                raise ValueError(words)
            answer = json.loads(said.splitlines()[-1])
            speeds.append(
                BackendSpeed(
                    name,
                    answer["device"],
                    float(answer["images_per_s"]),
                    batch_size=int(answer["batch_size"]),
                    note=answer["note"],
                )
            )
        except (ValueError, IndexError, KeyError, TypeError):
            speeds.append(BackendSpeed(name, fault=words or "It said nothing."))
    context.report("Measuring backends", len(names), len(names))
    return tuple(speeds)


_MEASUREMENT = """
import dataclasses, json, sys
from core.training.fitting.backend import choose_backend
choose_backend(sys.argv[1])
from core.errors import UserError
from core.training.fitting.benchmark import measure_speed
from core.training.instruction import Instruction
try:
    speed = measure_speed(Instruction.model_validate_json(sys.argv[2]), float(sys.argv[3]))
except UserError as error:
    sys.exit(str(error))
print(json.dumps(dataclasses.asdict(speed)))
"""
