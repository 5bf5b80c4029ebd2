"""Applying on disks that fail, fill up, refuse, or are cut off: no file is ever lost."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from applying import QUIET, apply_now, coat_and_gown, files_below, interrupt_apply, problems
from disks import failing_disk, mounted, watched_disk
from made_catalogue import add_file, add_item, add_source

from core.catalogue.database import open_catalogue
from core.catalogue.photos import read_photos
from core.catalogue.records import RejectReason
from core.cleaning import decisions
from core.cleaning.apply import apply, plan_apply
from core.cleaning.disk import hash_file
from core.cleaning.move_journal import unfinished
from core.cleaning.moves import finish_or_roll_back
from core.cleaning.undo import undo
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.project import create_project

TAG = RejectReason.TAG


@pytest.fixture
def catalogue(tmp_path):
    with coat_and_gown(tmp_path) as catalogue:
        yield catalogue


def test_nothing_in_the_quarantine_is_overwritten_even_if_it_appears_last(catalogue, tmp_path):
    decisions.reject(catalogue, [1], TAG)
    plan = plan_apply(catalogue)
    taken = catalogue.project.quarantine / "1/coat/0.jpg"
    taken.parent.mkdir(parents=True)
    taken.write_bytes(b"not ours")
    result = apply(catalogue, plan, QUIET)
    assert problems(result) == [(1, "Another file has taken its place")]
    assert taken.read_bytes() == b"not ours"
    assert (tmp_path / "scrape/coat/0.jpg").exists()


@pytest.mark.parametrize("errors", [{}, {"link": errno.EPERM}])
def test_without_hard_links_a_file_that_appears_last_is_not_overwritten_either(
    catalogue, tmp_path, errors
):
    decisions.reject(catalogue, [1], TAG)
    taken = catalogue.project.quarantine / "1/coat/0.jpg"

    def appear(name, *arguments):
        if name == "link":
            taken.write_bytes(b"not ours")
        if name in errors:
            raise OSError(errors[name], "no")

    result = apply_now(catalogue, disk=watched_disk(appear))
    assert (taken.read_bytes(), result.quarantined) == (b"not ours", 0)
    assert (tmp_path / "scrape/coat/0.jpg").exists()


def test_on_a_disk_without_hard_links_files_are_renamed(catalogue, tmp_path):
    before = files_below(tmp_path / "scrape")
    decisions.reject_item(catalogue, 1, TAG)
    assert apply_now(catalogue, disk=failing_disk({"link": errno.EPERM})).quarantined == 3
    moved = files_below(catalogue.project.quarantine / "1")
    assert files_below(tmp_path / "scrape") | moved == before
    assert len(moved) == 3


def test_to_another_disk_files_are_copied_with_their_times_and_permissions(catalogue, tmp_path):
    os.chmod(tmp_path / "scrape/coat/0.jpg", 0o640)
    os.utime(tmp_path / "scrape/coat/1.jpg", ns=(1_000_000_007, 1_000_000_007))
    before = files_below(tmp_path / "scrape")
    decisions.reject(catalogue, [1, 2], TAG)
    with mounted(tmp_path / "other disk", size="20m") as other:
        catalogue.project.quarantine.rmdir()
        (other / "quarantine").mkdir()
        catalogue.project.quarantine.symlink_to(other / "quarantine")
        assert plan_apply(catalogue).no_room is None
        assert apply_now(catalogue).quarantined == 2
        moved = files_below(other / "quarantine/1")
        assert set(moved) == {"coat/0.jpg", "coat/1.jpg"}
        assert files_below(tmp_path / "scrape") | moved == before
        undo(catalogue)
        assert apply_now(catalogue).brought_back == 2
        assert files_below(tmp_path / "scrape") == before
        assert files_below(other) == {}


def test_a_disk_with_too_little_room_is_told_before_anything_is_moved(catalogue, tmp_path):
    decisions.reject(catalogue, [1], TAG)
    with mounted(tmp_path / "other disk", size="1m") as other:
        catalogue.project.quarantine.rmdir()
        catalogue.project.quarantine.symlink_to(other)
        plan = plan_apply(catalogue)
        assert "have to be copied there" in plan.no_room.why
        with pytest.raises(UserError, match="Make room"):
            apply(catalogue, plan, QUIET)
        assert unfinished(catalogue) is None


def test_a_disk_that_runs_full_stops_apply_and_loses_nothing(catalogue, tmp_path):
    before = files_below(tmp_path / "scrape")
    decisions.reject_item(catalogue, 1, TAG)
    written = []

    def fail(name, *arguments):
        if name in ("link", "rename") and "part" not in str(arguments[0]):
            raise OSError(errno.EXDEV, "other device")
        if name == "write":
            written.append(1)
            if len(written) == 2:
                raise OSError(errno.ENOSPC, "full")

    with pytest.raises(UserError, match=r"full[^$]*goes on where it stopped"):
        apply_now(catalogue, disk=watched_disk(fail))
    moved = files_below(catalogue.project.quarantine / "1")
    assert set(moved) == {"coat/0.jpg"}
    assert files_below(tmp_path / "scrape") | moved == before
    left = unfinished(catalogue)
    assert (left.done, left.left, left.rolling_back) == (1, 2, False)
    with pytest.raises(UserError, match="not finished"):
        apply_now(catalogue)
    assert finish_or_roll_back(catalogue, QUIET).quarantined == 2
    assert unfinished(catalogue) is None
    assert len(files_below(catalogue.project.quarantine)) == 3


class PowerCut(BaseException):
    """Nothing after it runs, least of all what would write down what was moved."""


def cut_power(*_):
    raise PowerCut


def test_files_moved_just_before_a_power_cut_count_as_moved(catalogue, monkeypatch):
    decisions.reject_item(catalogue, 1, TAG)
    monkeypatch.setattr("core.cleaning.moves._Mover._record", cut_power)
    with pytest.raises(PowerCut):
        apply_now(catalogue)
    left = unfinished(catalogue)
    assert (left.done, left.left, left.rolling_back) == (3, 0, False)

    with pytest.raises(PowerCut):
        finish_or_roll_back(catalogue, QUIET, roll_back=True)
    left = unfinished(catalogue)
    assert (left.done, left.left, left.rolling_back) == (3, 0, True)


def test_an_interrupted_apply_can_be_rolled_back_whole(catalogue, tmp_path):
    before = files_below(tmp_path / "scrape")
    decisions.reject_item(catalogue, 1, TAG)
    decisions.reject(catalogue, [4], TAG)
    interrupt_apply(catalogue, after=2)
    assert (unfinished(catalogue).done, unfinished(catalogue).left) == (2, 2)
    assert finish_or_roll_back(catalogue, QUIET, roll_back=True).brought_back == 4
    assert files_below(tmp_path / "scrape") == before
    assert unfinished(catalogue) is None
    assert len(plan_apply(catalogue).to_quarantine) == 4  # the decisions stand


def test_what_a_killed_copy_has_left_goes_when_it_is_rolled_back(catalogue, tmp_path):
    before = files_below(tmp_path / "scrape")
    decisions.reject(catalogue, [1], TAG)
    with pytest.raises(Cancelled):
        apply(catalogue, plan_apply(catalogue), JobContext(is_cancelled=lambda: True))
    half = catalogue.project.quarantine / "1/coat/.1.pickglass-part"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    finish_or_roll_back(catalogue, QUIET, roll_back=True)
    assert files_below(tmp_path / "scrape") == before
    assert list(catalogue.project.quarantine.iterdir()) == []


def test_in_a_read_only_folder_files_stay_with_the_reason(catalogue, tmp_path):
    decisions.reject(catalogue, [1, 4], TAG)

    def fail(name, *arguments):
        if name == "unlink" and "coat" in str(arguments[0]) and "scrape" in str(arguments[0]):
            raise OSError(errno.EACCES, "Permission denied")

    result = apply_now(catalogue, disk=watched_disk(fail))
    assert problems(result) == [(1, "It cannot be moved (Permission denied)")]
    assert result.quarantined == 1
    assert list(files_below(catalogue.project.quarantine)) == ["1/gown/0.jpg"]
    assert hash_file(tmp_path / "scrape/coat/0.jpg")
    assert not read_photos(catalogue, [1])[1][0].quarantined


def test_a_folder_on_a_read_only_disk_is_in_the_plan_as_a_problem(tmp_path):
    with (
        mounted(tmp_path / "scrape") as scrape,
        open_catalogue(create_project(tmp_path / "try.pickglass")) as catalogue,
    ):
        item = add_item(catalogue, add_source(catalogue, scrape), "coat")
        photo = add_file(catalogue, item, "coat/0.jpg")
        decisions.reject(catalogue, [photo], TAG)
        os.system(f"mount -o remount,ro '{scrape}'")
        plan = plan_apply(catalogue)
        assert [problem.why for problem in plan.problems] == ["Its folder is read-only"]
        assert apply(catalogue, plan, QUIET).quarantined == 0


def test_an_unlink_that_a_share_reports_as_failed_though_it_was_done_loses_nothing(catalogue):
    decisions.reject(catalogue, [1], TAG)
    original = read_photos(catalogue, [1])[1][0].file

    def done_twice(name, *arguments):
        if name == "unlink" and arguments[0] == original:
            Path.unlink(original)

    assert apply_now(catalogue, disk=watched_disk(done_twice)).quarantined == 1
    assert (catalogue.project.quarantine / "1/coat/0.jpg").exists()
