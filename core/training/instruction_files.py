"""Reading instruction files: JSON that says only what differs, from the defaults or from a parent.

`"extends": "FILE"` names the parent, relative to the file's folder, or a preset by its name. The
child's values replace the parent's one by one; a part of another kind (another network, loss or
schedule) replaces the parent's whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from core.errors import UserError
from core.project import write_atomically
from core.training.instruction import Instruction, Transfer
from core.training.instruction_problems import did_you_mean, explain
from core.training.instruction_values import flat_values
from core.training.named_paths import is_file

PRESETS = Path(__file__).parents[2] / "resources" / "instructions"

_EXTENDS = "extends"
_MOST_BYTES = 1_000_000
_DEEPEST = 50
_KINDS = {part: getattr(Instruction(), part).name for part in ("model", "loss", "schedule")}
"""The parts that come in kinds, each with fields of its own, and the default kind."""


@dataclass(frozen=True)
class Preset:
    """An instruction that comes with the program.

    Attributes:
        name: What to call it.
        file: Where it lies.
        instruction: What it says.
    """

    name: str
    file: Path
    instruction: Instruction


def list_presets(folder: Path = PRESETS) -> tuple[Preset, ...]:
    """The instructions that come with the program: ours, the demo, the rest by name."""
    files = sorted(folder.glob("*.json"), key=lambda file: (_ORDER.get(file.stem, 9), file.stem))
    return tuple(Preset(file.stem, file, load_instruction(file)) for file in files)


_ORDER = {"ours": 0, "demo": 1, "original": 2}


def read_preset(name: str, folder: Path = PRESETS) -> Instruction:
    """The preset of that name.

    Raises:
        UserError: There is none; says which is nearest.
    """
    names = sorted(file.stem for file in folder.glob("*.json"))
    if name not in names:
        raise UserError(
            f"There is no preset called “{name}”",
            remedy=f"{did_you_mean(name, names)}There are: {', '.join(names)}.",
        )
    return load_instruction(folder / f"{name}.json")


def load_instruction(path: Path) -> Instruction:
    """The instruction in a file, with all that it inherits.

    Raises:
        UserError: A file is missing or no JSON, extends itself, or says what is not known; names
            the file that does, and the nearest known name.
    """
    values, origins = _with_parents(path, read_json_object(path), ())
    return _validated(values, origins, path)


def parse_instruction(text: str, path: Path | None = None) -> Instruction:
    """The instruction that a text says.

    Args:
        text: JSON, as in a file.
        path: The file that it is to be in; what it extends is looked for beside it.

    Raises:
        UserError: As `load_instruction`.
    """
    values, origins = _with_parents(path, _json_object(text, path), ())
    return _validated(values, origins, path)


def save_instruction(path: Path, instruction: Instruction) -> None:
    """Writes a file that says what differs from the defaults.

    Raises:
        UserError: The file cannot be written.
    """
    try:
        write_atomically(path, (json.dumps(sparse_values(instruction), indent=2) + "\n").encode())
    except OSError as error:
        raise UserError(
            f"The instruction cannot be written ({error.strerror})",
            path=path,
            remedy="Choose a folder that you may write to, on a disk with space left.",
        ) from error


def changed_values(instruction: Instruction) -> dict[str, object]:
    """What differs from the defaults: value by dotted name, such as "model.embedding_size".

    The values of a network, loss or schedule other than the default one are held against the
    defaults of that kind; its name is among what differs.
    """
    usual = Instruction()
    parts = {name: part for name, part in instruction if isinstance(part, BaseModel)}
    same_kinds = Instruction(**{name: _defaults_of(part) for name, part in parts.items()})
    defaults = flat_values(same_kinds)
    changed = {
        name: value for name, value in flat_values(instruction).items() if value != defaults[name]
    }
    for name, part in parts.items():
        if (kind := getattr(part, "name", None)) != getattr(getattr(usual, name), "name", None):
            changed[f"{name}.name"] = kind
    if instruction.pretraining is not None:
        changed["pretraining"] = instruction.pretraining.model_dump()
    return changed


def sparse_values(instruction: Instruction) -> dict[str, Any]:
    """What differs from the defaults, nested as in a file; `Instruction(**…)` is the same again."""
    whole = instruction.model_dump(mode="json")
    sparse: dict[str, Any] = {}
    for name in changed_values(instruction):
        into, source = sparse, whole
        *parents, last = name.split(".")
        for parent in parents:
            source = source[parent]
            into = into.setdefault(parent, {"name": source["name"]} if parent in _KINDS else {})
        into[last] = source[last]
    if instruction.pretraining is not None:
        # Whole, for its augmentation's defaults are not those of an augmentation elsewhere.
        sparse["pretraining"] = whole["pretraining"]
    return sparse


def _defaults_of(part: BaseModel) -> BaseModel:
    kind = {"name": part.name} if isinstance(part, Transfer) else {}
    return type(part)(**kind)


def read_json_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        UserError: There is none; says in which line.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UserError(
            f"The instruction file cannot be read ({error.strerror})",
            path=path,
            remedy="Choose a file that is there and that you may read.",
        ) from error
    if len(data) > _MOST_BYTES:
        raise UserError(
            "This file is too large for an instruction", path=path, remedy="Choose another file."
        )
    return _json_object(data.decode("utf-8-sig", "replace"), path)


def deep_merged(
    parent: Mapping[str, Any], child: Mapping[str, Any], kinds: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The parent's values, replaced by the child's key by key, recursively.

    Args:
        parent: The values below.
        child: The values above.
        kinds: Keys whose value is replaced whole where the child gives it another "name".
    """
    merged = dict(parent)
    for key, value in child.items():
        before = merged.get(key)
        merged[key] = value
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            kind = before.get("name")
            if key not in kinds or value.get("name", kind) == kind:
                merged[key] = deep_merged(before, value)
    return merged


