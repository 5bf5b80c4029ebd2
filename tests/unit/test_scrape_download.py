from __future__ import annotations

import argparse
import dataclasses
import errno
import json
import threading
from collections import Counter

import pytest
from downloading import PHOTO, Server, download, rows, serving, wait_for

from core.catalogue.records import PhotoStatus
from core.commands import download as verb
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.scrape import fetch as fetching
from core.scrape.fetch_queue import Patience
from core.scrape.importing import import_scrape


@pytest.fixture
def server():
    with serving() as server:
        yield server


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

    with pytest.raises(Cancelled):
        download(catalogue, context=JobContext(is_cancelled=is_cancelled))
    assert server.hold.n_waiting == 1, "it has not answered yet"
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
