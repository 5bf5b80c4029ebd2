from __future__ import annotations

import errno
import os
import shutil

import pytest
from applying import coat_and_gown
from disks import watched_disk

from core.catalogue.items import read_item
from core.catalogue.photos import read_photos
from core.catalogue.records import ItemState, RejectReason, Verdict
from core.cleaning import decisions
from core.cleaning.apply import apply, plan_apply
from core.cleaning.move_journal import unfinished
from core.cleaning.moves import finish_or_roll_back
from core.cleaning.restore import restore
from core.cleaning.undo import next_undo, undo
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext

TAG = RejectReason.TAG
QUIET = JobContext()


@pytest.fixture
def catalogue(tmp_path):
    """Two items of three real photos, all but photos 3 and 6 rejected and applied."""
    with coat_and_gown(tmp_path) as catalogue:
        shutil.copytree(tmp_path / "scrape", tmp_path / "as it was")
        decisions.reject(catalogue, [1, 2, 4, 5], TAG)
        apply(catalogue, plan_apply(catalogue), QUIET)
        yield catalogue


def below(folder):
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def verdicts(catalogue, item_id):
    return [str(photo.verdict) for photo in read_photos(catalogue, [item_id])[item_id]]


def test_one_photo_comes_back_and_stays_at_the_next_apply(catalogue, tmp_path):
    result = restore(catalogue, QUIET, photo_ids=[2], who="ann")
    assert (result.moved.brought_back, result.moved.problems) == (1, ())
    there, was = below(tmp_path / "scrape"), below(tmp_path / "as it was")
    assert there == {name: was[name] for name in ("coat/1.jpg", "coat/2.jpg", "gown/2.jpg")}
    assert verdicts(catalogue, 1) == ["rejected", "kept", ""]
    assert (next_undo(catalogue).summary, next_undo(catalogue).who) == ("Restored 1 photo", "ann")
    assert result.changes.item_ids == {1}
    assert plan_apply(catalogue).is_empty


def test_an_item_comes_back_and_everything_comes_back(catalogue, tmp_path):
    assert restore(catalogue, QUIET, item_ids=[1]).moved.brought_back == 2
    assert restore(catalogue, QUIET, everything=True).moved.brought_back == 2
    assert below(tmp_path / "scrape") == below(tmp_path / "as it was")
    assert list(catalogue.project.quarantine.iterdir()) == []
    nothing = restore(catalogue, QUIET, everything=True)
    assert (nothing.moved.brought_back, nothing.changes.operation_id) == (0, None)


def test_undoing_a_restore_has_the_next_apply_put_the_photo_away_again(catalogue):
    restore(catalogue, QUIET, photo_ids=[2])
    undo(catalogue)
    assert [move.photo_id for move in plan_apply(catalogue).to_quarantine] == [2]


def test_a_folder_that_was_removed_is_made_again(catalogue, tmp_path):
    shutil.rmtree(tmp_path / "scrape")
    assert restore(catalogue, QUIET, everything=True).moved.brought_back == 4
    assert set(below(tmp_path / "scrape")) == {
        f"{k}/{n}.jpg" for k in ("coat", "gown") for n in (0, 1)
    }


def test_a_photo_whose_place_is_taken_stays_in_the_quarantine_and_rejected(catalogue, tmp_path):
    (tmp_path / "scrape/coat/0.jpg").write_bytes(b"a new one")
    result = restore(catalogue, QUIET, item_ids=[1])
    (problem,) = result.moved.problems
    assert (problem.photo_id, problem.why) == (1, "Another file has taken the photo’s place")
    assert "Move or rename that file" in problem.remedy
    assert (tmp_path / "scrape/coat/0.jpg").read_bytes() == b"a new one"
    assert verdicts(catalogue, 1) == ["rejected", "kept", ""]
    assert read_photos(catalogue, [1])[1][0].file.exists()


def test_a_file_that_was_changed_in_the_quarantine_is_not_passed_off_as_the_original(
    catalogue, tmp_path
):
    file = read_photos(catalogue, [1])[1][0].file
    stat = file.stat()
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    result = restore(catalogue, QUIET, photo_ids=[1])
    assert "not the one that was put there" in result.moved.problems[0].why
    assert file.exists()
    assert verdicts(catalogue, 1)[0] == "rejected"


def test_the_other_photos_of_a_rejected_item_stay_rejected(catalogue, tmp_path):
    decisions.reject_item(catalogue, 1, RejectReason.AMBIGUOUS)
    apply(catalogue, plan_apply(catalogue), QUIET)
    restore(catalogue, QUIET, photo_ids=[3])
    assert read_item(catalogue, 1).state is ItemState.OPEN
    photos = read_photos(catalogue, [1])[1]
    assert [(photo.verdict, photo.reason) for photo in photos] == [
        (Verdict.REJECTED, TAG),
        (Verdict.REJECTED, TAG),
        (Verdict.KEPT, None),
    ]
    assert (tmp_path / "scrape/coat/2.jpg").exists()
    assert plan_apply(catalogue).is_empty


def test_photos_that_are_not_in_the_quarantine_are_left_as_they_are(catalogue):
    result = restore(catalogue, QUIET, photo_ids=[3, 99])
    assert (result.moved.brought_back, result.changes.operation_id) == (0, None)


def test_an_interrupted_restore_is_finished_or_rolled_back(catalogue, tmp_path):
    for roll_back, there in ((True, 2), (False, 6)):
        asked = []

        def is_cancelled(asked=asked):
            asked.append(1)
            return len(asked) == 7  # four files are verified, two moved

        with pytest.raises(Cancelled):
            restore(catalogue, JobContext(is_cancelled=is_cancelled), everything=True)
        assert (unfinished(catalogue).done, unfinished(catalogue).left) == (2, 2)
        with pytest.raises(UserError, match="not finished"):
            restore(catalogue, QUIET, everything=True)
        finish_or_roll_back(catalogue, QUIET, roll_back=roll_back)
        assert len(below(tmp_path / "scrape")) == there
    assert below(tmp_path / "scrape") == below(tmp_path / "as it was")


def test_a_file_that_appears_at_the_place_last_is_not_overwritten(catalogue, tmp_path):
    place = tmp_path / "scrape/coat/0.jpg"

    def appear(name, *arguments):
        if name == "link" and arguments[1] == place:
            place.write_bytes(b"a new one")

    result = restore(catalogue, QUIET, photo_ids=[1], disk=watched_disk(appear))
    assert result.moved.problems[0].why == "Another file has taken its place"
    assert place.read_bytes() == b"a new one"
    assert read_photos(catalogue, [1])[1][0].file.exists()


def test_from_another_disk_a_copy_that_does_not_arrive_whole_is_not_put_in_place(
    catalogue, tmp_path
):
    def bad_disk(name, *arguments):
        if name in ("link", "rename") and "pickglass-part" not in str(arguments[0]):
            raise OSError(errno.EXDEV, "other device")
        if name == "sync":
            arguments[0].seek(0)
            arguments[0].write(b"rot")

    result = restore(catalogue, QUIET, photo_ids=[1], disk=watched_disk(bad_disk))
    assert result.moved.problems[0].why == "The copy is not what was written"
    assert not (tmp_path / "scrape/coat/0.jpg").exists()
    assert set(below(tmp_path / "scrape")) == {"coat/2.jpg", "gown/2.jpg"}
    assert read_photos(catalogue, [1])[1][0].file.exists()
