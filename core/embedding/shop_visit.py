"""One server, asked for one page after the other, as it wants to be asked."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import requests

from core.scrape.clean_text import web_url
from core.scrape.fetch import (
    FetchFailed,
    host_of,
    new_session,
    refuse_private,
    requests_errors,
    seconds_until,
)
from core.scrape.sale_state import SaleState, judge_answer

USER_AGENT = "Pickglass/1.0 (asks whether a listed item is still for sale)"

_ROBOT_NAME = "Pickglass"
_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (408, 425, 429, 500, 502, 503, 504)
_CHUNK = 65536
_MOST_ROBOTS_BYTES = 500_000


@dataclass(frozen=True)
class Manners:
    """How a server is treated.

    Attributes:
        pause_s: Between two pages; its robots.txt may ask for more.
        longest_pause_s: A server that asks for more is left alone.
        connect_s: Until it answers.
        read_s: Between two pieces of an answer.
        max_bytes: Of a page; what follows is not read.
        max_redirects: In a row.
        give_up_after: Failures in a row before it is left alone.
        allow_private: Whether addresses in the own network may be asked.
    """

    pause_s: float = 2.0
    longest_pause_s: float = 60.0
    connect_s: float = 10.0
    read_s: float = 15.0
    max_bytes: int = 2_000_000
    max_redirects: int = 5
    give_up_after: int = 3
    allow_private: bool = False


@dataclass(frozen=True)
class Asked:
    """What came of asking for one item."""

    item_id: int
    state: SaleState
    why: str


class _GivenUp(Exception):  # noqa: N818 - not an error
    """The server is left alone from here on; the reason is the text."""


def new_page_session() -> requests.Session:
    """A session for one thread: no cookies kept, no passwords sent."""
    session = new_session()
    session.headers.update({"User-Agent": USER_AGENT, "Accept": "text/html"})
    return session


class Visit:
    """Asks one server; belongs to one thread.

    Args:
        host: Host and port.
        items: Item ids and addresses, all on that host.
        manners: How to treat it.
        session: To ask with.
        stop: Ends it, in the middle of a pause as well.
    """

    def __init__(
        self,
        host: str,
        items: Sequence[tuple[int, str]],
        manners: Manners,
        session: requests.Session,
        stop: threading.Event,
    ) -> None:
        self._host = host
        self._items = items
        self._manners = manners
        self._session = session
        self._stop = stop
        self._pause_s = manners.pause_s
        self._free_at = 0.0
        self._failures = 0

    def answers(self) -> Iterator[Asked]:
        """One answer for each item, unless it is stopped."""
        try:
            robots = self._read_robots()
            for at, (item_id, url) in enumerate(self._items):
                try:
                    answer = self._ask(robots, item_id, url)
                except _GivenUp as reason:
                    yield from self._leave(at, str(reason))
                    return
                if answer is None:
                    return
                yield answer
        except _GivenUp as reason:
            yield from self._leave(0, str(reason))

    def _leave(self, at: int, why: str) -> Iterator[Asked]:
        for item_id, _ in self._items[at:]:
            yield Asked(item_id, SaleState.UNKNOWN, why)

    def _read_robots(self) -> RobotFileParser:
        """The server's robots.txt; where it has none, all may be asked.

        Where it cannot be read, for whatever passes, nothing may (RFC 9309, 2.3.1).
        """
        scheme = urlsplit(self._items[0][1]).scheme
        url = f"{scheme}://{self._host}/robots.txt"
        try:
            status, body, _, _ = self._get(url, _MOST_ROBOTS_BYTES)
        except FetchFailed as failure:
            raise _GivenUp(f"the server's rules cannot be read: {failure.reason}") from failure
        robots = RobotFileParser()
        if status == 200:
            robots.parse(body.decode("utf-8", "replace").splitlines())
        elif 400 <= status < 500 and status != 429:
            robots.parse([])
        else:
            raise _GivenUp(f"the server's rules cannot be read: it answers {status}")
        delay = robots.crawl_delay(_ROBOT_NAME)
        if delay is not None:
            self._pause_s = max(self._pause_s, float(delay))
        if self._pause_s > self._manners.longest_pause_s:
            raise _GivenUp(f"the server wants {self._pause_s:.0f} s between two pages")
        return robots

    def _ask(self, robots: RobotFileParser, item_id: int, url: str) -> Asked | None:
        """The answer, or None once it is stopped."""
        if not robots.can_fetch(_ROBOT_NAME, url):
            return Asked(item_id, SaleState.UNKNOWN, "the shop's robots.txt forbids to ask")
        for _ in range(2):
            if not self._wait():
                return None
            try:
                status, body, last_url, retry_after_s = self._get(url, self._manners.max_bytes)
            except FetchFailed as failure:
                return self._failed(item_id, failure.reason)
            if status == 429:
                pause_s = self._pause_s if retry_after_s is None else retry_after_s
                if pause_s > self._manners.longest_pause_s:
                    break
                self._free_at = time.monotonic() + max(pause_s, self._pause_s)
                continue
            if status in _BUSY:
                return self._failed(item_id, f"the shop answers {status}")
            self._failures = 0
            answer = judge_answer(status, body)
            if _is_elsewhere(url, last_url) and answer.state is SaleState.AVAILABLE:
                return Asked(item_id, SaleState.UNKNOWN, "the shop leads to another page")
            return Asked(item_id, answer.state, answer.why)
        raise _GivenUp("the shop asks to be left alone")

    def _failed(self, item_id: int, why: str) -> Asked:
        self._failures += 1
        if self._failures >= self._manners.give_up_after:
            raise _GivenUp(why)
        return Asked(item_id, SaleState.UNKNOWN, why)

    def _wait(self) -> bool:
        """Waits until the server may be asked again; False once it is stopped."""
        if self._stop.wait(max(0.0, self._free_at - time.monotonic())):
            return False
        self._free_at = time.monotonic() + self._pause_s
        return True

    def _get(self, url: str, max_bytes: int) -> tuple[int, bytes, str, float | None]:
        """Status, the body's beginning, the address after redirects, and Retry-After."""
        for _ in range(self._manners.max_redirects + 1):
            if not web_url(url):
                raise FetchFailed("the address cannot be used")
            if not self._manners.allow_private:
                refuse_private(url)
            with requests_errors():
                response = self._session.get(
                    url,
                    stream=True,
                    timeout=(self._manners.connect_s, self._manners.read_s),
                    allow_redirects=False,
                )
            with contextlib.closing(response):
                if response.status_code not in _REDIRECTS:
                    retry_after_s = seconds_until(
                        response.headers.get("Retry-After"), datetime.now(UTC)
                    )
                    return response.status_code, self._body(response, max_bytes), url, retry_after_s
                target = urljoin(url, response.headers.get("Location", ""))
            if host_of(target) != self._host:
                # Another server, with rules of its own that were not read.
                raise FetchFailed("the shop leads to another server")
            url = target
        raise FetchFailed("redirected too often")

    def _body(self, response: requests.Response, max_bytes: int) -> bytes:
        body = b""
        with requests_errors():
            for piece in response.iter_content(_CHUNK):
                body += piece
                if len(body) >= max_bytes or self._stop.is_set():
                    break
        return body[:max_bytes]


def _is_elsewhere(url: str, last_url: str) -> bool:
    """Whether redirects led away from the item: its number is no longer in the address."""
    numbers = [part for part in urlsplit(url).path.replace("-", "/").split("/") if part.isdigit()]
    return bool(numbers) and not any(number in urlsplit(last_url).path for number in numbers)
