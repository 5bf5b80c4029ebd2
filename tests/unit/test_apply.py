from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from disks import failing_disk, mounted, watched_disk
from made_catalogue import add_file, add_item, add_photo, add_source

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
QUIET = JobContext()


@pytest.fixture
def catalogue(tmp_path):
    """Two items of three real photos: 1 to 3 in scrape/coat, 4 to 6 in scrape/gown."""
    with open_catalogue(create_project(tmp_path / "try.pickglass")) as catalogue:
        source = add_source(catalogue, tmp_path / "scrape")
        for key in ("coat", "gown"):
            item = add_item(catalogue, source, key)
            for number in range(3):
                add_file(catalogue, item, f"{key}/{number}.jpg")
        yield catalogue


def files_below(folder):
    """Every file below a folder with all that should not change of it."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), stat.st_mtime_ns, stat.st_mode)
        for path in sorted(folder.rglob("*"))
        if not path.is_dir()
        for stat in [path.stat()]
    }


def apply_now(catalogue, **options):
    return apply(catalogue, plan_apply(catalogue), QUIET, **options)


def problems(result):
    return [(problem.photo_id, problem.why) for problem in result.problems]


def test_the_plan_tells_what_would_happen_and_touches_nothing(catalogue, tmp_path):
    decisions.reject(catalogue, [1, 2], TAG)
    decisions.reject(catalogue, [4], RejectReason.DUPLICATE)
    before = files_below(tmp_path / "scrape")
    plan = plan_apply(catalogue)
    assert [move.photo_id for move in plan.to_quarantine] == [1, 2, 4]
    assert plan.byte_count == sum(
        len(before[name][0]) for name in ("coat/0.jpg", "coat/1.jpg", "gown/0.jpg")
    )
    assert plan.by_reason == {TAG: 2, RejectReason.DUPLICATE: 1}
    assert (plan.to_bring_back, plan.problems, plan.no_room) == ((), (), None)
    assert files_below(tmp_path / "scrape") == before


def test_rejected_files_go_to_the_quarantine_as_they_are_and_the_rest_stays(catalogue, tmp_path):
    before = files_below(tmp_path / "scrape")
    decisions.reject(catalogue, [2, 6], TAG)
    result = apply_now(catalogue)
    assert (result.quarantined, result.brought_back, result.problems) == (2, 0, ())
    moved = {name: before.pop(name) for name in ("coat/1.jpg", "gown/2.jpg")}
    assert files_below(tmp_path / "scrape") == before
    assert files_below(catalogue.project.quarantine / "1") == moved
    photo = read_photos(catalogue, [1])[1][1]
    assert photo.quarantined
    assert photo.file.read_bytes() == moved["coat/1.jpg"][0]
    assert plan_apply(catalogue).is_empty


def test_undoing_a_rejection_brings_the_file_back_at_the_next_apply(catalogue, tmp_path):
    before = files_below(tmp_path / "scrape")
    decisions.reject(catalogue, [2], TAG)
    apply_now(catalogue)
    undo(catalogue)
    assert [move.photo_id for move in plan_apply(catalogue).to_bring_back] == [2]
    assert apply_now(catalogue).brought_back == 1
    assert files_below(tmp_path / "scrape") == before
    assert list(catalogue.project.quarantine.iterdir()) == []


def test_every_photo_of_a_rejected_item_goes(catalogue):
    decisions.keep(catalogue, [1])
    decisions.reject_item(catalogue, 1, RejectReason.AMBIGUOUS)
    plan = plan_apply(catalogue)
    assert [move.photo_id for move in plan.to_quarantine] == [1, 2, 3]
    assert plan.by_reason == {RejectReason.AMBIGUOUS: 3}


def test_a_downloaded_photo_goes_too(catalogue):
    file = catalogue.project.downloads / "7/a.jpg"
    file.parent.mkdir()
    file.write_bytes(b"downloaded")
    photo = add_photo(catalogue, 1, "7/a.jpg", url="https://x.test/a", content_hash=None)
    decisions.reject(catalogue, [photo], TAG)
    assert apply_now(catalogue).quarantined == 1
    assert (catalogue.project.quarantine / "1/7/a.jpg").read_bytes() == b"downloaded"
    assert not file.exists()


def test_a_photo_that_was_never_downloaded_has_no_file_to_move(catalogue):
    photo = add_photo(catalogue, 1, "7/a.jpg", url="https://x.test/a", status="to download")
    decisions.reject(catalogue, [photo], TAG)
    assert plan_apply(catalogue).is_empty
    assert plan_apply(catalogue).problems == ()


def test_a_file_is_not_moved_while_a_crop_of_it_is_kept(catalogue, tmp_path):
    (tmp_path / "scrape/shop.jpg").write_bytes(b"two garments")
    top = add_photo(catalogue, 1, "shop.jpg", crop="0,0,9,9")
    skirt = add_photo(catalogue, 2, "shop.jpg", crop="0,9,9,18")
    decisions.reject(catalogue, [top], TAG)
    assert problems(apply_now(catalogue)) == [(top, "The file also holds a photo that is kept")]
    decisions.reject(catalogue, [skirt], TAG)
    assert apply_now(catalogue).quarantined == 1
    assert all(read_photos(catalogue, [item])[item][-1].quarantined for item in (1, 2))
    decisions.keep(catalogue, [skirt])
    assert apply_now(catalogue).brought_back == 1
    assert (tmp_path / "scrape/shop.jpg").read_bytes() == b"two garments"
    assert not any(read_photos(catalogue, [item])[item][-1].quarantined for item in (1, 2))


def test_a_file_is_not_moved_while_another_imported_folder_keeps_it(catalogue, tmp_path):
    inner = add_source(catalogue, tmp_path / "scrape/coat")
    item = add_item(catalogue, inner, "again")
    same = add_photo(catalogue, item, "0.jpg")
    decisions.reject(catalogue, [1], TAG)
    assert problems(apply_now(catalogue)) == [(1, "The file also holds a photo that is kept")]
    decisions.reject(catalogue, [same], TAG)
    assert apply_now(catalogue).quarantined == 1
    assert read_photos(catalogue, [item])[item][0].quarantined


def test_files_that_changed_went_away_or_are_links_are_left_with_the_reason(catalogue, tmp_path):
    coat = tmp_path / "scrape/coat"
    decisions.reject(catalogue, [1, 2, 3], TAG)
    (coat / "0.jpg").write_bytes(b"another photo")
    (coat / "1.jpg").unlink()
    (coat / "2.jpg").unlink()
    (coat / "2.jpg").symlink_to("0.jpg")
    result = apply_now(catalogue)
    assert problems(result) == [
        (1, "The file has changed since it was looked at"),
        (2, "The file is gone"),
        (3, "It is a link to a file elsewhere, not a file"),
    ]
    assert all(problem.remedy for problem in result.problems)
    assert (coat / "0.jpg").read_bytes() == b"another photo"
    assert (coat / "2.jpg").is_symlink()


def test_a_file_that_was_only_touched_is_still_the_same(catalogue, tmp_path):
    decisions.reject(catalogue, [1], TAG)
    os.utime(tmp_path / "scrape/coat/0.jpg", ns=(5, 5))
    assert apply_now(catalogue).quarantined == 1
    assert (catalogue.project.quarantine / "1/coat/0.jpg").stat().st_mtime_ns == 5


def test_a_file_that_changes_between_plan_and_apply_is_left(catalogue, tmp_path):
    decisions.reject(catalogue, [1], TAG)
    plan = plan_apply(catalogue)
    (tmp_path / "scrape/coat/0.jpg").write_bytes(b"another photo")
    assert problems(apply(catalogue, plan, QUIET)) == [
        (1, "The file has changed since it was looked at")
    ]
    assert unfinished(catalogue) is None


def test_a_decision_that_is_taken_back_between_plan_and_apply_counts(catalogue, tmp_path):
    decisions.reject(catalogue, [1, 2], TAG)
    plan = plan_apply(catalogue)
    decisions.keep(catalogue, [1])
    assert apply(catalogue, plan, QUIET).quarantined == 1
    assert (tmp_path / "scrape/coat/0.jpg").exists()


def test_names_in_the_quarantine_never_collide(catalogue, tmp_path):
    scrape = tmp_path / "scrape"
    photos = [
        add_file(catalogue, 1, "coat/A.jpg"),
        add_file(catalogue, 1, "coat/a.jpg"),  # one name where case does not count
        add_file(catalogue, 1, "x" * 240 + ".jpg"),
        add_file(catalogue, 1, os.fsdecode(b"\xff\xfe.jpg")),
    ]
    taken = catalogue.project.quarantine / "1/gown/0.jpg"
    taken.parent.mkdir(parents=True)
    taken.write_bytes(b"not ours")
    (catalogue.project.quarantine / "1/bag").write_bytes(b"not ours")
    photos += [4, add_file(catalogue, 1, "bag/0.jpg")]
    before = files_below(scrape)
    decisions.reject(catalogue, photos, TAG)
    assert apply_now(catalogue).quarantined == len(photos)
    names = files_below(catalogue.project.quarantine)
    assert set(names) == {
        "1/bag",
        "1/gown/0.jpg",
        "1/coat/A.jpg",
        "1/" + os.fsdecode(b"\xff\xfe.jpg"),
        "numbered/4.jpg",
        f"numbered/{photos[1]}.jpg",
        f"numbered/{photos[2]}.jpg",
        f"numbered/{photos[5]}.jpg",
    }
    assert taken.read_bytes() == b"not ours"
    decisions.keep(catalogue, photos)
    assert apply_now(catalogue).brought_back == len(photos)
    assert files_below(scrape) == before


def test_a_path_that_leads_out_of_the_quarantine_is_not_used(catalogue, tmp_path):
    (tmp_path / "outside.jpg").write_bytes(b"x")
    photo = add_photo(catalogue, 1, "../outside.jpg", content_hash=None)
    decisions.reject(catalogue, [photo], TAG)
    assert apply_now(catalogue).quarantined == 1
    assert list(files_below(catalogue.project.quarantine)) == [f"numbered/{photo}.jpg"]


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


def cut_power(*_):
    raise PowerCut


def test_an_interrupted_apply_can_be_rolled_back_whole(catalogue, tmp_path):
    before = files_below(tmp_path / "scrape")
    decisions.reject_item(catalogue, 1, TAG)
    decisions.reject(catalogue, [4], TAG)
    asked = []

    def is_cancelled():
        asked.append(1)
        return len(asked) == 3

    plan = plan_apply(catalogue)
    with pytest.raises(Cancelled):
        apply(catalogue, plan, JobContext(is_cancelled=is_cancelled))
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
