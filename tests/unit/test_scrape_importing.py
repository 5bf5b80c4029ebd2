from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from core.catalogue import counts, items, photos
from core.catalogue.items import ItemFilter
from core.catalogue.records import PhotoStatus, Verdict
from core.commands import import_
from core.errors import UserError
from core.jobs.context import Cancelled, JobContext
from core.scrape.importing import import_scrape
from core.scrape.sources import relocate_source, source_at


def picture(path, colour="red"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 3), colour).save(path, "JPEG")


PAGE = '<html><head><meta property="og:title" content="{}"></head></html>'


@pytest.fixture
def scrape(tmp_path):
    root = tmp_path / "scrape"
    for item, count in (("item_1", 2), ("item_2", 3), ("item_3", 1)):
        for number in range(count):
            picture(root / "vinted_tops" / item / f"{number:02}.jpg")
        (root / "vinted_tops" / item / "soup.html").write_text(PAGE.format(f"Top {item}"))
    return root


def all_items(catalogue):
    return items.read_items(catalogue, items.find_items(catalogue, ItemFilter()))


def all_photos(catalogue):
    found = photos.read_photos(catalogue, [item.id for item in all_items(catalogue)])
    return [photo for group in found.values() for photo in group]


def stale(catalogue):
    return {row[0] for row in catalogue.connection.execute("SELECT item_id FROM stale_item")}


def pretend_hashed(catalogue):
    with catalogue.transaction() as connection:
        connection.execute("UPDATE photo SET status = 'ready', content_hash = x'00'")
        connection.execute("DELETE FROM stale_item")
        counts.recount(connection, [item.id for item in all_items(catalogue)])


def test_a_first_import_stores_items_with_metadata_photos_and_counts(catalogue, scrape):
    result = import_scrape(catalogue, scrape)
    assert (result.items_added, result.photos_added, result.warnings) == (3, 6, ())
    first, second, _ = all_items(catalogue)
    assert (first.key, first.title, first.metadata.category) == (
        "vinted_tops/item_1",
        "Top item_1",
        "tops",
    )
    assert (second.photo_count, second.kept_count) == (3, 0)
    assert stale(catalogue) == {1, 2, 3}
    photo = all_photos(catalogue)[0]
    assert photo.file == scrape / "vinted_tops/item_1/00.jpg"
    assert photo.status is PhotoStatus.NEW


def test_a_second_import_of_the_same_changes_nothing(catalogue, scrape):
    first = import_scrape(catalogue, scrape)
    pretend_hashed(catalogue)
    again = import_scrape(catalogue, scrape)
    assert again.source_id == first.source_id
    assert (again.items_unchanged, again.photos_unchanged) == (3, 6)
    assert (again.items_added, again.items_updated) == (0, 0)
    assert (again.photos_added, again.photos_changed, again.photos_gone) == (0, 0, 0)
    assert stale(catalogue) == set()


def test_new_items_come_last_and_new_photos_at_the_end_of_their_item(catalogue, scrape):
    import_scrape(catalogue, scrape)
    pretend_hashed(catalogue)
    picture(scrape / "vinted_tops/item_0/00.jpg")
    picture(scrape / "vinted_tops/item_2/00a.jpg")
    result = import_scrape(catalogue, scrape)
    assert (result.items_added, result.photos_added) == (1, 2)
    assert [item.key[-1] for item in all_items(catalogue)] == ["1", "2", "3", "0"]
    names = [photo.name[-7:] for photo in photos.read_photos(catalogue, [2])[2]]
    assert names == ["/00.jpg", "/01.jpg", "/02.jpg", "00a.jpg"]
    assert stale(catalogue) == {2, 4}


