"""How far the user is with the queue, how fast it goes, and how long it will take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.catalogue.database import Catalogue
from core.catalogue.records import ItemState
from core.cleaning.journal import OperationKind

BREAK_S = 300.0
"""A longer pause between two finished items is a break and does not count as work."""

FEWEST_ITEMS = 5
"""With fewer finished items the pace is not told: it would jump about."""

_RECENT_ITEMS = 100
_FINISHING = (
    OperationKind.MARK_DONE,
    OperationKind.ACCEPT_HINTS,
    OperationKind.SKIP,
    OperationKind.REJECT_ITEM,
)


@dataclass(frozen=True)
class Pace:
    """How far the user is.

    Attributes:
        done: Items that are decided on: done, skipped or rejected.
        total: All items but the merged ones.
        items_an_hour: Over the last 100 finished items, breaks left out; None where too few
            are finished to tell.
    """

    done: int
    total: int
    items_an_hour: float | None

    @property
    def left_s(self) -> float | None:
        """Seconds of work until all items are decided on; None where the pace is not known."""
        if self.items_an_hour is None:
            return None
        return (self.total - self.done) / self.items_an_hour * 3600


def read_pace(catalogue: Catalogue) -> Pace:
    """Counts the items, and takes the pace from the journal; a scan of all items' states."""
    by_state: dict[str, int] = {
        row[0]: row[1]
        for row in catalogue.connection.execute("SELECT state, count(*) FROM item GROUP BY state")
    }
    total = sum(by_state.values()) - by_state.get(ItemState.MERGED, 0)
    # The latest finishing of each item: doing one twice is not doing two.
    finished = catalogue.connection.execute(
        "SELECT max(at) FROM (SELECT at, item_id FROM operation WHERE kind IN (?, ?, ?, ?)"
        " AND undone_by IS NULL ORDER BY id DESC LIMIT ?) GROUP BY item_id ORDER BY 1",
        [*_FINISHING, _RECENT_ITEMS],
    )
    return Pace(
        done=total - by_state.get(ItemState.OPEN, 0),
        total=total,
        items_an_hour=items_an_hour([row[0] for row in finished]),
    )


def items_an_hour(finished_at: Sequence[float]) -> float | None:
    """The pace of work, from the ascending times in seconds at which items were finished.

    The first item after a break counts for nothing, since nobody knows when it was begun.
    """
    if len(finished_at) < FEWEST_ITEMS:
        return None
    gaps = [after - before for before, after in pairwise(finished_at)]
    work = [gap for gap in gaps if 0 <= gap <= BREAK_S]
    worked_s = sum(work)
    if len(work) < FEWEST_ITEMS - 1 or worked_s <= 0:
        return None
    return len(work) / worked_s * 3600
