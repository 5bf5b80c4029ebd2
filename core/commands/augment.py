"""`augment`: draws real photos as training would see them."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from core.commands.instruction_arguments import add_instruction_arguments, chosen_instruction
from core.errors import displayable
from core.jobs.context import JobContext
from core.number_words import plural
from core.project import open_project
from core.training.augmentation_grid import augmentation_grid, save_grid, training_squares
from core.training.dataset import read_dataset
from core.training.instruction import Instruction

HELP = "draw real photos as an instruction's augmentation changes them"
DESCRIPTION = """
Draws a picture: a row for each of some training photos, first as it is, then as a batch might have
it. The changes are made by the code that makes them in training, on the instruction's backend.

examples:
  python main.py augment --project dresses.pickglass --preset ours
  python main.py augment --project dresses.pickglass --file mine.json --seed 3 --out grid.png
"""
WRITES = False


@dataclass(frozen=True)
class Drawn:
    """Where the picture is."""

    file: Path
    photos: int

    def __str__(self) -> str:
        return f"{plural(self.photos, 'photo')} under augmentation: {displayable(self.file)}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which instruction, which draw, and where to."""
    add_instruction_arguments(parser)
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="another draw")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the PNG (in the cache)")


def run(arguments: argparse.Namespace, context: JobContext) -> Drawn:
    """Draws."""
    project = open_project(arguments.project)
    chosen = chosen_instruction(arguments)
    instruction = Instruction() if chosen is None else chosen[0]
    dataset = read_dataset(
        instruction.data, seed=instruction.seed, project=project, context=context
    )
    squares = training_squares(dataset, instruction, arguments.seed, context)
    context.report("Loading the network's library", 0)

    from core.training.fitting.backend import choose_backend

    choose_backend(instruction.backend)

    from core.training.networks.augmentation import preview

    grid = augmentation_grid(squares, instruction.augmentation, arguments.seed, preview)
    file = arguments.out or project.root / "cache" / "augmentation.png"
    save_grid(grid, file)
    return Drawn(file, len(squares))
