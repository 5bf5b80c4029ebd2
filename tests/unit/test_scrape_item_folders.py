from __future__ import annotations

import os

import pytest
from PIL import Image

from core.jobs.context import JobContext
from core.scrape.found import Notes
from core.scrape.item_folders import read_item_folders


def picture(path, size=(4, 3), container="JPEG"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, "red").save(path, container)


def read(root):
    notes = Notes()
    items = list(read_item_folders(root, notes, JobContext()).items)
    return items, [warning.message for warning in notes.warnings()]


def paths(item):
    return [photo.path for photo in item.photos]


def test_a_leaf_folder_is_an_item_and_the_folder_above_its_category(tmp_path):
    picture(tmp_path / "vinted_dresses/item_000002/00.jpg")
    picture(tmp_path / "vinted_dresses/item_000010/10.jpg")
    picture(tmp_path / "vinted_dresses/item_000010/9.jpg")
    picture(tmp_path / "deep/er/tops/item_1/a.png", container="PNG")
    items, _ = read(tmp_path)
    assert [(item.key, item.metadata.category) for item in items] == [
        ("deep/er/tops/item_1", "tops"),
        ("vinted_dresses/item_000002", "dresses"),
        ("vinted_dresses/item_000010", "dresses"),
    ]
    assert paths(items[2]) == [
        "vinted_dresses/item_000010/9.jpg",
        "vinted_dresses/item_000010/10.jpg",
    ]


def test_a_folder_that_only_says_photos_names_no_category(tmp_path):
    picture(tmp_path / "pair-directories/7/00043_10")
    (item,) = read(tmp_path)[0]
    assert (item.key, item.metadata.category) == ("pair-directories/7", "")


def test_the_chosen_folder_names_no_category_of_own_photos(tmp_path):
    picture(tmp_path / "wardrobe/blue dress/1.jpg")
    picture(tmp_path / "wardrobe/tops/red top/1.jpg")
    items, _ = read(tmp_path / "wardrobe")
    assert [(item.key, item.metadata.category) for item in items] == [
        ("blue dress", ""),
        ("tops/red top", "tops"),
    ]


@pytest.mark.parametrize(("folder", "page"), [("vinted_dresses", None), ("dresses", "soup.html")])
def test_a_chosen_folder_that_a_scraper_made_names_the_category(tmp_path, folder, page):
    picture(tmp_path / folder / "item_000001/00.jpg")
    if page is not None:
        (tmp_path / folder / "item_000001" / page).write_text("<html></html>")
    (item,) = read(tmp_path / folder)[0]
    assert item.metadata.category == "dresses"


def test_photos_are_told_by_content_and_broken_ones_by_name_or_place(tmp_path):
    item = tmp_path / "item_1"
    picture(item / "vinted_24184_8712")  # no extension
    picture(item / "cover", container="WEBP")
    picture(item / "looks like text.txt")
    (item / "vinted_24185_8712").write_bytes(b"")  # empty, told by its place
    (item / "03.jpg").write_text("<html>404</html>")  # an error page, told by its name
    (item / "soup.html").write_text("<html></html>")
    (item / "item_summary").write_text("Dress\n")
    (item / "04.jpg.part").write_bytes((item / "cover").read_bytes())
    picture(item / "seller.webp", container="WEBP")
    picture(item / "._03.jpg")
    (found,) = read(tmp_path)[0]
    assert sorted(path.removeprefix("item_1/") for path in paths(found)) == [
        "03.jpg",
        "cover",
        "looks like text.txt",
        "vinted_24184_8712",
        "vinted_24185_8712",
    ]
    assert found.sidecars == ("item_1/soup.html",)


def test_a_photo_carries_its_size_and_time(tmp_path):
    picture(tmp_path / "a/0.jpg")
    os.utime(tmp_path / "a/0.jpg", ns=(5, 7_000_000_000))
    (item,) = read(tmp_path)[0]
    assert item.photos[0].byte_count == (tmp_path / "a/0.jpg").stat().st_size
    assert item.photos[0].mtime_ns == 7_000_000_000


def test_photos_in_the_root_are_one_item_named_like_it(tmp_path):
    picture(tmp_path / "dress/0.jpg")
    (item,) = read(tmp_path / "dress")[0]
    assert (item.key, paths(item)) == ("dress", ["0.jpg"])


def test_an_item_page_without_photos_is_told(tmp_path):
    picture(tmp_path / "a/0.jpg")
    (tmp_path / "b").mkdir()
    (tmp_path / "b/soup.html").write_text("<html></html>")
    items, warnings = read(tmp_path)
    assert [item.key for item in items] == ["a"]
    assert warnings == ["Folders with an item page but no photo were left out"]


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_links_are_not_followed_and_loops_end(tmp_path):
    picture(tmp_path / "outside/secret.jpg")
    root = tmp_path / "scrape"
    picture(root / "a/0.jpg")
    (root / "a/1.jpg").symlink_to(tmp_path / "outside/secret.jpg")
    (root / "loop").symlink_to(root)
    (root / "b").symlink_to(tmp_path / "outside")
    items, warnings = read(root)
    assert [(item.key, paths(item)) for item in items] == [("a", ["a/0.jpg"])]
    assert warnings == ["Links are not followed"]


def test_a_project_inside_the_scrape_is_passed_over(tmp_path):
    from core.project import create_project

    project = create_project(tmp_path / "try.pickglass")
    picture(project.quarantine / "1/0.jpg")
    picture(tmp_path / "a/0.jpg")
    assert [item.key for item in read(tmp_path)[0]] == ["a"]
