"""The form that an instruction's JSON schema describes: groups of fields, said without a widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any

Path = tuple[str, ...]
"""Names from the outside in: ("optimizer", "learning_rate")."""

Schema = Mapping[str, Any]


class Kind(Enum):
    """What a field holds."""

    TEXT = auto()
    INTEGER = auto()
    NUMBER = auto()
    SWITCH = auto()
    CHOICE = auto()
    INTEGERS = auto()
    TEXTS = auto()


class Picks(StrEnum):
    """What a field's values can be chosen among, beside being typed."""

    CATEGORIES = "categories"
    SOURCES = "sources"
    WEIGHTS = "weights"


@dataclass(frozen=True)
class FormField:
    """One value.

    Attributes:
        path: Where it is in the instruction.
        is_optional: Whether it may be empty (null).
        choices: Of a `CHOICE`.
        limits: What values are allowed, in words, or "".
        heading: What it belongs to within its group, or "".
        default: What it is where nothing is said.
        picks: What it can be chosen among; None for what is only typed.
    """

    path: Path
    title: str
    description: str
    kind: Kind
    is_optional: bool = False
    choices: tuple[str, ...] = ()
    limits: str = ""
    heading: str = ""
    default: Any = None
    picks: Picks | None = None


@dataclass(frozen=True)
class Variant:
    """What a group looks like while its `name` is one of some."""

    description: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True)
class FormGroup:
    """Fields under a heading.

    Attributes:
        path: Of the object that they are in; () for the instruction itself.
        fields: Those that are always there.
        variants: By the value of `name`, where that decides which fields there are.
        is_optional: Whether the whole group may be left out (null).
    """

    path: Path
    title: str
    description: str
    fields: tuple[FormField, ...] = ()
    variants: Mapping[str, Variant] = field(default_factory=dict)
    is_optional: bool = False

    @property
    def name(self) -> str:
        return self.path[-1] if self.path else "general"

    def fields_for(self, variant: str | None) -> tuple[FormField, ...]:
        """The fields beside `name` for a value of it."""
        chosen = None if variant is None else self.variants.get(variant)
        return self.fields if chosen is None else chosen.fields


def form_of(schema: Schema) -> tuple[FormGroup, ...]:
    """The groups of an instruction's schema, in its order; loose values come first."""
    definitions = schema.get("$defs", {})
    loose: list[FormField] = []
    groups: list[FormGroup] = []
    for name, part in schema["properties"].items():
        inner, is_optional = _without_null(part)
        target = _resolved(inner, definitions)
        title = part.get("title", target.get("title", name))
        if "oneOf" in inner:
            groups.append(_union(name, title, inner, definitions))
            continue
        if "properties" in target:
            groups.append(
                FormGroup(
                    (name,),
                    title,
                    target.get("description", ""),
                    _fields(target, (name,), definitions),
                    is_optional=is_optional,
                )
            )
        else:
            loose.append(_field((name,), part, definitions))
    return (FormGroup((), "General", "", tuple(loose)), *groups)


def _union(name: str, title: str, part: Schema, definitions: Schema) -> FormGroup:
    variants: dict[str, Variant] = {}
    for value, reference in part["discriminator"]["mapping"].items():
        target = _resolved({"$ref": reference}, definitions)
        fields = [
            each for each in _fields(target, (name,), definitions) if each.path != (name, "name")
        ]
        variants[value] = Variant(target.get("description", ""), tuple(fields))
    # In the order in which the program lists them, not the alphabet's.
    order = [_names_of(_resolved(each, definitions)) for each in part["oneOf"]]
    listed = {value: variants[value] for values in order for value in values}
    return FormGroup((name,), title, "", variants=listed)


def _names_of(target: Schema) -> tuple[str, ...]:
    name = target["properties"]["name"]
    return tuple(name["enum"]) if "enum" in name else (name["const"],)


def _fields(
    target: Schema, path: Path, definitions: Schema, heading: str = ""
) -> tuple[FormField, ...]:
    fields: list[FormField] = []
    for name, part in target["properties"].items():
        inner = _resolved(_without_null(part)[0], definitions)
        if "properties" in inner:
            fields += _fields(inner, (*path, name), definitions, part.get("title", name))
        else:
            fields.append(_field((*path, name), part, definitions, heading))
    return tuple(fields)


def _field(path: Path, part: Schema, definitions: Schema, heading: str = "") -> FormField:
    inner, is_optional = _without_null(part)
    inner = _resolved(inner, definitions)
    choices = tuple(str(each) for each in inner.get("enum", ()))
    return FormField(
        path=path,
        title=part.get("title", path[-1]),
        description=part.get("description", inner.get("description", "")),
        kind=_kind(inner),
        is_optional=is_optional,
        choices=choices,
        limits=_limits(inner),
        heading=heading,
        default=part.get("default"),
        picks=Picks(part["picks"]) if "picks" in part else None,
    )


def _kind(part: Schema) -> Kind:
    if "enum" in part:
        return Kind.CHOICE
    match part.get("type"):
        case "boolean":
            return Kind.SWITCH
        case "integer":
            return Kind.INTEGER
        case "number":
            return Kind.NUMBER
        case "array":
            is_whole = part["items"].get("type") == "integer"
            return Kind.INTEGERS if is_whole else Kind.TEXTS
        case _:
            return Kind.TEXT


def _limits(part: Schema) -> str:
    low, high = part.get("minimum"), part.get("maximum")
    above, below = part.get("exclusiveMinimum"), part.get("exclusiveMaximum")
    parts = []
    if low is not None and high is not None:
        return f"{low:,} to {high:,}"
    if low is not None:
        parts.append(f"{low:,} or more")
    if above is not None:
        parts.append(f"above {above:,}")
    if high is not None:
        parts.append(f"at most {high:,}")
    if below is not None:
        parts.append(f"below {below:,}")
    return ", ".join(parts)


def _without_null(part: Schema) -> tuple[Schema, bool]:
    """The schema of what is there when something is, and whether there may be nothing."""
    options = part.get("anyOf")
    if options is None:
        return part, False
    some = [each for each in options if each.get("type") != "null"]
    return some[0], len(some) < len(options)


def _resolved(part: Schema, definitions: Schema) -> Schema:
    reference = part.get("$ref")
    return part if reference is None else definitions[reference.rpartition("/")[2]]
