"""Taking over the decisions of a colleague, as one operation that can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from sqlite3 import Row

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes
from core.cleaning.decision_file import BadLine
from core.cleaning.journal import CURRENT_USER, OperationKind, recording
from core.number_words import plural


class Subject(StrEnum):
    """What two people can differ about."""

    PHOTO = "photo"
    ITEM = "item"
    NOTE = "note"


class Choice(StrEnum):
    """Whose word counts in a conflict."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True)
class Opinion:
    """What somebody says.

    Attributes:
        says: A verdict, an item's state, or the text of a note.
        reason: Of a rejection, or "".
    """

    says: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.says or 'undecided'}{': ' if self.reason else ''}{self.reason}"


@dataclass(frozen=True)
class Difference:
    """Something that the colleague says and the project does not.

    Attributes:
        subject: What it is about.
        id: The photo's or the item's, in this project.
        item_id: The item, or the item that the photo is in.
        name: The photo's path or the item's key, for showing.
        mine: What is decided here.
        theirs: What the colleague has decided.
        why: Why it is a conflict where that does not show from the two opinions.
    """

    subject: Subject
    id: int
    item_id: int
    name: str
    mine: Opinion
    theirs: Opinion
    why: str = ""


@dataclass(frozen=True)
class Merge:
    """A decisions file held against the project.

    Attributes:
        by: Who wrote it.
        agreements: How many decisions are the same, or say no more than what is decided here.
        new: What can be taken over, because nothing is decided here.
        conflicts: What the user must choose in.
        pairs: Denied duplicates that are new.
        tags: Tags that the photo of that id does not have here.
        unknown: How many decisions are on photos and items that this project does not have.
        bad_lines: Lines of the file that could not be understood, the first thousand of them, and
        bad_line_count: how many there were.
    """

    by: str
    agreements: int
    new: tuple[Difference, ...]
    conflicts: tuple[Difference, ...]
    pairs: tuple[tuple[bytes, bytes], ...]
    tags: tuple[tuple[str, int], ...]
    unknown: int
    bad_lines: tuple[BadLine, ...]
    bad_line_count: int

    @property
    def new_count(self) -> int:
        """How many things can be taken over without a choice."""
        return len(self.new) + len(self.pairs) + len(self.tags)


def merge_decisions(
    catalogue: Catalogue,
    merge: Merge,
    choices: Mapping[int, Choice],
    *,
    who: str = CURRENT_USER,
) -> Changes:
    """Takes over what is new, and what was chosen of the conflicts, as one operation.

    What has been decided here otherwise since the comparison is left as it is.

    Args:
        catalogue: Changed.
        merge: As compared.
        choices: By the number of the conflict, from 0; for the others, what is decided here stays.
        who: In whose name it is journalled.
    """
    chosen = [
        conflict
        for number, conflict in enumerate(merge.conflicts)
        if choices.get(number) is Choice.THEIRS
    ]
    taken = 0
    with recording(catalogue, OperationKind.MERGE_DECISIONS, who) as record:
        for difference in (*merge.new, *chosen):
            table = "photo" if difference.subject is Subject.PHOTO else "item"
            row = catalogue.connection.execute(
                f"SELECT * FROM {table} WHERE id = ?", [difference.id]
            ).fetchone()
            if row is None or opinion(difference.subject, row) != difference.mine:
                continue
            says, reason = difference.theirs.says, difference.theirs.reason
            match difference.subject:
                case Subject.PHOTO:
                    taken += record.set_photo(row, verdict=says, reason=reason)
                case Subject.ITEM:
                    taken += record.set_item(row, state=says, reason=reason)
                case Subject.NOTE:
                    taken += record.set_item(row, note=says)
            if record.item_id is None:
                record.item_id = difference.item_id
        for first, second in merge.pairs:
            taken += record.add_not_duplicate(first, second)
        for name, photo_id in merge.tags:
            taken += record.tag(name, [photo_id])
        record.summary = f"Took over {plural(taken, 'decision')} of {merge.by or 'a colleague'}"
    return record.changes


def opinion(subject: Subject, row: Row) -> Opinion:
    """What is decided here, from the row of the photo or item."""
    match subject:
        case Subject.PHOTO:
            return Opinion(row["verdict"], row["reason"])
        case Subject.ITEM:
            return Opinion(row["state"], row["reason"])
        case Subject.NOTE:
            return Opinion(row["note"])
