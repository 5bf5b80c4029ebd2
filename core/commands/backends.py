"""`backends`: says what Keras can compute with on this machine."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from core.jobs.context import JobContext
from core.training.backend_probe import FoundBackend, probe_backends

HELP = "say which backends are installed, and which of them sees a GPU"
DESCRIPTION = """
Asks TensorFlow, PyTorch and JAX, where they are installed, what they can compute on. An
instruction's “backend” chooses one of them. On Windows, only PyTorch sees an NVIDIA GPU (TensorFlow
does under WSL).

examples:
  python main.py backends
"""
WRITES = False
NEEDS_PROJECT = False


@dataclass(frozen=True)
class Backends:
    """What there is."""

    backends: tuple[FoundBackend, ...]

    def __str__(self) -> str:
        return "\n".join(_in_words(each) for each in self.backends)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_arguments: argparse.Namespace, context: JobContext) -> Backends:
    """Asks."""
    return Backends(probe_backends(context))


def _in_words(found: FoundBackend) -> str:
    if not found.version:
        return f"{found.name}: not installed"
    if found.fault:
        return f"{found.name} {found.version}: cannot be used: {found.fault}"
    where = ", ".join(found.gpus) or f"no GPU; computes on {found.cpu}"
    return f"{found.name} {found.version}: {where}"
