"""Holding the decisions of a colleague against those made here."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path
from sqlite3 import Connection, Row

from core.catalogue.database import Catalogue
from core.catalogue.paths import from_stored
from core.catalogue.records import ItemState, RejectReason, Verdict
from core.cleaning.decision_file import DecisionFile
from core.cleaning.decision_lines import ItemDecision, PairDecision, PhotoDecision
from core.cleaning.decision_merge import Difference, Merge, Opinion, Subject, opinion
from core.errors import displayable
from core.jobs.context import JobContext


def compare_decisions(catalogue: Catalogue, file: Path, context: JobContext | None = None) -> Merge:
    """Holds a decisions file against the project; changes nothing.

    Raises:
        UserError: The file cannot be read or is no decisions file.
    """
    context = context or JobContext()
    theirs = DecisionFile(file)
    comparison = _Comparison(catalogue.connection)
    for number, decision in enumerate(theirs):
        context.check_cancelled()
        context.report("Comparing decisions", number)
        match decision:
            case PhotoDecision():
                comparison.photo(decision)
            case ItemDecision():
                comparison.item(decision)
            case PairDecision():
                comparison.pair(decision)
    comparison.hold_back_losses()
    return Merge(
        by=theirs.by,
        agreements=comparison.agreements,
        new=tuple(comparison.new),
        conflicts=tuple(comparison.conflicts),
        pairs=tuple(comparison.pairs),
        tags=tuple(comparison.tags),
        unknown=comparison.unknown,
        bad_lines=tuple(theirs.bad_lines),
        bad_line_count=theirs.bad_line_count,
    )


class _Comparison:
    """Sorts decisions into what is agreed, new and contradicted."""

    def __init__(self, connection: Connection) -> None:
        self.agreements = 0
        self.unknown = 0
        self.new: list[Difference] = []
        self.conflicts: list[Difference] = []
        self.pairs: dict[tuple[bytes, bytes], None] = {}
        self.tags: list[tuple[str, int]] = []
        self._connection = connection
        self._matched: set[tuple[Subject, int]] = set()
        self._rejected_there: set[int] = set()

    def photo(self, theirs: PhotoDecision) -> None:
        said = Opinion(theirs.verdict, theirs.reason or "")
        row = self._photo_row(theirs)
        if row is None:
            self.unknown += 1
            return
        self._matched.add((Subject.PHOTO, row["id"]))
        new_tags = [name for name in theirs.tags if name not in self._tags_of(row["id"])]
        self.tags += [(name, row["id"]) for name in new_tags]
        if theirs.verdict is Verdict.UNDECIDED:
            self.agreements += not new_tags
            return
        if theirs.verdict is Verdict.REJECTED:
            self._rejected_there.add(row["id"])
        both_rejected = row["verdict"] == theirs.verdict == Verdict.REJECTED
        self._sort(
            Subject.PHOTO,
            row,
            row["item_id"],
            displayable(from_stored(row["path"])),
            said,
            is_new=row["verdict"] == Verdict.UNDECIDED
            or (both_rejected and row["reason"] == RejectReason.UNSPECIFIED),
            is_old=both_rejected and theirs.reason is RejectReason.UNSPECIFIED,
        )

    def item(self, theirs: ItemDecision) -> None:
        row = self._item_row(theirs)
        if row is None:
            self.unknown += 1
            return
        self._matched.add((Subject.ITEM, row["id"]))
        mine = row["state"]
        if theirs.state is not ItemState.OPEN:
            self._sort(
                Subject.ITEM,
                row,
                row["id"],
                row["key"],
                Opinion(theirs.state, theirs.reason or ""),
                is_new=mine == ItemState.OPEN
                or (mine == ItemState.SKIPPED and theirs.state is not ItemState.SKIPPED),
                is_old=theirs.state is ItemState.SKIPPED,
            )
        if theirs.note:
            self._sort(
                Subject.NOTE,
                row,
                row["id"],
                row["key"],
                Opinion(theirs.note),
                is_new=not row["note"],
                is_old=False,
            )

    def pair(self, theirs: PairDecision) -> None:
        first, second = theirs.contents
        known = self._connection.execute(
            "SELECT EXISTS (SELECT 1 FROM photo WHERE content_hash = ?1)"
            " AND EXISTS (SELECT 1 FROM photo WHERE content_hash = ?2),"
            " EXISTS (SELECT 1 FROM not_duplicate WHERE hash_a = ?1 AND hash_b = ?2)",
            [first, second],
        ).fetchone()
        if known[1]:
            self.agreements += 1
        elif not known[0]:
            self.unknown += 1
        else:
            self.pairs[first, second] = None

    def hold_back_losses(self) -> None:
        """Makes conflicts of new rejections that together with those made here lose a photo.

        Where two people each reject the other one of two copies, neither would be left; and where
        they reject different photos of an item, perhaps none.
        """
        rejections = Counter(
            difference.item_id for difference in self.new if _is_rejection(difference)
        )
        emptied = {
            item_id
            for item_id, count in rejections.items()
            if self._would_be_emptied(item_id, count)
        }
        new, self.new = self.new, []
        for difference in new:
            why = ""
            if _is_rejection(difference) and difference.item_id in emptied:
                why = "No photo of the item would be left."
            elif _is_rejection(difference) and self._would_lose_both(difference):
                why = "Its copy is rejected here, so neither would be left."
            if why:
                self.conflicts.append(dataclasses.replace(difference, why=why))
            else:
                self.new.append(difference)

    def _would_be_emptied(self, item_id: int, rejections: int) -> bool:
        """Whether so many more rejections leave no photo of an item where some are rejected."""
        kept, rejected = self._connection.execute(
            "SELECT sum(verdict <> 'rejected' AND status = 'ready'), sum(verdict = 'rejected')"
            " FROM photo WHERE item_id = ?",
            [item_id],
        ).fetchone()
        return bool(rejected) and 0 < kept <= rejections

    def _would_lose_both(self, difference: Difference) -> bool:
        """Whether a copy of the photo is rejected here, and not there."""
        if difference.theirs.reason != RejectReason.DUPLICATE:
            return False
        copies = self._connection.execute(
            "SELECT copy.id FROM standing_hint AS hint JOIN photo AS copy ON copy.id ="
            "  CASE hint.photo_id WHEN ?1 THEN hint.other_photo_id ELSE hint.photo_id END"
            " WHERE (hint.photo_id = ?1 OR hint.other_photo_id = ?1)"
            " AND copy.item_id = hint.item_id AND copy.verdict = 'rejected'"
            " AND copy.reason = 'duplicate'",
            [difference.id],
        )
        return any(row[0] not in self._rejected_there for row in copies)

    def _tags_of(self, photo_id: int) -> set[str]:
        """A photo's tags here. Those of two people add up: nobody denies one by not giving it."""
        rows = self._connection.execute("SELECT tag FROM photo_tag WHERE photo_id = ?", [photo_id])
        return {row[0] for row in rows}

    def _sort(
        self,
        subject: Subject,
        row: Row,
        item_id: int,
        name: str,
        theirs: Opinion,
        *,
        is_new: bool,
        is_old: bool,
    ) -> None:
        mine = opinion(subject, row)
        if mine == theirs:
            self.agreements += 1
            return
        difference = Difference(subject, row["id"], item_id, name, mine, theirs)
        if is_new:
            self.new.append(difference)
        elif is_old:
            self.agreements += 1
        else:
            self.conflicts.append(difference)

    def _photo_row(self, theirs: PhotoDecision) -> Row | None:
        """The photo that is meant; of several with these bytes, the likest one not yet taken.

        Copies of one file in one item are as good as each other, so if one is decided on in the
        same way here, it is that one: or else both would be rejected.
        """
        rows: list[Row] = self._connection.execute(
            "SELECT photo.*, item.key FROM photo JOIN item ON item.id = photo.item_id"
            " WHERE photo.content_hash = ? AND photo.crop = ? ORDER BY photo.id",
            [theirs.content, theirs.crop],
        ).fetchall()
        free = [row for row in rows if (Subject.PHOTO, row["id"]) not in self._matched]
        in_item = [row for row in free if row["key"] == theirs.item]
        if not in_item:
            return free[0] if len(rows) == len(free) == 1 else None
        return min(
            in_item,
            key=lambda row: (
                row["verdict"] != theirs.verdict,
                displayable(from_stored(row["path"])) != theirs.name,
                row["id"],
            ),
        )

    def _item_row(self, theirs: ItemDecision) -> Row | None:
        """The item that has the most of those photos; the key decides among equals."""
        if not theirs.contents:
            named: list[Row] = self._connection.execute(
                "SELECT * FROM item WHERE key = ? AND state <> 'merged'", [theirs.key]
            ).fetchall()
            return named[0] if len(named) == 1 else None
        shared: Counter[int] = Counter()
        for content in set(theirs.contents):
            shared.update(
                {
                    row[0]
                    for row in self._connection.execute(
                        "SELECT item_id FROM photo WHERE content_hash = ?", [content]
                    )
                }
            )
        rows = [
            row
            for item_id in shared
            for row in self._connection.execute("SELECT * FROM item WHERE id = ?", [item_id])
            if (Subject.ITEM, item_id) not in self._matched
        ]
        rows.sort(key=lambda row: (-shared[row["id"]], row["key"] != theirs.key, row["id"]))
        if not rows:
            return None
        tie = len(rows) > 1 and shared[rows[0]["id"]] == shared[rows[1]["id"]]
        return None if tie and rows[0]["key"] != theirs.key else rows[0]


def _is_rejection(difference: Difference) -> bool:
    return (
        difference.subject is Subject.PHOTO
        and difference.theirs.says == Verdict.REJECTED
        and difference.mine.says != Verdict.REJECTED
    )
