"""The demo scrape: the same for everyone, true to its own table, and never half there."""

from __future__ import annotations

import hashlib
import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import UserError
from core.jobs.context import Cancelled, JobContext, Progress
from core.scrape.demo.scrape import DemoScrape, make_demo_scrape
from core.scrape.demo.truth import (
    COPY_KINDS,
    UNREADABLE_KINDS,
    Kind,
    TruthRow,
    read_ground_truth,
)

ITEMS = 50
SIDE_PX = 96


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> DemoScrape:
    """One block of items: the smallest demo that is sure to hold every kind."""
    root = tmp_path_factory.mktemp("demo") / "demo"
    return make_demo_scrape(root, items=ITEMS, side_px=SIDE_PX, workers=1)


@pytest.fixture(scope="module")
def rows(demo) -> list[TruthRow]:
    return read_ground_truth(demo.ground_truth)


def of_kind(rows: list[TruthRow], kind: Kind) -> list[TruthRow]:
    found = [row for row in rows if row.kind is kind]
    assert found, f"the demo holds no {kind}"
    return found


def pixels(demo: DemoScrape, path: str) -> np.ndarray:
    with Image.open(demo.scrape / path) as image:
        return np.asarray(image.convert("RGB")).astype(float)


def likeness(first: np.ndarray, second: np.ndarray) -> float:
    """Correlation of two pictures brought to the same small size, 1 for equal."""
    small = [
        np.asarray(
            Image.fromarray(p.astype(np.uint8)).resize((24, 32), Image.Resampling.BOX), float
        )
        for p in (first, second)
    ]
    return float(np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1])


def digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_files_do_not_depend_on_how_many_processes_draw(tmp_path):
    here = make_demo_scrape(tmp_path / "here", items=4, side_px=SIDE_PX, workers=1)
    pool = make_demo_scrape(tmp_path / "pool", items=4, side_px=SIDE_PX, workers=2)
    assert digest(here.root) == digest(pool.root)


def test_another_seed_gives_other_photos(tmp_path):
    seven = make_demo_scrape(tmp_path / "7", items=1, side_px=SIDE_PX, seed=7, workers=1)
    eight = make_demo_scrape(tmp_path / "8", items=1, side_px=SIDE_PX, seed=8, workers=1)
    photos = [
        {hashlib.sha256(path.read_bytes()).digest() for path in demo.scrape.rglob("*.jpg")}
        for demo in (seven, eight)
    ]
    assert photos[0].isdisjoint(photos[1])


def test_the_table_names_every_photo_once_and_nothing_else(demo, rows):
    on_disk = {
        path.relative_to(demo.scrape).as_posix()
        for path in demo.scrape.rglob("*")
        if path.is_file() and path.name != "soup.html"
    }
    listed = [row.path for row in rows]
    assert len(listed) == len(set(listed)) == demo.photos
    assert set(listed) == on_disk
    assert all(row.path.rpartition("/")[0] == row.item for row in rows)


def test_every_item_has_its_page(demo, rows):
    folders = {row.item for row in rows}
    assert len(folders) == demo.items == ITEMS
    assert all((demo.scrape / folder / "soup.html").is_file() for folder in folders)


def test_the_truth_lies_outside_the_scrape(demo):
    assert demo.scrape not in demo.ground_truth.parents


def test_every_kind_is_there(rows):
    assert {row.kind for row in rows} == set(Kind)


def test_an_eighth_to_a_fifth_of_the_photos_is_dirty(rows):
    dirty = sum(not row.is_clean for row in rows) / len(rows)
    assert 0.12 <= dirty <= 0.20


def test_every_item_but_a_relisted_one_has_two_to_eight_clean_photos(rows):
    clean: dict[str, int] = {row.item: 0 for row in rows}
    for row in rows:
        clean[row.item] += row.is_clean
    relisted = {row.item for row in rows if row.kind is Kind.RELISTED}
    assert all(2 <= count <= 8 for item, count in clean.items() if item not in relisted)


def test_copies_name_a_clean_source_and_nothing_else_does(rows):
    by_path = {row.path: row for row in rows}
    for row in rows:
        assert bool(row.source) == (row.kind in COPY_KINDS) == row.is_copy
        if row.source:
            source = by_path[row.source]
            assert source.kind is Kind.CLEAN
            assert source.garment == row.garment
            assert (source.item != row.item) == (row.kind is Kind.RELISTED)


def test_a_byte_copy_has_the_same_bytes(demo, rows):
    for row in of_kind(rows, Kind.BYTE_COPY):
        assert (demo.scrape / row.path).read_bytes() == (demo.scrape / row.source).read_bytes()


