"""Photos are read once for each content, in any number of processes, and never in vain."""

import hashlib
import io

import numpy as np
import pytest
from made_catalogue import add_item, add_photo, add_source
from PIL import Image
from shots import jpeg, shot

from core.catalogue.photos import read_photos_by_id
from core.catalogue.records import PhotoStatus
from core.catalogue.thumbnails import ThumbnailStore
from core.cleaning.hash_photos import hash_pending
from core.jobs.context import Cancelled, JobContext


@pytest.fixture
def scrape(tmp_path):
    folder = tmp_path / "scrape"
    folder.mkdir()
    return folder


@pytest.fixture
def item(catalogue, scrape):
    return add_item(catalogue, add_source(catalogue, scrape), "one")


@pytest.fixture
def put(catalogue, scrape, item):
    def put_photo(name, data, **columns):
        (scrape / name).write_bytes(data)
        return add_photo(catalogue, item, name, status="new", content_hash=None, **columns)

    return put_photo


def one(catalogue, id_):
    return read_photos_by_id(catalogue, [id_])[id_]


@pytest.mark.parametrize("workers", [1, 2])
def test_read_photos_know_their_content_and_size(catalogue, put, workers):
    files = [jpeg(shot(seed, 120, 160), 70) for seed in range(20)]
    ids = [put(f"{number}.jpg", data) for number, data in enumerate(files)]
    result = hash_pending(catalogue, workers=workers)
    assert (result.photos, result.decoded, result.unreadable) == (20, 20, 0)
    for id_, data in zip(ids, files, strict=True):
        photo = one(catalogue, id_)
        assert photo.status is PhotoStatus.READY
        assert photo.content_hash == hashlib.sha256(data).digest()
        assert (photo.width, photo.height, photo.jpeg_quality) == (120, 160, 70)
        assert photo.byte_count == len(data)


def test_second_run_reads_nothing(catalogue, put):
    put("a.jpg", jpeg(shot(1, 120, 160)))
    hash_pending(catalogue)
    assert hash_pending(catalogue).photos == 0


def test_renamed_file_is_not_decoded_again(catalogue, put):
    data = jpeg(shot(1, 120, 160))
    put("a.jpg", data)
    hash_pending(catalogue)
    put("b.jpg", data)
    result = hash_pending(catalogue)
    assert (result.photos, result.decoded) == (1, 0)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (jpeg(shot(1, 120, 160))[:2000], "truncated"),
    ],
)
def test_file_that_cannot_be_shown_is_a_row_with_its_reason(catalogue, put, data, problem):
    id_ = put("a.jpg", data)
    good = put("b.jpg", jpeg(shot(2, 120, 160)))
    assert hash_pending(catalogue).unreadable == 1
    photo = one(catalogue, id_)
    assert photo.status is PhotoStatus.UNREADABLE
    assert photo.problem.startswith(problem)
    assert one(catalogue, good).status is PhotoStatus.READY


def test_missing_file_is_a_row_with_its_reason(catalogue, item):
    id_ = add_photo(catalogue, item, "gone.jpg", status="new", content_hash=None)
    hash_pending(catalogue)
    assert one(catalogue, id_).problem.startswith("missing")


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (9, 400), (400, 9)])
def test_tiniest_pictures_can_be_read(catalogue, put, size):
    file = io.BytesIO()
    Image.fromarray(np.full((size[1], size[0], 3), 90, np.uint8)).save(file, "PNG")
    id_ = put("a.png", file.getvalue())
    hash_pending(catalogue)
    assert (one(catalogue, id_).width, one(catalogue, id_).height) == size


def test_large_photos_have_thumbnails_and_small_ones_have_none(catalogue, put):
    large, small = jpeg(shot(1, 900, 1200)), jpeg(shot(2, 120, 160))
    ids = [put("large.jpg", large), put("small.jpg", small)]
    hash_pending(catalogue)
    with ThumbnailStore(catalogue.project) as thumbnails:
        stored = thumbnails.get(one(catalogue, ids[0]).content_hash)
        assert thumbnails.get(one(catalogue, ids[1]).content_hash) is None
    with Image.open(io.BytesIO(stored)) as image:
        assert image.size == (288, 384)


def test_crops_of_one_file_are_contents_of_their_own(catalogue, put, scrape, item):
    data = jpeg(shot(1, 400, 300))
    left = put("a.jpg", data, crop="0,0,200,300")
    right = add_photo(
        catalogue, item, "a.jpg", status="new", content_hash=None, crop="200,0,400,300"
    )
    hash_pending(catalogue)
    assert one(catalogue, left).width == 200
    assert one(catalogue, left).content_hash != one(catalogue, right).content_hash


def test_item_whose_photos_were_read_waits_for_hints(catalogue, put, item):
    put("a.jpg", jpeg(shot(1, 120, 160)))
    hash_pending(catalogue)
    rows = catalogue.connection.execute("SELECT item_id FROM stale_item").fetchall()
    assert [row[0] for row in rows] == [item]


def test_stopped_run_keeps_what_it_read_and_the_next_goes_on(catalogue, put):
    for number in range(30):
        put(f"{number}.jpg", jpeg(shot(number, 60, 80)))
    asked = iter([False, False, True])
    context = JobContext(is_cancelled=lambda: next(asked, True))
    with pytest.raises(Cancelled):
        hash_pending(catalogue, context, workers=1)
    (kept,) = catalogue.connection.execute(
        "SELECT count(*) FROM photo WHERE status = 'ready'"
    ).fetchone()
    assert 0 < kept < 30
    assert hash_pending(catalogue).photos == 30 - kept


def test_features_of_an_older_program_are_computed_again(catalogue, put):
    put("a.jpg", jpeg(shot(1, 120, 160)))
    hash_pending(catalogue)
    with catalogue.transaction() as connection:
        connection.execute("UPDATE content SET features_version = 0")
    assert hash_pending(catalogue).decoded == 1
