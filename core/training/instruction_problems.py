"""Saying in words what is wrong with an instruction, and which known name was perhaps meant."""

from __future__ import annotations

import difflib
import json
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from core.training.instruction import Instruction


@dataclass(frozen=True)
class Explained:
    """A problem in words.

    Attributes:
        name: Where it is, dotted.
        message: What is wrong.
        remedy: What to do about it.
    """

    name: str
    message: str
    remedy: str


def explain(problem: Any) -> Explained:
    """One of pydantic's problems in words."""
    names, part = _places(problem["loc"])
    name = ".".join(names)
    context = problem.get("ctx", {})
    match problem["type"]:
        case "extra_forbidden":
            known = list(part.model_fields) if part is not None else []
            return Explained(
                name,
                f"The instruction says “{name}”, which is not known",
                f"{did_you_mean(names[-1], known)}Known here: {', '.join(known)}.",
            )
        case "union_tag_invalid":
            known = [tag.strip(" '") for tag in context["expected_tags"].split(",")]
            return Explained(
                f"{name}.name",
                f"“{name}” cannot be called “{context['tag']}”",
                f"{did_you_mean(context['tag'], known)}There are: {', '.join(known)}.",
            )
        case "union_tag_not_found":
            return Explained(f"{name}.name", f"“{name}” does not say its kind", "Give it a “name”.")
        case "value_error":
            return Explained(
                name,
                f"The instruction contradicts itself: {context['error']}",
                "Change one of the two.",
            )
    given = json.dumps(problem["input"], default=str)[:60]
    return Explained(name, f"“{name}” cannot be {given}", f"{must_be(problem)}.")


def must_be(problem: Any) -> str:
    """What a value of the wrong type or size must be instead, as a sentence without its stop."""
    kind, context = problem["type"], problem.get("ctx", {})
    if kind in _MUST_BE:
        words = {key: f"{v:g}" if isinstance(v, float) else v for key, v in context.items()}
        return _MUST_BE[kind].format(**words)
    message = problem["msg"].removeprefix("Value error, ").replace("Input should be", "Must be")
    return str(message[:1].upper() + message[1:])


_MUST_BE = {
    "int_parsing": "Must be a whole number",
    "int_from_float": "Must be a whole number",
    "int_type": "Must be a whole number",
    "float_parsing": "Must be a number",
    "float_type": "Must be a number",
    "finite_number": "Must be a finite number",
    "bool_parsing": "Must be true or false",
    "bool_type": "Must be true or false",
    "string_type": "Must be a text, in quotes",
    "tuple_type": "Must be a list, in square brackets",
    "too_short": "Must not be empty",
    "model_type": "Must be an object, in curly brackets",
    "model_attributes_type": "Must be an object, in curly brackets",
    "greater_than": "Must be more than {gt}",
    "greater_than_equal": "Must be {ge} or more",
    "less_than": "Must be less than {lt}",
    "less_than_equal": "Must be {le} or less",
    "literal_error": "Must be {expected}",
    "missing": "This is missing",
}
"""By pydantic's kinds of problems."""


def did_you_mean(name: str, known: list[str]) -> str:
    """A question with the nearest known name, or nothing."""
    near = difflib.get_close_matches(name, known, 1, cutoff=0.5)
    return f"Did you mean “{near[0]}”? " if near else ""


def _places(location: tuple[int | str, ...]) -> tuple[list[str], type[BaseModel] | None]:
    """Names as in the file, without the kinds that pydantic puts between; and the part they are in.

    Args:
        location: As pydantic has it, such as ("model", "conv_bn", "filters", 0).
    """
    names: list[str] = []
    part: type[BaseModel] | None = Instruction
    rest = list(location)
    while rest:
        step = rest.pop(0)
        names.append(str(step))
        if part is None or not rest:
            continue
        field = part.model_fields.get(str(step))
        kinds = list(_parts_in(field.annotation)) if field is not None else []
        if len(kinds) > 1:
            kind = rest.pop(0)
            kinds = [each for each in kinds if kind in _kind_names(each)]
        if kinds:
            part = kinds[0]
        elif field is not None:
            part = None
    return names, part


def _parts_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _parts_in(argument)


def _kind_names(part: type[BaseModel]) -> tuple[str, ...]:
    return typing.get_args(part.model_fields["name"].annotation)
