"""Naming an instruction on the command line: a preset or a file, and single values on top."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.errors import UserError
from core.training.instruction import Instruction
from core.training.instruction_files import (
    load_instruction,
    parse_instruction,
    read_json_object,
    read_preset,
    sparse_values,
)
from core.training.team_instructions import is_team_instruction, read_team_instruction


def add_instruction_arguments(parser: argparse.ArgumentParser) -> None:
    """`--preset`, `--file` and `--set`."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--preset", metavar="NAME", help="one that comes with the program (see `instruction`)"
    )
    which.add_argument(
        "--file", type=Path, metavar="FILE", help="an instruction file, ours or the team's"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change a value, such as fitting.epochs=5; may be repeated",
    )


def chosen_instruction(arguments: argparse.Namespace) -> tuple[Instruction, str] | None:
    """The instruction that was named, and what became of a team's file, as text ("" otherwise).

    Returns:
        None where none was named and no value set.

    Raises:
        UserError: It cannot be read, or a value cannot be set.
    """
    notes = ""
    if arguments.preset is not None:
        instruction = read_preset(arguments.preset)
    elif arguments.file is not None:
        if is_team_instruction(read_json_object(arguments.file)):
            instruction, report = read_team_instruction(arguments.file)
            notes = str(report)
        else:
            instruction = load_instruction(arguments.file)
    elif arguments.set:
        instruction = Instruction()
    else:
        return None
    return with_values(instruction, arguments.set), notes


def with_values(instruction: Instruction, settings: Sequence[str]) -> Instruction:
    """The instruction with some values changed, each as "dotted.name=value".

    Raises:
        UserError: A name is not known, or its value cannot be.
    """
    if not settings:
        return instruction
    values = sparse_values(instruction)
    # Kinds first: a network that is named has its own values, and those set before would go.
    for setting in sorted(settings, key=lambda each: not each.partition("=")[0].endswith(".name")):
        name, equals, text = setting.partition("=")
        if not equals or not name:
            raise UserError(
                f"“{setting}” sets nothing", remedy="Write it as NAME=VALUE, as in seed=3."
            )
        _set(values, name.split("."), _value(text))
    return parse_instruction(json.dumps(values))


def _set(values: dict[str, Any], path: Sequence[str], value: Any) -> None:
    *parents, last = path
    into = values
    for parent in parents:
        if not isinstance(into.get(parent), dict):
            into[parent] = {}
        into = into[parent]
    if last == "name" and path[0] != "optimizer" and into.get(last, value) != value:
        into.clear()  # another kind has other fields
    into[last] = value


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