def _with_parents(
    path: Path | None, values: dict[str, Any], children: tuple[Path, ...]
) -> tuple[dict[str, Any], dict[str, Path]]:
    """The values with the parents' below them, and the file that says each, by dotted name."""
    own = {key: value for key, value in values.items() if key != _EXTENDS}
    origins = {} if path is None else dict.fromkeys(_dotted(own), path)
    wanted = values.get(_EXTENDS)
    if wanted is None:
        return _with_kinds(own), origins
    if not isinstance(wanted, str) or not wanted:
        raise UserError(
            "“extends” must be the name of a file or of a preset",
            path=path,
            remedy='Write it as a text, such as "extends": "ours".',
        )
    parent = _find_parent(wanted, path)
    chain = children if path is None else (*children, path.resolve())
    if parent.resolve() in chain or len(chain) > _DEEPEST:
        names = " → ".join(file.name for file in (*chain, parent))
        raise UserError(
            f"The instruction extends itself: {names}",
            path=path,
            remedy="Take “extends” out of one of these files.",
        )
    inherited, parents_origins = _with_parents(parent, read_json_object(parent), chain)
    return deep_merged(inherited, own, frozenset(_KINDS)), {**parents_origins, **origins}


def _find_parent(wanted: str, path: Path | None) -> Path:
    folder = Path.cwd() if path is None else path.parent
    candidates = [folder / wanted, folder / f"{wanted}.json", PRESETS / f"{wanted}.json"]
    for candidate in candidates:
        if is_file(candidate):
            return candidate
    presets = [file.stem for file in PRESETS.glob("*.json")]
    raise UserError(
        f"The file “{wanted}”, which the instruction extends, is not there",
        path=path,
        remedy=f"{did_you_mean(wanted, presets)}Name a file relative to this one, or a preset.",
    )


def _with_kinds(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, where a part that does not say its kind is of the default one."""
    return {
        key: {"name": _KINDS[key], **value}
        if key in _KINDS and isinstance(value, Mapping)
        else value
        for key, value in values.items()
    }


def _json_object(text: str, path: Path | None) -> dict[str, Any]:
    try:
        values = json.loads(text, object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as error:
        raise UserError(
            f"The instruction is not valid JSON ({error})",
            path=path,
            remedy="Mend it there: look for a missing comma, quote or bracket just before.",
        ) from error
    if not isinstance(values, dict):
        raise UserError(
            "The instruction is not a JSON object",
            path=path,
            remedy="Begin the file with { and end it with }.",
        )
    return values


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _value in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key “{twin}” stands there twice")
    return values


def _dotted(values: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in values.items():
        yield f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _dotted(value, f"{prefix}{key}.")


def _validated(
    values: Mapping[str, Any], origins: Mapping[str, Path], path: Path | None
) -> Instruction:
    try:
        return Instruction.model_validate(_with_kinds(values))
    except ValidationError as error:
        problems = [explain(each) for each in error.errors()]
    first, *others = problems
    remedy = first.remedy
    if others:
        names = ", ".join(dict.fromkeys(f"“{other.name}”" for other in others))
        remedy += f" Not right either: {names}."
    raise UserError(first.message, path=origins.get(first.name, path), remedy=remedy)
