"""Finds the hints of all items whose photos have changed, and photos that several items have.

Items are looked at in several processes and written by one. An item's old hints stand until the new
ones take their place; what was found before a stop stays, and the next run goes on there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from core.catalogue.counts import refresh_hints
from core.catalogue.database import Catalogue
from core.catalogue.records import HintKind, PhotoStatus
from core.catalogue.settings import read_setting, write_setting
from core.cleaning.cross_item import RADIUS, Across, find_across
from core.cleaning.features import FEATURES_VERSION
from core.cleaning.item_hints import HintRow, ItemHints, look_at_items
from core.cleaning.photo_features import FeatureReader
from core.jobs.context import JobContext
from core.jobs.processes import spread
from core.number_words import plural

_STAGE = "Looking for hints"
_ITEMS_A_TASK = 4
_COMMIT_EVERY_S = 1.0
# Starting a process costs about as much as looking at so many items.
_TOO_FEW = 40
SENT = "from the explorer"
"""`relation` of hints that the user sent from elsewhere; they are not found again, so they stay."""

# Whether items have changed since the last search over the whole catalogue.
_ACROSS_PENDING = "cross_item_search_pending"
# What the last search over the whole catalogue was made with.
_RADIUS = "cross_item_radius"


@dataclass(frozen=True)
class HintResult:
    """What looking for hints came to.

    Attributes:
        items: How many items were looked at.
        hints: How many hints there are now, in all items.
        items_with_hints: In how many items.
        by_kind: How many of each kind.
        left_out: Pictures that were sought in other items by their bytes alone, because hundreds of
            others have the same hash or because they show nothing.
        seconds: How long it took.
    """

    items: int
    hints: int
    items_with_hints: int
    by_kind: dict[str, int]
    left_out: int
    seconds: float

    def __str__(self) -> str:
        kinds = "".join(f"\n  {count:>7,}  {kind}" for kind, count in self.by_kind.items())
        left_out = (
            f"\nSought in other items by their bytes alone: {plural(self.left_out, 'picture')},"
            " showing nothing or of a kind with hundreds of others"
            if self.left_out
            else ""
        )
        return (
            f"Looked at {plural(self.items, 'item')} in {self.seconds:.1f} s:"
            f" {plural(self.hints, 'hint')} in {plural(self.items_with_hints, 'item')}"
            f"{kinds}{left_out}"
        )


def find_hints(
    catalogue: Catalogue,
    context: JobContext | None = None,
    *,
    workers: int | None = None,
    radius: int | None = None,
    again: bool = False,
) -> HintResult:
    """Brings the hints up to date.

    Args:
        catalogue: Is written in transactions of about a second's work.
        context: Progress and cancellation.
        workers: How many processes look; one a processor where None, this one where 1.
        radius: Bits of 64 by which the pHashes of a photo in two items may differ; where None, as
            many as the last time, at first `RADIUS`.
        again: Whether all items are looked at, as after an update that knows more; where that is
            stopped, the next call goes on with the rest.

    Raises:
        Cancelled: The context was cancelled; what was found stays.
    """
    context = context or JobContext()
    began = time.monotonic()
    if again:
        _mark_all(catalogue)
    last_radius = read_setting(catalogue, _RADIUS, RADIUS)
    radius = last_radius if radius is None else radius
    stale = [row[0] for row in catalogue.connection.execute("SELECT item_id FROM stale_item")]
    stale.sort()
    if workers is None:
        workers = 1 if len(stale) < _TOO_FEW else os.cpu_count() or 1
    looked_at = _look_at_stale(catalogue, stale, workers, context)
    left_out = 0
    if radius != last_radius or read_setting(catalogue, _ACROSS_PENDING, False):
        across = find_across(catalogue, context, workers=workers, radius=radius)
        _store_across(catalogue, across, radius)
        left_out = across.left_out
    return _result(catalogue, looked_at, left_out, time.monotonic() - began)


def _mark_all(catalogue: Catalogue) -> None:
    with catalogue.transaction() as connection:
        connection.execute("INSERT OR IGNORE INTO stale_item SELECT id FROM item")


def _look_at_stale(
    catalogue: Catalogue, stale: Sequence[int], workers: int, context: JobContext
) -> int:
    if not stale:
        return 0
    write_setting(catalogue, _ACROSS_PENDING, True)
    tasks = (stale[at : at + _ITEMS_A_TASK] for at in range(0, len(stale), _ITEMS_A_TASK))
    done = 0
    waiting: list[ItemHints] = []
    committed = time.monotonic()
    context.report(_STAGE, 0, len(stale))
    try:
        for found in spread(
            look_at_items,
            tasks,
            FeatureReader,
            (catalogue.project,),
            workers=workers,
            context=context,
        ):
            waiting += found
            done += len(found)
            context.report(_STAGE, done, len(stale))
            if time.monotonic() - committed > _COMMIT_EVERY_S:
                _store(catalogue, waiting)
                waiting, committed = [], time.monotonic()
    finally:
        # Also when stopped: what was found need not be found again.
        _store(catalogue, waiting)
    return done


def _store(catalogue: Catalogue, found: Iterable[ItemHints]) -> None:
    found = list(found)
    if not found:
        return
    with catalogue.transaction() as connection:
        valid = [hints for hints in found if _still_holds(connection, hints)]
        for hints in valid:
            connection.execute(
                "DELETE FROM hint WHERE item_id = ? AND kind <> ? AND relation <> ?",
                [hints.item_id, HintKind.IN_OTHER_ITEM, SENT],
            )
            # Kept until all items are looked at, but not where the photo has left the item.
            connection.execute(
                "DELETE FROM hint WHERE item_id = ?"
                " AND photo_id NOT IN (SELECT id FROM photo WHERE item_id = hint.item_id)",
                [hints.item_id],
            )
            _insert(connection, ((hints.item_id, row) for row in hints.rows))
            connection.execute("DELETE FROM stale_item WHERE item_id = ?", [hints.item_id])
        refresh_hints(connection, (hints.item_id for hints in valid))


def _still_holds(connection: Connection, hints: ItemHints) -> bool:
    """Whether the item still has the photos that were looked at; if not, it stays to be done."""
    rows = connection.execute(
        "SELECT photo.id, photo.content_hash"
        " FROM photo JOIN content ON content.hash = photo.content_hash"
        " WHERE photo.item_id = ? AND photo.status = ? AND content.features_version = ?",
        [hints.item_id, PhotoStatus.READY, FEATURES_VERSION],
    )
    return {(row[0], row[1]) for row in rows} == set(hints.photos)


def _store_across(catalogue: Catalogue, across: Across, radius: int) -> None:
    with catalogue.transaction() as connection:
        kind = HintKind.IN_OTHER_ITEM
        touched = {
            row[0]
            for row in connection.execute(
                "SELECT DISTINCT item_id FROM hint WHERE kind = ?", [kind]
            )
        }
        connection.execute("DELETE FROM hint WHERE kind = ? AND relation <> ?", [kind, SENT])
        _insert(connection, across.rows)
        touched.update(item_id for item_id, _ in across.rows)
        refresh_hints(connection, touched)
        write_setting(catalogue, _ACROSS_PENDING, False)
        write_setting(catalogue, _RADIUS, radius)


def _insert(connection: Connection, rows: Iterable[tuple[int, HintRow]]) -> None:
    connection.executemany(
        # Only if the photo is still there: the user may have moved it meanwhile.
        "INSERT INTO hint"
        " (item_id, kind, photo_id, other_photo_id, relation, score, why, better_why)"
        " SELECT item_id, ?, id, ?, ?, ?, ?, ? FROM photo WHERE id = ? AND item_id = ?",
        [
            (
                row.kind,
                row.other_photo_id,
                row.relation,
                row.score,
                row.why,
                row.better_why,
                row.photo_id,
                item_id,
            )
            for item_id, row in rows
        ],
    )


def _result(catalogue: Catalogue, items: int, left_out: int, seconds: float) -> HintResult:
    counts = dict(
        catalogue.connection.execute("SELECT kind, count(*) FROM hint GROUP BY kind").fetchall()
    )
    (with_hints,) = catalogue.connection.execute(
        "SELECT count(DISTINCT item_id) FROM hint"
    ).fetchone()
    by_kind = {str(kind): counts[kind] for kind in HintKind if kind in counts}
    return HintResult(items, sum(counts.values()), with_hints, by_kind, left_out, seconds)
