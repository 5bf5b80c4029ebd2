"""Reading the objects of a JSON file one by one, however large it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

_CHUNK = 1 << 20
MAX_VALUE = 1 << 26
"""Characters of a single object; a larger one is taken for damage."""

_WRAPPERS = frozenset(("items", "catalog_items", "data", "results", "products", "listings"))
_SPACE = " \t\r\n\ufeff\x1e"


class DamagedJson(Exception):  # noqa: N818 - reads as what it is
    """The file is not JSON from here on; what came before was."""


def objects(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a list, of `{"items": [...]}`, of JSON lines, or of lines of any of these.

    Memory is that of the largest object. What is no object is passed over.

    Raises:
        DamagedJson: Once everything before the damage was given.
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(2)
    encoding = "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        text = _Text(file)
        while text.peek():
            yield from _unwrapped(text, depth=0)
            if text.peek() == ",":
                text.skip()


def _unwrapped(text: _Text, depth: int) -> Iterator[dict[str, Any]]:
    """The objects in the value that comes next, which it reads to its end."""
    first = text.peek()
    if first == "[" and depth < 4:
        text.skip()
        while text.peek() != "]":
            yield from _unwrapped(text, depth + 1)
            if text.peek() == ",":
                text.skip()
            elif text.peek() != "]":
                raise DamagedJson(f"a list breaks off near {text.nearby()!r}")
        text.skip()
    elif first == "{":
        whole = text.value_if_short()
        if whole is not None:
            yield from _in_wrapper(whole, depth)
        else:
            yield from _long_object(text, depth)
    else:
        text.value()


def _long_object(text: _Text, depth: int) -> Iterator[dict[str, Any]]:
    """An object too long for one piece: its lists of items are streamed, the rest is kept."""
    kept: dict[str, Any] = {}
    text.skip()
    while text.peek() != "}":
        name = text.value()
        if text.peek() != ":":
            raise DamagedJson(f"an object breaks off near {text.nearby()!r}")
        text.skip()
        if name in _WRAPPERS and text.peek() in ("[", "{"):
            yield from _unwrapped(text, depth + 1)
        else:
            kept[str(name)] = text.value()
        if text.peek() == ",":
            text.skip()
        elif text.peek() != "}":
            raise DamagedJson(f"an object breaks off near {text.nearby()!r}")
    text.skip()
    if "id" in kept:
        yield kept


def _in_wrapper(value: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    inner = next(
        (v for k, v in value.items() if k in _WRAPPERS and isinstance(v, list | dict)), None
    )
    if inner is None or "id" in value or depth > 4:
        yield value
        return
    for entry in inner if isinstance(inner, list) else [inner]:
        if isinstance(entry, dict):
            yield from _in_wrapper(entry, depth + 1)


class _Text:
    """A window that moves over a file."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._buffer = ""
        self._at = 0
        self._ended = False
        self._decoder = json.JSONDecoder(strict=False)

    def peek(self) -> str:
        """The next character that is no space, "" at the end."""
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _SPACE:
                    return self._buffer[self._at]
                self._at += 1
            if not self._more():
                return ""

    def skip(self) -> None:
        """Goes past the character that `peek` gave."""
        self._at += 1

    def value(self) -> Any:
        """The next value, whole."""
        value = self._value(MAX_VALUE)
        if value is None:
            raise DamagedJson(f"no JSON, or too long, near {self.nearby()!r}")
        return value[0]

    def value_if_short(self) -> dict[str, Any] | None:
        """The next object if it ends within a few megabytes, else None and nothing is read."""
        value = self._value(4 * _CHUNK)
        return value[0] if value is not None and isinstance(value[0], dict) else None

    def nearby(self) -> str:
        return self._buffer[self._at : self._at + 40]

    def _value(self, limit: int) -> tuple[Any] | None:
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._at)
            except (ValueError, RecursionError):
                if len(self._buffer) - self._at > limit or not self._more():
                    return None
                continue
            # A number at the window's end may go on behind it.
            if end < len(self._buffer) or not self._more():
                self._at = end
                return (value,)

    def _more(self) -> bool:
        if self._ended:
            return False
        # As much again as is there: trying again after each chunk would be quadratic.
        chunk = self._file.read(max(_CHUNK, len(self._buffer) - self._at))
        self._ended = not chunk
        if chunk:
            self._buffer = self._buffer[self._at :] + chunk
            self._at = 0
        return bool(chunk)
