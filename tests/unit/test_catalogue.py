from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.catalogue import counts, items, photos, settings
from core.catalogue.database import open_catalogue
from core.catalogue.items import ItemFilter, ItemOrder
from core.catalogue.paths import from_stored, to_stored
from core.catalogue.records import HintKind, ItemState
from core.catalogue.thumbnails import ThumbnailStore
from core.errors import UserError
from core.project import create_project, is_project, lock_for_writing, open_project


@pytest.fixture
def catalogue(project):
    with open_catalogue(project) as catalogue:
        yield catalogue


def add_items(catalogue, titles):
    with catalogue.transaction() as connection:
        connection.execute("INSERT INTO source VALUES (1, '/scrape', 'folders', 0)")
        for id_, title in enumerate(titles, start=1):
            connection.execute(
                "INSERT INTO item (id, source_id, key, title, category) VALUES (?, 1, ?, ?, ?)",
                [id_, f"item_{id_}", title, "dresses" if id_ % 2 else "tops"],
            )
            for position in range(3):
                connection.execute(
                    "INSERT INTO photo (item_id, position, source_id, path, status)"
                    " VALUES (?, ?, 1, ?, 'ready')",
                    [id_, position, f"item_{id_}/{position:02}.jpg"],
                )
        counts.recount(connection, range(1, len(titles) + 1))


def test_search_takes_every_word_anywhere_and_percent_signs_as_they_are(catalogue):
    add_items(catalogue, ["Red gown", "blue GOWN 100%", "red shirt"])
    assert list(items.find_items(catalogue, ItemFilter(text="gown red"))) == [1]
    assert list(items.find_items(catalogue, ItemFilter(text="gown"))) == [1, 2]
    assert list(items.find_items(catalogue, ItemFilter(text="0%"))) == [2]
    assert list(items.find_items(catalogue, ItemFilter(text="_"))) == [1, 2, 3]  # keys: item_1
    assert list(items.find_items(catalogue, ItemFilter(text="r_d"))) == []


def test_an_item_is_found_by_its_address_and_by_the_shops_number_in_it(catalogue):
    add_items(catalogue, ["Red gown", "blue gown"])
    with catalogue.transaction() as connection:
        connection.execute("UPDATE item SET url = 'https://shop.example/items/410002095' || id")

    def found(text):
        return list(items.find_items(catalogue, ItemFilter(text=text)))

    assert found("4100020952") == [2]
    assert found("https://shop.example/items/4100020951") == [1]
    assert found("shop") == found("items") == found("4100") == []


def test_a_whole_page_of_text_can_be_searched_for(catalogue):
    assert list(items.find_items(catalogue, ItemFilter(text="a word " * 3000))) == []


def test_filters_by_state_category_hint_and_unreadable_photos(catalogue):
    add_items(catalogue, ["a", "b", "c", "d"])
    with catalogue.transaction() as connection:
        connection.execute("UPDATE item SET state = 'done' WHERE id = 1")
        connection.execute("UPDATE item SET state = 'merged' WHERE id = 4")
        connection.execute("UPDATE photo SET status = 'unreadable' WHERE item_id = 2")
        connection.execute(
            "INSERT INTO hint (item_id, kind, photo_id, score, why) VALUES (3, 'tag', 7, 1, '')"
        )
        counts.recount(connection, [1, 2, 3, 4])

    def found(**wanted):
        return list(items.find_items(catalogue, ItemFilter(**wanted)))

    assert found() == [1, 2, 3]
    assert found(states=frozenset({ItemState.DONE, ItemState.MERGED})) == [1, 4]
    assert found(categories=frozenset({"dresses"})) == [1, 3]
    assert found(hint_kinds=frozenset({HintKind.TAG, HintKind.EXACT_COPY})) == [3]
    assert found(only_unreadable=True) == [2]
    (item,) = items.read_items(catalogue, [2])
    assert (item.photo_count, item.kept_count, item.unreadable_count) == (3, 0, 3)


def test_the_most_suspicious_item_comes_first_when_asked(catalogue):
    add_items(catalogue, ["a", "b", "c"])
    with catalogue.transaction() as connection:
        connection.execute("UPDATE item SET suspicion = id % 3")
    assert list(items.find_items(catalogue, ItemFilter(), ItemOrder.SUSPICION)) == [2, 1, 3]


def test_items_are_read_in_the_order_asked_for(catalogue):
    add_items(catalogue, ["a", "b", "c"])
    assert [item.id for item in items.read_items(catalogue, [3, 99, 1])] == [3, 1]


