"""The lines of a decisions file: what each may say, and reading it from JSON of any origin."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from core.catalogue.records import ItemState, RejectReason, Verdict
from core.cleaning.tagging import tag_name
from core.errors import UserError

HASH_BYTES = 32

T = TypeVar("T")


@dataclass(frozen=True)
class PhotoDecision:
    """What somebody said of a photo.

    Attributes:
        content: SHA-256 of its file.
        crop: As in `photo.crop`.
        item: The key of the item that it was in.
        name: Its path, for showing.
        verdict: Undecided where somebody only gave it tags.
        tags: Names that somebody gave it.
    """

    content: bytes
    crop: str
    item: str
    name: str
    verdict: Verdict
    reason: RejectReason | None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemDecision:
    """What somebody said of an item.

    Attributes:
        key: What the scrape calls it.
        contents: SHA-256 of each of its photos.
    """

    key: str
    contents: tuple[bytes, ...]
    state: ItemState
    reason: RejectReason | None
    note: str


@dataclass(frozen=True)
class PairDecision:
    """That two contents are no duplicates of each other."""

    contents: tuple[bytes, bytes]


Decision = PhotoDecision | ItemDecision | PairDecision


def parse_object(line: bytes) -> dict[str, Any]:
    """The JSON object that a line holds; raises ValueError with what is wrong."""
    try:
        values = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg})") from error
    except ValueError as error:
        raise ValueError("a number is too long") from error
    if not isinstance(values, dict):
        raise ValueError("not a JSON object")
    return values


def to_decision(line: dict[str, Any]) -> Decision:
    """What a line says; raises ValueError or KeyError with what is wrong."""
    if "not_duplicate" in line:
        pair = _hashes(line, "not_duplicate")
        if len(pair) != 2:
            raise ValueError("not_duplicate is no pair")
        return PairDecision((min(pair), max(pair)))
    if "photo" in line:
        verdict = _one_of(Verdict, line, "verdict")
        tags = _tags(line)
        if verdict is Verdict.UNDECIDED and not tags:
            raise ValueError("no verdict")
        return PhotoDecision(
            content=_hash(line["photo"]),
            crop=text_of(line, "crop"),
            item=text_of(line, "item"),
            name=text_of(line, "name"),
            verdict=verdict,
            reason=_reason(line) if verdict is Verdict.REJECTED else None,
            tags=tags,
        )
    if "item" in line:
        state = _one_of(ItemState, line, "state")
        if state is ItemState.MERGED:
            raise ValueError("merged items are not taken over")
        return ItemDecision(
            key=text_of(line, "item"),
            contents=tuple(_hashes(line, "photos")),
            state=state,
            reason=_reason(line) if state is ItemState.REJECTED else None,
            note=text_of(line, "note"),
        )
    raise ValueError("neither a photo, nor an item, nor a pair")


def text_of(line: dict[str, Any], key: str) -> str:
    """A text that UTF-8 can hold; raises ValueError or KeyError with what is wrong."""
    value = line[key]
    if not isinstance(value, str):
        raise ValueError(f"{key} is not a text")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"{key} holds half a character") from error
    return value


def _one_of(kind: Callable[[str], T], line: dict[str, Any], key: str) -> T:
    try:
        return kind(text_of(line, key))
    except ValueError as error:
        raise ValueError(f"{key} is none that there is") from error


def _reason(line: dict[str, Any]) -> RejectReason:
    return _one_of(RejectReason, line, "reason")


def _tags(line: dict[str, Any]) -> tuple[str, ...]:
    """The tags of a photo; none where an older program wrote the line."""
    values = line.get("tags", [])
    if not isinstance(values, list):
        raise ValueError("tags is not a list")
    try:
        return tuple(tag_name(text_of({"tag": value}, "tag")) for value in values)
    except UserError as error:
        raise ValueError(error.message) from error


def _hashes(line: dict[str, Any], key: str) -> list[bytes]:
    values = line[key]
    if not isinstance(values, list):
        raise ValueError(f"{key} is not a list")
    return [_hash(value) for value in values]


def _hash(value: object) -> bytes:
    if not isinstance(value, str) or len(value) != 2 * HASH_BYTES:
        raise ValueError("not a SHA-256")
    try:
        return bytes.fromhex(value)
    except ValueError as error:
        raise ValueError("not a SHA-256") from error


def what_is_wrong(error: ValueError | KeyError) -> str:
    """In a few words, what `to_decision` and the others have raised."""
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
