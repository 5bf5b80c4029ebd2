from __future__ import annotations

import os

import pytest
from applying import QUIET, apply_now, coat_and_gown, files_below, problems
from made_catalogue import add_file, add_item, add_photo, add_source

from core.catalogue.photos import read_photos
from core.catalogue.records import RejectReason
from core.cleaning import decisions
from core.cleaning.apply import apply, plan_apply
from core.cleaning.move_journal import unfinished
from core.cleaning.undo import undo

TAG = RejectReason.TAG


@pytest.fixture
def catalogue(tmp_path):
    with coat_and_gown(tmp_path) as catalogue:
        yield catalogue


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