def test_a_reencoded_copy_has_other_bytes_and_the_same_picture(demo, rows):
    for row in of_kind(rows, Kind.REENCODED):
        assert (demo.scrape / row.path).read_bytes() != (demo.scrape / row.source).read_bytes()
        copy, original = pixels(demo, row.path), pixels(demo, row.source)
        assert copy.shape == original.shape
        assert likeness(copy, original) > 0.99


def test_a_resized_copy_is_smaller_and_the_same_picture(demo, rows):
    for row in of_kind(rows, Kind.RESIZED):
        copy, original = pixels(demo, row.path), pixels(demo, row.source)
        assert 0.45 < copy.shape[0] / original.shape[0] < 0.9
        assert likeness(copy, original) > 0.98


def test_a_crop_takes_two_to_twelve_percent(demo, rows):
    for row in of_kind(rows, Kind.CROPPED):
        copy, original = pixels(demo, row.path), pixels(demo, row.source)
        for axis in (0, 1):
            share = 1 - copy.shape[axis] / original.shape[axis]
            assert 0.005 < share < 0.135  # whole pixels of a small picture


def test_a_border_frames_the_whole_picture(demo, rows):
    for row in of_kind(rows, Kind.BORDERED):
        copy, original = pixels(demo, row.path), pixels(demo, row.source)
        wide = (copy.shape[0] - original.shape[0]) // 2
        assert wide >= 2
        assert likeness(copy[wide:-wide, wide:-wide], original) > 0.97


def test_a_mirrored_copy_is_the_picture_turned_over(demo, rows):
    for row in of_kind(rows, Kind.MIRRORED):
        assert likeness(pixels(demo, row.path)[:, ::-1], pixels(demo, row.source)) > 0.98


def test_a_rotated_copy_comes_upright_by_the_turns_that_the_table_gives(demo, rows):
    for row in of_kind(rows, Kind.ROTATED):
        turns = int(row.detail.partition("°")[0]) // 90
        upright = np.rot90(pixels(demo, row.path), -turns)
        assert likeness(upright, pixels(demo, row.source)) > 0.98


def test_a_watermark_covers_a_band_and_leaves_the_rest(demo, rows):
    for row in of_kind(rows, Kind.WATERMARKED):
        change = np.abs(pixels(demo, row.path) - pixels(demo, row.source)).mean(axis=(1, 2))
        assert (change > 20).sum() >= 3
        assert np.median(change) < 12


def test_a_relisted_photo_is_in_an_item_with_the_same_garment(demo, rows):
    for row in of_kind(rows, Kind.RELISTED):
        assert likeness(pixels(demo, row.path), pixels(demo, row.source)) > 0.98


def test_no_relisted_item_is_listed_a_third_time(rows):
    relisted = {row.item for row in rows if row.kind is Kind.RELISTED}
    assert not relisted & {row.source.rpartition("/")[0] for row in rows if row.source} - {
        row.item for row in rows if row.is_copy and row.kind is not Kind.RELISTED
    }


def test_a_photo_of_another_item_shows_another_garment(rows):
    for row in of_kind(rows, Kind.OTHER_ITEM):
        own = {other.garment for other in rows if other.item == row.item and other.is_clean}
        assert row.garment not in own


def test_an_exif_rotated_photo_lies_sideways_and_says_so(demo, rows):
    for row in of_kind(rows, Kind.EXIF_ROTATED):
        with Image.open(demo.scrape / row.path) as image:
            assert image.getexif()[0x0112] == int(row.detail.removeprefix("orientation "))
            assert image.getexif()[0x0112] in (3, 6, 8)


def test_a_file_without_extension_is_a_jpeg(demo, rows):
    for row in of_kind(rows, Kind.NO_EXTENSION):
        assert "." not in row.path.rpartition("/")[2]
        assert (demo.scrape / row.path).read_bytes().startswith(b"\xff\xd8\xff")


def test_a_wrong_extension_hides_the_container_that_the_table_gives(demo, rows):
    for row in of_kind(rows, Kind.WRONG_EXTENSION):
        assert row.path.endswith(".jpg")
        with Image.open(demo.scrape / row.path) as image:
            assert image.format is not None
            assert image.format.lower() == row.detail


def test_broken_files_cannot_be_decoded(demo, rows):
    for kind in UNREADABLE_KINDS:
        for row in of_kind(rows, kind):
            with pytest.raises(OSError):
                pixels(demo, row.path)


