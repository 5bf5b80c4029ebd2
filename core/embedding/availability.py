"""“Still for sale?”: asking chosen items' pages, politely, and noting what they say.

Nothing is asked unless the user wants it. Each server is asked for one page at a time, with a pause
between two; its robots.txt is read first and kept to; what was asked lately is not asked again.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import requests

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes
from core.embedding.shop_visit import Asked, Manners, Visit, new_page_session
from core.jobs.context import JobContext
from core.number_words import plural
from core.scrape.clean_text import web_url
from core.scrape.fetch import host_of
from core.scrape.sale_state import SaleState

FRESH_S = 6 * 3600.0
"""What was asked within six hours is not asked again."""

_STORE_EVERY_S = 1.0
_POLL_S = 0.1
_END_S = 0.5


@dataclass(frozen=True)
class AvailabilityResult:
    """What asking came to.

    Attributes:
        asked: Items whose pages were asked for.
        by_state: How many of them are in each state now.
        fresh: Items that had been asked lately and were left alone.
        without_page: Items that have no address.
        reasons: Why states are unknown, with how many.
        seconds: How long it took.
        changes: For the views.
    """

    asked: int
    by_state: Mapping[str, int]
    fresh: int
    without_page: int
    reasons: tuple[tuple[str, int], ...]
    seconds: float
    changes: Changes = field(repr=False)

    def __str__(self) -> str:
        states = ", ".join(f"{count:,} {state}" for state, count in self.by_state.items())
        lines = [
            f"Asked for {plural(self.asked, 'item')} in {self.seconds:.0f} s: {states or 'none'}"
        ]
        if self.fresh:
            lines.append(f"{self.fresh:,} were asked for lately and were not asked again.")
        if self.without_page:
            lines.append(f"{self.without_page:,} have no address to ask.")
        lines += [f"  {count:,} × {reason}" for reason, count in self.reasons]
        return "\n".join(lines)


def check_availability(
    catalogue: Catalogue,
    item_ids: Iterable[int],
    *,
    fresh_s: float = FRESH_S,
    max_hosts: int = 4,
    manners: Manners | None = None,
    session: Callable[[], requests.Session] = new_page_session,
    now: Callable[[], float] = time.time,
    context: JobContext | None = None,
) -> AvailabilityResult:
    """Asks items' pages whether the items are still for sale.

    Args:
        catalogue: Where the items are, and where the answers go.
        item_ids: Which items.
        fresh_s: Items asked for within so many seconds are left alone; 0 asks all.
        max_hosts: How many servers are asked at once, each for one page at a time.
        manners: How each server is treated.
        session: Makes the HTTP session of a thread.
        now: Seconds since 1970.
        context: Reports items; asked about cancelling ten times a second.

    Raises:
        Cancelled: What was answered until then stays.
    """
    context, manners = context or JobContext(), manners or Manners()
    began = time.monotonic()
    wanted = list(dict.fromkeys(int(id_) for id_ in item_ids))
    urls, fresh = _to_ask(catalogue, wanted, now() - fresh_s)
    by_host: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for item_id, url in urls.items():
        by_host[host_of(url)].append((item_id, url))
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    waiting: list[Asked] = []
    done, stored = 0, time.monotonic()
    with _Visitors(by_host, min(max_hosts, len(by_host)), manners, session) as visitors:
        try:
            while done < len(urls):
                context.check_cancelled()
                context.report("Asking whether items are for sale", done, len(urls))
                for answer in visitors.answers(_POLL_S):
                    waiting.append(answer)
                    done += 1
                    states[str(answer.state)] += 1
                    if answer.state is SaleState.UNKNOWN:
                        reasons[answer.why] += 1
                if time.monotonic() - stored > _STORE_EVERY_S:
                    _store(catalogue, waiting, now())
                    stored = time.monotonic()
        finally:
            _store(catalogue, waiting, now())
    context.report("Asking whether items are for sale", done, len(urls))
    return AvailabilityResult(
        asked=done,
        by_state={str(state): states[str(state)] for state in SaleState if states[str(state)]},
        fresh=fresh,
        without_page=len(wanted) - len(urls) - fresh,
        reasons=tuple(reasons.most_common()),
        seconds=time.monotonic() - began,
        changes=Changes(f"Asked for {plural(done, 'item')}", frozenset(urls)),
    )


def _to_ask(catalogue: Catalogue, item_ids: list[int], since: float) -> tuple[dict[int, str], int]:
    """The addresses to ask, and how many of the items were asked lately."""
    rows = catalogue.connection.execute(
        "SELECT item.id, url, checked_at FROM item"
        " LEFT JOIN availability ON availability.item_id = item.id"
        " WHERE item.id IN (SELECT value FROM json_each(?)) ORDER BY item.id",
        [json.dumps(item_ids)],
    ).fetchall()
    urls = {}
    fresh = 0
    for item_id, url, checked_at in rows:
        if checked_at is not None and checked_at > since:
            fresh += 1
        elif web_url(url):
            urls[item_id] = url
    return urls, fresh


def _store(catalogue: Catalogue, answers: list[Asked], at: float) -> None:
    """Writes the answers, and forgets them; a shop that is silent does not unsay what it said."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "INSERT INTO availability (item_id, state, why, checked_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (item_id) DO UPDATE SET state = excluded.state, why = excluded.why,"
            " checked_at = excluded.checked_at WHERE excluded.state <> 'unknown'"
            " OR availability.state = 'unknown'",
            [(each.item_id, each.state, each.why, at) for each in answers],
        )
    answers.clear()


class _Visitors:
    """A few threads, each visiting one server after the other; a context manager."""

    def __init__(
        self,
        by_host: Mapping[str, list[tuple[int, str]]],
        count: int,
        manners: Manners,
        session: Callable[[], requests.Session],
    ) -> None:
        self._stop = threading.Event()
        self._answers: queue.SimpleQueue[Asked | Exception] = queue.SimpleQueue()
        self._hosts: queue.SimpleQueue[tuple[str, list[tuple[int, str]]]] = queue.SimpleQueue()
        for host in by_host.items():
            self._hosts.put(host)
        self._manners = manners
        self._session = session
        # Daemons: a hanging connection must not keep the program from ending.
        self._threads = [
            threading.Thread(target=self._work, name=f"availability {number}", daemon=True)
            for number in range(count)
        ]

    def answers(self, timeout_s: float) -> list[Asked]:
        """What has been answered; waits for at most that long if nothing has."""
        found: list[Asked | Exception] = []
        try:
            found.append(self._answers.get(timeout=timeout_s))
            while True:
                found.append(self._answers.get_nowait())
        except queue.Empty:
            pass
        answers = []
        for each in found:
            if isinstance(each, Exception):
                raise each
            answers.append(each)
        return answers

    def __enter__(self) -> _Visitors:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        until = time.monotonic() + _END_S
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        with self._session() as session:
            while not self._stop.is_set():
                try:
                    host, items = self._hosts.get_nowait()
                except queue.Empty:
                    return
                try:
                    for answer in Visit(host, items, self._manners, session, self._stop).answers():
                        self._answers.put(answer)
                except Exception as error:  # noqa: BLE001 - carried to the job's thread
                    self._answers.put(error)
                    return
