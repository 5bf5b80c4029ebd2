from __future__ import annotations

import dataclasses
import json
import zipfile

import pytest
from PIL import Image

from core.commands import import_
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.project import create_project
from core.scrape.found import Layout
from core.scrape.importing import import_scrape
from core.scrape.recognise import preview


def picture(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 3)).save(root / name, "JPEG")


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if isinstance(text, str) else json.dumps(text))


API_ITEM = {"id": 5, "title": "Skirt", "photos": [{"id": 1, "url": "https://x.test/1.jpg"}]}
PAGE = '<html><head><meta property="og:title" content="Dress"></head></html>'


def test_folders_with_a_saved_page(tmp_path):
    picture(tmp_path, "vinted_dresses/item_1/00.jpg", "vinted_dresses/item_1/01.jpg")
    picture(tmp_path, "vinted_dresses/item_2/00.jpg")
    write(tmp_path / "vinted_dresses/item_1/soup.html", PAGE)
    found = preview(tmp_path)
    assert (found.layout, found.items, found.photos) == (Layout.ITEM_FOLDERS, 2, 3)
    assert found.photos_per_item == {1: 1, 2: 1}
    assert found.coverage["category"] == 1.0
    assert found.coverage["title"] == 0.5
    assert found.coverage["price"] == 0.0
    assert found.examples[0].metadata.title == "Dress"
    assert found.is_complete
    assert found.warnings == ()
    assert "soup.html" in found.why


def test_folders_of_the_downloader(tmp_path):
    picture(tmp_path, "55/photo_00.webp", "55/photo_01.jpg", "55/seller.webp")
    write(tmp_path / "55/item.json", API_ITEM)
    write(tmp_path / "55/item_summary", "Skirt")
    found = preview(tmp_path)
    assert (found.layout, found.photos) == (Layout.VINTED_DOWNLOADER, 2)
    assert found.examples[0].metadata.title == "Skirt"


@pytest.mark.parametrize("name", ["dump.json", "no extension", "dump.csv"])
def test_a_dump_is_told_by_content(tmp_path, name):
    write(tmp_path / name, [API_ITEM])
    found = preview(tmp_path / name)
    assert (found.layout, found.items, found.to_download) == (Layout.CATALOGUE_DUMP, 1, 1)


def test_a_folder_of_dumps(tmp_path):
    write(tmp_path / "pages/1.json", {"items": [API_ITEM]})
    write(tmp_path / "pages/2.json", {"items": [{**API_ITEM, "id": 6}]})
    assert preview(tmp_path).items == 2


def test_a_table_is_told_by_its_columns(tmp_path):
    picture(tmp_path, "a/0.jpg")
    write(tmp_path / "table.txt", "item_id;path;colour;note\n1;a/0.jpg;red;x\n")
    found = preview(tmp_path / "table.txt")
    assert (found.layout, found.items) == (Layout.TABLE, 1)
    assert found.columns == {"item_id": "item_id", "path": "path", "colour": "colour"}
    assert found.unused_columns == ("note",)


def test_deepfashion2(tmp_path):
    picture(tmp_path, "image/000001.jpg")
    box = {"bounding_box": [0, 0, 2, 2], "category_id": 1, "category_name": "top", "style": 1}
    write(tmp_path / "annos/000001.json", {"pair_id": 1, "source": "shop", "item1": box})
    found = preview(tmp_path)
    assert (found.layout, found.examples[0].photos[0].crop) == (Layout.DEEPFASHION2, (0, 0, 2, 2))


def test_own_photos_and_one_huge_item_is_doubted(tmp_path):
    for number in range(101):
        (tmp_path / f"{number}.jpg").write_bytes(b"\xff\xd8\xff")
    found = preview(tmp_path)
    assert (found.layout, found.items, found.photos) == (Layout.OWN_PHOTOS, 1, 101)
    assert "a folder of its own" in found.warnings[0].remedy