def test_a_quarantined_photo_lies_in_the_quarantine_and_a_downloaded_one_in_downloads(catalogue):
    add_items(catalogue, ["a"])
    with catalogue.transaction() as connection:
        connection.execute("UPDATE photo SET quarantine = '1/00.jpg' WHERE position = 0")
        connection.execute("UPDATE photo SET url = 'https://x.test/1' WHERE position = 1")
    first, second, third = photos.read_photos(catalogue, [1])[1]
    assert first.file == catalogue.project.quarantine / "1/00.jpg"
    assert second.file == catalogue.project.downloads / "item_1/01.jpg"
    assert third.file == Path("/scrape/item_1/02.jpg")


def test_a_transaction_that_fails_leaves_nothing(catalogue):
    with pytest.raises(ZeroDivisionError), catalogue.transaction():
        settings.write_setting(catalogue, "at", 1)
        raise ZeroDivisionError
    assert settings.read_setting(catalogue, "at") is None


def test_settings_come_back_after_reopening(project):
    with open_catalogue(project) as catalogue:
        settings.write_setting(catalogue, "where", {"item": 3})
    with open_catalogue(project) as catalogue:
        assert settings.read_setting(catalogue, "where") == {"item": 3}


def test_a_catalogue_from_a_newer_program_is_refused_unchanged(project):
    with open_catalogue(project) as catalogue:
        catalogue.connection.execute("PRAGMA user_version = 999")
    with pytest.raises(UserError, match="newer"):
        open_catalogue(project)


def test_a_damaged_catalogue_is_named(project):
    project.catalogue_file.write_bytes(b"no database " * 1000)
    with pytest.raises(UserError, match=r"catalogue\.sqlite"):
        open_catalogue(project)


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX only")
def test_any_file_name_comes_back_unchanged():
    for name in (b"plain.jpg", "grün.jpg".encode(), b"\xff\xfe.jpg", "grün".encode("latin-1")):
        path = Path(os.fsdecode(name))
        assert from_stored(to_stored(path)) == path
    assert isinstance(to_stored("plain"), str)
    assert isinstance(to_stored(os.fsdecode(b"\xff")), bytes)


def test_a_thumbnail_comes_back_and_an_unknown_one_is_none(project):
    with ThumbnailStore(project) as store:
        store.put([(b"a" * 32, b"jpeg")])
    with ThumbnailStore(project) as store:
        assert store.get(b"a" * 32) == b"jpeg"
        assert store.get(b"b" * 32) is None


def test_only_one_program_writes_to_a_project_at_a_time(project):
    with (
        lock_for_writing(project),
        pytest.raises(UserError, match=f"process {os.getpid()}"),
        lock_for_writing(project),
    ):
        pass
    with lock_for_writing(project):  # free again
        pass


def test_a_project_is_made_only_in_an_empty_folder(project, tmp_path):
    assert is_project(project.root)
    assert open_project(project.root) == project
    with pytest.raises(UserError, match="not empty"):
        create_project(project.root)
    with pytest.raises(UserError, match="no Pickglass project"):
        open_project(tmp_path)


def test_a_project_whose_making_was_killed_half_way_is_made_after_all(tmp_path):
    root = tmp_path / "half.pickglass"
    (root / "cache").mkdir(parents=True)
    (root / ".project.json.4711.part").write_bytes(b"{")
    project = create_project(root)
    assert open_project(root) == project
    assert not list(root.glob(".*"))


def test_a_folder_of_that_name_with_something_in_it_is_left_alone(tmp_path):
    diary = tmp_path / "mine/cache/diary.txt"
    diary.parent.mkdir(parents=True)
    diary.write_text("Monday")
    with pytest.raises(UserError, match="not empty"):
        create_project(tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["cache"]


@pytest.mark.parametrize("order", ItemOrder)
@pytest.mark.parametrize(
    "wanted",
    [
        ItemFilter(),
        ItemFilter(states=frozenset({ItemState.OPEN})),
        ItemFilter(hint_kinds=frozenset({HintKind.NEAR_COPY})),
    ],
)
def test_the_queues_usual_questions_are_answered_without_a_look_at_the_items(
    catalogue, order, wanted
):
    asked = []
    catalogue.connection.set_trace_callback(asked.append)
    items.find_items(catalogue, wanted, order)
    catalogue.connection.set_trace_callback(None)
    plan = catalogue.connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()
    looks = [row["detail"] for row in plan if " item" in row["detail"]]
    assert len(looks) == 1
    assert "COVERING INDEX" in looks[0]
    assert not any("TEMP B-TREE" in row["detail"] for row in plan)
