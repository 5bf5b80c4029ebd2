"""`benchmark`: how many photos a second an instruction trains on, on each backend."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from core.commands.instruction_arguments import add_instruction_arguments, chosen_instruction
from core.jobs.context import JobContext
from core.training.backend_probe import BackendSpeed, measure_backends
from core.training.instruction import Instruction

HELP = "measure how many photos a second an instruction trains on, on each installed backend"
DESCRIPTION = """
Trains the instruction's network for some seconds on made-up photos, on each backend in turn, each
in a process of its own. Reading photos is not part of it.

examples:
  python main.py benchmark --preset ours
  python main.py benchmark --preset ours --set data.side_px=128 --seconds 10 --backend torch
"""
WRITES = False
NEEDS_PROJECT = False


@dataclass(frozen=True)
class Speeds:
    """What was measured."""

    speeds: tuple[BackendSpeed, ...]

    def __str__(self) -> str:
        return "\n".join(_in_words(each) for each in self.speeds)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which instruction, and how long."""
    add_instruction_arguments(parser)
    parser.add_argument(
        "--seconds", type=float, default=30.0, metavar="S", help="on each backend (30)"
    )
    parser.add_argument(
        "--backend", action="append", metavar="NAME", help="only this one; may be repeated"
    )


def run(arguments: argparse.Namespace, context: JobContext) -> Speeds:
    """Measures."""
    chosen = chosen_instruction(arguments)
    instruction = Instruction() if chosen is None else chosen[0]
    only: Sequence[str] = arguments.backend or ()
    return Speeds(measure_backends(instruction, arguments.seconds, context, only))


def _in_words(speed: BackendSpeed) -> str:
    if speed.fault:
        return f"{speed.name}: cannot be measured: {speed.fault}"
    note = f". {speed.note}" if speed.note else ""
    return (
        f"{speed.name}: {speed.images_per_s:,.0f} images/s on {speed.device},"
        f" {speed.batch_size} a batch{note}"
    )
