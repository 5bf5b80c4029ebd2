"""For every photo, the nearest photo of another item, and that of a further one: exactly, for all.

Comparing all with all takes matrix products that grow with the square of their number. Most of it
is spared: photos are parted into cells, a cell that lies too far as a whole is left out, and of the
rest only those pairs are looked at whose product passes a bound that tightens as nearer ones are
found. What passes is measured again in float64, so that nothing depends on the order of adding.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from core.embedding.cells import Cells, Numbers, part_into_cells
from core.embedding.index import Rows, Vectors
from core.embedding.mates import Distances
from core.jobs.context import JobContext

_ROWS, _COLUMNS = 512, 1024
"""Of a block of products: two megabytes, which stay in a core's cache while they are compared."""
_ROUNDING = 2.0**-24
_WAIT_S = 0.1
_STAGE = "Comparing photos of different items"


@dataclass(frozen=True, eq=False)
class Foreigners:
    """How each photo lies to those of other items; (n,) each, distances as in `mates.Mates`.

    Attributes:
        rows: int64, the nearest of them, -1 where there is none; of equally near ones the lowest.
        distances: To that one.
        next_distances: To the nearest one of a further item. Where photos lie dense, this is short
            as well: their ratio says whether two items lie together, rather than many.
    """

    rows: Rows
    distances: Distances
    next_distances: Distances


def nearest_foreign(
    vectors: Vectors,
    item_of: npt.NDArray[np.int64],
    context: JobContext,
    *,
    workers: int | None = None,
) -> Foreigners:
    """The nearest photo of any other item, and that of any further one.

    Args:
        vectors: (n, d); of unit length where angles count.
        item_of: (n,) their items.
        context: Progress and cancellation.
        workers: How many threads; one a processor by default.

    Raises:
        Cancelled: The context was cancelled.
    """
    count = len(vectors)
    found = _Found(np.full((count, 2), np.inf), np.full((count, 2), -1, np.int64))
    if len(np.unique(item_of)) > 1:
        # More threads of the library's own would wait for one another at every small product.
        with threadpool_limits(1, "blas"):
            _search(vectors, np.asarray(item_of), found, context, workers or os.cpu_count() or 1)
    distances = np.sqrt(np.where(found.rows >= 0, found.squares, np.nan))
    return Foreigners(found.rows[:, 0].copy(), distances[:, 0], distances[:, 1])


@dataclass(frozen=True, eq=False)
class _Found:
    """The nearest so far of two items, the nearer first; (n, 2) each, or those of some rows.

    Attributes:
        squares: Of their distances, infinite where there is none.
        rows: -1 where there is none.
    """

    squares: Numbers
    rows: Rows


def _search(
    vectors: Vectors, item_of: Rows, found: _Found, context: JobContext, workers: int
) -> None:
    points = np.asarray(vectors - vectors.mean(axis=0, dtype=np.float64), np.float32)
    cells = part_into_cells(points, context)
    search = _Search(vectors, points, item_of, cells)
    del points
    parts = [
        (cell, begin, min(begin + _ROWS, int(cells.bounds[cell + 1])))
        for cell in range(cells.count)
        for begin in range(int(cells.bounds[cell]), int(cells.bounds[cell + 1]), _ROWS)
    ]
    done = 0
    context.report(_STAGE, 0, len(vectors))
    with ThreadPoolExecutor(workers, thread_name_prefix="foreign") as threads:
        pending = {threads.submit(search.of_part, *part) for part in parts}
        try:
            while pending:
                ended, pending = wait(pending, _WAIT_S, FIRST_COMPLETED)
                for each in ended:
                    rows, nearest = _result(each)
                    found.squares[rows], found.rows[rows] = nearest.squares, nearest.rows
                    done += len(rows)
                context.report(_STAGE, done, len(vectors))
                context.check_cancelled()
        finally:
            search.stopped.set()
            threads.shutdown(cancel_futures=True)


def _result(future: Future[tuple[Rows, _Found]]) -> tuple[Rows, _Found]:
    return future.result()


