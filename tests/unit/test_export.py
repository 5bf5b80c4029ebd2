from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pandas as pd
import pytest
from exporting import CSV, export_to, files_below, photos_below, rows_of, three_items
from made_catalogue import add_file, add_hint, add_photo
from PIL import Image

from core import images
from core.catalogue.records import RejectReason
from core.cleaning import decisions
from core.cleaning.apply import apply, plan_apply
from core.cleaning.export_photo import ExportMode
from core.cleaning.splits import Split
from core.cleaning.tagging import tag_photos
from core.jobs.context import JobContext

TAG = RejectReason.TAG


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    # Syncing all disks takes as long as everybody else's writing does.
    monkeypatch.setattr(os, "sync", lambda: None)
    with three_items(tmp_path) as catalogue:
        yield catalogue


def test_what_was_not_rejected_is_copied_item_by_item(catalogue, tmp_path):
    decisions.reject(catalogue, [2], TAG)
    before = files_below(tmp_path / "scrape")
    result = export_to(catalogue, tmp_path / "clean")
    assert photos_below(tmp_path / "clean") == {
        "best/coat/00.jpg": before["coat/0.jpg"],
        "best/coat/02.jpg": before["coat/2.jpg"],
        "best/gown/00.jpg": before["gown/0.jpg"],
        "best/gown/01.jpg": before["gown/1.jpg"],
        "best/gown/02.jpg": before["gown/2.jpg"],
        "best/bag/00.jpg": before["bag/0.jpg"],
        "best/bag/01.jpg": before["bag/1.jpg"],
    }
    assert files_below(tmp_path / "scrape") == before
    assert (result.items, result.photos, result.written, result.problems) == (3, 7, 7, ())
    assert result.items_by_split == {Split.TRAIN: 1, Split.VALIDATION: 1, Split.TEST: 1}
    assert (tmp_path / "clean/best/bag/00.jpg").stat().st_mtime_ns == (
        tmp_path / "scrape/bag/0.jpg"
    ).stat().st_mtime_ns


def test_the_manifests_say_the_same_and_where_everything_is_from(catalogue, tmp_path):
    tag_photos(catalogue, "Größe, L", [8])
    tag_photos(catalogue, "best", [8])
    export_to(catalogue, tmp_path / "clean")
    rows = rows_of(tmp_path / "clean")
    assert [(row["item"], row["number"]) for row in rows[:4]] == [
        ("coat", "0"),
        ("coat", "1"),
        ("coat", "2"),
        ("gown", "0"),
    ]
    last = rows[-1]
    assert (last["path"], last["split"], last["price"]) == ("best/bag/01.jpg", "validation", "9.5")
    assert last["original_path"] == str(tmp_path / "scrape/bag/1.jpg")
    assert json.loads(last["extra"]) == {"a": 1}
    assert [json.loads(row["tags"]) for row in rows[-2:]] == [[], ["best", "Größe, L"]]
    content = (tmp_path / "clean" / last["path"]).read_bytes()
    assert last["content_hash"] == hashlib.sha256(content).hexdigest()
    table = pd.read_parquet(tmp_path / "clean/manifest.parquet")
    assert table["item_id"].tolist() == [1, 1, 1, 2, 2, 2, 3, 3]
    read = pd.read_csv(tmp_path / "clean/manifest.csv", keep_default_na=False)
    sizes = ["width", "height"]  # these photos were never decoded
    assert table[sizes].isna().all(axis=None)
    assert read.drop(columns=sizes).to_dict("records") == table.drop(columns=sizes).to_dict(
        "records"
    )


def test_only_done_items_are_exported_when_asked(catalogue, tmp_path):
    result = export_to(catalogue, tmp_path / "clean", only_done=True)
    assert {Path(name).parent.name for name in photos_below(tmp_path / "clean")} == {"gown"}
    assert result.items == 1


def test_a_rejected_item_is_left_out_and_an_item_that_was_split_off_comes_after(
    catalogue, tmp_path
):
    decisions.reject_item(catalogue, 2, TAG)
    decisions.split(catalogue, [1])
    export_to(catalogue, tmp_path / "clean")
    assert [row["path"] for row in rows_of(tmp_path / "clean")] == [
        "best/coat/01.jpg",
        "best/coat/02.jpg",
        "best/coat (split)/00.jpg",
        "best/bag/00.jpg",
        "best/bag/01.jpg",
    ]


