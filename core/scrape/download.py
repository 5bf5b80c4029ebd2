"""Fetching the photos that the catalogue knows by URL only."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from core.catalogue import counts
from core.catalogue.database import Catalogue
from core.catalogue.paths import from_stored
from core.catalogue.records import PhotoStatus
from core.errors import UserError
from core.jobs.context import JobContext
from core.number_words import plural
from core.scrape.fetch import Limits, host_of, new_session
from core.scrape.fetch_pool import FetchPool, Outcome, Task
from core.scrape.fetch_queue import FetchQueue, Patience

_STORE_EVERY = 20
_PAGE = 2000
_POLL_S = 0.1


@dataclass(frozen=True)
class DownloadResult:
    """What a download did.

    Attributes:
        downloaded: Photos that came.
        found: Photos that had come already, before a crash.
        failed: Photos that did not come and are now rows with a reason; can be tried again.
        left: Photos that were not tried to the end because their server could not be reached;
            they wait for the next download.
        byte_count: What came over the wire.
        reasons: Why photos failed, with how many, most frequent first.
        unreachable: Servers that were given up.
        seconds: How long it took.
    """

    downloaded: int
    found: int
    failed: int
    left: int
    byte_count: int
    reasons: tuple[tuple[str, int], ...]
    unreachable: tuple[str, ...]
    seconds: float

    def __str__(self) -> str:
        lines = [
            f"Downloaded {plural(self.downloaded, 'photo')} ({self.byte_count / 1e6:,.1f} MB)"
            f" in {self.seconds:.1f} s"
        ]
        if self.found:
            lines.append(f"{self.found:,} more were there already.")
        if self.failed:
            lines.append(f"{self.failed:,} failed and can be tried again:")
            lines += [f"  {count:,} × {reason}" for reason, count in self.reasons]
        if self.left:
            lines.append(
                f"Left for next time: {plural(self.left, 'photo')},"
                f" because {', '.join(self.unreachable)} could not be reached or asked to be left"
                " alone."
            )
        return "\n".join(lines)


@dataclass
class _Sums:
    downloaded: int = 0
    found: int = 0
    failed: int = 0
    byte_count: int = 0


def download_pending(
    catalogue: Catalogue,
    *,
    retry_failed: bool = False,
    max_at_once: int = 8,
    max_per_host: int = 2,
    limits: Limits | None = None,
    patience: Patience | None = None,
    session: Callable[[], requests.Session] = new_session,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    jitter: Callable[[], float] = random.random,
    context: JobContext | None = None,
) -> DownloadResult:
    """Fetches the photos that wait for it into the project's downloads.

    A photo that came is to be hashed next; one that failed is a row with its reason. Busy servers
    (429, 5xx, time-outs) are asked again, later and later, or when they say; one that fails again
    and again is left alone for this time. After a cancellation or a crash the next download
    carries on.

    Args:
        catalogue: Whose photos.
        retry_failed: Whether those that failed before are tried again too.
        max_at_once: Connections in all.
        max_per_host: Connections to one server.
        limits: What one photo may cost.
        patience: How often and how long to wait for a busy server.
        session: Makes the HTTP session of a thread.
        clock: Seconds, for waiting.
        sleep: Waits where there is nothing else to do.
        jitter: 0 to 1, at random, so that retries spread out.
        context: Reports photos; asked about cancelling ten times a second.

    Raises:
        UserError: The downloads cannot be written, as on a full disk; what came is kept.
        Cancelled: What came until then stays.
    """
    context = context or JobContext()
    patience = patience or Patience()
    began = time.monotonic()
    total = _count(catalogue, retry_failed)
    rows = _tasks(catalogue, retry_failed)
    queue = FetchQueue(rows, max_at_once, max_per_host, patience, clock, jitter)
    sums, reasons = _Sums(), Counter[str]()
    outcomes: list[Outcome] = []
    done = 0
    with FetchPool(max_at_once, limits or Limits(), session) as pool:
        try:
            while not queue.is_done():
                context.check_cancelled()
                for task in queue.ready():
                    pool.start(task)
                if not queue.running:
                    sleep(min(0.2, queue.seconds_to_wait()))
                    continue
                for outcome in pool.finished(_POLL_S):
                    if outcome.disk_error is not None:
                        raise _cannot_write(catalogue, outcome.disk_error)
                    if queue.finish(outcome):
                        outcomes.append(outcome)
                        done += 1
                        context.report("Downloading photos", done, total, outcome.task.url)
                if len(outcomes) >= _STORE_EVERY:
                    _store(catalogue, outcomes, sums, reasons)
        finally:
            _store(catalogue, outcomes, sums, reasons)
    return DownloadResult(
        downloaded=sums.downloaded,
        found=sums.found,
        failed=sums.failed,
        left=queue.left,
        byte_count=sums.byte_count,
        reasons=tuple(reasons.most_common()),
        unreachable=tuple(sorted(queue.given_up)),
        seconds=time.monotonic() - began,
    )


def _wanted(retry_failed: bool) -> tuple[PhotoStatus, PhotoStatus]:
    failed = PhotoStatus.NOT_DOWNLOADED if retry_failed else PhotoStatus.TO_DOWNLOAD
    return PhotoStatus.TO_DOWNLOAD, failed


def _count(catalogue: Catalogue, retry_failed: bool) -> int:
    row = catalogue.connection.execute(
        "SELECT count(*) FROM photo WHERE status IN (?, ?) AND url <> ''", _wanted(retry_failed)
    ).fetchone()
    return int(row[0])


def _tasks(catalogue: Catalogue, retry_failed: bool) -> Iterator[Task]:
    """The photos to fetch, by id, a page at a time: there may be a million."""
    last = 0
    while True:
        rows = catalogue.connection.execute(
            "SELECT id, item_id, url, path FROM photo"
            " WHERE status IN (?, ?) AND url <> '' AND id > ? ORDER BY id LIMIT ?",
            [*_wanted(retry_failed), last, _PAGE],
        ).fetchall()
        if not rows:
            return
        for row in rows:
            file = catalogue.project.downloads / from_stored(row["path"])
            yield Task(row["id"], row["item_id"], row["url"], host_of(row["url"]), file)
        last = rows[-1]["id"]


def _store(
    catalogue: Catalogue, outcomes: list[Outcome], sums: _Sums, reasons: Counter[str]
) -> None:
    """Writes the outcomes in one transaction, and forgets them."""
    with catalogue.transaction() as connection:
        for outcome in outcomes:
            if outcome.failure is None:
                size, mtime_ns = _facts(outcome.task.file)
                connection.execute(
                    "UPDATE photo SET status = ?, problem = '', byte_count = ?, mtime_ns = ?"
                    " WHERE id = ?",
                    [PhotoStatus.NEW, size, mtime_ns, outcome.task.photo_id],
                )
                sums.downloaded += outcome.byte_count > 0
                sums.found += outcome.byte_count == 0
                sums.byte_count += outcome.byte_count
            else:
                connection.execute(
                    "UPDATE photo SET status = ?, problem = ? WHERE id = ?",
                    [PhotoStatus.NOT_DOWNLOADED, outcome.failure.reason, outcome.task.photo_id],
                )
                sums.failed += 1
                reasons[outcome.failure.reason] += 1
        items = {outcome.task.item_id for outcome in outcomes}
        counts.recount(connection, items)
        counts.mark_stale(connection, items)
    outcomes.clear()


def _facts(file: Path) -> tuple[int | None, int | None]:
    try:
        found = file.stat()
    except OSError:
        return None, None
    return found.st_size, found.st_mtime_ns


def _cannot_write(catalogue: Catalogue, error: OSError) -> UserError:
    return UserError(
        f"Downloaded photos cannot be stored ({error.strerror or error})",
        path=catalogue.project.downloads,
        remedy="Make room on the disk, or permit writing there, and download again: it carries on.",
    )