def test_decisions_survive_another_import(catalogue, scrape):
    import_scrape(catalogue, scrape)
    with catalogue.transaction() as connection:
        connection.execute("UPDATE photo SET status = 'ready', verdict = 'rejected' WHERE id = 1")
        connection.execute("UPDATE photo SET item_id = 3 WHERE id = 2")  # moved by the user
        connection.execute("UPDATE item SET state = 'done', note = 'nice' WHERE id = 2")
        connection.execute("UPDATE item SET state = 'merged', merged_into = 2 WHERE id = 1")
    picture(scrape / "vinted_tops/item_1/05.jpg")
    (scrape / "vinted_tops/item_2/soup.html").write_text(PAGE.format("Better title"))
    result = import_scrape(catalogue, scrape)
    assert result.items_updated == 1
    item = items.read_item(catalogue, 2)
    assert (item.title, item.state, item.note) == ("Better title", "done", "nice")
    found = photos.read_photos(catalogue, [1, 2, 3])
    assert [photo.id for photo in found[1]] == [1]
    assert found[1][0].verdict is Verdict.REJECTED
    assert [photo.id for photo in found[3]] == [6, 2] or [photo.id for photo in found[3]] == [2, 6]
    # what is new of a merged item joins the item that it was merged into
    assert found[2][-1].name == "vinted_tops/item_1/05.jpg"
    assert "done with" in result.warnings[0].message


def test_a_changed_file_is_to_be_hashed_again_and_keeps_its_verdict(catalogue, scrape):
    import_scrape(catalogue, scrape)
    pretend_hashed(catalogue)
    catalogue.connection.execute("UPDATE photo SET verdict = 'rejected' WHERE id = 3")
    picture(scrape / "vinted_tops/item_2/00.jpg", "blue")
    os.utime(scrape / "vinted_tops/item_2/00.jpg", ns=(0, 123_000_000_000))
    result = import_scrape(catalogue, scrape)
    assert result.photos_changed == 1
    photo = photos.read_photos_by_id(catalogue, [3])[3]
    assert (photo.status, photo.verdict) == (PhotoStatus.NEW, Verdict.REJECTED)
    assert photo.content_hash is None
    assert stale(catalogue) == {2}


def test_a_vanished_file_is_looked_at_again_and_its_row_stays(catalogue, scrape):
    import_scrape(catalogue, scrape)
    pretend_hashed(catalogue)
    (scrape / "vinted_tops/item_2/01.jpg").unlink()
    shutil.rmtree(scrape / "vinted_tops/item_3")
    result = import_scrape(catalogue, scrape)
    assert result.photos_gone == 2
    statuses = {photo.id: photo.status for photo in all_photos(catalogue)}
    assert [id_ for id_, status in statuses.items() if status is PhotoStatus.NEW] == [4, 6]
    assert len(statuses) == 6


def test_a_file_that_was_missing_and_is_back_is_hashed_again(catalogue, scrape):
    import_scrape(catalogue, scrape)
    pretend_hashed(catalogue)
    catalogue.connection.execute(
        "UPDATE photo SET status = 'unreadable', problem = 'missing' WHERE id = 1"
    )
    catalogue.connection.execute(
        "UPDATE photo SET status = 'unreadable', problem = 'truncated' WHERE id = 2"
    )
    assert import_scrape(catalogue, scrape).photos_changed == 1
    found = photos.read_photos_by_id(catalogue, [1, 2])
    assert found[1].status is PhotoStatus.NEW
    assert found[2].status is PhotoStatus.UNREADABLE


def test_a_quarantined_photo_is_neither_gone_nor_new(catalogue, scrape):
    import_scrape(catalogue, scrape)
    pretend_hashed(catalogue)
    file = scrape / "vinted_tops/item_2/01.jpg"
    file.rename(catalogue.project.quarantine / "1.jpg")
    catalogue.connection.execute("UPDATE photo SET quarantine = '1.jpg' WHERE id = 4")
    result = import_scrape(catalogue, scrape)
    assert (result.photos_gone, result.photos_added, result.photos_changed) == (0, 0, 0)


