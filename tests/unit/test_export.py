from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
from pathlib import Path

import pandas as pd
import pytest
from disks import failing_disk, mounted, watched_disk
from made_catalogue import add_file, add_hint, add_item, add_photo, add_source, write_photo
from PIL import Image

from core import images
from core.catalogue.database import open_catalogue
from core.catalogue.records import RejectReason
from core.cleaning import decisions
from core.cleaning.apply import apply, plan_apply
from core.cleaning.disk import Disk
from core.cleaning.export import export
from core.cleaning.export_ledger import LEDGER_NAME
from core.cleaning.export_names import folder_names, safe_name
from core.cleaning.export_photo import ExportMode
from core.cleaning.manifest import ManifestFormat
from core.cleaning.splits import Split
from core.cleaning.tagging import tag_photos
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.project import create_project

TAG = RejectReason.TAG
CSV, PARQUET = ManifestFormat


@pytest.fixture
def catalogue(tmp_path):
    """Coat with photos 1 to 3, gown with 4 to 6, bag with 7 and 8; gown is done."""
    with open_catalogue(create_project(tmp_path / "try.pickglass")) as catalogue:
        source = add_source(catalogue, tmp_path / "scrape")
        number = 0
        for key, count in (("coat", 3), ("gown", 3), ("bag", 2)):
            item = add_item(
                catalogue,
                source,
                key,
                category="best",
                title=f"A {key}",
                price=9.5,
                extra='{"a": 1}',
            )
            for position in range(count):
                number += 1
                add_file(catalogue, item, f"{key}/{position}.jpg")
        decisions.mark_done(catalogue, 2)
        yield catalogue


@pytest.fixture(autouse=True)
def waits_for_no_other_program(monkeypatch):
    """Syncing all disks takes as long as everybody else's writing does."""
    monkeypatch.setattr(os, "sync", lambda: None)


def export_to(catalogue, target, **options):
    return export(
        catalogue,
        target,
        **{
            "mode": ExportMode.COPY,
            "formats": [CSV, PARQUET],
            "only_done": False,
            "seed": 1,
            "context": JobContext(),
            **options,
        },
    )


def files_below(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != LEDGER_NAME
    }


def photos_below(folder):
    return {name: data for name, data in files_below(folder).items() if "manifest" not in name}


def rows_of(folder):
    with open(folder / "manifest.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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


def test_links_to_another_disk_are_refused_with_the_remedy(catalogue, tmp_path):
    with mounted(tmp_path / "disk") as disk, pytest.raises(UserError, match="or copy them"):
        export_to(catalogue, disk / "clean", mode=ExportMode.HARDLINK)


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


def test_an_empty_folder_is_used(catalogue, tmp_path):
    (tmp_path / "clean").mkdir()
    export_to(catalogue, tmp_path / "clean")
    assert len(photos_below(tmp_path / "clean")) == 8


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


def test_items_that_a_hint_says_share_a_photo_are_not_held_out(catalogue, tmp_path):
    add_hint(catalogue, "in another item", 7, 1)
    export_to(catalogue, tmp_path / "clean")
    assert {row["split"] for row in rows_of(tmp_path / "clean")} == {"train"}


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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("item_000123", "item_000123"),
        ("tops/blouses: new?", "tops_blouses_ new_"),
        ("..", "_"),
        ("../../etc/passwd", "_.._etc_passwd"),
        (".hidden", "hidden"),
        ("  Kleid für Mädchen. ", "Kleid für Mädchen"),
        ("con", "con_"),
        ("LPT1.txt", "LPT1.txt_"),
        ("manifest.csv", "manifest.csv_"),
        ("a\0b\x1bc\u202ed", "a_b_c_d"),
        ("", "_"),
        ("é" * 100, "é" * 40),
        ("x" * 300, "x" * 80),
    ],
)
def test_names_are_safe_on_every_disk(text, name):
    assert safe_name(text) == name


def test_folder_names_differ_even_where_case_does_not_count():
    names = folder_names(
        [
            (1, "Tops", "a/b"),
            (2, "tops", "A_B"),
            (3, "tops", "a_b~2"),
            (4, "", "a"),
            (5, "t", "a:b"),
        ]
    )
    assert names == {
        1: "Tops/a_b",
        2: "tops/A_B~2",
        3: "tops/a_b~2~3",
        4: "uncategorised/a",
        5: "t/a_b",
    }
