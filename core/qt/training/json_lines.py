"""Where in a JSON text a value stands, so that what is wrong with it can be shown there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from core.qt.training.form_fields import Path

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def lines_of(text: str) -> dict[Path, int]:
    """The line, counted from 0, of every key in a text that is JSON; an array's items share one."""
    lines: dict[Path, int] = {}
    path: list[str] = []
    kinds: list[str] = []
    key: str | None = None
    last = ""
    for token in _TOKEN.finditer(text):
        word = token.group()
        if word in "{[":
            if kinds and kinds[-1] == "{" and key is not None:
                path.append(key)
            elif kinds:
                path.append("")
            kinds.append(word)
            key = None
        elif word in "}]":
            kinds.pop()
            if path:
                path.pop()
            key = None
        elif word == ":" and kinds and kinds[-1] == "{":
            key = json.loads(last)
            lines[(*(part for part in path if part), key)] = text.count("\n", 0, token.start())
        last = word
    return lines


def line_of(path: Sequence[str | int], lines: Mapping[Path, int]) -> int:
    """The line of a value, or of the innermost thing around it that has one."""
    names = tuple(str(part) for part in path)
    while names:
        if names in lines:
            return lines[names]
        names = names[:-1]
    return 0


def as_text(values: object) -> str:
    """JSON as people write it: indented, with lists of plain values on one line."""
    text = json.dumps(values, indent=2, ensure_ascii=False)
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", _on_one_line, text)


def _on_one_line(found: re.Match[str]) -> str:
    return "[" + re.sub(r"\s*\n\s*", " ", found.group(1)) + "]"
