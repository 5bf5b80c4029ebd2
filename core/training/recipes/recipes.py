"""Named recipes to compare: what the team began with, each step away from it, and ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import UserError
from core.training.instruction import (
    BatchHardSoftMargin,
    HardTriplet,
    Instruction,
    MultiSimilarity,
    ProxyAnchor,
    SemiHardTriplet,
    SimpleConv,
)
from core.training.instruction_files import PRESETS, load_instruction, read_preset
from core.training.instruction_problems import did_you_mean

_STEPS_AN_EPOCH = 50
_MOST_EPOCHS = 20


@dataclass(frozen=True)
class Recipe:
    """One line of the table.

    Attributes:
        name: What to call it.
        what: What it is, for people.
        make: Its instruction, of whatever length and photo size.
    """

    name: str
    what: str
    make: Callable[[], Instruction]


def _original(**changes: Any) -> Instruction:
    return read_preset("original").model_copy(update=changes)


def _ours(**changes: Any) -> Instruction:
    return read_preset("ours").model_copy(update=changes)


def _original_bn() -> Instruction:
    original = _original()
    return original.model_copy(
        update={"model": original.model.model_copy(update={"batch_norm": True})}
    )


def _original_bn_pk() -> Instruction:
    return _original_bn().model_copy(update={"sampler": Instruction().sampler})


RECIPES: Mapping[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe("original", "the team's recipe", _original),
        Recipe("original+bn", "with batch norm", _original_bn),
        Recipe("original+bn+pk", "with batches of items by photos too", _original_bn_pk),
        Recipe(
            "semi-hard",
            "ours with the semi-hard triplet loss, margin 0.2",
            lambda: _ours(loss=SemiHardTriplet()),
        ),
        Recipe(
            "semi-hard-1",
            "ours with the semi-hard triplet loss, margin 1",
            lambda: _ours(loss=SemiHardTriplet(margin=1.0)),
        ),
        Recipe("hard", "ours with the hard triplet loss", lambda: _ours(loss=HardTriplet())),
        Recipe(
            "soft-margin",
            "ours with the batch-hard soft margin",
            lambda: _ours(loss=BatchHardSoftMargin()),
        ),
        Recipe(
            "multi-similarity",
            "ours with the multi-similarity loss",
            lambda: _ours(loss=MultiSimilarity()),
        ),
        Recipe("proxy-anchor", "ours with proxy-anchor", lambda: _ours(loss=ProxyAnchor())),
        Recipe("ours", "our preset: the supervised contrastive loss", _ours),
        Recipe("vae", "the variational autoencoder", lambda: read_preset("vae")),
    )
}
"""In the table's order."""


def find_recipe(name: str) -> Recipe:
    """The recipe of that name, or the preset's, or what an instruction file says.

    Raises:
        UserError: There is none; says which is nearest.
    """
    if name in RECIPES:
        return RECIPES[name]
    presets = [file.stem for file in PRESETS.glob("*.json")]
    if name in presets:
        return Recipe(name, "the preset", lambda: read_preset(name))
    file = Path(name)
    if file.suffix == ".json":
        return Recipe(file.stem, f"as {file.name} says", lambda: load_instruction(file))
    raise UserError(
        f"There is no recipe called “{name}”",
        remedy=f"{did_you_mean(name, [*RECIPES, *presets])}There are: {', '.join(RECIPES)};"
        f" presets: {', '.join(sorted(presets))}; and any instruction file.",
    )


def recipe_instruction(name: str, *, steps: int, side_px: int, seed: int) -> Instruction:
    """A recipe's instruction for so many steps, or a few less where they make no whole epochs.

    It is evaluated once, at its end: the network that is judged is the last one, which nothing was
    chosen by, so all held-out pairs may judge it. A cyclic learning rate takes two cycles. Where
    photos are too small for the original's five convolutions (below 140 px), it has as many of them
    as there is room for.

    Raises:
        UserError: There is no such recipe; says which is nearest.
    """
    epochs = max(1, min(_MOST_EPOCHS, steps // _STEPS_AN_EPOCH))
    instruction = find_recipe(name).make()
    fitting = instruction.fitting.model_copy(
        update={
            "epochs": epochs,
            "steps_per_epoch": max(1, steps // epochs),
            "patience": None,
            "evaluate_every": epochs,
        }
    )
    changes: dict[str, Any] = {
        "seed": seed,
        "data": instruction.data.model_copy(update={"side_px": side_px}),
        "fitting": fitting,
    }
    if isinstance(instruction.model, SimpleConv):
        changes["model"] = _fitting_into(instruction.model, side_px)
    if instruction.schedule.name == "cyclic":
        half_cycle = {"step_size": max(1, steps // 4)}
        changes["schedule"] = instruction.schedule.model_copy(update=half_cycle)
    return instruction.model_copy(update=changes)


def _fitting_into(model: SimpleConv, side_px: int) -> SimpleConv:
    """The network with as many of its 5×5 valid, 2×2 pooled convolutions as the photos allow."""
    count = 0
    while side_px >= 5:
        count += 1
        side_px = (side_px - 4) // 2
    return model.model_copy(update={"filters": model.filters[:count]})