def test_a_kept_photo_in_the_quarantine_is_exported_from_there(catalogue, tmp_path):
    decisions.reject(catalogue, [1], TAG)
    apply(catalogue, plan_apply(catalogue), JobContext())
    decisions.keep(catalogue, [1])
    export_to(catalogue, tmp_path / "clean")
    row = rows_of(tmp_path / "clean")[0]
    assert row["path"] == "best/coat/00.jpg"
    assert row["original_path"] == str(tmp_path / "scrape/coat/0.jpg")


def test_links_are_the_originals_under_another_name(catalogue, tmp_path):
    export_to(catalogue, tmp_path / "clean", mode=ExportMode.HARDLINK)
    assert os.path.samefile(tmp_path / "clean/best/coat/00.jpg", tmp_path / "scrape/coat/0.jpg")
    again = export_to(catalogue, tmp_path / "clean", mode=ExportMode.HARDLINK)
    assert (again.written, again.unchanged) == (0, 8)


def test_copies_are_replaced_by_links_when_asked_and_back(catalogue, tmp_path):
    clean, scraped = tmp_path / "clean/best/coat/00.jpg", tmp_path / "scrape/coat/0.jpg"
    for mode, same in (
        (ExportMode.COPY, False),
        (ExportMode.HARDLINK, True),
        (ExportMode.COPY, False),
    ):
        assert export_to(catalogue, tmp_path / "clean", mode=mode).written == 8
        assert os.path.samefile(clean, scraped) == same


def test_a_manifest_alone_copies_nothing(catalogue, tmp_path):
    result = export_to(catalogue, tmp_path / "list", mode=ExportMode.MANIFEST, formats=[CSV])
    assert set(files_below(tmp_path / "list")) == {"manifest.csv"}
    assert (result.photos, result.written) == (8, 0)
    assert rows_of(tmp_path / "list")[0]["path"] == ""


def test_photos_of_containers_get_their_true_extension(catalogue, tmp_path):
    for name, kind in (("a.jpg", "webp"), ("b", "png"), ("c.jpg", "gif")):
        file = tmp_path / "scrape" / "bag" / name
        Image.new("RGB", (9, 9)).save(file, kind)
        data = file.read_bytes()
        add_photo(catalogue, 3, f"bag/{name}", content_hash=hashlib.sha256(data).digest())
    export_to(catalogue, tmp_path / "clean")
    assert {"best/bag/02.webp", "best/bag/03.png", "best/bag/04.gif"} <= set(
        photos_below(tmp_path / "clean")
    )


@pytest.mark.parametrize("mode", [ExportMode.COPY, ExportMode.HARDLINK])
def test_a_crop_is_cut_out(catalogue, tmp_path, mode):
    picture = Image.new("RGB", (40, 30), "red")
    picture.paste("blue", (10, 5, 30, 25))
    (tmp_path / "scrape/shop").mkdir()
    picture.save(tmp_path / "scrape/shop/1.png")
    add_photo(catalogue, 3, "shop/1.png", crop="10,5,30,99")
    export_to(catalogue, tmp_path / "clean", mode=mode)
    cut = images.load(tmp_path / "clean/best/bag/02.jpg")
    assert (cut.width, cut.height) == (20, 25)
    assert cut.pixels[10, 10].tolist()[2] > 240
    assert rows_of(tmp_path / "clean")[-1]["crop"] == "10,5,30,99"


def test_exporting_again_copies_only_what_is_new_and_removes_what_was_rejected(catalogue, tmp_path):
    export_to(catalogue, tmp_path / "clean")
    decisions.reject(catalogue, [2], TAG)
    decisions.reject_item(catalogue, 3, TAG)
    new = add_file(catalogue, 1, "coat/9.jpg")
    (tmp_path / "clean/best/notes.txt").write_text("mine")
    again = export_to(catalogue, tmp_path / "clean", formats=[CSV])
    assert (again.written, again.unchanged, again.removed) == (1, 5, 3)
    assert set(files_below(tmp_path / "clean")) == {
        *(f"best/coat/{n}.jpg" for n in ("00", "02", "03")),
        *(f"best/gown/{n}.jpg" for n in ("00", "01", "02")),
        "best/notes.txt",
        "manifest.csv",
    }
    assert len(rows_of(tmp_path / "clean")) == 6
    assert new == 9


def test_an_empty_folder_is_used(catalogue, tmp_path):
    (tmp_path / "clean").mkdir()
    export_to(catalogue, tmp_path / "clean")
    assert len(photos_below(tmp_path / "clean")) == 8


def test_items_that_a_hint_says_share_a_photo_are_not_held_out(catalogue, tmp_path):
    add_hint(catalogue, "in another item", 7, 1)
    export_to(catalogue, tmp_path / "clean")
    assert {row["split"] for row in rows_of(tmp_path / "clean")} == {"train"}
