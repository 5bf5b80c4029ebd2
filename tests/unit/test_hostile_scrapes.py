"""Scrapes that are broken or mean: nothing outside them is read, and nothing stops the import."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from core.catalogue import photos
from core.catalogue.records import PhotoStatus
from core.errors import UserError
from core.jobs.context import JobContext
from core.scrape import walk as walking
from core.scrape.demo.scrape import make_demo_scrape
from core.scrape.demo.truth import read_ground_truth
from core.scrape.importing import import_scrape
from core.scrape.recognise import preview

posix = pytest.mark.skipif(os.name != "posix", reason="needs links, pipes or byte names")

opened: list[str] | None = None


def _note_opening(event, arguments):
    if opened is not None and event in ("open", "os.scandir", "os.listdir"):
        opened.append(str(arguments[0]))


sys.addaudithook(_note_opening)  # cannot be taken away again, so it is idle but when asked


@contextmanager
def watching_what_is_opened():
    global opened
    opened = []
    try:
        yield opened
    finally:
        opened = None


@pytest.fixture
def secret(tmp_path):
    """A photo that no scrape may lead to."""
    path = tmp_path / "secret" / "passwd.jpg"
    picture(path)
    return path


def picture(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 3)).save(path, "JPEG")


def rows(catalogue):
    ids = [row[0] for row in catalogue.connection.execute("SELECT id FROM item")]
    return [photo for group in photos.read_photos(catalogue, ids).values() for photo in group]


def names(catalogue):
    return sorted(photo.name for photo in rows(catalogue))


def snapshot(root):
    found = {}
    for folder, _, files in os.walk(root):
        for name in files:
            path = Path(folder, name)
            facts = path.lstat()
            found[str(path)] = (facts.st_mtime_ns, facts.st_size, stat.S_IMODE(facts.st_mode))
    return found


def ways_out(secret, root):
    """Ways of naming the secret, relative to a scrape beside its folder."""
    return [
        "../secret/passwd.jpg",
        "a/../../secret/passwd.jpg",
        "./../secret/./passwd.jpg",
        str(secret),
        f"//{secret}",
        f"file://{secret}",
        f"FILE:{secret}",
        "..\\secret\\passwd.jpg",
        "C:\\secret\\passwd.jpg",
        f"{root}/../secret/passwd.jpg",
        f"{secret}\0.jpg",
        "\0",
        " ",
        ".",
        "..",
        "/",
        "~/x.jpg",
        "data:image/png;base64,AAAA",
    ]


def test_no_path_in_a_table_leads_out_of_the_scrape(catalogue, secret, tmp_path):
    root = tmp_path / "scrape"
    picture(root / "a/0.jpg")
    lines = [f'{number},"{way}"' for number, way in enumerate(ways_out(secret, root))]
    table = root / "t.csv"
    table.write_text("\n".join(["item_id,path", "good,a/0.jpg", *lines]), "utf-8")
    with watching_what_is_opened() as paths:
        preview(table)
        result = import_scrape(catalogue, table)
    assert not [path for path in paths if "secret" in path]
    found = rows(catalogue)
    assert "a/0.jpg" in [photo.name for photo in found]
    for photo in found:
        assert photo.file.resolve().is_relative_to(root)
    refused = [
        w for w in result.warnings if w.message.startswith("Paths in the table were refused")
    ]
    assert sum(warning.count for warning in refused) >= 12
    assert all(warning.remedy for warning in refused)


def test_an_absolute_path_into_the_scrape_is_fine(catalogue, tmp_path):
    root = tmp_path / "scrape"
    picture(root / "a/0.jpg")
    (root / "t.csv").write_text(f"item_id,path\n1,{root}/a/0.jpg\n2,{root}/a/../a/0.jpg\n")
    import_scrape(catalogue, root / "t.csv")
    assert names(catalogue) == ["a/0.jpg"]  # one file is one photo, however often it is named


@posix
def test_links_lead_a_table_nowhere_outside_and_inside_to_the_file_itself(
    catalogue, secret, tmp_path
):
    root = tmp_path / "scrape"
    picture(root / "real/0.jpg")
    (root / "out.jpg").symlink_to(secret)
    (root / "outside").symlink_to(secret.parent)
    (root / "inside.jpg").symlink_to(root / "real/0.jpg")
    (root / "dangling.jpg").symlink_to(root / "nothing")
    (root / "loop.jpg").symlink_to(root / "loop.jpg")
    (root / "t.csv").write_text(
        "item_id,path\n1,out.jpg\n2,outside/passwd.jpg\n3,inside.jpg\n4,dangling.jpg\n5,loop.jpg\n"
    )
    with watching_what_is_opened() as paths:
        import_scrape(catalogue, root / "t.csv")
    assert not [path for path in paths if "secret" in path]
    found = {photo.name: photo.byte_count for photo in rows(catalogue)}
    assert found.pop("real/0.jpg") > 0
    assert set(found) <= {"nothing", "loop.jpg"}  # rows that the hashing will call missing


def test_no_address_in_item_json_leads_to_a_file(catalogue, secret, tmp_path):
    root = tmp_path / "scrape"
    picture(root / "55/photo_00.jpg")
    ways = ways_out(secret, root)
    item = {
        "id": 55,
        "title": "a\ud800b\0c",
        "url": f"file://{secret}",
        "photos": [{"url": way, "full_size_url": way, "path": way} for way in ways],
        "photo": f"file://{secret}",
    }
    (root / "55/item.json").write_text(json.dumps(item))
    (root / "56").mkdir()
    (root / "56/item.json").write_text(json.dumps({**item, "id": "../../x"}))
    with watching_what_is_opened() as paths:
        import_scrape(catalogue, root)
    assert not [path for path in paths if "secret" in path]
    assert names(catalogue) == ["55/photo_00.jpg"]
    ((title, url),) = catalogue.connection.execute("SELECT title, url FROM item").fetchall()
    assert (title, url) == ("abc", "")


def test_a_dump_of_mean_ids_and_addresses_stays_within_the_downloads(catalogue, secret, tmp_path):
    ids = ["../../x", "/etc/passwd", "a\0b", "x" * 3000, "CON", ".", "..", "", -5, 1e308, "\ud800"]
    dump = [
        {"id": id_, "photos": [{"id": id_, "url": f"https://x.test/../../{n}?a=../{id_}"}]}
        for n, id_ in enumerate(ids)
    ]
    dump += [{"id": n, "photos": [way]} for n, way in enumerate(ways_out(secret, tmp_path))]
    (tmp_path / "dump.json").write_text(json.dumps(dump))
    import_scrape(catalogue, tmp_path / "dump.json")
    found = rows(catalogue)
    assert len(found) >= 8
    for photo in found:
        assert photo.status is PhotoStatus.TO_DOWNLOAD
        assert photo.url.startswith("https://")
        assert photo.file.is_relative_to(catalogue.project.downloads)
        assert ".." not in photo.file.parts
        assert max(map(len, photo.file.parts)) < 100


def test_names_of_300_characters_are_rows_and_do_not_stop_anything(catalogue, tmp_path):
    root = tmp_path / "scrape"
    picture(root / "a/0.jpg")
    picture(root / ("d" * 200) / ("n" * 200 + ".jpg"))
    (root / "t.csv").write_text(
        f"item_id,path\n1,a/0.jpg\n2,{'x' * 300}.jpg\n3,{'y/' * 3000}z.jpg\n"
        f"4,{'d' * 200}/{'n' * 200}.jpg\n"
    )
    result = import_scrape(catalogue, root / "t.csv")
    assert result.items_added == 4
    assert [photo.byte_count is None for photo in rows(catalogue)] == [False, True, True, False]
    assert all(len(example) <= 120 for w in result.warnings for example in w.examples)


@posix
def test_names_that_are_not_utf_8_or_hold_control_characters_come_back_unchanged(
    catalogue, tmp_path
):
    root = tmp_path / "scrape"
    odd = [
        os.fsdecode(b"item_\xff\xfe"),
        "new\nline",
        "\x1b[31mred\x1b[0m",
        "a;b'\"<b>&",
        "\u202egpj.exe",
        "e\u0301",
    ]
    for name in odd:
        picture(root / name / f"{name}.jpg")
    result = import_scrape(catalogue, root)
    assert result.items_added == len(odd)
    assert {str(photo.file) for photo in rows(catalogue)} == {
        str(root / name / f"{name}.jpg") for name in odd
    }
    for photo in rows(catalogue):
        assert photo.file.is_file()
    text = str(preview(root)) + str(result)
    text.encode()


@posix
def test_loops_of_links_and_pipes_are_passed_over(catalogue, secret, tmp_path):
    root = tmp_path / "scrape"
    picture(root / "a/0.jpg")
    (root / "a/again").symlink_to(root)
    (root / "b").symlink_to(root / "c")
    (root / "c").symlink_to(root / "b")
    (root / "a/1.jpg").symlink_to(secret)
    os.mkfifo(root / "a/2.jpg")  # opening it would wait for ever
    os.mkfifo(root / "a/item.json")
    os.mkfifo(root / "t.csv")
    with watching_what_is_opened() as paths:
        result = import_scrape(catalogue, root)
    assert names(catalogue) == ["a/0.jpg"]
    assert not [path for path in paths if "secret" in path]
    (links,) = result.warnings
    assert (links.message, links.count) == ("Links are not followed", 4)


@posix
@pytest.mark.parametrize("what", ["a pipe", "a folder", "/dev/zero"])
def test_a_table_that_is_no_regular_file_is_refused(catalogue, tmp_path, what):
    path = tmp_path / "t.csv"
    if what == "a pipe":
        os.mkfifo(path)
    elif what == "a folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(UserError):
        import_scrape(catalogue, path)


def test_a_folder_that_cannot_be_opened_is_told_and_the_others_read(
    catalogue, tmp_path, monkeypatch
):
    root = tmp_path / "scrape"
    picture(root / "open/0.jpg")
    picture(root / "shut/0.jpg")
    real = os.scandir

    def scandir(path):  # faked, because nothing is shut for root
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(walking.os, "scandir", scandir)
    result = import_scrape(catalogue, root)
    assert names(catalogue) == ["open/0.jpg"]
    (warning,) = result.warnings
    assert warning.examples == ("shut (Permission denied)",)
    assert "permission" in warning.remedy
    shutil.rmtree(root / "open")
    with pytest.raises(UserError, match="shut"):
        import_scrape(catalogue, root, layout=None, columns={})


def test_importing_writes_nothing_into_the_scrape(catalogue, tmp_path):
    demo = make_demo_scrape(tmp_path / "demo", items=4, side_px=64, workers=1)
    before = snapshot(tmp_path / "demo")
    preview(demo.scrape)
    import_scrape(catalogue, demo.scrape)
    assert snapshot(tmp_path / "demo") == before


def test_every_photo_of_the_demo_is_a_row_however_broken_and_nothing_else_is(catalogue, tmp_path):
    demo = make_demo_scrape(tmp_path / "demo", items=20, side_px=64, workers=1)
    truth = read_ground_truth(demo.ground_truth)
    assert {"truncated", "html", "empty"} & {str(row.kind) for row in truth}
    result = import_scrape(catalogue, demo.scrape)
    assert (result.items_added, result.photos_added) == (demo.items, demo.photos)
    assert names(catalogue) == sorted(row.path for row in truth)


DEEP = "[" * 200_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"x"',
        "5",
        "1" * 10_000,
        '{"id": ' + "1" * 5000 + "}",
        DEEP,
        '{"title": ' + DEEP,
        '{"id": 1, "title": ["x"], "photos": {"a": 1}, "price": {"amount": {}}, "user": 5}',
        '{"id": NaN, "price": Infinity, "photos": [NaN]}',
        "<html>not json</html>",
        "\0\0\0",
    ],
    ids=range(13),
)
def test_any_sidecar_and_any_dump_leaves_the_photos_importable(catalogue, tmp_path, text):
    root = tmp_path / "scrape"
    picture(root / "a/0.jpg")
    for name in ("item.json", "soup.html"):
        (root / "a" / name).write_text(text)
    (root / "dump.json").write_text(text)
    assert import_scrape(catalogue, root).photos_added == 1
    ((extra,),) = catalogue.connection.execute("SELECT extra FROM item").fetchall()
    json.loads(extra, parse_constant=pytest.fail)
    with pytest.raises(UserError):
        import_scrape(catalogue, root / "dump.json")


def test_a_photo_called_like_a_page_and_a_page_called_like_a_photo(catalogue, tmp_path):
    root = tmp_path / "scrape"
    picture(root / "a/0.jpg")
    shutil.copy(root / "a/0.jpg", root / "a/soup.html")
    shutil.copy(root / "a/0.jpg", root / "a/item.json")
    (root / "a/1.jpg").write_text('<meta property="og:title" content="wrong">')
    import_scrape(catalogue, root)
    assert names(catalogue) == ["a/0.jpg", "a/1.jpg", "a/item.json", "a/soup.html"]
    assert catalogue.connection.execute("SELECT title FROM item").fetchone()[0] == ""


def test_a_cell_and_a_page_of_many_megabytes_are_cut(catalogue, tmp_path):
    root = tmp_path / "scrape"
    picture(root / "a/0.jpg")
    (root / "t.csv").write_text(f"item_id,path,title,odd\n1,a/0.jpg,{'x' * 3_000_000},{'y' * 9}\n")
    import_scrape(catalogue, root / "t.csv")
    assert catalogue.connection.execute("SELECT length(title) FROM item").fetchone()[0] == 500
    page = '<meta property="og:description" content="' + "z" * 3_000_000 + '">'
    (root / "a/soup.html").write_text(page + "<script>" + '"item":{' * 500_000 + "</script>")
    looked = preview(root, layout=None, context=JobContext())
    assert looked.items == 1


def test_a_scrape_that_loses_files_while_it_is_read_is_imported_without_them(
    catalogue, tmp_path, monkeypatch
):
    root = tmp_path / "scrape"
    for number in range(5):
        picture(root / f"item_{number}/0.jpg")
        (root / f"item_{number}/soup.html").write_text("<title>x | y</title>")
    real = walking._list

    def list_and_lose(root_, path, *rest):
        found = real(root_, path, *rest)
        if path == "item_2":
            shutil.rmtree(root / "item_2")
            shutil.rmtree(root / "item_3")
        return found

    monkeypatch.setattr(walking, "_list", list_and_lose)
    result = import_scrape(catalogue, root, layout=None)
    assert result.items_added in (3, 4)


def test_a_scrape_that_another_program_holds_open_for_writing_is_read(catalogue, tmp_path):
    root = tmp_path / "scrape"
    picture(root / "a/0.jpg")
    done = threading.Event()

    def scrape_on():
        number = 0
        while not done.is_set() and number < 2000:
            number += 1
            (root / "a" / f"{number}.jpg.part").write_bytes(b"\xff\xd8\xff")
            (root / "a" / f"{number}.jpg.part").rename(root / "a" / f"{number}.jpg")

    writer = threading.Thread(target=scrape_on)
    writer.start()
    try:
        import_scrape(catalogue, root)
    finally:
        done.set()
        writer.join()
    import_scrape(catalogue, root)
    assert len(rows(catalogue)) == len(list((root / "a").glob("*.jpg")))
