"""What an export never does: lose a file, overwrite one, or leave half of one."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from disks import failing_disk, mounted, watched_disk
from exporting import export_to, files_below, photos_below, rows_of, three_items
from made_catalogue import add_file, add_photo, write_photo

from core.catalogue.database import open_catalogue
from core.catalogue.records import RejectReason
from core.cleaning import decisions
from core.cleaning.disk import Disk
from core.cleaning.export_ledger import LEDGER_NAME
from core.cleaning.export_photo import ExportMode
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.project import create_project

TAG = RejectReason.TAG


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    # Syncing all disks takes as long as everybody else's writing does.
    monkeypatch.setattr(os, "sync", lambda: None)
    with three_items(tmp_path) as catalogue:
        yield catalogue


def test_links_to_another_disk_are_refused_with_the_remedy(catalogue, tmp_path):
    with mounted(tmp_path / "disk") as disk, pytest.raises(UserError, match="or copy them"):
        export_to(catalogue, disk / "clean", mode=ExportMode.HARDLINK)


def test_an_exported_file_that_the_user_changed_is_not_removed(catalogue, tmp_path):
    export_to(catalogue, tmp_path / "clean")
    (tmp_path / "clean/best/bag/01.jpg").write_bytes(b"retouched")
    decisions.reject(catalogue, [8], TAG)
    result = export_to(catalogue, tmp_path / "clean")
    assert (tmp_path / "clean/best/bag/01.jpg").read_bytes() == b"retouched"
    assert "changed since it was exported" in result.problems[0].why


def test_a_file_of_the_user_in_an_earlier_export_is_not_overwritten(catalogue, tmp_path):
    export_to(catalogue, tmp_path / "clean")
    add_file(catalogue, 3, "bag/2.jpg")
    (tmp_path / "clean/best/bag/02.jpg").write_bytes(b"mine")
    result = export_to(catalogue, tmp_path / "clean")
    assert (tmp_path / "clean/best/bag/02.jpg").read_bytes() == b"mine"
    assert [problem.why for problem in result.problems] == ["Another file has taken its place"]
    assert len(rows_of(tmp_path / "clean")) == 8


def test_a_ledger_that_was_tampered_with_removes_nothing_outside(catalogue, tmp_path):
    export_to(catalogue, tmp_path / "clean")
    with open(tmp_path / "clean" / LEDGER_NAME, "a") as ledger:
        for path in ("../scrape/coat/0.jpg", str(tmp_path / "scrape/coat/1.jpg"), 7, None):
            ledger.write(json.dumps({"putting": path}) + "\n")
        ledger.write("[]\n{\n")
    export_to(catalogue, tmp_path / "clean")
    assert len(files_below(tmp_path / "scrape")) == 8


def test_folders_that_must_not_be_written_to_are_refused(catalogue, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/diary.txt").write_text("dear")
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "scrape")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    project = catalogue.project.root
    for folder, message in (
        (tmp_path / "scrape", "originals stay"),
        (tmp_path / "scrape/sub/clean", "originals stay"),
        (tmp_path / "link/clean", "originals stay"),
        (tmp_path / "link/../scrape/clean", "originals stay"),
        (project / "clean", "originals stay"),
        (tmp_path / "mine", "not empty"),
        (tmp_path / "file", "not a folder"),
        (tmp_path / "loop/clean", "cannot be written"),
        (tmp_path / "nul\0", "cannot be written"),
        (Path("/proc/clean"), "cannot be written"),
    ):
        with pytest.raises(UserError, match=message):
            export_to(catalogue, folder)
    assert set(files_below(tmp_path / "mine")) == {"diary.txt"}


def test_an_export_of_another_project_is_not_touched(catalogue, tmp_path):
    export_to(catalogue, tmp_path / "clean")
    with (
        open_catalogue(create_project(tmp_path / "other.pickglass")) as other,
        pytest.raises(UserError, match="not an earlier export of this project"),
    ):
        export_to(other, tmp_path / "clean")
    with pytest.raises(UserError, match="manifest alone would remove"):
        export_to(catalogue, tmp_path / "clean", mode=ExportMode.MANIFEST)


def test_a_cancelled_export_has_no_name_yet_and_goes_on_where_it_stopped(catalogue, tmp_path):
    asked = []

    def is_cancelled():
        asked.append(1)
        return len(asked) == 4

    with pytest.raises(Cancelled):
        export_to(catalogue, tmp_path / "clean", context=JobContext(is_cancelled=is_cancelled))
    assert not (tmp_path / "clean").exists()
    result = export_to(catalogue, tmp_path / "clean")
    assert (result.written, result.unchanged) == (5, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clean", "scrape", "try.pickglass"]


def test_an_export_that_was_killed_before_it_had_said_whose_it_is_is_begun_again(
    catalogue, tmp_path
):
    working = tmp_path / ".clean.pickglass-part"
    working.mkdir()
    (working / f"{LEDGER_NAME}.part").write_text("{")
    assert export_to(catalogue, tmp_path / "clean").written == 8
    assert not working.exists()


def test_a_full_disk_stops_the_export_and_it_goes_on_once_there_is_room(catalogue, tmp_path):
    written = []

    def fail(name, *arguments):
        if name == "write":
            written.append(1)
            if len(written) == 3:
                raise OSError(errno.ENOSPC, "full")

    with pytest.raises(UserError, match=r"full[^$]*goes on from there"):
        export_to(catalogue, tmp_path / "clean", disk=watched_disk(fail))
    assert not (tmp_path / "clean").exists()
    assert export_to(catalogue, tmp_path / "clean").unchanged == 2
    assert len(photos_below(tmp_path / "clean")) == 8


def test_a_disk_without_enough_room_is_told_before_anything_is_copied(catalogue, tmp_path):
    catalogue.connection.execute("UPDATE photo SET byte_count = 1000000")
    with mounted(tmp_path / "disk") as disk, pytest.raises(UserError, match="needs 8 MB"):
        export_to(catalogue, disk / "clean")


def test_a_really_full_disk_leaves_no_half_file(catalogue, tmp_path):
    with mounted(tmp_path / "disk", size="200k") as disk:
        for number in range(200):
            add_file(catalogue, 1, f"coat/more/{number}.jpg")
        catalogue.connection.execute("UPDATE photo SET byte_count = 1")  # the room looks enough
        with pytest.raises(UserError, match=r"full|cannot be written"):
            export_to(catalogue, disk / "clean")
        (working,) = [path for path in disk.iterdir() if path.is_dir()]
        whole = set(files_below(tmp_path / "scrape").values())
        there = [p for p in photos_below(working).items() if not p[0].startswith(".")]
        assert len(there) > 10
        assert all(data in whole for _, data in there)


def test_photos_that_cannot_be_exported_are_told_and_left_out(catalogue, tmp_path):
    (tmp_path / "scrape/coat/0.jpg").unlink()
    write_photo(tmp_path / "scrape/coat/1.jpg", seed="another")
    add_photo(catalogue, 3, "bag/broken.jpg", status="unreadable")
    result = export_to(catalogue, tmp_path / "clean")
    assert [(problem.photo_id, problem.why) for problem in result.problems] == [
        (1, "It cannot be exported (No such file or directory)"),
        (2, "The file has changed since it was looked at"),
    ]
    assert (result.photos, result.not_ready) == (6, 1)
    assert len(rows_of(tmp_path / "clean")) == 6


def test_decisions_made_meanwhile_do_not_show_in_the_export(catalogue, tmp_path):
    with open_catalogue(catalogue.project) as window:

        class Deciding(Disk):
            def replace(self, source, target):
                decisions.reject_item(window, 3, TAG)
                super().replace(source, target)

        assert export_to(catalogue, tmp_path / "clean", disk=Deciding()).photos == 8
    assert export_to(catalogue, tmp_path / "clean").photos == 6


def test_a_link_that_the_disk_refuses_is_a_photo_left_out(catalogue, tmp_path):
    disk = failing_disk({"link": errno.EMLINK})
    result = export_to(catalogue, tmp_path / "clean", mode=ExportMode.HARDLINK, disk=disk)
    assert (result.photos, len(result.problems)) == (0, 8)
