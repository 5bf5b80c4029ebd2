"""Fetching one photo from the web into a file, with limits on everything that could run away."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from core.images import UnreadableImage, decode, sniff
from core.scrape.clean_text import web_url

USER_AGENT = "Pickglass/1.0 (fetches the photos of a saved catalogue)"
_CHUNK = 65536
_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Limits:
    """What one photo may cost.

    Attributes:
        max_bytes: Of a file, as it comes out of any compression.
        connect_s: Until a server answers the telephone.
        read_s: Between two pieces of an answer.
        total_s: From the first request to the last byte; a server that drips cannot hold a
            connection for hours.
        max_redirects: In a row.
        allow_private: Whether addresses in the own network (`localhost`, `192.168.…`) may be
            asked. A saved catalogue has no business there.
    """

    max_bytes: int = 30_000_000
    connect_s: float = 10.0
    read_s: float = 20.0
    total_s: float = 120.0
    max_redirects: int = 5
    allow_private: bool = False


class FetchFailed(Exception):  # noqa: N818 - reads as what it is
    """A photo that did not come.

    Attributes:
        reason: In a few words, the same for all photos that fail alike.
        passing: Whether it may come later: the server is busy or cannot be reached.
        retry_after_s: How long the server asks to be left alone, if it does.
    """

    def __init__(
        self, reason: str, *, passing: bool = False, retry_after_s: float | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing
        self.retry_after_s = retry_after_s


class Stopped(Exception):  # noqa: N818 - not an error
    """The job was cancelled while the photo was on its way."""


def new_session() -> requests.Session:
    """A session for one thread: no cookies kept, no passwords from the user's `.netrc` sent."""
    session = requests.Session()
    session.headers.update(
        # Identity: a small compressed file can be a very large one.
        {"User-Agent": USER_AGENT, "Accept": "image/*", "Accept-Encoding": "identity"}
    )
    session.auth = _no_password
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def fetch(
    session: requests.Session,
    url: str,
    to: Path,
    limits: Limits,
    is_stopped: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Fetches a photo into a file that is there whole or not at all.

    A file that is there already, as after a crash, is not asked for again.

    Returns:
        How many bytes came over the wire; 0 for a file that was there.

    Raises:
        FetchFailed: With the reason.
        Stopped: The job was cancelled.
        OSError: The file cannot be written.
    """
    if _is_picture(to):
        return 0
    until = clock() + limits.total_s
    with contextlib.closing(_answer(session, url, limits)) as response:
        part = to.with_name(f"{to.name}.part")
        to.parent.mkdir(parents=True, exist_ok=True)
        size = 0
        try:
            with part.open("wb") as file:
                for piece in _pieces(response, limits):
                    if is_stopped():
                        raise Stopped
                    if clock() > until:
                        raise FetchFailed("too slow", passing=True)
                    size += file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            part.replace(to)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return size


def seconds_until(retry_after: str | None, now: datetime) -> float | None:
    """What a Retry-After header asks for: seconds, or a date; None where it says neither."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - now).total_seconds())


def host_of(url: str) -> str:
    """Host and port, for counting how often one server is asked; "" for a bad address."""
    return urlsplit(web_url(url)).netloc.rpartition("@")[2].lower()


def _answer(session: requests.Session, url: str, limits: Limits) -> requests.Response:
    """The answer 200 at the end of the redirects."""
    if not web_url(url):
        raise FetchFailed("the address cannot be used")
    for _ in range(limits.max_redirects + 1):
        if not limits.allow_private:
            refuse_private(url)
        with requests_errors():
            response = session.get(
                url, stream=True, timeout=(limits.connect_s, limits.read_s), allow_redirects=False
            )
        if response.status_code == 200:
            return response
        response.close()
        if response.status_code not in _REDIRECTS:
            raise _refusal(response)
        url = _redirected(url, response.headers.get("Location", ""))
    raise FetchFailed("redirected too often")


def _redirected(url: str, location: str) -> str:
    try:
        target = web_url(urljoin(url, location))
    except ValueError:
        target = ""
    if not target:
        raise FetchFailed("redirected to something that is no web address")
    return target


def _refusal(response: requests.Response) -> FetchFailed:
    status = response.status_code
    reason = f"the server answered {status}"
    if status in (404, 410):
        reason = f"no longer there ({status})"
    return FetchFailed(
        reason,
        passing=status in _BUSY,
        retry_after_s=seconds_until(response.headers.get("Retry-After"), datetime.now(UTC)),
    )


def _pieces(response: requests.Response, limits: Limits) -> Iterator[bytes]:
    """The body, once its first bytes are a picture's and as long as it is not too large."""
    too_large = FetchFailed(f"larger than {limits.max_bytes / 1e6:g} MB")
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced[:15]) > limits.max_bytes:
        raise too_large
    size = 0
    head = b""
    is_picture = False
    for piece in _body(response):
        size += len(piece)
        if size > limits.max_bytes:
            raise too_large
        if is_picture:
            yield piece
            continue
        head += piece
        if len(head) < 32:
            continue
        if sniff(head[:32]) is None:
            break
        is_picture = True
        yield head
    if not is_picture:
        raise _no_photo(head)
    if announced.isdigit() and "Content-Encoding" not in response.headers and size < int(announced):
        raise FetchFailed("the connection broke off", passing=True)


def _body(response: requests.Response) -> Iterator[bytes]:
    # Converted here and not around the writing: the library's errors are OSErrors, as a full
    # disk's is.
    with requests_errors():
        yield from response.iter_content(_CHUNK)


def _no_photo(head: bytes) -> FetchFailed:
    try:
        decode(head)
    except UnreadableImage as unreadable:
        return FetchFailed(f"what came is no photo: {unreadable.reason}", passing=not head)
    return FetchFailed("what came is no photo")


def refuse_private(url: str) -> None:
    """Raises FetchFailed for addresses in the own network: a catalogue has no business there."""
    if is_private(url):
        raise FetchFailed("refused: the address is in a private network")


def is_private(url: str) -> bool:
    """Whether an address is in the own network, as far as its host's name can be resolved here."""
    host = urlsplit(url).hostname or ""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False  # behind a proxy names are not resolved here; else the request will fail
    for entry in found:
        address = ipaddress.ip_address(str(entry[4][0]).partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        if not address.is_global:
            return True
    return False


@contextlib.contextmanager
def requests_errors() -> Iterator[None]:
    """What the web library raises, in a few words."""
    try:
        yield
    except requests.exceptions.SSLError as error:
        raise FetchFailed("the server's certificate is not valid") from error
    except requests.exceptions.Timeout as error:
        raise FetchFailed("timed out", passing=True) from error
    except (
        requests.exceptions.ChunkedEncodingError,
        requests.exceptions.ContentDecodingError,
    ) as error:
        raise FetchFailed("the connection broke off", passing=True) from error
    except requests.exceptions.ConnectionError as error:
        raise FetchFailed(_lost(error), passing=True) from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        # ValueError: requests looks at a redirect's target even when told not to follow it.
        raise FetchFailed("the address cannot be used") from error


def _lost(error: requests.exceptions.ConnectionError) -> str:
    """How a connection was lost: requests wraps in one class what urllib3 tells apart."""
    match error.args:
        case [urllib3.exceptions.ReadTimeoutError(), *_]:
            return "timed out"  # between two pieces of the body
        case [urllib3.exceptions.ProtocolError(), *_]:
            return "the connection broke off"
    return "could not connect"


def _is_picture(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return sniff(opened.read(32)) is not None
    except OSError:
        return False


def _no_password(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