def test_a_cancelled_import_keeps_what_it_has_and_goes_on_later(catalogue, tmp_path):
    root = tmp_path / "scrape"
    for number in range(450):
        (root / f"item_{number:03}").mkdir(parents=True)
        (root / f"item_{number:03}/0.jpg").write_bytes(b"\xff\xd8\xff")
    stored = 0

    def is_cancelled():
        nonlocal stored
        stored = catalogue.connection.execute("SELECT count(*) FROM item").fetchone()[0]
        return stored >= 200

    with pytest.raises(Cancelled):
        import_scrape(catalogue, root, context=JobContext(is_cancelled=is_cancelled))
    assert 200 <= stored < 450
    result = import_scrape(catalogue, root)
    assert (result.items_added, result.items_unchanged) == (450 - stored, stored)
    assert [item.key for item in all_items(catalogue)] == [f"item_{n:03}" for n in range(450)]


def test_progress_tells_how_many_of_how_many(catalogue, scrape):
    reports = []
    import_scrape(catalogue, scrape, context=JobContext(reports.append))
    assert (reports[-1].stage, reports[-1].done, reports[-1].total) == ("Importing items", 3, 3)


def test_a_folder_with_nothing_in_it_is_an_error_that_says_what_to_do(catalogue, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="Choose the folder"):
        import_scrape(catalogue, tmp_path / "empty")
    with pytest.raises(UserError, match="no such file or folder"):
        import_scrape(catalogue, tmp_path / "not there")
    assert catalogue.connection.execute("SELECT count(*) FROM source").fetchone()[0] == 0


def test_a_moved_scrape_is_found_again_and_stays_the_same_source(catalogue, scrape, tmp_path):
    source_id = import_scrape(catalogue, scrape).source_id
    moved = tmp_path / "elsewhere" / "moved"
    moved.parent.mkdir()
    scrape.rename(moved)
    with pytest.raises(UserError, match="None of the scrape's photos"):
        relocate_source(catalogue, source_id, tmp_path)
    relocate_source(catalogue, source_id, moved)
    assert all_photos(catalogue)[0].file == moved / "vinted_tops/item_1/00.jpg"
    again = import_scrape(catalogue, moved)
    assert (again.source_id, again.items_unchanged) == (source_id, 3)


def test_a_moved_scrape_is_named_by_where_it_was(catalogue, scrape, tmp_path):
    source_id = import_scrape(catalogue, scrape).source_id
    scrape.rename(tmp_path / "moved")
    assert source_at(catalogue, scrape) == source_id
    with pytest.raises(UserError, match=f"lie in {scrape}"):
        source_at(catalogue, tmp_path / "never")
    project = catalogue.project.root
    parser = argparse.ArgumentParser()
    parser.add_argument("--project", type=Path, default=project)
    import_.add_arguments(parser)
    words = [str(tmp_path / "moved"), "--moved-from", str(scrape)]
    result = import_.run(parser.parse_args(words), JobContext())
    assert (result.source_id, result.items_unchanged, result.photos_unchanged) == (source_id, 3, 6)


def test_a_scrape_is_not_moved_while_files_are_on_the_way(catalogue, scrape, tmp_path):
    source_id = import_scrape(catalogue, scrape).source_id
    catalogue.connection.execute(
        "INSERT INTO file_move (batch, at, photo_id, direction, original, quarantine,"
        " content_hash, byte_count, mtime_ns, state)"
        " VALUES (1, 0, 1, 'quarantine', '/x', 'y', x'00', 1, 1, 'planned')"
    )
    scrape.rename(tmp_path / "moved")
    with pytest.raises(UserError, match="Finish it or roll it back"):
        relocate_source(catalogue, source_id, tmp_path / "moved")


def test_a_source_cannot_be_moved_onto_another(catalogue, scrape, tmp_path):
    first = import_scrape(catalogue, scrape).source_id
    copy = tmp_path / "copy"
    shutil.copytree(scrape, copy)
    import_scrape(catalogue, copy)
    with pytest.raises(UserError, match="Another scrape"):
        relocate_source(catalogue, first, copy)


def test_photos_of_a_table_or_folder_known_under_another_item_make_no_empty_item(catalogue, scrape):
    import_scrape(catalogue, scrape)
    catalogue.connection.execute("UPDATE item SET key = 'called otherwise' WHERE id = 3")
    assert import_scrape(catalogue, scrape).items_added == 0
    assert len(all_items(catalogue)) == 3
