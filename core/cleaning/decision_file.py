"""Decisions as a file of JSON lines, to be taken to another machine or given to a colleague.

The first line says what the file is. Each further line is one of
    {"photo": <SHA-256>, "crop": "", "item": <key>, "name": <path>, "verdict": …, "reason": …,
     "tags": [<name>, …]}
    {"item": <key>, "photos": [<SHA-256>, …], "state": …, "reason": …, "note": …}
    {"not_duplicate": [<content hash>, <content hash>]}
Photos are known by their contents, so it does not matter where a scrape lies or how its files are
called; item and name only tell copies of one file from each other. Moved photos, split and merged
items are not in the file.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.catalogue.database import Catalogue
from core.catalogue.paths import from_stored
from core.cleaning.decision_lines import (
    HASH_BYTES,
    Decision,
    parse_object,
    text_of,
    to_decision,
    what_is_wrong,
)
from core.cleaning.journal import CURRENT_USER
from core.errors import UserError, displayable
from core.number_words import plural
from core.project import write_atomically

_FORMAT = 1
_MAX_LINE_BYTES = 1_000_000
_MAX_BAD_LINES = 1000


@dataclass(frozen=True)
class BadLine:
    """A line that says nothing that could be understood.

    Attributes:
        number: From 1.
        why: In a few words.
    """

    number: int
    why: str


@dataclass(frozen=True)
class DecisionsExported:
    """What was written."""

    file: Path
    photos: int
    items: int
    pairs: int

    def __str__(self) -> str:
        return (
            f"Wrote decisions on {plural(self.photos, 'photo')} and {plural(self.items, 'item')},"
            f" and {plural(self.pairs, 'denied duplicate')}, to {displayable(self.file)}"
        )


def export_decisions(
    catalogue: Catalogue, file: Path, *, who: str = CURRENT_USER
) -> DecisionsExported:
    """Writes all decisions that stand; a file that is there already is replaced, whole.

    Raises:
        UserError: It cannot be written.
    """
    head = {"pickglass_decisions": _FORMAT, "by": who, "at": time.time()}
    photos = list(_photo_lines(catalogue))
    items = list(_item_lines(catalogue))
    pairs = [
        {"not_duplicate": [row[0].hex(), row[1].hex()]}
        for row in catalogue.connection.execute("SELECT hash_a, hash_b FROM not_duplicate")
    ]
    lines = [json.dumps(line) + "\n" for line in (head, *photos, *items, *pairs)]
    try:
        write_atomically(file, "".join(lines).encode("ascii"))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise UserError(
            f"The decisions cannot be written ({getattr(error, 'strerror', None) or error})",
            path=file,
            remedy="Choose a folder that you may write to, on a disk with room.",
        ) from error
    return DecisionsExported(file, len(photos), len(items), len(pairs))


class DecisionFile:
    """A decisions file as it is read, line by line.

    Attributes:
        by: Who wrote it.
        bad_lines: Lines passed over so far, the first thousand of them, and
        bad_line_count: how many there were.
    """

    def __init__(self, file: Path) -> None:
        """Reads the first line.

        Raises:
            UserError: The file cannot be read, is no decisions file, or one by a newer program.
        """
        self._file = file
        self.by = ""
        self.bad_lines: list[BadLine] = []
        self.bad_line_count = 0
        try:
            with file.open("rb") as lines:
                head = parse_object(lines.readline(_MAX_LINE_BYTES))
            version = head["pickglass_decisions"]
            self.by = text_of(head, "by")
        except OSError as error:
            raise UserError(
                f"The decisions file cannot be read ({error.strerror})",
                path=file,
                remedy="Choose a file that is there and that you may read.",
            ) from error
        except (ValueError, KeyError) as error:
            raise UserError(
                "This is no decisions file",
                path=file,
                remedy="Choose a file that “decisions-export” or Export decisions… has written.",
            ) from error
        if version != _FORMAT:
            raise UserError(
                "This decisions file was written by another version of Pickglass",
                path=file,
                remedy="Update Pickglass; nothing was changed.",
            )

    def __iter__(self) -> Iterator[Decision]:
        """The decisions; lines that say none are noted and passed over."""
        with self._file.open("rb") as lines:
            lines.readline(_MAX_LINE_BYTES)
            number = 1
            while line := lines.readline(_MAX_LINE_BYTES):
                number += 1
                if not line.endswith(b"\n") and len(line) == _MAX_LINE_BYTES:
                    while (rest := lines.readline(_MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                        pass
                    self._pass_over(number, "longer than a million bytes")
                elif line.strip():
                    try:
                        yield to_decision(parse_object(line))
                    except (ValueError, KeyError) as error:
                        self._pass_over(number, what_is_wrong(error))

    def _pass_over(self, number: int, why: str) -> None:
        self.bad_line_count += 1
        if len(self.bad_lines) < _MAX_BAD_LINES:
            self.bad_lines.append(BadLine(number, why))


def _photo_lines(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for row in catalogue.connection.execute(
        "SELECT photo.content_hash, photo.crop, photo.path, photo.verdict, photo.reason, item.key,"
        " (SELECT json_group_array(tag) FROM photo_tag WHERE photo_id = photo.id) AS tags"
        " FROM photo JOIN item ON item.id = photo.item_id"
        " WHERE (photo.verdict <> '' OR photo.id IN (SELECT photo_id FROM photo_tag))"
        " AND photo.content_hash IS NOT NULL ORDER BY photo.id"
    ):
        yield {
            "photo": row["content_hash"][:HASH_BYTES].hex(),
            "crop": row["crop"],
            "item": row["key"],
            "name": displayable(from_stored(row["path"])),
            "verdict": row["verdict"],
            "reason": row["reason"],
            "tags": sorted(json.loads(row["tags"])),
        }


def _item_lines(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for row in catalogue.connection.execute(
        "SELECT item.*, (SELECT json_group_array(hex(substr(content_hash, 1, 32)))"
        "  FROM photo WHERE item_id = item.id AND content_hash IS NOT NULL) AS contents"
        " FROM item WHERE (state <> 'open' OR note <> '') AND state <> 'merged' ORDER BY id"
    ):
        yield {
            "item": row["key"],
            "photos": [content.lower() for content in json.loads(row["contents"])],
            "state": row["state"],
            "reason": row["reason"],
            "note": row["note"],
        }