def test_a_truncated_file_begins_like_a_jpeg(demo, rows):
    for row in of_kind(rows, Kind.TRUNCATED):
        data = (demo.scrape / row.path).read_bytes()
        assert data.startswith(b"\xff\xd8\xff")
        assert not data.endswith(b"\xff\xd9")


def test_an_error_page_is_html_and_an_empty_file_is_empty(demo, rows):
    for row in of_kind(rows, Kind.HTML):
        assert (demo.scrape / row.path).read_text().startswith("<!DOCTYPE html>")
    for row in of_kind(rows, Kind.EMPTY):
        assert (demo.scrape / row.path).stat().st_size == 0


def test_dark_photos_are_nearly_black(demo, rows):
    assert all(pixels(demo, row.path).mean() < 30 for row in of_kind(rows, Kind.DARK))


def test_screenshots_are_narrower_than_photos(demo, rows):
    for row in of_kind(rows, Kind.SCREENSHOT):
        height, width = pixels(demo, row.path).shape[:2]
        assert width / height < 0.5


def test_the_longer_side_is_as_asked(demo, rows):
    for row in of_kind(rows, Kind.CLEAN):
        assert max(pixels(demo, row.path).shape) == SIDE_PX


def test_two_photos_of_one_garment_are_not_copies_of_each_other(demo, rows):
    by_item: dict[str, list[np.ndarray]] = {}
    for row in of_kind(rows, Kind.CLEAN):
        by_item.setdefault(row.item, []).append(pixels(demo, row.path))
    pairs = [(a, b) for photos in by_item.values() for a, b in itertools.combinations(photos, 2)]
    alike = [likeness(a, b) for a, b in pairs if a.shape == b.shape]
    assert max(alike) < 0.97


def test_many_items_share_a_colour_and_a_pattern(rows):
    looks = {row.garment: (row.colour, row.pattern) for row in rows if row.is_clean}
    shared = [look for look in looks.values() if list(looks.values()).count(look) > 1]
    assert len(shared) >= len(looks) // 5


def test_a_finished_demo_is_found_again(demo):
    before = {path: path.stat().st_mtime_ns for path in demo.root.rglob("*")}
    again = make_demo_scrape(demo.root, items=ITEMS, side_px=SIDE_PX, workers=1)
    assert again == demo
    assert {path: path.stat().st_mtime_ns for path in demo.root.rglob("*")} == before


def test_a_demo_with_other_settings_is_not_overwritten(demo):
    with pytest.raises(UserError, match="other settings"):
        make_demo_scrape(demo.root, items=ITEMS + 1, side_px=SIDE_PX, workers=1)


def test_somebody_elses_folder_is_not_touched(tmp_path):
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(UserError, match="something else"):
        make_demo_scrape(tmp_path, items=1, side_px=SIDE_PX, workers=1)
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


def test_an_empty_folder_is_filled(tmp_path):
    root = tmp_path / "empty"
    root.mkdir()
    assert make_demo_scrape(root, items=1, side_px=SIDE_PX, workers=1).scrape.is_dir()


def test_nonsense_settings_are_refused(tmp_path):
    with pytest.raises(UserError, match="at least one item"):
        make_demo_scrape(tmp_path / "demo", items=0)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_cancelled_demo_leaves_nothing_behind(tmp_path, workers):
    seen: list[Progress] = []
    context = JobContext(seen.append, lambda: any(p.done >= 1 for p in seen), min_interval_s=0)
    with pytest.raises(Cancelled):
        make_demo_scrape(
            tmp_path / "demo", items=20, side_px=SIDE_PX, workers=workers, context=context
        )
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_the_users_to_mend(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="could not be written"):
        make_demo_scrape(tmp_path / "file" / "demo", items=1, side_px=SIDE_PX, workers=1)


def test_progress_ends_at_the_last_item(tmp_path):
    seen: list[Progress] = []
    context = JobContext(seen.append, min_interval_s=0)
    make_demo_scrape(tmp_path / "demo", items=3, side_px=SIDE_PX, workers=1, context=context)
    assert [p.done for p in seen] == [0, 1, 2, 3]


def test_a_missing_table_says_what_to_do(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        read_ground_truth(tmp_path / "ground_truth.csv")


def test_another_table_is_not_taken_for_the_truth(tmp_path):
    table = tmp_path / "ground_truth.csv"
    table.write_text("path,verdict\na.jpg,good\n")
    with pytest.raises(UserError, match="not a ground truth"):
        read_ground_truth(table)


def test_the_description_beside_the_demo_gives_its_settings(demo):
    described = json.loads((demo.root / "demo.json").read_text())
    assert described["items"] == ITEMS
    assert described["side_px"] == SIDE_PX
    assert described["photos"] == demo.photos