def test_a_table_beside_folders_is_preferred_if_it_names_their_photos(tmp_path):
    picture(tmp_path, "a/0.jpg", "a/1.jpg", "b/0.jpg")
    write(tmp_path / "items.csv", "item_id,path\na,a/0.jpg\na,a/1.jpg\nb,b/0.jpg\n")
    found = preview(tmp_path)
    assert found.layout is Layout.TABLE
    assert found.path.endswith("items.csv")
    assert found.alternatives[0][0] is Layout.OWN_PHOTOS
    assert preview(tmp_path, layout=Layout.OWN_PHOTOS).layout is Layout.OWN_PHOTOS


def test_a_table_beside_item_pages_is_only_an_alternative(tmp_path):
    picture(tmp_path, "a/0.jpg")
    write(tmp_path / "a/soup.html", PAGE)
    write(tmp_path / "truth.csv", "item,path\na,a/0.jpg\n")
    found = preview(tmp_path)
    assert (found.layout, found.examples[0].metadata.title) == (Layout.ITEM_FOLDERS, "Dress")
    assert found.alternatives[0][0] is Layout.TABLE
    assert preview(tmp_path, layout=Layout.TABLE).layout is Layout.TABLE


def test_a_table_about_few_of_the_photos_is_only_an_alternative(tmp_path):
    picture(tmp_path, "a/0.jpg", "b/0.jpg", "c/0.jpg")
    write(tmp_path / "favourites.csv", "item_id,path\na,a/0.jpg\n")
    write(tmp_path / "notes.csv", "day,weather\nmonday,rain\n")
    found = preview(tmp_path)
    assert (found.layout, found.items) == (Layout.OWN_PHOTOS, 3)
    assert [layout for layout, _ in found.alternatives] == [Layout.TABLE]


def test_a_folder_of_several_scrapes_says_so(tmp_path):
    picture(tmp_path, "one/a/0.jpg", "two/images/0.jpg", "three/x/0.jpg")
    write(tmp_path / "one/items.csv", "item_id,path\na,a/0.jpg\n")
    write(tmp_path / "two/photos.csv", "path\nimages/0.jpg\n")
    (warning,) = preview(tmp_path).warnings
    assert warning.examples == ("one", "two")
    assert "one by one" in warning.remedy


def test_nothing_found_is_a_preview_that_says_what_to_do(tmp_path):
    write(tmp_path / "readme.txt", "hello")
    found = preview(tmp_path)
    assert found.layout is None
    assert "Choose the folder" in found.warnings[0].remedy
    assert "Choose the folder" in str(found)


def test_a_layout_that_finds_nothing_says_so(tmp_path):
    picture(tmp_path, "a/0.jpg")
    found = preview(tmp_path, layout=Layout.DEEPFASHION2)
    assert (found.layout, found.items) == (Layout.DEEPFASHION2, 0)
    assert "another layout" in found.warnings[0].remedy


def test_a_path_that_is_not_there_and_an_archive_are_errors(tmp_path):
    with pytest.raises(UserError, match="no such file"):
        preview(tmp_path / "nothing")
    with zipfile.ZipFile(tmp_path / "scrape.zip", "w") as archive:
        archive.writestr("a", "b")
    assert "Unpack" in preview(tmp_path / "scrape.zip").warnings[0].remedy


def test_a_large_scrape_is_counted_in_part_and_said_to_be(tmp_path):
    picture(tmp_path, *(f"item_{number}/0.jpg" for number in range(30)))
    time_s = iter(range(10_000))
    found = preview(tmp_path, clock=lambda: float(next(time_s)))
    assert not found.is_complete
    assert 0 < found.items < 30
    assert f"at least {found.items}" in str(found)


def test_a_preview_can_be_cancelled_and_told_in_json(tmp_path):
    picture(tmp_path, "a/0.jpg")
    with pytest.raises(Cancelled):
        preview(tmp_path, JobContext(is_cancelled=lambda: True))
    json.dumps(dataclasses.asdict(preview(tmp_path)), allow_nan=False)


