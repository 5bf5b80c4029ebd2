from __future__ import annotations

import argparse
import dataclasses
import errno
import io
import json
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from core.catalogue import photos
from core.catalogue.database import open_catalogue
from core.catalogue.records import PhotoStatus
from core.commands import download as verb
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.project import create_project
from core.scrape import fetch as fetching
from core.scrape.download import download_pending
from core.scrape.fetch import Limits, seconds_until
from core.scrape.fetch_queue import Patience
from core.scrape.importing import import_scrape


def jpeg(side=40):
    data = io.BytesIO()
    Image.effect_noise((side, side), 60).convert("RGB").save(data, "JPEG")
    return data.getvalue()


PHOTO = jpeg()


class Server(ThreadingHTTPServer):
    """Answers each path as the test has laid down; all others with a photo."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = {}
        self.asked = Counter()
        self.headers = []
        self.lock = threading.Lock()
        self.running = self.most_at_once = 0
        self.hold = None  # a threading.Barrier: requests wait for each other there

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        with server.lock:
            number = server.asked[self.path]
            server.asked[self.path] += 1
            server.headers.append(self.headers)
            server.running += 1
            server.most_at_once = max(server.most_at_once, server.running)
        try:
            if server.hold is not None:
                server.hold.wait(timeout=10)
            answers = server.answers.get(self.path, [])
            answer = answers[min(number, len(answers) - 1)] if answers else {}
            self.answer(**answer)
        finally:
            with server.lock:
                server.running -= 1

    def answer(self, status=200, body=PHOTO, length=None, **headers):
        self.send_response(status)
        length = len(body) if length is None else length
        if length != "none":
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class FakeTime:
    def __init__(self):
        self.now = 100.0
        self.slept = 0.0

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += max(seconds, 0.001)
        self.slept += seconds


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def catalogue(tmp_path):
    with open_catalogue(create_project(tmp_path / "try.pickglass")) as catalogue:
        yield catalogue


def wait_for(catalogue, tmp_path, urls):
    """Imports a dump with an item of one photo for each URL."""
    items = [
        {"id": number, "title": "x", "photos": [{"id": number, "url": url}]}
        for number, url in enumerate(urls)
    ]
    (tmp_path / "dump.json").write_text(json.dumps(items))
    import_scrape(catalogue, tmp_path / "dump.json")
    catalogue.connection.execute("DELETE FROM stale_item")


def download(catalogue, **options):
    faked = FakeTime()
    options.setdefault("limits", Limits(allow_private=True))
    result = download_pending(
        catalogue, clock=faked.clock, sleep=faked.sleep, jitter=lambda: 0.5, **options
    )
    return result, faked


def rows(catalogue):
    found = photos.read_photos(catalogue, range(1, 100))
    return [photo for group in found.values() for photo in group]


def test_photos_come_into_the_projects_downloads_and_wait_to_be_hashed(catalogue, server, tmp_path):
    wait_for(catalogue, tmp_path, [server.url("/a.jpg"), server.url("/b")])
    result, _ = download(catalogue)
    assert (result.downloaded, result.failed, result.left) == (2, 0, 0)
    assert result.byte_count == 2 * len(PHOTO)
    first, second = rows(catalogue)
    assert first.file.read_bytes() == second.file.read_bytes() == PHOTO
    assert first.file.is_relative_to(catalogue.project.downloads)
    assert (first.status, first.byte_count) == (PhotoStatus.NEW, len(PHOTO))
    stale = catalogue.connection.execute("SELECT count(*) FROM stale_item").fetchone()[0]
    assert stale == 2
    assert not list(catalogue.project.downloads.rglob("*.part"))
    assert "Pickglass" in server.headers[0]["User-Agent"]
    assert download(catalogue)[0].downloaded == 0  # nothing is asked for twice
    assert sum(server.asked.values()) == 2


def test_a_photo_that_cannot_be_had_is_a_row_with_its_reason(catalogue, server, tmp_path):
    server.answers = {
        "/gone": [{"status": 404, "body": b""}],
        "/forbidden": [{"status": 403, "body": b""}],
        "/page": [{"body": b"<!DOCTYPE html><html>" + b" " * 100}],
        "/text": [{"body": b"nothing to see here, and that at length"}],
    }
    wait_for(catalogue, tmp_path, [server.url(path) for path in server.answers])
    result, _ = download(catalogue)
    assert (result.failed, result.downloaded) == (4, 0)
    assert [(row.status, row.problem) for row in rows(catalogue)] == [
        (PhotoStatus.NOT_DOWNLOADED, "no longer there (404)"),
        (PhotoStatus.NOT_DOWNLOADED, "the server answered 403"),
        (PhotoStatus.NOT_DOWNLOADED, "what came is no photo: web page"),
        (PhotoStatus.NOT_DOWNLOADED, "what came is no photo: not a picture"),
    ]
    unreadable = catalogue.connection.execute("SELECT sum(unreadable_count) FROM item").fetchone()
    assert unreadable[0] == 4
    assert not [file for file in catalogue.project.downloads.rglob("*") if file.is_file()]
    assert "404" in str(result)


def test_failed_photos_are_tried_again_only_when_asked(catalogue, server, tmp_path):
    server.answers = {"/a": [{"status": 404, "body": b""}, {}]}
    wait_for(catalogue, tmp_path, [server.url("/a")])
    assert download(catalogue)[0].failed == 1
    assert download(catalogue)[0].downloaded == 0
    assert download(catalogue, retry_failed=True)[0].downloaded == 1
    (row,) = rows(catalogue)
    assert (row.status, row.problem) == (PhotoStatus.NEW, "")


def test_a_busy_server_is_asked_again_later_and_later(catalogue, server, tmp_path):
    busy = {"status": 503, "body": b""}
    server.answers = {"/a": [busy, {"status": 500, "body": b""}, busy, {}]}
    wait_for(catalogue, tmp_path, [server.url("/a")])
    result, faked = download(catalogue)
    assert (result.downloaded, server.asked["/a"]) == (1, 4)
    assert faked.slept == pytest.approx(1 + 2 + 4, abs=0.1)


def test_retry_after_is_honoured_in_seconds_and_holds_the_whole_server(catalogue, server, tmp_path):
    server.answers = {"/a": [{"status": 429, "body": b"", "Retry_After": "30"}, {}]}
    wait_for(catalogue, tmp_path, [server.url("/a"), server.url("/b")])
    result, faked = download(catalogue, max_per_host=1)
    assert result.downloaded == 2
    assert faked.slept == pytest.approx(30, abs=0.1)
    assert server.asked == {"/a": 2, "/b": 1}


def test_retry_after_may_be_seconds_or_a_date():
    now = datetime(2024, 5, 1, 12, 0, 0, tzinfo=UTC)
    assert seconds_until("120", now) == 120.0
    assert seconds_until("Wed, 01 May 2024 12:00:30 GMT", now) == 30.0
    assert seconds_until("Wed, 01 May 2024 11:00:00 GMT", now) == 0.0
    assert seconds_until("soon", now) is None
    assert seconds_until(None, now) is None
    assert seconds_until("9" * 400, now) > 1e8


def test_a_server_that_asks_for_hours_is_left_for_next_time(catalogue, server, tmp_path):
    server.answers = {"/0": [{"status": 429, "body": b"", "Retry_After": "7200"}, {}]}
    wait_for(catalogue, tmp_path, [server.url(f"/{number}") for number in range(5)])
    result, faked = download(catalogue, max_per_host=1)
    assert (result.downloaded, result.failed, result.left) == (0, 0, 5)
    assert result.unreachable == (f"127.0.0.1:{server.server_port}",)
    assert faked.slept == 0
    assert {row.status for row in rows(catalogue)} == {PhotoStatus.TO_DOWNLOAD}
    assert download(catalogue)[0].downloaded == 5


def test_a_server_that_always_fails_is_given_up_and_others_go_on(catalogue, server, tmp_path):
    with Server() as dead:
        port = dead.server_port  # closed again at the end of the block: nobody listens there
    urls = [f"http://127.0.0.1:{port}/{number}" for number in range(20)]
    wait_for(catalogue, tmp_path, [*urls, server.url("/a")])
    result, _ = download(catalogue, patience=Patience(tries=2, give_up_after=3), max_per_host=1)
    assert (result.downloaded, result.failed, result.left) == (1, 3, 17)
    assert result.reasons == (("could not connect", 3),)
    assert "could not be reached" in str(result)


def test_connections_are_bounded_in_all_and_for_each_server(catalogue, server, tmp_path):
    with Server() as other:
        thread = threading.Thread(target=other.serve_forever, args=[0.01], daemon=True)
        thread.start()
        # Each request waits for a second one, so that as many as may be are there at once.
        server.hold = threading.Barrier(2)
        other.hold = threading.Barrier(1)
        urls = [server.url(f"/{number}") for number in range(8)]
        wait_for(catalogue, tmp_path, [*urls, *(other.url(f"/{number}") for number in range(8))])
        result, _ = download(catalogue, max_at_once=3, max_per_host=2)
        other.shutdown()
        thread.join()
        assert result.downloaded == 16
        assert server.most_at_once == 2
        assert other.most_at_once <= 2


@pytest.mark.parametrize("length", [None, "none"])
def test_a_photo_over_the_size_cap_is_refused_announced_or_not(catalogue, server, tmp_path, length):
    server.answers = {"/big": [{"body": jpeg(400), "length": length}]}
    wait_for(catalogue, tmp_path, [server.url("/big"), server.url("/small")])
    limits = Limits(max_bytes=10_000, allow_private=True)
    result, _ = download(catalogue, limits=limits)
    assert (result.downloaded, result.reasons) == (1, (("larger than 0.01 MB", 1),))
    assert len([f for f in catalogue.project.downloads.rglob("*") if f.is_file()]) == 1


def test_a_connection_that_breaks_off_is_tried_again_and_leaves_no_half_file(
    catalogue, server, tmp_path
):
    server.answers = {"/a": [{"body": PHOTO[:200], "length": len(PHOTO)}, {}]}
    wait_for(catalogue, tmp_path, [server.url("/a")])
    result, _ = download(catalogue)
    assert (result.downloaded, server.asked["/a"]) == (1, 2)
    assert rows(catalogue)[0].file.read_bytes() == PHOTO


def test_redirects_are_followed_only_so_far_and_only_to_the_web(catalogue, server, tmp_path):
    def to(url):
        return [{"status": 302, "body": b"", "Location": url}]

    server.answers = {
        "/moved": to("/here.jpg"),
        "/loop": to("/loop"),
        "/file": to("file:///etc/passwd"),
        "/ftp": to("ftp://127.0.0.1/x"),
        "/bad": to("http://["),
    }
    wait_for(catalogue, tmp_path, [server.url(path) for path in server.answers])
    result, _ = download(catalogue)
    assert result.downloaded == 1
    assert server.asked["/loop"] == 6
    assert [row.problem for row in rows(catalogue)] == [
        "",
        "redirected too often",
        "redirected to something that is no web address",
        "redirected to something that is no web address",
        "the address cannot be used",
    ]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "[::ffff:7f00:1]"]
)
def test_the_own_network_is_not_asked_unless_allowed(catalogue, server, tmp_path, host):
    wait_for(catalogue, tmp_path, [f"http://{host}:{server.server_port}/secret"])
    result, _ = download(catalogue, limits=Limits())
    assert result.reasons == (("refused: the address is in a private network", 1),)
    assert not server.asked


def test_neither_cookies_nor_passwords_are_sent(catalogue, server, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server.answers = {"/a": [{"Set_Cookie": "id=1; Path=/"}]}
    wait_for(catalogue, tmp_path, [server.url("/a"), server.url("/b")])
    assert download(catalogue, max_at_once=1)[0].downloaded == 2
    for headers in server.headers:
        assert headers["Authorization"] is None
        assert headers["Cookie"] is None


def test_files_that_came_before_a_crash_are_found_and_half_ones_fetched_anew(
    catalogue, server, tmp_path
):
    wait_for(catalogue, tmp_path, [server.url("/a"), server.url("/b"), server.url("/c")])
    there, half, empty = (row.file for row in rows(catalogue))
    for file in (there, half, empty):
        file.parent.mkdir(parents=True)
    there.write_bytes(PHOTO)
    half.with_name(f"{half.name}.part").write_bytes(PHOTO[:100])
    empty.write_bytes(b"")
    result, _ = download(catalogue)
    assert (result.found, result.downloaded) == (1, 2)
    assert set(server.asked) == {"/b", "/c"}
    assert {file.read_bytes() for file in (there, half, empty)} == {PHOTO}
    assert not list(catalogue.project.downloads.rglob("*.part"))


def test_cancelling_keeps_what_came_and_ends_at_once(catalogue, server, tmp_path):
    wait_for(catalogue, tmp_path, [server.url(f"/{number}") for number in range(6)])
    came = []
    context = JobContext(came.append, lambda: len(came) >= 2, min_interval_s=0)
    server.answers = {"/4": [{"body": PHOTO[:100], "length": len(PHOTO)}]}
    with pytest.raises(Cancelled):
        download(catalogue, context=context, max_at_once=1)
    statuses = Counter(row.status for row in rows(catalogue))
    assert statuses[PhotoStatus.NEW] >= 2
    assert statuses[PhotoStatus.TO_DOWNLOAD] >= 1
    server.answers = {}
    assert download(catalogue)[0].downloaded == statuses[PhotoStatus.TO_DOWNLOAD]


def test_a_server_that_hangs_does_not_hold_up_cancelling(catalogue, server, tmp_path):
    server.hold = threading.Barrier(2)  # the test is the second, at the end
    wait_for(catalogue, tmp_path, [server.url("/a")])
    asked = threading.Event()

    def is_cancelled():
        if server.asked:
            asked.set()
        return asked.is_set()

    began = time.monotonic()
    with pytest.raises(Cancelled):
        download(catalogue, context=JobContext(is_cancelled=is_cancelled))
    assert time.monotonic() - began < 5
    server.hold.wait(timeout=10)
    for thread in threading.enumerate():
        if thread.name.startswith("fetch "):
            thread.join(10)
    assert rows(catalogue)[0].status is PhotoStatus.TO_DOWNLOAD


def test_a_full_disk_stops_the_job_with_what_to_do(catalogue, server, tmp_path, monkeypatch):
    wait_for(catalogue, tmp_path, [server.url("/a"), server.url("/b")])
    real = fetching.os.fsync
    calls = []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor)

    monkeypatch.setattr(fetching.os, "fsync", full)
    with pytest.raises(UserError, match=r"No space left[\s\S]*Make room"):
        download(catalogue, max_at_once=1)
    monkeypatch.undo()
    assert [row.status for row in rows(catalogue)] == [PhotoStatus.NEW, PhotoStatus.TO_DOWNLOAD]
    assert not list(catalogue.project.downloads.rglob("*.part"))
    assert download(catalogue)[0].downloaded == 1


def test_a_server_that_drips_is_not_waited_for_for_hours(server, tmp_path):
    server.answers = {"/a": [{"body": jpeg(600)}]}
    time_s = iter(range(0, 10_000, 100))
    with fetching.new_session() as session, pytest.raises(fetching.FetchFailed, match="too slow"):
        fetching.fetch(
            session,
            server.url("/a"),
            Path(tmp_path / "a"),
            Limits(allow_private=True),
            lambda: False,
            lambda: float(next(time_s)),
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    ["http://[", "http://x..y/", "http://" + "a" * 300 + "/", "http://a\u2024b/", "http://%/"],
)
def test_addresses_that_cannot_be_used_fail_with_a_reason(catalogue, tmp_path, url):
    with fetching.new_session() as session, pytest.raises(fetching.FetchFailed):
        fetching.fetch(session, url, tmp_path / "a", Limits(), lambda: False)


def test_two_photos_never_share_a_file_whatever_they_are_called(catalogue, tmp_path):
    items = [
        {"id": id_, "title": "x", "photos": [{"id": photo, "url": f"https://x.test/{n}"}]}
        for n, (id_, photo) in enumerate(
            [("a/b", 1), ("a-b", 1), ("../../x", 1), ("a" * 300, 1), ("é", "../1"), ("é", "..-1")]
        )
    ]
    (tmp_path / "dump.json").write_text(json.dumps(items))
    import_scrape(catalogue, tmp_path / "dump.json")
    files = [row.file for row in rows(catalogue)]
    assert len(set(files)) == 6
    for file in files:
        assert file.resolve().is_relative_to(catalogue.project.downloads.resolve())
        assert len(file.name) < 100


def test_the_verb_downloads(catalogue, server, tmp_path):
    wait_for(catalogue, tmp_path, [server.url("/a")])
    parser = argparse.ArgumentParser()
    parser.add_argument("--project", default=catalogue.project.root)
    verb.add_arguments(parser)
    result = verb.run(parser.parse_args(["--allow-private"]), JobContext())
    assert result.downloaded == 1
    assert "Downloaded 1 photo (" in str(result)
    json.dumps(dataclasses.asdict(result))
    with pytest.raises(SystemExit):
        parser.parse_args(["--at-once", "0"])