class _Search:
    """What the threads share; nothing of it changes but `stopped`."""

    def __init__(self, vectors: Vectors, points: Vectors, item_of: Rows, cells: Cells) -> None:
        self._vectors = vectors
        self._cells = cells
        self._points = points[cells.order]
        self._item_of, self._items = item_of, item_of[cells.order]
        squares = np.einsum("nd,nd->n", self._points, self._points, dtype=np.float64)
        self._halves = squares / 2
        # A product with these is -distance² / 2 plus what the last entry of the query is over
        # that: whatever comes out below 0 lies beyond the bound.
        ones = np.ones((len(points), 1), np.float32)
        self._columns = np.ascontiguousarray(
            np.concatenate([self._points, -self._halves[:, None].astype(np.float32), ones], 1).T
        )
        # Of such a product's rounding: of so many terms, each no longer than the longest allows.
        longest = float(squares.max())
        self._slack = 8 * (points.shape[1] + 4) * _ROUNDING * longest
        self._floor_slack = 1e-6 * np.sqrt(longest)
        self.stopped = threading.Event()

    def of_part(self, cell: int, begin: int, end: int) -> tuple[Rows, _Found]:
        """The rows of a part of a cell, and what is nearest to them."""
        cells = self._cells
        found = _Found(np.full((end - begin, 2), np.inf), np.full((end - begin, 2), -1, np.int64))
        floors = cells.floors(self._points[begin:end].astype(np.float64), cell)
        floors -= self._floor_slack
        lowest = floors.min(axis=0)
        for other in np.argsort(lowest, kind="stable").tolist():
            if self.stopped.is_set():
                break
            reach = np.sqrt(found.squares[:, 1])
            if lowest[other] > reach.max():
                break
            near = np.flatnonzero(floors[:, other] <= reach)
            for left in range(int(cells.bounds[other]), int(cells.bounds[other + 1]), _COLUMNS):
                right = min(left + _COLUMNS, int(cells.bounds[other + 1]))
                self._look(begin, near, left, right, found)
        return cells.order[begin:end], found

    def _look(self, begin: int, near: Rows, left: int, right: int, found: _Found) -> None:
        """Compares some photos of a part with a stretch of others."""
        new = near[np.isinf(found.squares[near, 1])]
        if len(new):
            self._guess(begin, new, left, right, found)
        # Where but one other item was seen so far, all that could be nearer is of that.
        reach = found.squares[near].copy()
        bounds = np.where(np.isinf(reach[:, 1]), reach[:, 0], reach[:, 1])
        known = np.isfinite(bounds)
        near, bounds = near[known], bounds[known]
        if not len(near):
            return
        queries = np.empty((len(near), len(self._columns)), np.float32)
        queries[:, :-2] = self._points[begin + near]
        queries[:, -2] = 1
        queries[:, -1] = bounds / 2 + self._slack - self._halves[begin + near]
        passed = (queries @ self._columns[:, left:right]) >= 0
        some = np.flatnonzero(passed.any(axis=1))
        at, column = np.nonzero(passed[some])
        self._take(begin, near[some[at]], left + column, found)

    def _guess(self, begin: int, new: Rows, left: int, right: int, found: _Found) -> None:
        """Finds about the nearest of two other items in a stretch, to have a bound at all."""
        scores = self._points[begin + new] @ self._columns[:-2, left:right]
        scores += self._columns[-2, left:right]
        items = self._items[left:right]
        scores[items == self._items[begin + new, None]] = -np.inf
        first = scores.argmax(axis=1)
        there = np.isfinite(scores[np.arange(len(new)), first])
        self._take(begin, new[there], left + first[there], found)
        scores[items == items[first][:, None]] = -np.inf
        second = scores.argmax(axis=1)
        there = np.isfinite(scores[np.arange(len(new)), second])
        self._take(begin, new[there], left + second[there], found)

    def _take(self, begin: int, at: Rows, columns: Rows, found: _Found) -> None:
        """Measures pairs and keeps the nearest of each of two items.

        Args:
            begin: Where the part begins.
            at: (p,) photos of the part, ascending.
            columns: (p,) the others, in the cells' order.
            found: Of the part; changed.
        """
        foreign = self._items[begin + at] != self._items[columns]
        at, columns = at[foreign], columns[foreign]
        if not len(at):
            return
        rows = self._cells.order[columns]
        squares = measure(self._vectors, self._cells.order[begin + at], rows)
        touched = np.unique(at)
        at = np.concatenate([at, np.repeat(touched, 2)])
        rows = np.concatenate([rows, found.rows[touched].ravel()])
        squares = np.concatenate([squares, found.squares[touched].ravel()])
        # The nearest of each photo first, of equally near ones the lowest row.
        ranked = np.lexsort((rows, squares, at))
        at, rows, squares = at[ranked], rows[ranked], squares[ranked]
        first = _first_of_each(at)
        found.rows[touched, 0], found.squares[touched, 0] = rows[first], squares[first]
        item = self._item_of[rows]
        further = item != np.repeat(item[first], np.diff(first, append=len(at)))
        at, rows, squares = at[further], rows[further], squares[further]
        first = _first_of_each(at)
        found.rows[at[first], 1], found.squares[at[first], 1] = rows[first], squares[first]


def measure(vectors: Vectors, some: Rows, others: Rows) -> Numbers:
    """(p,) squared distances of pairs of rows, in float64: what is a copy lies at 0."""
    apart = vectors[some].astype(np.float64) - vectors[others]
    return np.asarray(np.einsum("pd,pd->p", apart, apart))


def _first_of_each(at: Rows) -> Rows:
    """Where each stretch of equal values begins."""
    return np.flatnonzero(np.diff(at, prepend=-1))
