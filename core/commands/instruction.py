"""`instruction`: says what an instruction file amounts to."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.commands.instruction_arguments import add_instruction_arguments, chosen_instruction
from core.errors import UserError
from core.jobs.context import JobContext
from core.training.instruction import Instruction
from core.training.instruction_files import changed_values, list_presets, save_instruction

HELP = "show what an instruction file, a preset or a team's own file amounts to"
DESCRIPTION = """
Reads an instruction as `train` would and shows what differs from the defaults. Without one it
lists the presets. Unknown keys are refused with the nearest known name.

A file in the team's own format is mapped onto ours; what was taken over and what is ignored is
listed. Nothing in it is executed.

--set changes single values: a dotted name, “=”, and the value as JSON (or as plain text).

examples:
  python main.py instruction --preset original
  python main.py instruction --file theirs.json --save ours.json
  python main.py instruction --preset ours --set loss.margin=0.1 --set 'model.dense=[128]'
  python main.py instruction --schema

It needs no project.
"""
WRITES = False
NEEDS_PROJECT = False


@dataclass(frozen=True)
class Explained:
    """An instruction, or the list of presets, or the schema.

    Attributes:
        instruction: Every value, nested.
        changed: What differs from the defaults, by dotted name.
        presets: What each preset is for.
        schema: The JSON schema of instructions.
        notes: What became of a team's file, as text.
    """

    instruction: Mapping[str, Any] | None = None
    changed: Mapping[str, Any] | None = None
    presets: Mapping[str, str] | None = None
    schema: Mapping[str, Any] | None = None
    notes: str = ""

    def __str__(self) -> str:
        if self.schema is not None:
            return json.dumps(self.schema, indent=2)
        if self.presets is not None:
            width = max(map(len, self.presets))
            return "\n".join(f"{name:<{width}}  {what}" for name, what in self.presets.items())
        lines = [f"{name} = {json.dumps(value)}" for name, value in (self.changed or {}).items()]
        told = (
            "Differs from the defaults in:\n  " + "\n  ".join(lines) if lines else "The defaults."
        )
        return f"{self.notes}\n\n{told}" if self.notes else told


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which one, and what to do with it."""
    add_instruction_arguments(parser)
    parser.add_argument("--save", type=Path, metavar="FILE", help="write it as a file of ours")
    parser.add_argument("--schema", action="store_true", help="print the JSON schema instead")


def run(arguments: argparse.Namespace, _context: JobContext) -> Explained:
    """Reads and explains."""
    if arguments.schema:
        return Explained(schema=Instruction.model_json_schema())
    chosen = chosen_instruction(arguments)
    if chosen is None:
        presets = {preset.name: preset.instruction.description for preset in list_presets()}
        return Explained(presets=presets)
    instruction, notes = chosen
    if arguments.save is not None:
        _save(arguments.save, instruction)
    return Explained(
        instruction=instruction.model_dump(mode="json"),
        changed={
            name: value
            for name, value in changed_values(instruction).items()
            if not isinstance(value, Mapping)
        },
        notes=notes,
    )


def _save(file: Path, instruction: Instruction) -> None:
    if file.exists():
        raise UserError(
            "There is a file of this name already", path=file, remedy="Choose another name."
        )
    save_instruction(file, instruction)
