"""What is asked of the network for one photo, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from downloading import PHOTO, download, jpeg, rows, serving, wait_for

from core.scrape import fetch as fetching
from core.scrape.fetch import Limits, seconds_until


@pytest.fixture
def server():
    with serving() as server:
        yield server


def test_retry_after_may_be_seconds_or_a_date():
    now = datetime(2024, 5, 1, 12, 0, 0, tzinfo=UTC)
    assert seconds_until("120", now) == 120.0
    assert seconds_until("Wed, 01 May 2024 12:00:30 GMT", now) == 30.0
    assert seconds_until("Wed, 01 May 2024 11:00:00 GMT", now) == 0.0
    assert seconds_until("soon", now) is None
    assert seconds_until(None, now) is None
    assert seconds_until("9" * 400, now) > 1e8


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
