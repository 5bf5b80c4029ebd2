"""The values of a team's instruction file, and the account of what became of each."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import UserError

_LONGEST_LITERAL = 10_000


@dataclass(frozen=True)
class Mapped:
    """A value of theirs and what it became.

    Attributes:
        key: Their key, with dots.
        value: Their value, as text.
        to: Ours, as "loss.margin = 0.5", or what is done in any case.
    """

    key: str
    value: str
    to: str


@dataclass(frozen=True)
class Ignored:
    """A value of theirs that changes nothing here.

    Attributes:
        key: Their key, with dots.
        value: Their value, as text.
        why: Why not.
    """

    key: str
    value: str
    why: str


@dataclass(frozen=True)
class MappingReport:
    """What became of each value of a team's file."""

    mapped: tuple[Mapped, ...]
    ignored: tuple[Ignored, ...]

    def __str__(self) -> str:
        lines = [f"  {each.key} = {each.value} → {each.to}" for each in self.mapped]
        left = [f"  {each.key} = {each.value}: {each.why}" for each in self.ignored]
        return "\n".join(["Taken over:", *lines, *(["Ignored:", *left] if left else [])])


class TeamValues:
    """Their values as leaves by dotted key; each is to be taken over or ignored once."""

    def __init__(self, path: Path, values: Mapping[str, Any]) -> None:
        self.path = path
        self.mapped: list[Mapped] = []
        self.ignored: list[Ignored] = []
        self._leaves: dict[str, Any] = {}
        self._add("", values)

    def take(self, key: str, default: Any = None) -> Any:
        """The value at a key, if it was not taken yet, without a word in the report."""
        return self._leaves.pop(key, default)

    def move(
        self,
        key: str,
        ours: dict[str, Any],
        name: str,
        change: Callable[[Any], Any] = lambda value: value,
        note: str = "",
        among: Mapping[str, Any] | None = None,
    ) -> None:
        """Puts the value at a key, changed, into ours, if it is there and not None.

        Args:
            key: Theirs, dotted.
            ours: Our instruction's values, nested.
            name: Ours, as "loss.margin".
            change: Makes our value of theirs.
            note: To be said in the report.
            among: What `change` is instead, if it is a name: ours by theirs.

        Raises:
            UserError: Theirs is of another kind than it can be.
        """
        if key not in self._leaves:
            return
        value = self._leaves.pop(key)
        if value is None:
            self.ignored.append(Ignored(key, "None", "as by default"))
            return
        part, _, last = name.partition(".")
        into = ours.setdefault(part, {})
        try:
            into[last] = change(value) if among is None else among[value]
        except (TypeError, ValueError, OverflowError, LookupError) as error:
            raise UserError(
                f"“{key}” cannot be {value!r}",
                path=self.path,
                remedy="Write a value of the kind that this key has in the team's program."
                if among is None
                else f"Known are: {', '.join(among)}.",
            ) from error
        put = into[last] if isinstance(into[last], str) else json.dumps(into[last])
        self.tell(key, value, f"{name} = {put}{note}")

    def tell(self, key: str, value: Any, to: str) -> None:
        self.mapped.append(Mapped(key, str(value), to))

    def ignore(self, key: str, why: str) -> None:
        """Reports all that is left at and below a key as ignored."""
        for name in list(self._leaves):
            if not key or name == key or name.startswith(f"{key}."):
                self.ignored.append(Ignored(name, str(self._leaves.pop(name)), why))

    def known(self, key: str, table: Mapping[str, Any], what: str) -> tuple[str, Any]:
        """The last part of the dotted path at a key, and what the table has for it.

        Raises:
            UserError: The table, of what is called `what`, does not have it.
        """
        dotted = str(self._leaves.pop(key))
        last = dotted.rpartition(".")[2]
        if last not in table:
            raise UserError(
                f"“{dotted}” is no {what} that is known here",
                path=self.path,
                remedy=f"Known are: {', '.join(table)}.",
            )
        return last, table[last]

    def __contains__(self, key: str) -> bool:
        return key in self._leaves

    def below(self, key: str) -> list[str]:
        """The keys of leaves at and below a key."""
        return [name for name in self._leaves if name == key or name.startswith(f"{key}.")]

    def _add(self, prefix: str, value: Any) -> None:
        if isinstance(value, Mapping) and value:
            for key, below in value.items():
                # Their callbacks' keys are dotted paths, of which the last part tells.
                name = key.rpartition(".")[2] if prefix == "callbacks." else key
                self._add_leaf_or_more(f"{prefix}{name}", below)
        elif prefix:
            self._leaves[prefix.rstrip(".")] = {}

    def _add_leaf_or_more(self, name: str, value: Any) -> None:
        if isinstance(value, Mapping):
            self._add(f"{name}.", value)
        else:
            self._leaves[name] = literal(value)


def literal(value: Any) -> Any:
    """What a value means: a string that is a Python literal becomes what it says."""
    if not isinstance(value, str) or len(value) > _LONGEST_LITERAL:
        return value
    try:
        return ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return value
