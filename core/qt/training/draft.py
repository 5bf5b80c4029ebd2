"""The instruction that the user is writing: one value that the form and the JSON text both show."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from PyQt5.QtCore import QObject, pyqtSignal

from core.qt.training.form_fields import Path
from core.training.instruction import Instruction
from core.training.instruction_problems import explain, must_be

Values = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one value, or with the whole where the path is ()."""

    path: Path
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(self.path)}: {self.message}" if self.path else self.message


class Draft(QObject):
    """Values that may be wrong for a while, and what is wrong with them."""

    changed = pyqtSignal()
    """Something about it is another than before."""

    def __init__(self, parent: QObject) -> None:
        """The default instruction, unchanged."""
        super().__init__(parent)
        self.values: Values = dumped(Instruction())
        self.faults: tuple[Fault, ...] = ()
        self._base = copy.deepcopy(self.values)

    @property
    def instruction(self) -> Instruction | None:
        """What it says; None while it is wrong."""
        try:
            return Instruction.model_validate(self.values)
        except ValidationError:
            return None

    def begin_with(self, instruction: Instruction) -> None:
        """Starts anew from an instruction; what is changed from now on is marked."""
        self._base = dumped(instruction)
        self._take(copy.deepcopy(self._base))

    def value(self, path: Path, default: Any = None) -> Any:
        """The value there, or the default where there is none."""
        return _get(self.values, path, default)

    def base_value(self, path: Path, default: Any = None) -> Any:
        """What the value was when the draft was begun."""
        name = (path[0], "name")
        if path[0] in _UNIONS and path != name and self.value(name) != _get(self._base, name, None):
            return default  # it began with another network, loss or schedule
        return _get(self._base, path, default)

    def is_changed(self, path: Path, default: Any = None) -> bool:
        """Whether the value is another than when the draft was begun."""
        return bool(self.value(path, default) != self.base_value(path, default))

    def changes(self) -> int:
        """How many values are others than when the draft was begun."""
        now, then = _flat(self.values), _flat(self._base)
        return sum(now.get(name) != then.get(name) for name in now.keys() | then.keys())

    def set_value(self, path: Path, value: Any) -> None:
        """Changes one value; what depends on it follows."""
        values = copy.deepcopy(self.values)
        _set(values, path, value)
        if path[-1] == "name" and len(path) == 2:
            _follow_name(values, path[0])
        self._take(values)

    def reset(self, path: Path, default: Any = None) -> None:
        """Takes the change of one value back."""
        self.set_value(path, copy.deepcopy(self.base_value(path, default)))

    def reset_all(self) -> None:
        """Takes all changes back."""
        self._take(copy.deepcopy(self._base))

    def take_values(self, values: object) -> tuple[Fault, ...]:
        """Takes values that were written as text, unless they are wrong; says what is wrong."""
        faults = faults_of(values)
        if not faults:
            self._take(dumped(Instruction.model_validate(values)))
        return faults

    def _take(self, values: Values) -> None:
        self.faults = faults_of(values)
        # Whole where it is right: another network's fields come with their defaults.
        self.values = values if self.faults else dumped(Instruction.model_validate(values))
        self.changed.emit()


def dumped(instruction: Instruction) -> Values:
    """An instruction as plain JSON values."""
    values: Values = json.loads(instruction.model_dump_json())
    return values


def faults_of(values: object) -> tuple[Fault, ...]:
    """What is wrong with the values of an instruction."""
    try:
        Instruction.model_validate(values)
    except ValidationError as error:
        return tuple(_fault(each) for each in error.errors(include_url=False))
    return ()


def _fault(problem: Any) -> Fault:
    explained = explain(problem)
    # Without the place in a list: the list is what the form shows.
    path = tuple(name for name in explained.name.split(".") if name and not name.isdigit())
    if problem["type"] in ("extra_forbidden", "union_tag_invalid", "union_tag_not_found"):
        return Fault(path, f"{explained.message}. {explained.remedy}")
    return Fault(path, must_be(problem))


def _follow_name(values: Values, group: str) -> None:
    """Keeps to one another what cannot be without the other."""
    name = values[group]["name"]
    if group == "model":
        if name == "vae":
            values["loss"] = {"name": "elbo"}
        elif values["loss"].get("name") == "elbo":
            values["loss"] = {"name": "semi_hard_triplet"}
    if group == "loss":
        if name == "elbo":
            values["model"] = {"name": "vae"}
        elif values["model"].get("name") == "vae":
            values["model"] = {"name": "conv_bn"}
    # Only what every variant has is kept; the rest comes with the new one's defaults.
    if group in _UNIONS:
        kept = {key: values[group][key] for key in _COMMON & values[group].keys()}
        values[group] = {"name": values[group]["name"], **kept}
        if faults_of(values):
            values[group] = {"name": values[group]["name"]}


_UNIONS = frozenset({"model", "loss", "schedule"})
"""The groups whose `name` decides which values there are."""

_COMMON = frozenset({"embedding_size", "dropout", "distance", "margin"})


def _get(values: Any, path: Path, default: Any) -> Any:
    for name in path:
        if not isinstance(values, Mapping) or name not in values:
            return default
        values = values[name]
    return values


def _set(values: Values, path: Path, value: Any) -> None:
    here: Any = values
    for name in path[:-1]:
        if not isinstance(here.get(name), dict):
            here[name] = {}
        here = here[name]
    here[path[-1]] = value


def _flat(values: Mapping[str, Any], before: Path = ()) -> dict[Path, Any]:
    flat: dict[Path, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, (*before, name))
        else:
            flat[(*before, name)] = value
    return flat
