"""`find-rate`: tries learning rates in one short run."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.commands.instruction_arguments import add_instruction_arguments, chosen_instruction
from core.jobs.context import JobContext
from core.project import open_project
from core.training.dataset import read_dataset
from core.training.instruction import Instruction
from core.training.train_run import packed, refuse_unfit

if TYPE_CHECKING:
    from core.training.fitting.rate_finder import FoundRates

HELP = "try learning rates in one short run, and say at which the network learns fastest"
DESCRIPTION = """
Trains a new network for a hundred steps while the learning rate grows from a millionth to one
(Smith 2017). Where the loss falls fastest is a good rate to begin with; where it turns up again the
rate is too high. No run is made.

examples:
  python main.py find-rate --project dresses.pickglass --preset ours
  python main.py find-rate --project dresses.pickglass --file mine.json --json
"""
WRITES = False


@dataclass(frozen=True)
class RatesTold:
    """What was seen."""

    found: FoundRates

    def __str__(self) -> str:
        found = self.found
        note = f"\n{found.note}" if found.note else ""
        if found.suggested is None:
            return (
                "The loss falls at none of the rates: look at data, loss and augmentation first."
                + note
            )
        return (
            f"The loss falls fastest at a learning rate of {found.suggested:.2g}"
            f" ({len(found.rates)} steps, from {found.rates[0]:.0e} to {found.rates[-1]:.2g})"
            + note
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which instruction."""
    add_instruction_arguments(parser)


def run(arguments: argparse.Namespace, context: JobContext) -> RatesTold:
    """Tries."""
    project = open_project(arguments.project)
    chosen = chosen_instruction(arguments)
    instruction = Instruction() if chosen is None else chosen[0]
    refuse_unfit(instruction)
    dataset = read_dataset(
        instruction.data, seed=instruction.seed, project=project, context=context
    )
    with packed(project, dataset, instruction, context, lambda _: None) as pack:
        context.report("Loading the network's library", 0)

        from core.training.fitting.backend import choose_backend

        choose_backend(instruction.backend)

        from core.training.fitting.fit import training_photos
        from core.training.fitting.rate_finder import find_rates

        photos = training_photos(dataset, pack)
        return RatesTold(find_rates(instruction, photos, pack, context))
