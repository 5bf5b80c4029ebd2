"""An instruction's values by their dotted names, and where two instructions differ."""

from __future__ import annotations

from collections.abc import Mapping

from core.training.instruction import Instruction


def flat_values(instruction: Instruction) -> dict[str, object]:
    """Every value by its dotted name, such as "model.embedding_size"."""
    flat: dict[str, object] = {}

    def add(prefix: str, values: Mapping[str, object]) -> None:
        for name, value in values.items():
            if isinstance(value, Mapping):
                add(f"{prefix}{name}.", value)
            else:
                flat[f"{prefix}{name}"] = value

    add("", instruction.model_dump())
    return flat


def diff_instructions(
    one: Instruction, other: Instruction
) -> tuple[tuple[str, object, object], ...]:
    """What two instructions say differently: dotted name, one's value, the other's.

    None stands for what the other kind of network or loss does not have.
    """
    ones, others = flat_values(one), flat_values(other)
    names = [*ones, *(name for name in others if name not in ones)]
    return tuple(
        (name, ones.get(name), others.get(name))
        for name in names
        if ones.get(name) != others.get(name)
    )