def test_the_sample_is_spread_over_the_whole_scrape(tmp_path):
    picture(tmp_path, *(f"c{number % 2}/item_{number}/0.jpg" for number in range(500)))
    found = preview(tmp_path)
    assert found.sampled == 200
    assert len(found.examples) == 12
    assert {item.metadata.category for item in found.examples} == {"c0", "c1"}


def keys(catalogue):
    return [row[0] for row in catalogue.connection.execute("SELECT key FROM item ORDER BY id")]


def test_a_later_import_reads_the_scrape_as_the_first_one_did(catalogue, tmp_path):
    root = tmp_path / "scrape"
    picture(root, "images/x.jpg", "images/y.jpg")
    write(root / "photos.csv", "image,sender\nx,7\ny,7\n")
    import_scrape(catalogue, root, columns={"item_id": "sender"})
    write(root / "photos.csv", "image,sender\nx,7\ny,7\nz,8\n")
    picture(root, "images/z.jpg")
    result = import_scrape(catalogue, root)
    assert (result.layout, result.items_added, keys(catalogue)) == (Layout.TABLE, 1, ["7", "8"])


def test_a_part_of_an_imported_scrape_is_not_imported_twice(catalogue, tmp_path):
    root = tmp_path / "scrape"
    picture(root, "tops/item_1/0.jpg", "dresses/item_1/0.jpg")
    import_scrape(catalogue, root / "tops")
    result = import_scrape(catalogue, root)
    assert (result.items_added, result.warnings[0].examples) == (1, ("tops",))
    with pytest.raises(UserError, match="part of"):
        import_scrape(catalogue, root / "dresses")


def test_the_same_listing_in_two_folders_is_told(catalogue, tmp_path):
    root = tmp_path / "scrape"
    picture(root, "a/0.jpg", "b/0.jpg")
    write(root / "a/item.json", API_ITEM)
    write(root / "b/item.json", API_ITEM)
    (warning,) = import_scrape(catalogue, root).warnings
    assert warning.examples == ("a and b",)


def test_photos_of_a_dump_wait_to_be_downloaded_and_follow_new_signatures(catalogue, tmp_path):
    photo = {"id": 1, "url": "https://x.test/1.jpg?s=old"}
    write(tmp_path / "dump.json", [{**API_ITEM, "photos": [photo]}])
    assert import_scrape(catalogue, tmp_path / "dump.json").to_download == 1
    photo["url"] = "https://x.test/1.jpg?s=new"
    write(tmp_path / "dump.json", [{**API_ITEM, "photos": [photo]}])
    again = import_scrape(catalogue, tmp_path / "dump.json")
    assert (again.photos_added, again.photos_unchanged) == (0, 1)
    ((url, status),) = catalogue.connection.execute("SELECT url, status FROM photo").fetchall()
    assert (url, status) == ("https://x.test/1.jpg?s=new", "to download")


def test_the_verb_imports_and_previews(tmp_path):
    import argparse

    picture(tmp_path, "scrape/images/x.jpg", "scrape/images/y.jpg")
    write(tmp_path / "scrape/photos.csv", "image,sender\nx,7\ny,7\n")
    project = create_project(tmp_path / "try.pickglass")

    def run(*words):
        parser = argparse.ArgumentParser()
        parser.add_argument("--project", default=project.root)
        import_.add_arguments(parser)
        return import_.run(parser.parse_args(words), JobContext())

    scrape = str(tmp_path / "scrape")
    looked = run(scrape, "--preview", "--column", "item_id=sender")
    assert (looked.items, looked.layout) == (1, Layout.TABLE)
    done = run(scrape, "--column", "item_id=sender")
    assert (done.items_added, done.photos_added) == (1, 2)
    assert "1 new" in str(done)
    json.dumps(dataclasses.asdict(done))
    assert run(scrape, "--preview", "--layout", "own-photos").layout is Layout.OWN_PHOTOS
    for layout in Layout:  # as the window passes them on
        assert run(scrape, "--preview", "--layout", str(layout)).layout in (layout, None)
    with pytest.raises(UserError, match="FIELD=COLUMN"):
        run(scrape, "--column", "sender")
